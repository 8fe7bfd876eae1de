"""What judged sentences come to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from mtqa.bench import measures
from mtqa.bench.columns import Cells, Columns, Headline, line, percent
from mtqa.bench.errors.sentences import ErrorsSuite
from mtqa.bench.measures import Flags, Numbers
from mtqa.bench.resampling import Indices, Share, Statistic
from mtqa.bench.results import Example, Figure, Measure, Table

__all__ = ["JudgedSentence", "Sentences", "Shown"]

_BUDGETS = (0.05, 0.1, 0.2)
_ALARMS = (0.05, 0.1)
_EXAMPLES, _EACH = 6, 2  # of a kind, and of a set among them


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSentence:
    """What the checker says of a sentence that people judged; see `mtqa.bench.errors.sentences.Annotated`.

    Attributes:
        words: of each word, the probability that it is wrong.
        flagged, bad: of each word, 1 where it was flagged, and where a person tagged it.
        characters: how many were flagged, how many are in errors, and the credit for those of both.
    """

    id: str
    set: str
    place: str
    p_edit: float
    repair: bool | None
    scores: Mapping[str, float]
    words: tuple[float, ...] = ()
    flagged: tuple[int, ...] = ()
    bad: tuple[int, ...] = ()
    characters: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not len(self.words) == len(self.flagged) == len(self.bad) or len(self.characters or (0, 0, 0)) != 3:
            raise ValueError("words, flagged and bad differ in length, or characters are not three; run it again")


@dataclass(frozen=True, slots=True)
class Shown:
    """Of a sentence, what an example shows: its text, the words that mtqa flagged and that people tagged, and whether
    mtqa flagged anything, if only the sentence as a whole."""

    text: str
    flagged: str
    tagged: str
    called: bool


def _tagged(sentence: JudgedSentence) -> bool:
    return bool(sentence.words)


def _marked(sentence: JudgedSentence) -> bool:
    return sentence.characters is not None


def _has_repair(sentence: JudgedSentence) -> bool:
    return sentence.repair is not None


class Sentences(Columns[JudgedSentence]):
    """Judged sentences; what is said of words is concatenated.

    Args:
        shown: of each sentence.
    """

    def __init__(
        self, items: Sequence[JudgedSentence], suite: ErrorsSuite, shown: Mapping[str, Shown] | None = None
    ) -> None:
        super().__init__(items, suite)
        self._shown = shown or {}
        self._keys = {each.name: each.scores for each in suite.sets}
        self.sets: list[str] = self.distinct("set")
        self.p = self.numbers(lambda i: i.p_edit)
        self.repair = self.flags(repair=True)
        self.word_p: Numbers = np.array([p for item in items for p in item.words], dtype=float)
        self.flagged: Flags = np.array([f for item in items for f in item.flagged], dtype=bool)
        self.bad: Flags = np.array([b for item in items for b in item.bad], dtype=bool)
        self.characters: Numbers = np.array([item.characters or (0.0,) * 3 for item in items], dtype=float)
        ends = np.cumsum([len(item.words) for item in items])
        self._words = [np.arange(end - len(i.words), end) for i, end in zip(items, ends, strict=True)]

    # -- statistics of sentences by their ordinals -------------------------------------------------------------------

    def _of_words(self, n: Indices) -> NDArray[np.intp]:
        return np.concatenate([self._words[each] for each in n]) if len(n) else np.array([], dtype=np.intp)

    def _word_auroc(self, n: Indices) -> float:
        words = self._of_words(n)
        return measures.auroc(self.bad[words], self.word_p[words])

    def _of_flags(self, measure: Callable[[Flags, Flags], float]) -> Statistic:
        """A measure of flagged words against those tagged."""

        def statistic(n: Indices) -> float:
            words = self._of_words(n)
            return measure(self.bad[words], self.flagged[words])

        return statistic

    def _span_f1(self, n: Indices) -> float:
        said, so, credit = self.characters[n].sum(axis=0)
        return float(2 * credit / (said + so)) if so else math.nan

    def _span_share(self, of: int) -> Statistic:
        """Credit as a share of the characters flagged (0) or in errors (1)."""

        def statistic(n: Indices) -> float:
            total = self.characters[n].sum(axis=0)
            return float(total[2] / total[of]) if total[of] else math.nan

        return statistic

    def _agreement(self, measure: Callable[[Numbers, Numbers], float], score: str) -> Statistic:
        """A correlation of the probability of repair with how bad people found the sentence."""
        badness = -self.numbers(lambda i: i.scores.get(score))

        def statistic(n: Indices) -> float:
            kept = n[~np.isnan(badness[n])]
            return measure(self.p[kept], badness[kept])

        return statistic

    def _repair_auroc(self, n: Indices) -> float:
        return measures.auroc(self.repair[n], self.p[n])

    def _precision_at(self, share: float) -> Statistic:
        """Share in need of repair among the worst ``share``."""
        return lambda n: measures.precision_at(self.repair[n], self.p[n], share)

    def _recall_at(self, rate: float) -> Statistic:
        """Share found of those in need of repair, at a false-alarm rate."""
        return lambda n: measures.true_positives_at(self.repair[n], self.p[n], rate)

    # -- what they come to -------------------------------------------------------------------------------------------

    def headlines(self) -> Iterator[Headline]:
        """Each the mean over the sets that have it."""
        number = {name: n for n, name in enumerate(self.sets)}
        of = np.array([number[item.set] for item in self.items], dtype=int)
        score = {name: next((s for n in self.where(set=name) for s in self.items[n].scores), "") for name in self.sets}

        def mean(statistics: Mapping[str, Statistic]) -> Statistic:
            def statistic(n: Indices) -> float:
                values = [each(n[of[n] == number[name]]) for name, each in statistics.items()]
                defined = [value for value in values if not math.isnan(value)]
                return sum(defined) / len(defined) if defined else math.nan

            return statistic

        def spearman(name: str) -> Statistic:
            return self._agreement(measures.spearman, score[name])

        found: tuple[tuple[str, Callable[[JudgedSentence], bool], Callable[[str], Statistic]], ...] = (
            ("word AUROC", _tagged, lambda _: self._word_auroc),
            ("word MCC", _tagged, lambda _: self._of_flags(measures.matthews)),
            ("span F1", _marked, lambda _: self._span_f1),
            ("repair AUROC", _has_repair, lambda _: self._repair_auroc),
            ("precision of the worst 10 %", _has_repair, lambda _: self._precision_at(0.1)),
            ("Spearman", lambda i: score[i.set] in i.scores, spearman),
        )
        for name, keep, statistic in found:
            chosen = self.where(keep)
            if names := self.distinct("set", chosen):
                sets = f"mean of {len(names)} sets" if len(names) > 1 else names[0]
                yield Headline(f"{name}, {sets}", chosen, mean({each: statistic(each) for each in names}))

    def conclusion(self, summary: Table) -> str:
        """What a person finds who reads the worst, and how far mtqa agrees with people."""
        values = {name.partition(",")[0]: cell.value for name, cell in summary.values.items()}
        sentences = (
            ("precision of the worst 10 %", "Of the 10 % of sentences that mtqa ranks worst, {:.1%} need repair."),
            ("Spearman", "Its probability of repair agrees with people's scores by a Spearman correlation of {:.2f}."),
            ("word MCC", "The words that it flags agree with those that people tagged by an MCC of {:.2f}."),
        )
        return " ".join(text.format(values[name]) for name, text in sentences if name in values)

    def details(self) -> Iterator[Table]:
        """Of words, of spans, of scores and of sentences that need repair."""
        words: Cells = {
            "tagged": self._of_flags(lambda bad, _: measures.mean(bad)),
            "AUROC": self._word_auroc,
            "MCC": self._of_flags(measures.matthews),
            "F1": self._of_flags(measures.f1),
            "precision": self._of_flags(lambda bad, said: measures.mean(bad[said])),
            "recall": self._of_flags(lambda bad, said: measures.mean(said[bad])),
        }
        yield Table(
            name="words",
            title="Words",
            note="AUROC is of each word's probability; the others are of the words flagged as shipped; mtqa "
            "flags few. A flag on a whole sentence points at no word.",
            rows=self._by_set(_tagged, lambda n: {"words": Measure(len(self._of_words(n))), **words}),
        )
        spans = {"precision": self._span_share(0), "recall": self._span_share(1), "F1": self._span_f1}
        yield Table(
            name="spans",
            title="Error spans",
            note="By characters over the whole set, as in the WMT shared task on quality estimation of 2023: a "
            "character in both a flag and an error counts one, or one half where only one of the two is major. All "
            "annotators' errors count.",
            rows=self._by_set(_marked, lambda _: spans),
        )
        yield Table(
            name="agreement",
            title="Agreement with people's scores",
            note="Correlation of the probability of repair with how bad people found a sentence; 1 is perfect.",
            rows={
                f"{name}: {score}": self.row(
                    self.where(lambda i: score in i.scores, set=name),  # noqa: B023 - used at once
                    {
                        "sentences": len,
                        "Spearman": self._agreement(measures.spearman, score),
                        "Pearson": self._agreement(measures.pearson, score),
                        "Kendall": self._agreement(measures.kendall, score),
                    },
                )
                for name in self.sets
                for score in dict.fromkeys(s for n in self.where(set=name) for s in self.items[n].scores)
            },
        )
        repair: Cells = {
            "need repair": Share(lambda n: measures.mean(self.repair[n])),
            "AUROC": self._repair_auroc,
            **{f"of the worst {percent(share)}": self._precision_at(share) for share in _BUDGETS},
            **{f"found at {percent(rate)} false alarms": self._recall_at(rate) for rate in _ALARMS},
        }
        yield Table(
            name="repair",
            title="Sentences in need of repair",
            note="“Of the worst” is the share in need of repair among the sentences that mtqa ranks first: what a "
            "person finds who reads only those. Compare it with the share of all that need repair.",
            rows=self._by_set(_has_repair, lambda _: repair),
        )

    def _by_set(
        self, keep: Callable[[JudgedSentence], bool], cells: Callable[[Indices], Cells]
    ) -> dict[str, dict[str, Measure]]:
        """A row of each set that has such sentences."""
        chosen = {name: self.where(keep, set=name) for name in self.sets}
        return {name: self.row(n, {"sentences": len, **cells(n)}) for name, n in chosen.items() if len(n)}

    def figures(self) -> Iterator[Figure]:
        """ROC and review curves of the sets with repair judgements."""
        roc, review = [], []
        for name in self.sets:
            n = self.where(_has_repair, set=name)
            repair, p = self.repair[n], self.p[n]
            if measures.varies(repair):
                roc.append(line(name, *measures.roc(repair, p)))
                found = np.cumsum(repair[np.argsort(-p, kind="stable")]) / repair.sum()
                review.append(line(name, np.linspace(0, 1, len(n) + 1), np.insert(found, 0, 0.0)))
        if roc:
            yield Figure(
                name="roc",
                title="ROC of sentences in need of repair",
                note="Up and to the left is better.",
                x="false alarms",
                y="found",
                lines=tuple(roc),
                diagonal="chance",
            )
            yield Figure(
                name="review",
                title="Review budget",
                note="How much of what needs repair a person finds who reads the worst sentences first.",
                x="share of sentences read",
                y="share of repairs found",
                lines=tuple(review),
                diagonal="in any order",
            )

    def examples(self) -> Iterator[Example]:
        """Sentences that need no repair and were flagged, and those that need it and were not."""
        wrong = [i for i in self.items if i.repair is not None and i.repair is not self._shown[i.id].called]
        alarms = sorted((i for i in wrong if not i.repair), key=lambda i: (-i.p_edit, i.id))
        misses = sorted((i for i in wrong if i.repair), key=lambda i: (i.p_edit, i.id))
        for kind, found in (("false alarm", alarms), ("miss", misses)):
            for item in islice(_spread(found), _EXAMPLES):
                worse = {name for name, key in self._keys[item.set].items() if key.startswith("-")}
                people = ", ".join(f"{name} {-v if name in worse else v:.2f}" for name, v in item.scores.items())
                words = self._shown[item.id]
                said = [f"p(repair) {item.p_edit:.2f}", *([f"people said {people}"] if people else [])]
                said += [f"mtqa flagged {words.flagged or 'the sentence as a whole'}"] if words.called else []
                said += [f"people tagged {words.tagged}"] if words.tagged else []
                yield Example(kind=kind, where=item.set, said="; ".join(said), text=words.text)


def _spread(items: Iterable[JudgedSentence]) -> Iterator[JudgedSentence]:
    """Items of a set up to its second, so that no set has all the examples."""
    taken: Counter[str] = Counter()
    for item in items:
        taken[item.set] += 1
        if taken[item.set] <= _EACH:
            yield item
