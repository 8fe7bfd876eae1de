"""What judged documents come to: tables, curves, examples, and the numbers that two runs are compared by."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mtqa.bench import measures
from mtqa.bench.curves import line
from mtqa.bench.documents import Origin
from mtqa.bench.headlines import Columns, Headline, percent, summary
from mtqa.bench.measures import Flags, Numbers
from mtqa.bench.resampling import Indices, Statistic
from mtqa.bench.results import Example, Figure, Measure, Table
from mtqa.bench.suites import DetectionSuite
from mtqa.core.report import Decision

__all__ = ["AGAINST", "MTQA", "Documents", "Item", "examples", "figures", "headlines", "tables"]

MTQA = "mtqa"
_RATES = (0.01, 0.05)
AGAINST: Mapping[str, tuple[Origin, ...]] = {
    "originals": (Origin.ORIGINAL,),
    "human translations": (Origin.HUMAN,),
    "both": (Origin.ORIGINAL, Origin.HUMAN),
}
_ALARMS, _MISSES = 3, 5  # examples; alarms of originals and of human translations each
_EXCERPT = 900  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A judged document; see `mtqa.bench.documents.Text`.

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


class Documents(Columns[Item]):
    """Items as columns."""

    def __init__(self, items: Sequence[Item], suite: DetectionSuite) -> None:
        super().__init__(items, suite)
        self.breakdown = suite.breakdown
        self.machine: Flags = np.array([item.origin == Origin.MACHINE for item in items], dtype=bool)
        self.decided: Mapping[Decision, Flags] = {
            decision: np.array([item.decision == decision for item in items], dtype=bool) for decision in Decision
        }
        self.p: Numbers = np.array([item.p_mt for item in items], dtype=float)
        self.lengths = sorted({item.length for item in items})
        self.detectors = list(dict.fromkeys([MTQA, *(name for item in items for name in item.scores)]))

    def score(self, detector: str) -> Numbers:
        """Of each document; NaN where the detector has none."""
        if detector == MTQA:
            return self.p
        return np.array([item.scores.get(detector, math.nan) for item in self.items], dtype=float)

    def where(self, keep: Callable[[Item], bool]) -> Indices:
        """Ordinals of some documents."""
        return np.array([n for n, item in enumerate(self.items) if keep(item)], dtype=np.intp)

    def against(self, length: int, people: Sequence[Origin]) -> Indices:
        """The machine's documents of a length and those of some people."""
        return self.where(lambda i: i.length == length and (i.origin == Origin.MACHINE or i.origin in people))

    # -- statistics of documents by their ordinals -------------------------------------------------------------------

    def auroc(self, detector: str = MTQA) -> Statistic:
        """Of a detector."""
        score = self.score(detector)
        return lambda n: math.nan if np.isnan(score[n]).any() else measures.auroc(self.machine[n], score[n])

    def true_positives_at(self, rate: float) -> Statistic:
        """Share of the machine's documents found at a false-alarm rate on these people's."""
        return lambda n: measures.true_positives_at(self.machine[n], self.p[n], rate)

    def called(self, decision: Decision) -> Statistic:
        """Share with a decision."""
        return lambda n: measures.mean(self.decided[decision][n])

    def accuracy(self, n: Indices) -> float:
        """Of the decided documents, where half of all are the machine's: the mean of both classes' shares."""
        decided = n[~self.decided[Decision.UNDECIDED][n]]
        right = self.decided[Decision.LIKELY_MT][decided] == self.machine[decided]
        return (measures.mean(right[self.machine[decided]]) + measures.mean(right[~self.machine[decided]])) / 2

    def undecided(self, n: Indices) -> float:
        """Share undecided where half of all are the machine's."""
        undecided = self.decided[Decision.UNDECIDED][n]
        return (measures.mean(undecided[self.machine[n]]) + measures.mean(undecided[~self.machine[n]])) / 2

    def calibration_error(self, n: Indices) -> float:
        """Expected, of ``p_mt``."""
        return measures.calibration_error(self.machine[n], self.p[n])


