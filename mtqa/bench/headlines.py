"""The numbers that count: what a summary shows, and what two runs are compared by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mtqa.bench.resampling import Indices, Statistic
from mtqa.bench.results import Measure, Table

__all__ = ["Headline", "summary"]


@dataclass(frozen=True, slots=True)
class Headline:
    """A statistic of some items, by their ordinals; ``higher`` says whether higher is better."""

    name: str
    chosen: Indices
    statistic: Statistic
    higher: bool = True


def summary(headlines: Iterable[Headline], measure: Callable[[Indices, Statistic], Measure]) -> Table:
    """All of them with their intervals."""
    return Table(
        name="summary",
        title="Summary",
        note="With 95 % intervals by the bootstrap over documents; what has the same source is drawn together.",
        rows={each.name: {"value": measure(each.chosen, each.statistic)} for each in headlines},
    )
