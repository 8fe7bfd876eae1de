"""What marked lines come to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from mtqa.bench import measures
from mtqa.bench.columns import Columns, Headline, interval, line, percent
from mtqa.bench.editor.costs import cost_table
from mtqa.bench.editor.marks import CATEGORIES, MUST, NOTHING, OTHER, SHOULD, SOUND, EditorSuite
from mtqa.bench.measures import Flags, Numbers
from mtqa.bench.resampling import Indices, Share, Statistic
from mtqa.bench.results import Example, Figure, Line, Measure, Table
from mtqa.core.llm import Usage

__all__ = ["MTQA", "SECOND", "HeldOut", "JudgedLine", "JudgedLines", "Said", "Shown"]

MTQA, SECOND = "mtqa", "a second editor"
"""Names of those who judge."""

_RATES = (0.01, 0.05)
_EXAMPLES = 6  # of a kind
_BINS = 10
_REASONS = frozenset((*CATEGORIES, OTHER))


class HeldOut(StrEnum):
    """What of a document none of the labels that mtqa's editor learned from has: its source, whoever translated it, or
    its system."""

    SOURCE = "source"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a line.

    Attributes:
        flagged: whether anything in it is to be repaired.
        score: higher where that is likelier.
        words: for each word, the letter of the reason to repair it, `UNTOLD` or `OTHER`; else `NOTHING`.
    """

    flagged: bool
    score: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """A line that an editor marked, and what others say of it.

    Attributes:
        held: a `HeldOut`.
        level: as the editor has it; ``again``: as a second one has it, None where there was none.
        marks: the editor's, as `Said.words`.
        said: by who says it.
    """

    id: str
    place: str
    held: str
    kind: str
    level: int
    again: int | None = None
    marks: str
    said: Mapping[str, Said]

    def __post_init__(self) -> None:
        if any(len(each.words) != len(self.marks) for each in self.said.values()):
            raise ValueError("marks and words differ in length; run it again")


@dataclass(frozen=True, slots=True)
class Shown:
    """Of a line, what an example shows: its text, and the words that mtqa flagged and that the editor marked."""

    text: str
    flagged: str
    marked: str


class _Judge:
    """What one says, as columns over all lines; where nothing is said of a line, nothing is flagged.

    Attributes:
        lines: that it says something of, in documents held out by their source; ``unseen``: in those by their system.
        counts: of each line, how many words there are, how many the editor marked, how many this one did and how many
            both; how many of these have a reason of both, and how many the same.
        by_letter: of each line and letter, the last four likewise, of the words with the editor's letter.
    """

    def __init__(self, items: Sequence[JudgedLine], name: str) -> None:
        silent = Said(flagged=False, score=0.0, words="")
        said = [item.said.get(name, silent) for item in items]
        self.lines = np.flatnonzero([name in item.said and item.held == HeldOut.SOURCE for item in items])
        self.unseen = np.flatnonzero([name in item.said and item.held == HeldOut.SYSTEM for item in items])
        self.flagged: Flags = np.array([each.flagged for each in said], dtype=bool)
        self.score: Numbers = np.array([each.score for each in said], dtype=float)
        pairs = [list(zip(item.marks, each.words, strict=False)) for item, each in zip(items, said, strict=True)]
        self.counts = _counts(pairs)
        self.by_letter = {
            letter: _counts([[pair for pair in of_line if pair[0] == letter] for of_line in pairs])
            for letter in CATEGORIES
        }


def _counts(pairs: Sequence[Sequence[tuple[str, str]]]) -> NDArray[np.int64]:
    found = [
        (
            len(words),
            sum(mark != NOTHING for mark, _ in words),
            sum(said != NOTHING for _, said in words),
            sum(mark != NOTHING and said != NOTHING for mark, said in words),
            sum(mark in CATEGORIES and said in _REASONS for mark, said in words),
            sum(mark in CATEGORIES and said == mark for mark, said in words),
        )
        for words in pairs
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 6)


