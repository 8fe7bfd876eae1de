"""What judged documents come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mtqa.bench import measures
from mtqa.bench.columns import Cells, Columns, Headline, interval, line, percent
from mtqa.bench.documents import Origin
from mtqa.bench.measures import Flags, Numbers
from mtqa.bench.resampling import Indices, Share, Statistic
from mtqa.bench.results import Example, Figure, Measure, Table
from mtqa.bench.suites import Condition, Suite
from mtqa.core.report import Decision

__all__ = ["MTQA", "PEOPLE", "Baselines", "DetectionSuite", "Documents", "JudgedDocument"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """Other detectors, run on the same documents.

    Attributes:
        ngrams_year: train a logistic regression on TF-IDF of character n-grams on the rows of this year, and for each
            machine system on what the other systems and people wrote in the year that is judged; 0 for none.
        round_trip: documents of each kind (machine, human translation, original) on which is measured how much of a
            text survives a machine translation there and back; 0 for none.
        perplexity: documents of each kind on which is measured the surprisal by the language model that ``mtqa models
            pull smollm2-135m`` gets; 0 for none.
    """

    ngrams_year: int = 0
    round_trip: int = 0
    perplexity: int = 0

    def __post_init__(self) -> None:
        if min(self.ngrams_year, self.round_trip, self.perplexity) < 0:
            raise ValueError("baselines must be 0 or more; change them")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSuite(Suite):
    """Machine-translated documents against people's.

    Rows are those of WMT: ``text``, ``origin`` (mt, human or original), ``year``, ``pair``, ``seg``, ``system``, and
    ``same`` for further systems with the same output; ``doc`` where there are domains.

    Attributes:
        year: of the test set.
        left_out: rows that meet one of these conditions.
        lengths: of documents, in segments.
        breakdown: the length that systems, pairs, curves and examples are shown at.
        documents: the most of each machine system, pair and length, drawn by chance; 0 for all. People's are all used.
        domains: name of a kind of text to what its ``doc`` begins with; the others are of the domain ``other``.
        baselines: other detectors.
    """

    year: int
    left_out: tuple[Condition, ...] = ()
    lengths: tuple[int, ...] = (5, 10, 20, 40)
    breakdown: int = 10
    documents: int = 0
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    baselines: Baselines = field(default_factory=Baselines)

    def __post_init__(self) -> None:
        super(DetectionSuite, self).__post_init__()
        if not self.lengths or min(self.lengths) < 1 or self.breakdown not in self.lengths:
            raise ValueError("lengths must be 1 or more, and breakdown one of them; change them")
        if self.documents < 0:
            raise ValueError("documents must be 0, for all, or more; change it")
        if self.baselines.ngrams_year == self.year:
            raise ValueError("ngrams-year must not be the year that is judged; choose another")


MTQA = "mtqa"
PEOPLE: Mapping[str, Origin] = {"originals": Origin.ORIGINAL, "human translations": Origin.HUMAN}
_BOTH = tuple(PEOPLE.values())
_RATES = (0.01, 0.05)
_ALARMS, _MISSES = 3, 5  # examples; alarms of originals and of human translations each
_EXCERPT = 900  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDocument:
    """What the checker says of a document; see `mtqa.bench.documents.Text`.

    Attributes:
        reason: of the decision, without what differs from document to document.
        scores: of other detectors, higher for machine output.
        domain: the kind of text; ``""`` where the suite names none, ``mixed`` where no kind has more than half of its
            segments.
    """

    id: str
    origin: str
    pair: str
    writer: str
    place: str
    length: int
    decision: str
    reason: str
    p_mt: float
    scores: dict[str, float]
    domain: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.p_mt <= 1:
            raise ValueError("p-mt must be from 0 to 1; run the benchmark again")


class Documents(Columns[JudgedDocument]):
    """Judged documents.

    Args:
        said: of each document, the reason of its decision and its text.
        others: makes further tables, of other detectors.
    """

    def __init__(
        self,
        items: Sequence[JudgedDocument],
        suite: DetectionSuite,
        said: Mapping[str, tuple[str, str]] | None = None,
        others: Callable[[Documents], Iterator[Table]] = lambda _: iter(()),
    ) -> None:
        super().__init__(items, suite)
        self._said, self._others = said or {}, others
        self.breakdown = suite.breakdown
        self.machine = self.flags(origin=Origin.MACHINE)
        self.decided = {each: self.flags(decision=each) for each in Decision}
        self.p = self.numbers(lambda i: i.p_mt)
        self.lengths = sorted(self.distinct("length"))
        self.detectors = list(dict.fromkeys([MTQA, *(name for item in items for name in item.scores)]))

    def score(self, detector: str) -> Numbers:
        """Of each document; NaN where the detector has none."""
        return self.p if detector == MTQA else self.numbers(lambda i: i.scores.get(detector))

    def against(self, length: int, *people: Origin) -> Indices:
        """The machine's documents of a length and those of some people."""
        return self.where(length=length, origin=(Origin.MACHINE, *people))

    # -- statistics of documents by their ordinals -------------------------------------------------------------------

    def auroc(self, detector: str = MTQA) -> Statistic:
        """Of a detector."""
        return self.auroc_of(self.score(detector))

    def auroc_of(self, score: Numbers) -> Statistic:
        """Of a score of each document; not defined where one of them has none."""
        return lambda n: np.nan if np.isnan(score[n]).any() else measures.auroc(self.machine[n], score[n])

    def called(self, decision: Decision) -> Share:
        """Share with a decision."""
        return Share(lambda n: measures.mean(self.decided[decision][n]))

    def _of_classes(self, flags: Flags, n: Indices) -> float:
        """Share that is so where half of all are the machine's: the mean of both classes' shares."""
        machine = self.machine[n]
        return (measures.mean(flags[n][machine]) + measures.mean(flags[n][~machine])) / 2

    def _accuracy(self, n: Indices) -> float:
        decided = n[~self.decided[Decision.UNDECIDED][n]]
        return self._of_classes(self.decided[Decision.LIKELY_MT] == self.machine, decided)

    def _undecided(self, n: Indices) -> float:
        return self._of_classes(self.decided[Decision.UNDECIDED], n)

    def _calibration_error(self, n: Indices) -> float:
        return measures.calibration_error(self.machine[n], self.p[n])

    def _found_at(self, rate: float) -> Statistic:
        return lambda n: measures.true_positives_at(self.machine[n], self.p[n], rate)

    # -- what they come to -------------------------------------------------------------------------------------------

    def headlines(self) -> Iterator[Headline]:
        """AUROC by length; decisions at the breakdown's."""
        for length in self.lengths:
            for people, origin in PEOPLE.items():
                chosen = self.against(length, origin)
                yield Headline(f"AUROC, {length} segments, against {people}", chosen, self.auroc())
        at = f"{self.breakdown} segments"
        originals, machine = (
            self.where(length=self.breakdown, origin=origin) for origin in (Origin.ORIGINAL, Origin.MACHINE)
        )
        both = self.against(self.breakdown, *_BOTH)
        called = self.called(Decision.LIKELY_MT)
        yield Headline(f"originals called likely-mt, {at}", originals, called, higher=False)
        yield Headline(f"machine translations called likely-mt, {at}", machine, called)
        yield Headline(f"accuracy of the decided, {at}", both, self._accuracy)
        yield Headline(f"undecided, {at}", both, self._undecided, higher=False)
        yield Headline(f"calibration error, {at}", both, self._calibration_error, higher=False)

    def conclusion(self, summary: Table) -> str:
        """How well machine translations are told, and whom the decisions accuse."""
        at, cells = f"{self.breakdown} segments", summary.values
        against = [
            f"{interval(cells[name])} against {people}"
            for people in PEOPLE
            if (name := f"AUROC, {at}, against {people}") in cells
        ]
        called = [
            f"{interval(cells[name], '.1%')} of {kind}"
            for kind in ("machine translations", "originals")
            if (name := f"{kind} called likely-mt, {at}") in cells
        ]
        found = [f"In documents of {at}, AUROC is {' and '.join(against)}."] if against else []
        found += [f"As shipped, {' and '.join(called)} are called likely-mt."] if called else []
        return " ".join(found)

    def details(self) -> Iterator[Table]:
        """By length, decision, system, pair and kind of text; why documents were undecided; other detectors."""
        cells: Cells = {
            "documents": len,
            "AUROC": self.auroc(),
            **{f"found at {percent(rate)} false alarms": self._found_at(rate) for rate in _RATES},
            "accuracy of the decided": self._accuracy,
            "undecided": self._undecided,
            "calibration error": self._calibration_error,
        }
        groups = {name: (origin,) for name, origin in PEOPLE.items()} | {"both": _BOTH}
        yield Table(
            name="detection",
            title="Machine translations against what people wrote",
            note="“Found” uses the threshold that lets so many false alarms through on these very documents; a dash "
            "stands where there are too few of them. Accuracy, undecided and calibration error weigh both classes "
            "alike.",
            rows={
                f"{length} segments, against {people}": self.row(self.against(length, *origins), cells)
                for length in self.lengths
                for people, origins in groups.items()
            },
        )
        decisions: Cells = {"documents": len, **{each.value: self.called(each) for each in Decision}}
        yield Table(
            name="decisions",
            title="Decisions as shipped",
            note="Shares of documents, those included that are too short for a decision.",
            rows={
                f"{length} segments, {origin.label}": self.row(chosen, decisions)
                for length in self.lengths
                for origin in Origin
                if len(chosen := self.where(length=length, origin=origin))
            },
        )
        yield self._breakdown("systems", "By system", "writer")
        yield self._breakdown("pairs", "By language pair", "pair")
        if any(item.domain for item in self.items):
            yield self._domains()
        undecided = self.where(decision=Decision.UNDECIDED)
        yield Table(
            name="undecided",
            title="Why documents were undecided",
            note="Documents of all lengths.",
            rows={
                reason: {
                    origin.label: Measure(len(self.where(decision=Decision.UNDECIDED, reason=reason, origin=origin)))
                    for origin in Origin
                }
                for reason in sorted(self.distinct("reason", undecided))
            },
        )
        yield from self._others(self)

    def _breakdown(self, name: str, title: str, key: str) -> Table:
        length = self.breakdown
        of_machine = {"length": length, "origin": Origin.MACHINE}
        originals = self.where(length=length, origin=Origin.ORIGINAL)
        rows = {}
        for each in sorted(self.distinct(key, self.where(**of_machine))):
            machine = self.where(**of_machine, **{key: each})
            pairs = self.distinct("pair", machine)
            human = self.where(length=length, origin=Origin.HUMAN, pair=pairs)
            rows[each] = {
                "documents": Measure(len(machine)),
                "AUROC, originals": self.measure(np.concatenate([machine, originals]), self.auroc()),
                "AUROC, human translations": self.measure(np.concatenate([machine, human]), self.auroc()),
                "called likely-mt": self.measure(machine, self.called(Decision.LIKELY_MT)),
                "called likely-human": self.measure(machine, self.called(Decision.LIKELY_HUMAN)),
            }
        note = f"Documents of {length} segments; human translations are those of the same language pairs."
        return Table(name=name, title=title, note=note, rows=rows)

    def _domains(self) -> Table:
        called = self.called(Decision.LIKELY_MT)
        rows = {}
        for domain in sorted(self.distinct("domain")):
            mine = {o: self.where(length=self.breakdown, domain=domain, origin=o) for o in Origin}
            both = {people: np.concatenate([mine[Origin.MACHINE], mine[origin]]) for people, origin in PEOPLE.items()}
            rows[domain] = {
                **{origin.label: Measure(len(chosen)) for origin, chosen in mine.items()},
                **{f"AUROC, {people}": self.measure(chosen, self.auroc()) for people, chosen in both.items()},
                **{f"{origin.label} called likely-mt": self.measure(n, called) for origin, n in mine.items()},
            }
        at = f"Documents of {self.breakdown} segments"
        note = f"{at}, against people's of the kind of text that most segments are of."
        return Table(name="domains", title="By kind of text", note=note, rows=rows)

    def figures(self) -> Iterator[Figure]:
        """ROC, calibration and risk-coverage curves at the breakdown's length."""
        at = f"Documents of {self.breakdown} segments"
        risk = []
        for people, origin in PEOPLE.items():
            n = self.against(self.breakdown, origin)
            if not measures.varies(self.machine[n]):
                continue
            scores = {name: self.score(name)[n] for name in self.detectors}
            yield Figure(
                name=f"roc-{people.replace(' ', '-')}",
                title=f"ROC against {people}",
                note=f"{at}. Up and to the left is better.",
                x="false alarms",
                y="machine translations found",
                lines=tuple(
                    line(name, *measures.roc(self.machine[n], score))
                    for name, score in scores.items()
                    if not np.isnan(score).any()
                ),
                diagonal="chance",
            )
            risk.append(line(f"against {people}", *measures.risk_coverage(self.machine[n], self.p[n])))
        n = self.against(self.breakdown, *_BOTH)
        if measures.varies(self.machine[n]):
            said, seen, _ = measures.calibration_curve(self.machine[n], self.p[n])
            yield Figure(
                name="calibration",
                title="Calibration",
                note=f"{at}, half of them machine-translated. On the diagonal, p(machine) is right.",
                x="stated p(machine)",
                y="share that machines translated",
                lines=(line("p(machine)", said, seen),),
                diagonal="perfect",
            )
        if risk:
            yield Figure(
                name="risk",
                title="Risk and coverage",
                note=f"{at}: the error rate if only the surest were decided. Lower is better.",
                x="share decided",
                y="share of those wrong",
                lines=tuple(risk),
            )

    def examples(self) -> Iterator[Example]:
        """People's documents that were called the machine's, and the machine's that were called people's."""
        for origin in (Origin.ORIGINAL, Origin.HUMAN, Origin.MACHINE):
            sign, kind, most = (1, "miss", _MISSES) if origin is Origin.MACHINE else (-1, "false alarm", _ALARMS)
            called = Decision.LIKELY_HUMAN if origin is Origin.MACHINE else Decision.LIKELY_MT
            wrong = [self.items[n] for n in self.where(length=self.breakdown, origin=origin, decision=called)]
            for item in sorted(wrong, key=lambda i: (sign * i.p_mt, i.id))[:most]:
                reason, text = self._said[item.id]
                writer = f" by {item.writer}" if item.writer else ""
                yield Example(
                    kind=kind,
                    where=f"{origin.label}{writer}, {item.pair}",
                    said=f"p(machine) {item.p_mt:.2f}, {item.decision}: {reason}",
                    text=text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …",
                )
