"""What timings come to: words a second, ratios, growth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mtqa.bench.headlines import Columns, Headline, summary
from mtqa.bench.resampling import Indices, Statistic
from mtqa.bench.results import Figure, Line, Measure, Table
from mtqa.bench.suites import SpeedSuite

__all__ = ["MTQA", "Group", "Item", "Timings", "figures", "headlines", "tables"]

MTQA = "mtqa"


class Group(StrEnum):
    """What a timing is of."""

    THREADS = "threads"
    LENGTH = "length"
    SYSTEM = "system"
    START = "start"
    CORPUS = "corpus"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A timing.

    Attributes:
        id: group, name and repetition.
        name: what was timed, such as ``2 threads``.
        place: its repetition: what has the same read the same text, in turns.
        words: that were read.
        megabytes: peak memory of the process, in units of 10^6 bytes, where it was one of its own.
    """

    id: str
    group: str
    name: str
    place: str
    words: int
    seconds: float
    megabytes: float | None = None

    def __post_init__(self) -> None:
        if self.words < 0 or self.seconds <= 0:
            raise ValueError("words must not be negative, and seconds positive; run the benchmark again")


class Timings(Columns[Item]):
    """Items as columns."""

    def __init__(self, items: Sequence[Item], suite: SpeedSuite) -> None:
        super().__init__(items, suite)
        self._words = np.array([item.words for item in items], dtype=float)
        self._seconds = np.array([item.seconds for item in items], dtype=float)
        self._megabytes = np.array([math.nan if i.megabytes is None else i.megabytes for i in items], dtype=float)
        self._named = np.array([item.name for item in items], dtype=str)

    def names(self, group: Group) -> list[str]:
        """What was timed, in order."""
        return list(dict.fromkeys(item.name for item in self.items if item.group == group))

    def of(self, group: Group, *names: str) -> Indices:
        """Ordinals of the timings of some things."""
        found = [n for n, item in enumerate(self.items) if item.group == group and item.name in names]
        return np.array(found, dtype=np.intp)

    def rate(self, n: Indices) -> float:
        """Words a second."""
        return float(self._words[n].sum() / self._seconds[n].sum()) if len(n) else math.nan

    def seconds(self, n: Indices) -> float:
        """The mean."""
        return float(self._seconds[n].mean()) if len(n) else math.nan

    def megabytes(self, n: Indices) -> float:
        """The highest."""
        return float(self._megabytes[n].max()) if len(n) else math.nan

    def words(self, n: Indices) -> int:
        """The sum."""
        return int(self._words[n].sum())

    def times(self, name: str) -> Statistic:
        """How many times the rate of ``name`` mtqa's is."""
        return lambda n: self.rate(n[self._named[n] == MTQA]) / self.rate(n[self._named[n] == name])


def headlines(timings: Timings) -> Iterator[Headline]:
    """The numbers that count."""
    for name in timings.names(Group.SYSTEM):
        if name != MTQA:
            chosen = timings.of(Group.SYSTEM, MTQA, name)
            yield Headline(f"times as fast as {name}", chosen, timings.times(name))
    for name in timings.names(Group.THREADS):
        yield Headline(f"words a second, {name}", timings.of(Group.THREADS, name), timings.rate)
    for name in timings.names(Group.START):
        yield Headline(f"seconds, {name}", timings.of(Group.START, name), timings.seconds, higher=False)
    for group in (Group.ARTICLE, Group.CORPUS):
        for name in timings.names(group)[-1:]:
            chosen = timings.of(group, name)
            yield Headline(f"peak memory in MB, {name}", chosen, timings.megabytes, higher=False)


def tables(timings: Timings) -> Iterator[Table]:
    """All tables, the summary first."""
    found = summary(
        headlines(timings),
        timings,
        note="With 95 % intervals by the bootstrap over the repetitions, which are few.",
    )
    yield found
    yield _rates(
        timings,
        Group.SYSTEM,
        "Beside other networks",
        "The same words in turns, in one process, on the same number of threads, each repetition on new text. Other "
        "networks have random weights, which do not change what they cost, and read eight windows of similar length at "
        "a time; published detectors run in float32 by default.",
    )
    yield _rates(timings, Group.THREADS, "By threads", "Of documents as long as those above.")
    yield _rates(timings, Group.LENGTH, "By length of document", "In sentences.")
    yield _processes(
        timings,
        (Group.START,),
        "Start-up",
        "Whole processes: Python that imports mtqa, and the command on one small article.",
    )
    yield _processes(
        timings,
        (Group.ARTICLE, Group.CORPUS),
        "Growth with the size of the input",
        "Whole processes, start-up included: mtqa score on one article, mtqa batch on a corpus of short ones.",
    )


def _rates(timings: Timings, group: Group, title: str, note: str) -> Table:
    rows = {}
    for name in timings.names(group):
        chosen = timings.of(group, name)
        row = {
            "words": Measure(timings.words(chosen)),
            "words a second": timings.measure(chosen, timings.rate),
        }
        if group is Group.SYSTEM:
            row["mtqa is faster by"] = timings.measure(timings.of(group, MTQA, name), timings.times(name))
        rows[name] = row
    return Table(name=group.value, title=title, note=note, rows=rows)


def _processes(timings: Timings, groups: Sequence[Group], title: str, note: str) -> Table:
    rows = {}
    for group in groups:
        for name in timings.names(group):
            chosen = timings.of(group, name)
            rows[name] = {
                "seconds": timings.measure(chosen, timings.seconds),
                "peak memory, MB": timings.measure(chosen, timings.megabytes),
            }
            if group is not Group.START:
                rows[name]["words a second"] = timings.measure(chosen, timings.rate)
    return Table(name="growth" if len(groups) > 1 else groups[0].value, title=title, note=note, rows=rows)


def figures(timings: Timings) -> Iterator[Figure]:
    """Time and peak memory over the size of the input."""
    for what, y, statistic in (
        ("time", "seconds", timings.seconds),
        ("memory", "peak memory, MB", timings.megabytes),
    ):
        lines = []
        for group, label in ((Group.ARTICLE, "one article"), (Group.CORPUS, "a corpus")):
            chosen = [timings.of(group, name) for name in timings.names(group)]
            points = [(timings.words(n) / len(n), statistic(n)) for n in chosen]
            points = [(words, value) for words, value in points if not math.isnan(value)]
            if points:
                x, values = zip(*points, strict=True)
                lines.append(Line(name=label, x=x, y=values))
        if lines:
            yield Figure(
                name=f"growth-{what}",
                title=f"Growth of {what}",
                note="Whole processes, start-up included; both axes logarithmic.",
                x="words",
                y=y,
                lines=tuple(lines),
                logarithmic=True,
            )