def _ratio(counts: NDArray[np.int64], above: int, below: int) -> Statistic:
    def statistic(n: Indices) -> float:
        total = counts[n].sum(axis=0)
        return float(total[above] / total[below]) if total[below] else math.nan

    return statistic


_WORDS, _MARKED, _SAID, _BOTH, _TOLD, _RIGHT = range(6)


class JudgedLines(Columns[JudgedLine]):
    """Judged lines.

    Args:
        shown: of each line; ``costs``: of those who were asked over a network.
    """

    def __init__(
        self,
        items: Sequence[JudgedLine],
        suite: EditorSuite,
        shown: Mapping[str, Shown] | None = None,
        costs: Mapping[str, Usage] | None = None,
    ) -> None:
        super().__init__(items, suite)
        self._shown, self._costs = shown or {}, costs or {}
        names = dict.fromkeys((MTQA, *(name for item in items for name in item.said)))
        self._judges = {name: _Judge(items, name) for name in names}
        self._own = self._judges[MTQA]
        self._level = self.numbers(lambda i: i.level)
        self._must: Flags = self._level == MUST
        self._agreed: Flags = np.array([item.again in (item.level, None) for item in items], dtype=bool)

    # -- statistics of lines by their ordinals -----------------------------------------------------------------------

    def _at(self, n: Indices, *levels: int) -> Indices:
        return n[np.isin(self._level[n], levels)]

    def _auroc(self, judge: _Judge) -> Statistic:
        return lambda n: measures.auroc(self._must[n], judge.score[n])

    def _found_at(self, judge: _Judge, rate: float) -> Statistic:
        return lambda n: measures.true_positives_at(self._must[n], judge.score[n], rate)

    @staticmethod
    def _of_counts(judge: _Judge, measure: Callable[..., float], *which: int) -> Statistic:
        return lambda n: measure(*map(int, judge.counts[n].sum(axis=0)[list(which)]))

    def _f1(self, judge: _Judge) -> Statistic:
        return self._of_counts(judge, measures.f1_of, _MARKED, _SAID, _BOTH)

    def _matthews(self, judge: _Judge) -> Statistic:
        return self._of_counts(judge, measures.matthews_of, _WORDS, _MARKED, _SAID, _BOTH)

    def _calibration_error(self, n: Indices) -> float:
        return measures.calibration_error(self._must[n], self._own.score[n], balanced=False)

    @staticmethod
    def _flagged(judge: _Judge) -> Share:
        return Share(lambda n: measures.mean(judge.flagged[n]))

    # -- what they come to -------------------------------------------------------------------------------------------

    def headlines(self) -> Iterator[Headline]:
        """Of mtqa."""
        own, n, clear = self._own, self._own.lines, self._at(self._own.lines, SOUND, MUST)
        if len(n):
            yield Headline("must-repair lines flagged", self._at(n, MUST), self._flagged(own))
            yield Headline("sound lines flagged", self._at(n, SOUND), self._flagged(own), higher=False)
            yield Headline("AUROC of p(repair)", clear, self._auroc(own))
            for rate in _RATES:
                yield Headline(f"found at {percent(rate)} of sound lines", clear, self._found_at(own, rate))
            yield Headline("calibration error of p(repair)", n, self._calibration_error, higher=False)
            yield Headline("F1 of words", n, self._f1(own))
            yield Headline("MCC of words", n, self._matthews(own))
            yield Headline("category right", n, _ratio(own.counts, _RIGHT, _TOLD))
        if len(n := own.unseen):
            yield Headline("must-repair lines flagged, unseen systems", self._at(n, MUST), self._flagged(own))
            yield Headline("sound lines flagged, unseen systems", self._at(n, SOUND), self._flagged(own), higher=False)
            yield Headline("F1 of words, unseen systems", n, self._f1(own))

    def conclusion(self, summary: Table) -> str:
        """What an editor gets who trusts the flags."""
        found = summary.values
        sentences = (
            ("must-repair lines flagged", "mtqa flags {} of the lines that must be repaired.", ".1%"),
            ("sound lines flagged", "It flags {} of the sound ones.", ".1%"),
            ("F1 of words", "Its words agree with the editor's by an F1 of {}.", ".2f"),
        )
        said = [text.format(interval(found[name], form)) for name, text, form in sentences if name in found]
        if SECOND in self._judges:
            second = self._judges[SECOND]
            said.append(f"Those of a second editor agree by one of {self._f1(second)(second.lines):.2f}.")
        return " ".join(said)

    def details(self) -> Iterator[Table]:
        """Of all who judge, by kind of text, by category, and whether probabilities mean what they say."""
        yield Table(
            name="judges",
            title="Beside others",
            note="Flagged is what each flags as shipped, at the settings of the signature. AUROC, and the share of "
            "must-repair lines found where so many sound ones are flagged, are of p(repair) and, as others give no "
            "probability, of the number of their flags; lines that only should be repaired are left out. A second "
            "editor marked the lines blind to the first one's marks: no one can be expected to do better.",
            rows={name: self._row(judge, judge.lines) for name, judge in self._judges.items()},
        )
        yield cost_table(self._costs)
        if SECOND in self._judges:
            yield Table(
                name="agreed",
                title="Where two editors agree",
                note="Of the same lines those to which both gave the same level, so that slips of one editor count "
                "neither for nor against anyone.",
                rows={
                    name: self._row(judge, judge.lines[self._agreed[judge.lines]])
                    for name, judge in self._judges.items()
                    if name != SECOND
                },
            )
        yield Table(
            name="words",
            title="Words",
            note="Words flagged, against those that the editor marked; a flag on a whole sentence points at no word. "
            "The last column is the share of the same category, of the words to which both give one.",
            rows={name: self._words_row(judge, judge.lines) for name, judge in self._judges.items()},
        )
        yield Table(
            name="systems",
            title="Systems without labels to learn from",
            note="Further documents, whose sources others may have translated for the labels that were learned from.",
            rows={name: self._row(judge, judge.unseen) for name, judge in self._judges.items() if len(judge.unseen)},
        )
        yield Table(
            name="systems-words",
            title="Words of systems without labels to learn from",
            note="In the same documents.",
            rows={
                name: self._words_row(judge, judge.unseen) for name, judge in self._judges.items() if len(judge.unseen)
            },
        )
        kinds = np.array([item.kind for item in self.items])
        n = self._own.lines
        of_kind = {kind: n[kinds[n] == kind] for kind in sorted(set(kinds[n].tolist()))}
        yield Table(
            name="kinds",
            title="By kind of text",
            note="Lines of mtqa.",
            rows={kind: self._row(self._own, n) for kind, n in of_kind.items()},
        )
        yield Table(
            name="kinds-words",
            title="Words by kind of text",
            note="Words of mtqa.",
            rows={kind: self._words_row(self._own, n) for kind, n in of_kind.items()},
        )
        yield Table(
            name="categories",
            title="By category",
            note="Of the words that the editor marked for a reason, the share that each flags, whatever it says of "
            "them, and those of mtqa's with the same reason.",
            rows=self._by_category(),
        )
        yield Table(
            name="reliability",
            title="Can p(repair) be trusted",
            note="Lines by p(repair), its mean, and the share that must be repaired.",
            rows=self._reliability(),
        )

    def _row(self, judge: _Judge, n: Indices) -> dict[str, Measure]:
        flagged, clear = self._flagged(judge), self._at(n, SOUND, MUST)
        return {
            "lines": Measure(len(n)),
            "must repair": Measure(len(self._at(n, MUST))),
            "sound": Measure(len(self._at(n, SOUND))),
            "must-repair flagged": self.measure(self._at(n, MUST), flagged),
            "should-repair flagged": self.measure(self._at(n, SHOULD), flagged),
            "sound flagged": self.measure(self._at(n, SOUND), flagged),
            "AUROC": self.measure(clear, self._auroc(judge)),
            **{f"found at {percent(rate)}": self.measure(clear, self._found_at(judge, rate)) for rate in _RATES},
        }

    def _words_row(self, judge: _Judge, n: Indices) -> dict[str, Measure]:
        counts = judge.counts
        return {
            "words": Measure(int(counts[n, _WORDS].sum())),
            "marked": self.measure(n, _ratio(counts, _MARKED, _WORDS)),
            "precision": self.measure(n, _ratio(counts, _BOTH, _SAID)),
            "recall": self.measure(n, _ratio(counts, _BOTH, _MARKED)),
            "F1": self.measure(n, self._f1(judge)),
            "MCC": self.measure(n, self._matthews(judge)),
            "category": self.measure(n, _ratio(counts, _RIGHT, _TOLD)),
        }

    def _by_category(self) -> dict[str, dict[str, Measure]]:
        rows = {}
        for letter, category in CATEGORIES.items():
            own = self._own.by_letter[letter]
            n = self._own.lines[own[self._own.lines, _MARKED] > 0]
            cells = {"words": Measure(int(own[n, _MARKED].sum()))}
            for name, judge in self._judges.items():
                counts = judge.by_letter[letter]
                marked = judge.lines[counts[judge.lines, _MARKED] > 0]
                cells[name] = self.measure(marked, _ratio(counts, _BOTH, _MARKED))
            cells["same category"] = self.measure(n, _ratio(own, _RIGHT, _TOLD))
            if len(n):
                rows[category.label] = cells
        return rows

    def _bins(self) -> Iterator[tuple[int, Indices]]:
        n = self._own.lines
        of = np.minimum((self._own.score[n] * _BINS).astype(int), _BINS - 1)
        return ((each, n[of == each]) for each in range(_BINS) if (of == each).any())

    def _reliability(self) -> dict[str, dict[str, Measure]]:
        return {
            f"{each / _BINS:.1f} to {(each + 1) / _BINS:.1f}": {
                "lines": Measure(len(n)),
                "p(repair)": Measure(round(measures.mean(self._own.score[n]), 6)),
                "must repair": self.measure(n, Share(lambda n: measures.mean(self._must[n]))),
            }
            for each, n in self._bins()
        }

    def figures(self) -> Iterator[Figure]:
        """ROC curves of all who judge but the second editor, and the reliability of p(repair)."""
        curves = []
        for name, judge in self._judges.items():
            clear = self._at(judge.lines, SOUND, MUST)
            if name != SECOND and measures.varies(self._must[clear]):
                curves.append(line(name, *measures.roc(self._must[clear], judge.score[clear])))
        if curves:
            yield Figure(
                name="roc",
                title="Lines that must be repaired against sound ones",
                note="Up and to the left is better.",
                x="sound lines flagged",
                y="must-repair lines flagged",
                lines=tuple(curves),
                diagonal="chance",
            )
        points = [(measures.mean(self._own.score[n]), measures.mean(self._must[n])) for _, n in self._bins()]
        if points:
            yield Figure(
                name="reliability",
                title="Can p(repair) be trusted",
                note="Below the diagonal, it is too high.",
                x="p(repair)",
                y="share that must be repaired",
                lines=(Line(name=MTQA, x=tuple(x for x, _ in points), y=tuple(y for _, y in points)),),
                diagonal="as it says",
            )

    def examples(self) -> Iterator[Example]:
        """Sound lines that mtqa flagged, and lines that must be repaired and that it let pass."""
        judged = [(item, item.said[MTQA]) for item in self.items if MTQA in item.said and item.id in self._shown]
        alarms = sorted(
            (pair for pair in judged if pair[0].level == SOUND and pair[1].flagged), key=lambda pair: -pair[1].score
        )
        misses = sorted(
            (pair for pair in judged if pair[0].level == MUST and not pair[1].flagged), key=lambda pair: pair[1].score
        )
        for kind, found in (("false alarm", alarms), ("miss", misses)):
            for item, said in found[:_EXAMPLES]:
                shown = self._shown[item.id]
                clauses = [f"p(repair) {said.score:.2f}"]
                clauses += [f"mtqa flagged {shown.flagged or 'the line as a whole'}"] if said.flagged else []
                clauses += [f"the editor marked {shown.marked}"] if shown.marked else []
                yield Example(kind=kind, where=item.kind, said="; ".join(clauses), text=shown.text)
