"""What timings come to: words a second, ratios, growth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mtqa.bench.columns import Cells, Columns, Headline
from mtqa.bench.resampling import Indices, Statistic
from mtqa.bench.results import Figure, Line, Measure, Table
from mtqa.bench.suites import Suite

__all__ = ["CAREFUL", "FLUENCY", "MTQA", "Group", "SpeedSuite", "Timing", "Timings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedSuite(Suite):
    """How fast mtqa is, and how its time and memory grow.

    Rows have ``text`` and ``origin``; consecutive rows are joined into documents.

    Attributes:
        origin: of the rows that are read.
        words: read in each repetition.
        few_words: likewise, where slower networks read them too.
        repetitions: of each timing, after a warm-up; each reads new text.
        threads: of the CPU; those beyond the machine's cores are left out, and all else is timed with the last.
        sentences: of a document.
        lengths: of further documents, in sentences.
        article, corpus: words of one article that ``mtqa score`` reads, and of a corpus that ``mtqa batch`` reads.
        rivals: whether networks of the size of GPT-2 small and XLM-R large read the same text.
    """

    origin: str = "original"
    words: int = 4000
    few_words: int = 1000
    repetitions: int = 5
    threads: tuple[int, ...] = (1, 2)
    sentences: int = 20
    lengths: tuple[int, ...] = (1, 5, 20, 80)
    article: tuple[int, ...] = (1_000, 10_000, 100_000)
    corpus: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    rivals: bool = True

    def __post_init__(self) -> None:
        super(SpeedSuite, self).__post_init__()
        numbers = (
            self.words,
            self.few_words,
            self.repetitions,
            self.sentences,
            *self.threads,
            *self.lengths,
            *self.article,
        )
        if not self.threads or min(*numbers, *self.corpus) < 1:
            raise ValueError("words, repetitions, threads, sentences and sizes must be 1 or more; change them")
        if list(self.threads) != sorted(set(self.threads)):
            raise ValueError("threads must rise; sort them")


MTQA, CAREFUL, FLUENCY = "mtqa", "mtqa --editor careful", "mtqa --fluency lm"
"""What is timed of mtqa itself: as it reads corpora, with the careful editor, and with a language model."""


class Group(StrEnum):
    """What a timing is of."""

    THREADS = "threads"
    LENGTH = "length"
    SYSTEM = "system"
    START = "start"
    CORPUS = "corpus"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
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


class Timings(Columns[Timing]):
    """Timings of several groups."""

    note = "With 95% intervals by the bootstrap over the repetitions, which are few."

    def __init__(self, items: Sequence[Timing], suite: SpeedSuite) -> None:
        super().__init__(items, suite)
        self._words = self.numbers(lambda i: i.words)
        self._seconds = self.numbers(lambda i: i.seconds)
        self._megabytes = self.numbers(lambda i: i.megabytes)
        self._named = np.array([item.name for item in items], dtype=str)

    def _names(self, group: Group) -> list[str]:
        """What was timed, in order."""
        return self.distinct("name", self.where(group=group))

    def _of(self, group: Group, *names: str) -> Indices:
        """Ordinals of the timings of some things."""
        return self.where(group=group, name=names)

    def _rate(self, n: Indices) -> float:
        """Words a second."""
        return float(self._words[n].sum() / self._seconds[n].sum()) if len(n) else math.nan

    def _mean(self, n: Indices) -> float:
        """Seconds."""
        return float(self._seconds[n].mean()) if len(n) else math.nan

    def _peak(self, n: Indices) -> float:
        """The highest memory in MB."""
        return float(self._megabytes[n].max()) if len(n) else math.nan

    def _times(self, name: str, own: str = MTQA) -> Statistic:
        """How many times the rate of ``name`` that of mtqa's ``own`` is."""
        return lambda n: self._rate(n[self._named[n] == own]) / self._rate(n[self._named[n] == name])

    def headlines(self) -> Iterator[Headline]:
        """Ratios to others, words a second, start-up and memory."""
        for name in self._names(Group.SYSTEM):
            if name != MTQA:
                yield Headline(f"times as fast as {name}", self._of(Group.SYSTEM, MTQA, name), self._times(name))
        for name in self._names(Group.SYSTEM):
            if name not in (MTQA, CAREFUL, FLUENCY) and len(self._of(Group.SYSTEM, CAREFUL)):
                both = self._of(Group.SYSTEM, CAREFUL, name)
                yield Headline(f"the careful editor, times as fast as {name}", both, self._times(name, CAREFUL))
        for name in self._names(Group.THREADS):
            yield Headline(f"words a second, {name}", self._of(Group.THREADS, name), self._rate)
        for name in self._names(Group.START):
            yield Headline(f"seconds, {name}", self._of(Group.START, name), self._mean, higher=False)
        for group in (Group.ARTICLE, Group.CORPUS):
            for name in self._names(group)[-1:]:
                yield Headline(f"peak memory in MB, {name}", self._of(group, name), self._peak, higher=False)

    def conclusion(self, summary: Table) -> str:
        """How many words a second, and how many times as fast as others."""
        cells = {name: cell.value for name, cell in summary.values.items()}
        times = [f"{value:.1f} {name}" for name, value in cells.items() if name.startswith("times as fast as")]
        rates = [value for name, value in cells.items() if name.startswith("words a second") and value]
        found = [f"mtqa reads {max(rates):,.0f} words a second."] if rates else []
        found += [f"It is {', '.join(times)}, on the same text in the same run."] if times else []
        return " ".join(found)

    def details(self) -> Iterator[Table]:
        """Beside others, by threads and length, start-up and growth."""
        yield self._rates(
            Group.SYSTEM,
            "Beside other networks",
            "The same words in turns, in one process, on the same number of threads, each repetition on new text. "
            "Other networks have random weights, which do not change what they cost, and read eight windows of similar "
            "length at a time; published detectors run in float32 by default. The careful editor "
            "reads every text twice.",
        )
        yield self._rates(Group.THREADS, "By threads", "Of documents as long as those above.")
        yield self._rates(Group.LENGTH, "By length of document", "In sentences.")
        process: Cells = {"seconds": self._mean, "peak memory, MB": self._peak}
        yield Table(
            name="start",
            title="Start-up",
            note="Whole processes: Python that imports mtqa, and the command on one small article.",
            rows={name: self.row(self._of(Group.START, name), process) for name in self._names(Group.START)},
        )
        yield Table(
            name="growth",
            title="Growth with the size of the input",
            note="Whole processes, start-up included: mtqa score on one article, mtqa batch on a corpus of short ones.",
            rows={
                name: self.row(self._of(group, name), {**process, "words a second": self._rate})
                for group in (Group.ARTICLE, Group.CORPUS)
                for name in self._names(group)
            },
        )

    def _rates(self, group: Group, title: str, note: str) -> Table:
        rows = {}
        for name in self._names(group):
            chosen = self._of(group, name)
            rows[name] = self.row(chosen, {"words": Measure(self._count(chosen)), "words a second": self._rate})
            if group is Group.SYSTEM:
                rows[name]["mtqa is faster by"] = self.measure(self._of(group, MTQA, name), self._times(name))
        return Table(name=group.value, title=title, note=note, rows=rows)

    def _count(self, n: Indices) -> int:
        return int(self._words[n].sum())

    def figures(self) -> Iterator[Figure]:
        """Time and peak memory over the size of the input."""
        for what, y, statistic in (("time", "seconds", self._mean), ("memory", "peak memory, MB", self._peak)):
            lines = []
            for group, label in ((Group.ARTICLE, "one article"), (Group.CORPUS, "a corpus")):
                chosen = [self._of(group, name) for name in self._names(group)]
                points = [(self._count(n) / len(n), value) for n in chosen if not math.isnan(value := statistic(n))]
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
