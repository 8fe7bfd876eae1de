"""What was judged as columns, and the numbers, tables and curves that are made of them."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from mtqa.bench.measures import Flags, Numbers
from mtqa.bench.resampling import Clusters, Indices, Share, Statistic
from mtqa.bench.results import Example, Figure, Line, Measure, Table
from mtqa.bench.suites import Suite

__all__ = ["Cells", "Columns", "Headline", "Placed", "interval", "line", "percent"]

_POINTS = 200  # of a curve: more cannot be seen

Cells = Mapping[str, Statistic | Measure]
"""What stands in the columns of a table by their names: a statistic, ``len`` to count, or a number that is known."""


class Placed(Protocol):
    """Anything that was judged; ``place`` is equal for what has the same source, ``id`` in another run."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def place(self) -> str:
        """Name of the source."""


T = TypeVar("T", bound=Placed)


@dataclass(frozen=True, slots=True)
class Headline:
    """A statistic of some items, by their ordinals; ``higher`` says whether higher is better."""

    name: str
    chosen: Indices
    statistic: Statistic
    higher: bool = True


class Columns(ABC, Generic[T]):
    """Of one kind of suite: judged items, of which subclasses keep columns, and what is made of them.

    Args:
        items: in the order in which they were judged.
        suite: says how many samples are drawn for an interval, and from which seed.
    """

    note = (
        "With 95% intervals by the bootstrap over sources: translations of the same passage are drawn together. Where "
        "no sample differs there is no interval, or for a share that of Clopper and Pearson."
    )

    def __init__(self, items: Sequence[T], suite: Suite) -> None:
        self.items = items
        self._draws, self._seed = suite.draws, suite.seed

    @abstractmethod
    def headlines(self) -> Iterator[Headline]:
        """The numbers that count: those of the summary, by which two results are compared and floors are pinned."""

    @abstractmethod
    def details(self) -> Iterator[Table]:
        """All tables but the summary."""

    def figures(self) -> Iterable[Figure]:
        """Curves."""
        return ()

    def examples(self) -> Iterable[Example]:
        """What was judged wrongly, the worst first."""
        return ()

    def conclusion(self, summary: Table) -> str:
        """What the summary comes to, in a sentence or two; ``""`` where it comes to nothing."""
        return ""

    def tables(self) -> Iterator[Table]:
        """All tables, the summary first."""
        rows = {each.name: {"value": self.measure(each.chosen, each.statistic)} for each in self.headlines()}
        yield Table(name="summary", title="Summary", note=self.note, rows=rows)
        yield from self.details()

    def numbers(self, of: Callable[[T], float | None]) -> Numbers:
        """A column; NaN where an item has no such number."""
        found = (of(item) for item in self.items)
        return np.array([math.nan if value is None else value for value in found], dtype=float)

    def flags(self, keep: Callable[[T], bool] = lambda _: True, /, **values: object) -> Flags:
        """Which items have these values as attributes, or one of several, and are kept by ``keep``."""
        several = {key: value if isinstance(value, list | tuple) else (value,) for key, value in values.items()}
        found = (all(getattr(i, key) in those for key, those in several.items()) and keep(i) for i in self.items)
        return np.fromiter(found, dtype=bool, count=len(self.items))

    def where(self, keep: Callable[[T], bool] = lambda _: True, /, **values: object) -> Indices:
        """Ordinals of the items of `flags`."""
        return np.flatnonzero(self.flags(keep, **values))

    def distinct(self, attribute: str, chosen: Iterable[int] | None = None) -> list[Any]:
        """The values of an attribute, of all items or of some, in the order in which items first have them."""
        items = self.items if chosen is None else [self.items[n] for n in chosen]
        return list(dict.fromkeys(getattr(item, attribute) for item in items))

    def measure(self, chosen: Indices, statistic: Statistic) -> Measure:
        """A statistic of some items with its interval."""
        if statistic is len:
            return Measure(len(chosen))
        clusters = Clusters([self.items[n].place for n in chosen], draws=self._draws, seed=self._seed)

        def of_sample(sample: Indices) -> float:
            return statistic(chosen[sample])

        return clusters.measure(Share(of_sample) if isinstance(statistic, Share) else of_sample)

    def row(self, chosen: Indices, cells: Cells) -> dict[str, Measure]:
        """A row of a table: of some items."""
        return {name: cell if isinstance(cell, Measure) else self.measure(chosen, cell) for name, cell in cells.items()}


def percent(share: float) -> str:
    """A share as the names of rows and columns write it: ``5 %``."""
    return f"{100 * share:g} %"


def interval(measure: Measure, form: str = ".3f") -> str:
    """A number and its interval in a sentence."""
    bounds = "" if measure.low is None else f" ({measure.low:{form}} to {measure.high:{form}})"
    return f"{measure.value:{form}}{bounds}"


def line(name: str, x: Numbers, y: Numbers) -> Line:
    """A line through at most 200 of the points, first and last included."""
    keep = np.unique(np.linspace(0, len(x) - 1, min(_POINTS, len(x))).round().astype(int))
    return Line(name=name, x=tuple(x[keep].round(5).tolist()), y=tuple(y[keep].round(5).tolist()))