def headlines(documents: Documents) -> Iterator[Headline]:
    """The numbers that count."""
    for length in documents.lengths:
        for people in ("originals", "human translations"):
            chosen = documents.against(length, AGAINST[people])
            yield Headline(f"AUROC, {length} segments, against {people}", chosen, documents.auroc())
    length = documents.breakdown
    at = f"{length} segments"
    originals = documents.where(lambda i: i.length == length and i.origin == Origin.ORIGINAL)
    machine = documents.where(lambda i: i.length == length and i.origin == Origin.MACHINE)
    both = documents.against(length, AGAINST["both"])
    called = documents.called(Decision.LIKELY_MT)
    yield Headline(f"originals called likely-mt, {at}", originals, called, higher=False, share=True)
    yield Headline(f"machine translations called likely-mt, {at}", machine, called, share=True)
    yield Headline(f"accuracy of the decided, {at}", both, documents.accuracy)
    yield Headline(f"undecided, {at}", both, documents.undecided, higher=False)
    yield Headline(f"calibration error, {at}", both, documents.calibration_error, higher=False)


def tables(documents: Documents) -> Iterator[Table]:
    """All tables, the summary first."""
    yield summary(headlines(documents), documents)
    yield _detection(documents)
    yield _decisions(documents)
    yield _breakdown(documents, "systems", "By system", lambda item: item.writer)
    yield _breakdown(documents, "pairs", "By language pair", lambda item: item.pair)
    if any(item.domain for item in documents.items):
        yield _domains(documents)
    if any(item.decision == Decision.UNDECIDED for item in documents.items):
        yield _reasons(documents)


def _detection(documents: Documents) -> Table:
    rows = {}
    for length in documents.lengths:
        for people, origins in AGAINST.items():
            chosen = documents.against(length, origins)
            rows[f"{length} segments, against {people}"] = {
                "documents": Measure(len(chosen)),
                "AUROC": documents.measure(chosen, documents.auroc()),
                **{
                    f"found at {percent(rate)} false alarms": documents.measure(
                        chosen, documents.true_positives_at(rate)
                    )
                    for rate in _RATES
                },
                "accuracy of the decided": documents.measure(chosen, documents.accuracy),
                "undecided": documents.measure(chosen, documents.undecided),
                "calibration error": documents.measure(chosen, documents.calibration_error),
            }
    return Table(
        name="detection",
        title="Machine translations against what people wrote",
        note="“Found” uses the threshold that lets so many false alarms through on these very documents; a dash stands "
        "where there are too few of them. Accuracy, undecided and calibration error weigh both classes alike.",
        rows=rows,
    )


def _decisions(documents: Documents) -> Table:
    rows = {}
    for length in documents.lengths:
        for origin in Origin:
            chosen = documents.where(lambda i: (i.length, i.origin) == (length, origin))  # noqa: B023 - used at once
            if len(chosen):
                rows[f"{length} segments, {origin.label}"] = {
                    "documents": Measure(len(chosen)),
                    **{each.value: documents.measure(chosen, documents.called(each), share=True) for each in Decision},
                }
    return Table(
        name="decisions",
        title="Decisions as shipped",
        note="Shares of documents, those included that are too short for a decision.",
        rows=rows,
    )


def _breakdown(documents: Documents, name: str, title: str, key: Callable[[Item], str]) -> Table:
    length = documents.breakdown
    short = [i for i in documents.items if i.length == length]
    originals = documents.where(lambda i: i.length == length and i.origin == Origin.ORIGINAL)
    rows = {}
    for each in sorted({key(i) for i in short if i.origin == Origin.MACHINE}):
        mine = [i for i in short if i.origin == Origin.MACHINE and key(i) == each]
        pairs, ids = {i.pair for i in mine}, {i.id for i in mine}
        machine = documents.where(lambda i: i.id in ids)  # noqa: B023 - used at once
        human = documents.where(
            lambda i: i.length == length and i.origin == Origin.HUMAN and i.pair in pairs  # noqa: B023 - used at once
        )
        rows[each] = {
            "documents": Measure(len(machine)),
            "AUROC, originals": documents.measure(np.concatenate([machine, originals]), documents.auroc()),
            "AUROC, human translations": documents.measure(np.concatenate([machine, human]), documents.auroc()),
            "called likely-mt": documents.measure(machine, documents.called(Decision.LIKELY_MT), share=True),
            "called likely-human": documents.measure(machine, documents.called(Decision.LIKELY_HUMAN), share=True),
        }
    note = f"Documents of {length} segments; human translations are those of the same language pairs."
    return Table(name=name, title=title, note=note, rows=rows)


