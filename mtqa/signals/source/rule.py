"""What a source rule is: a fault of a translation that shows beside its source, with examples of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mtqa.core.documents import Unit
from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared

__all__ = ["Pairs", "SourceExample", "SourceRule", "fires", "silent"]

Pairs = tuple[tuple[str, str], ...]
"""Units of one file: source and translation of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceExample:
    """Units that a rule fires on.

    Attributes:
        marked: the words it marks in the translations, in order.
        edited: the last translation with the rule's safe edits applied, where it has any.
        languages: BCP 47 tags of source and translation.
        unit: what the file says of the last unit besides its texts.
        terms: lines of the term list.
    """

    pairs: Pairs
    marked: tuple[str, ...]
    edited: str | None = None
    languages: tuple[str, str] = ("en", "de")
    unit: Unit | None = None
    terms: tuple[str, ...] = ()


def fires(source: str, target: str, *marked: str, into: str = "de", edited: str | None = None) -> SourceExample:
    """An example of one unit, from English."""
    return SourceExample(pairs=((source, target),), marked=marked, languages=("en", into), edited=edited)


def silent(source: str, target: str, *, into: str = "de") -> SourceExample:
    """A unit that a rule must leave alone, from English."""
    return SourceExample(pairs=((source, target),), marked=(), languages=("en", into))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRule:
    """A named fault of a translation.

    Attributes:
        name: kebab-case noun.
        description: what it finds and what it leaves alone.
        severity: of a hit that does not say otherwise.
        otherwise: which other severities hits have, and when, in words.
        find: the hits in a unit, in text order; their spans are into its translation.
        fires, silent: examples, two or more of each.
        custom: whether it may be a custom of a file's translators rather than a slip where it is frequent: then it is
            but remarked on.
    """

    name: str
    description: str
    category: Category
    severity: Severity
    find: Callable[[Compared], Iterable[Hit]]
    fires: tuple[SourceExample, ...]
    silent: tuple[SourceExample, ...]
    custom: bool = False
    otherwise: str = ""

    @property
    def safe_edit(self) -> bool:
        """Whether the rule knows an edit that may be applied without a person reading it."""
        return any(example.edited is not None for example in self.fires)
