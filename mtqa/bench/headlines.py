"""The numbers that count: what a summary shows, and what two runs are compared by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from mtqa.bench.resampling import Clusters, Indices, Statistic
from mtqa.bench.results import Measure, Table
from mtqa.bench.suites import Suite

__all__ = ["Columns", "Headline", "percent", "summary"]


class Placed(Protocol):
    """Anything that was judged; ``place`` is equal for what has the same source."""

    @property
    def place(self) -> str:
        """Name of the source."""


T = TypeVar("T", bound=Placed)


class Columns(Generic[T]):
    """Judged items, of which subclasses keep columns.

    Args:
        suite: says how many samples are drawn, and from which seed.
    """

    def __init__(self, items: Sequence[T], suite: Suite) -> None:
        self.items = items
        self._draws, self._seed = suite.draws, suite.seed

    def measure(self, chosen: Indices, statistic: Statistic, *, share: bool = False) -> Measure:
        """A statistic of some items with its interval; ``share`` as of `Clusters.measure`."""
        clusters = Clusters([self.items[n].place for n in chosen], draws=self._draws, seed=self._seed)
        return clusters.measure(lambda sample: statistic(chosen[sample]), share=share)


@dataclass(frozen=True, slots=True)
class Headline:
    """A statistic of some items, by their ordinals.

    Attributes:
        higher: whether higher is better.
        share: whether it is a share of the items.
    """

    name: str
    chosen: Indices
    statistic: Statistic
    higher: bool = True
    share: bool = False


_SOURCES = (
    "With 95 % intervals by the bootstrap over sources: translations of the same passage are drawn together. Where no "
    "sample differs there is no interval, or for a share that of Clopper and Pearson."
)


def summary(headlines: Iterable[Headline], columns: Columns[T], note: str = _SOURCES) -> Table:
    """All of them with their intervals."""
    return Table(
        name="summary",
        title="Summary",
        note=note,
        rows={
            each.name: {"value": columns.measure(each.chosen, each.statistic, share=each.share)} for each in headlines
        },
    )


def percent(share: float) -> str:
    """A share as the names of rows and columns write it: ``5 %``."""
    return f"{100 * share:g} %"
