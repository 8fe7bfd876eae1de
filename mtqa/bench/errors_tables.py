"""What judged sentences come to: tables, curves, examples, and the numbers that two runs are compared by."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from mtqa.bench import measures
from mtqa.bench.curves import line
from mtqa.bench.headlines import Columns, Headline, percent, summary
from mtqa.bench.measures import Flags, Numbers
from mtqa.bench.resampling import Indices, Statistic
from mtqa.bench.results import Example, Figure, Measure, Table
from mtqa.bench.suites import ErrorsSuite

__all__ = ["Item", "Sentences", "Shown", "examples", "figures", "headlines", "tables"]

_BUDGETS = (0.05, 0.1, 0.2)
_ALARMS = (0.05, 0.1)
_EXAMPLES, _EACH = 6, 2  # of a kind, and of a set among them


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A judged sentence; see `mtqa.bench.judged.Judged`.

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


class Sentences(Columns[Item]):
    """Items as columns; those of words are concatenated."""

    def __init__(self, items: Sequence[Item], suite: ErrorsSuite) -> None:
        super().__init__(items, suite)
        self.score_keys = {each.name: each.scores for each in suite.sets}
        self.sets = list(dict.fromkeys(item.set for item in items))
        self.p: Numbers = np.array([item.p_edit for item in items], dtype=float)
        self.repair: Flags = np.array([item.repair is True for item in items], dtype=bool)
        self.word_p: Numbers = np.array([p for item in items for p in item.words], dtype=float)
        self.flagged: Flags = np.array([f for item in items for f in item.flagged], dtype=bool)
        self.bad: Flags = np.array([b for item in items for b in item.bad], dtype=bool)
        self.characters: Numbers = np.array([item.characters or (0.0,) * 3 for item in items], dtype=float)
        ends = np.cumsum([len(item.words) for item in items])
        self._words = [np.arange(end - len(i.words), end) for i, end in zip(items, ends, strict=True)]

    def where(self, keep: Callable[[Item], bool]) -> Indices:
        """Ordinals of some sentences."""
        return np.array([n for n, item in enumerate(self.items) if keep(item)], dtype=np.intp)

    def of_set(self, name: str) -> Indices:
        """Ordinals of the sentences of a set."""
        return self.where(lambda item: item.set == name)

    # -- statistics of sentences by their ordinals -------------------------------------------------------------------

    def _of_words(self, n: Indices) -> NDArray[np.intp]:
        return np.concatenate([self._words[each] for each in n]) if len(n) else np.array([], dtype=np.intp)

    def word_auroc(self, n: Indices) -> float:
        """Of the probabilities of words."""
        words = self._of_words(n)
        return measures.auroc(self.bad[words], self.word_p[words])

    def of_flags(self, measure: Callable[[Flags, Flags], float]) -> Statistic:
        """A measure of flagged words against those tagged."""

        def statistic(n: Indices) -> float:
            words = self._of_words(n)
            return measure(self.bad[words], self.flagged[words])

        return statistic

    def span_f1(self, n: Indices) -> float:
        """By characters, with partial credit."""
        said, so, credit = self.characters[n].sum(axis=0)
        return float(2 * credit / (said + so)) if so else math.nan

    def span_share(self, of: int) -> Statistic:
        """Credit as a share of the characters flagged (0) or in errors (1)."""

        def statistic(n: Indices) -> float:
            total = self.characters[n].sum(axis=0)
            return float(total[2] / total[of]) if total[of] else math.nan

        return statistic

    def agreement(self, measure: Callable[[Numbers, Numbers], float], score: str) -> Statistic:
        """A correlation of the probability of repair with how bad people found the sentence."""
        badness = np.array([-item.scores.get(score, math.nan) for item in self.items], dtype=float)

        def statistic(n: Indices) -> float:
            kept = n[~np.isnan(badness[n])]
            return measure(self.p[kept], badness[kept])

        return statistic

    def repair_auroc(self, n: Indices) -> float:
        """Of the probability of repair."""
        return measures.auroc(self.repair[n], self.p[n])

    def precision_at(self, share: float) -> Statistic:
        """Share in need of repair among the worst ``share``."""
        return lambda n: measures.precision_at(self.repair[n], self.p[n], share)

    def recall_at(self, rate: float) -> Statistic:
        """Share found of those in need of repair, at a false-alarm rate."""
        return lambda n: measures.true_positives_at(self.repair[n], self.p[n], rate)


def headlines(sentences: Sentences) -> Iterator[Headline]:
    """The numbers that count, each the mean over the sets that have it."""
    number = {name: n for n, name in enumerate(sentences.sets)}
    of = np.array([number[item.set] for item in sentences.items], dtype=int)

    def averaged(names: Sequence[str], statistics: Sequence[Statistic]) -> Statistic:
        def statistic(n: Indices) -> float:
            values = [each(n[of[n] == number[name]]) for name, each in zip(names, statistics, strict=True)]
            defined = [value for value in values if not math.isnan(value)]
            return sum(defined) / len(defined) if defined else math.nan

        return statistic

    def have(keep: Callable[[Item], bool]) -> tuple[Indices, list[str]]:
        chosen = sentences.where(keep)
        return chosen, [name for name in sentences.sets if any(sentences.items[n].set == name for n in chosen)]

    of_tagged, tagged = have(lambda i: bool(i.words))
    of_marked, marked = have(lambda i: i.characters is not None)
    of_judged, judged = have(lambda i: i.repair is not None)
    scored = {name: next((s for i in sentences.items if i.set == name for s in i.scores), "") for name in number}
    of_scored, with_score = have(lambda i: scored[i.set] in i.scores)
    found: list[tuple[str, Indices, list[str], list[Statistic]]] = [
        ("word AUROC", of_tagged, tagged, [sentences.word_auroc] * len(tagged)),
        ("word MCC", of_tagged, tagged, [sentences.of_flags(measures.matthews)] * len(tagged)),
        ("span F1", of_marked, marked, [sentences.span_f1] * len(marked)),
        ("repair AUROC", of_judged, judged, [sentences.repair_auroc] * len(judged)),
        ("precision of the worst 10 %", of_judged, judged, [sentences.precision_at(0.1)] * len(judged)),
        (
            "Spearman",
            of_scored,
            with_score,
            [sentences.agreement(measures.spearman, scored[name]) for name in with_score],
        ),
    ]
    for name, chosen, names, statistics in found:
        if names:
            sets = f"mean of {len(names)} sets" if len(names) > 1 else names[0]
            yield Headline(f"{name}, {sets}", chosen, averaged(names, statistics))


def tables(sentences: Sentences) -> Iterator[Table]:
    """All tables, the summary first."""
    yield summary(headlines(sentences), sentences)
    found = (_words(sentences), _spans(sentences), _agreement(sentences), _repair(sentences))
    yield from (table for table in found if table.rows)


def _words(sentences: Sentences) -> Table:
    rows = {}
    for name in sentences.sets:
        chosen = sentences.where(lambda i: i.set == name and bool(i.words))  # noqa: B023 - used at once
        if len(chosen):
            flags = sentences.of_flags
            rows[name] = {
                "sentences": Measure(len(chosen)),
                "words": Measure(sum(len(sentences.items[n].words) for n in chosen)),
                "tagged": sentences.measure(chosen, flags(lambda bad, _: measures.mean(bad))),
                "AUROC": sentences.measure(chosen, sentences.word_auroc),
                "MCC": sentences.measure(chosen, flags(measures.matthews)),
                "F1": sentences.measure(chosen, flags(measures.f1)),
                "precision": sentences.measure(chosen, flags(lambda bad, said: measures.mean(bad[said]))),
                "recall": sentences.measure(chosen, flags(lambda bad, said: measures.mean(said[bad]))),
            }
    return Table(
        name="words",
        title="Words",
        note="AUROC is of each word's probability; the others are of the words flagged as shipped, which mtqa "
        "keeps few. A flag on a whole sentence points at no word.",
        rows=rows,
    )


def _spans(sentences: Sentences) -> Table:
    rows = {}
    for name in sentences.sets:
        chosen = sentences.where(lambda i: i.set == name and i.characters is not None)  # noqa: B023 - used at once
        if len(chosen):
            rows[name] = {
                "sentences": Measure(len(chosen)),
                "precision": sentences.measure(chosen, sentences.span_share(0)),
                "recall": sentences.measure(chosen, sentences.span_share(1)),
                "F1": sentences.measure(chosen, sentences.span_f1),
            }
    return Table(
        name="spans",
        title="Error spans",
        note="By characters over the whole set, as in the WMT shared task on quality estimation of 2023: a character "
        "in both a flag and an error counts one, or one half where only one of the two is major. All annotators' "
        "errors count.",
        rows=rows,
    )


def _agreement(sentences: Sentences) -> Table:
    rows = {}
    for name in sentences.sets:
        for score in dict.fromkeys(s for i in sentences.items if i.set == name for s in i.scores):
            chosen = sentences.where(lambda i: i.set == name and score in i.scores)  # noqa: B023 - used at once
            rows[f"{name}: {score}"] = {
                "sentences": Measure(len(chosen)),
                "Spearman": sentences.measure(chosen, sentences.agreement(measures.spearman, score)),
                "Pearson": sentences.measure(chosen, sentences.agreement(measures.pearson, score)),
                "Kendall": sentences.measure(chosen, sentences.agreement(measures.kendall, score)),
            }
    return Table(
        name="agreement",
        title="Agreement with people's scores",
        note="Correlation of the probability of repair with how bad people found a sentence; 1 is perfect.",
        rows=rows,
    )


def _repair(sentences: Sentences) -> Table:
    rows = {}
    for name in sentences.sets:
        chosen = sentences.where(lambda i: i.set == name and i.repair is not None)  # noqa: B023 - used at once
        if len(chosen):
            rows[name] = {
                "sentences": Measure(len(chosen)),
                "need repair": sentences.measure(chosen, lambda n: measures.mean(sentences.repair[n]), share=True),
                "AUROC": sentences.measure(chosen, sentences.repair_auroc),
                **{
                    f"of the worst {percent(share)}": sentences.measure(chosen, sentences.precision_at(share))
                    for share in _BUDGETS
                },
                **{
                    f"found at {percent(rate)} false alarms": sentences.measure(chosen, sentences.recall_at(rate))
                    for rate in _ALARMS
                },
            }
    return Table(
        name="repair",
        title="Sentences in need of repair",
        note="“Of the worst” is the share in need of repair among the sentences that mtqa ranks first: what a person "
        "finds who reads only those. Compare it with the share of all that need repair.",
        rows=rows,
    )


def figures(sentences: Sentences) -> Iterator[Figure]:
    """ROC and review curves of the sets with repair judgements."""
    roc, review = [], []
    for name in sentences.sets:
        n = sentences.where(lambda i: i.set == name and i.repair is not None)  # noqa: B023 - used at once
        repair, p = sentences.repair[n], sentences.p[n]
        if len(n) and repair.any() and not repair.all():
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


def examples(sentences: Sentences, shown: Mapping[str, Shown]) -> Iterator[Example]:
    """Sentences that need no repair and were flagged, and those that need it and were not, the worst first.

    Args:
        shown: of each sentence.
    """
    wrong = [i for i in sentences.items if i.repair is not None and i.repair is not shown[i.id].called]
    alarms = sorted((i for i in wrong if not i.repair), key=lambda i: (-i.p_edit, i.id))
    misses = sorted((i for i in wrong if i.repair), key=lambda i: (i.p_edit, i.id))
    for kind, found in (("false alarm", alarms), ("miss", misses)):
        for item in islice(_spread(found), _EXAMPLES):
            worse = {name for name, key in sentences.score_keys[item.set].items() if key.startswith("-")}
            people = ", ".join(f"{name} {-v if name in worse else v:.2f}" for name, v in item.scores.items())
            words = shown[item.id]
            said = [f"p(repair) {item.p_edit:.2f}", *([f"people said {people}"] if people else [])]
            said += [f"mtqa flagged {words.flagged or 'the sentence as a whole'}"] if words.called else []
            said += [f"people tagged {words.tagged}"] if words.tagged else []
            yield Example(kind=kind, where=item.set, said="; ".join(said), text=words.text)


def _spread(items: Iterable[Item]) -> Iterator[Item]:
    """Items of a set up to its second, so that no set has all the examples."""
    taken: Counter[str] = Counter()
    for item in items:
        taken[item.set] += 1
        if taken[item.set] <= _EACH:
            yield item
