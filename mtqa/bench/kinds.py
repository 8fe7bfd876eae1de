"""Kinds of suites: how the items of a result are read, and which numbers of them count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mtqa.bench import detection_tables, errors_tables, speed_tables, translation_tables
from mtqa.bench.suites import Suite

__all__ = ["Kind", "kind_of"]


@dataclass(frozen=True, slots=True)
class Kind:
    """Of suites.

    Attributes:
        item: what a result's items are.
        columns: from items and their suite to what headlines are made of.
        headlines: the numbers that count.
    """

    item: type[Any]
    columns: Callable[..., Any]
    headlines: Callable[[Any], Any]


_KINDS: Mapping[str, Kind] = {
    "detection": Kind(detection_tables.Item, detection_tables.Documents, detection_tables.headlines),
    "errors": Kind(errors_tables.Item, errors_tables.Sentences, errors_tables.headlines),
    "speed": Kind(speed_tables.Item, speed_tables.Timings, speed_tables.headlines),
    "translation": Kind(translation_tables.Item, translation_tables.Outcomes, translation_tables.headlines),
}


def kind_of(suite: Suite) -> Kind:
    """That of a suite."""
    return _KINDS[suite.kind]
