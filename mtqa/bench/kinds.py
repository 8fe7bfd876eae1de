"""Kinds of suites: each stands in a module of its own, with a line here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mtqa.bench import suites
from mtqa.bench.columns import Columns
from mtqa.bench.data import Data
from mtqa.bench.results import Result
from mtqa.bench.suites import Loader, Suite, suite_of
from mtqa.core.findings import Verdict
from mtqa.core.tables import built

__all__ = ["Kind", "Run", "columns_of", "kind_of"]


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of a suite: what it is given, and beside the columns what it is to keep for the result.

    Attributes:
        load: a checker, given which further signals it is to have.
        data: the files that the suite names.
        sample: the most documents, or sentences, of each set or timing; None for as many as the suite says.
        signature: of the checker.
        signatures, machine, notes: as of `mtqa.bench.results.Result`.
        abstained: how often the checker gave no score, by reason.
        failures: what could not be judged, a sentence each.
    """

    load: Loader
    data: Data
    sample: int | None
    signature: str = ""
    signatures: dict[str, str] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=dict)
    abstained: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def abstain(self, verdict: Verdict) -> None:
        """Count a segment on which the checker gives no score."""
        self.abstained["; ".join(sorted({e.abstained for e in verdict.evidence if e.abstained}))] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Of suites: all that the bench knows of one.

    Attributes:
        suite: what its file is read as.
        columns: of what was judged, from which headlines, tables, curves and examples are made; its ``item`` is what
            the items of a result are read as.
        measure: judges the data.
        pinned: whether its numbers hold on every machine, so that floors can be pinned from a result.
    """

    suite: type[Suite]
    columns: Callable[[Sequence[Any], Any], Columns[Any]]
    item: type[Any]
    measure: Callable[[Any, Run], Columns[Any]]
    pinned: bool = True


def kind_of(suite: Suite) -> Kind:
    """That of a suite."""
    found: Kind = suites.KINDS[suite.kind]
    return found


def columns_of(result: Result, where: str) -> Columns[Any]:
    """The items of a result, which stands in the file ``where``. Raises ConfigError where they are none of its kind."""
    suite = suite_of(result.settings, where)
    kind = kind_of(suite)
    items = [built(kind.item, item, f"{where}: items[{n}]") for n, item in enumerate(result.items)]
    return kind.columns(items, suite)