def _domains(documents: Documents) -> Table:
    length = documents.breakdown
    rows = {}
    for domain in sorted({item.domain for item in documents.items}):
        mine = {
            origin: documents.where(lambda i: (i.length, i.domain, i.origin) == (length, domain, origin))  # noqa: B023
            for origin in Origin
        }
        machine = mine[Origin.MACHINE]
        rows[domain] = {
            **{origin.label: Measure(len(mine[origin])) for origin in Origin},
            **{
                f"AUROC, {people}": documents.measure(np.concatenate([machine, mine[origin]]), documents.auroc())
                for people, (origin, *_) in list(AGAINST.items())[:2]
            },
            **{
                f"{origin.label} called likely-mt": documents.measure(
                    mine[origin], documents.called(Decision.LIKELY_MT), share=True
                )
                for origin in Origin
            },
        }
    note = f"Documents of {length} segments, against people's of the kind of text that most segments are of."
    return Table(name="domains", title="By kind of text", note=note, rows=rows)


def _reasons(documents: Documents) -> Table:
    rows: dict[str, dict[str, Measure]] = {}
    undecided = [item for item in documents.items if item.decision == Decision.UNDECIDED]
    for reason in sorted({item.reason for item in undecided}):
        rows[reason] = {
            origin.label: Measure(sum(i.reason == reason and i.origin == origin for i in undecided))
            for origin in Origin
        }
    return Table(name="undecided", title="Why documents were undecided", note="Documents of all lengths.", rows=rows)


def figures(documents: Documents) -> Iterator[Figure]:
    """ROC, calibration and risk-coverage curves at the breakdown's length."""
    length = documents.breakdown
    at = f"Documents of {length} segments"
    machine, p = documents.machine, documents.p
    risk = []
    for people in ("originals", "human translations"):
        n = documents.against(length, AGAINST[people])
        if not _both_kinds(machine[n]):
            continue
        scores = {name: documents.score(name)[n] for name in documents.detectors}
        yield Figure(
            name=f"roc-{people.replace(' ', '-')}",
            title=f"ROC against {people}",
            note=f"{at}. Up and to the left is better.",
            x="false alarms",
            y="machine translations found",
            lines=tuple(
                line(name, *measures.roc(machine[n], score))
                for name, score in scores.items()
                if not np.isnan(score).any()
            ),
            diagonal="chance",
        )
        risk.append(line(f"against {people}", *measures.risk_coverage(machine[n], p[n])))
    n = documents.against(length, AGAINST["both"])
    if _both_kinds(machine[n]):
        said, seen, _ = measures.calibration_curve(machine[n], p[n], measures.balanced_weights(machine[n]))
        yield Figure(
            name="calibration",
            title="Calibration",
            note=f"{at}, half of them the machine's. On the diagonal, what is said is what is so.",
            x="p(machine) as said",
            y="share that were the machine's",
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


def _both_kinds(machine: Flags) -> bool:
    return bool(machine.any() and not machine.all())


def examples(documents: Documents, said: Mapping[str, tuple[str, str]]) -> Iterator[Example]:
    """People's documents that were called the machine's, and the machine's that were called people's, the worst first.

    Args:
        said: of each document, the reason of its decision and its text.
    """
    short = [i for i in documents.items if i.length == documents.breakdown]
    for origin in (Origin.ORIGINAL, Origin.HUMAN, Origin.MACHINE):
        sign, kind, most = (1, "miss", _MISSES) if origin is Origin.MACHINE else (-1, "false alarm", _ALARMS)
        called = Decision.LIKELY_HUMAN if origin is Origin.MACHINE else Decision.LIKELY_MT
        wrong = (i for i in short if i.origin == origin and i.decision == called)
        worst = sorted(wrong, key=lambda i: (sign * i.p_mt, i.id))
        for item in worst[:most]:
            reason, text = said[item.id]
            writer = f" by {item.writer}" if item.writer else ""
            yield Example(
                kind=kind,
                where=f"{Origin(item.origin).label}{writer}, {item.pair}",
                said=f"p(machine) {item.p_mt:.2f}, {item.decision}: {reason}",
                text=text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …",
            )
