"""Decisions: what share of texts of many kinds is called likely-mt, at each false-alarm rate, and what is flagged.

These are the shares that `mtqa.batch.prevalence` corrects its counts by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtqa.bench.columns import Cells, Columns, Headline, interval, percent
from mtqa.bench.data import Data, chosen, meets
from mtqa.bench.documents import in_batches, reports
from mtqa.bench.kinds import Kind, Run
from mtqa.bench.measures import mean
from mtqa.bench.resampling import Indices, Share
from mtqa.bench.results import Table
from mtqa.bench.suites import Condition, Suite
from mtqa.core.calibration import Calibration
from mtqa.core.report import Decision, DocumentReport
from mtqa.neural import store
from mtqa.verdict import assess
from mtqa.verdict.reasons import TOO_SHORT

__all__ = ["KIND", "DecidedDocument", "Decisions", "DecisionsSuite", "TextSet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSet:
    """Texts of one kind.

    Attributes:
        data: the file; its rows have ``text``, or ``sentences``, and stand in the order of their documents.
        where: the rows that belong to it.
        left_out: rows that meet one of these conditions.
        writers: keys of rows; those whose values differ make no document together. A row counts for each of ``same``,
            further systems with the same output, if ``system`` is among them.
        documents: the most of each writer and length, drawn by chance; 0 for all.
        machine: whether a machine wrote them.
    """

    name: str
    data: str
    where: Condition
    left_out: tuple[Condition, ...] = ()
    writers: tuple[str, ...] = ()
    documents: int = 0
    machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsSuite(Suite):
    """Sets of texts.

    Attributes:
        sets: of texts.
        lengths: of documents, in sentences.
        breakdown: the length that the summary is of.
        rates: false-alarm rates of the model to decide at, besides the one of the checker.
    """

    sets: tuple[TextSet, ...]
    lengths: tuple[int, ...] = (5, 10, 20, 40)
    breakdown: int = 10
    rates: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        super(DecisionsSuite, self).__post_init__()
        names = [each.name for each in self.sets]
        if not names or len(set(names)) < len(names):
            raise ValueError("sets must be one or more, each with its own name; rename them")
        if not self.lengths or min(self.lengths) < 1 or self.breakdown not in self.lengths:
            raise ValueError("lengths must be 1 or more, and breakdown one of them; change them")

    @property
    def files(self) -> tuple[str, ...]:
        """In the folder with the data."""
        return tuple(dict.fromkeys(each.data for each in self.sets))


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedDocument:
    """What the checker decides on a document.

    Attributes:
        place: equal for translations of the same source, where the set's first writer key is the pair.
        called: whether it is called likely-mt, by false-alarm rate.
        sentences, to_repair: how many it has, and how many of them are flagged for repair.
    """

    id: str
    set: str
    place: str
    length: int
    decision: str
    called: Mapping[str, bool]
    sentences: int
    to_repair: int


class Decisions(Columns[DecidedDocument]):
    """Decided documents."""

    def __init__(self, items: Sequence[DecidedDocument], suite: DecisionsSuite) -> None:
        super().__init__(items, suite)
        self._suite = suite
        self._sentences = self.numbers(lambda i: i.sentences)
        self._to_repair = self.numbers(lambda i: i.to_repair)

    def _share(self, **values: object) -> Share:
        flags = self.flags(**values)
        return Share(lambda n: mean(flags[n]))

    def _called_at(self, rate: str) -> Share:
        flags = self.flags(lambda i: i.called.get(rate, False))
        return Share(lambda n: mean(flags[n]))

    def _repair_share(self, n: Indices) -> float:
        return float(self._to_repair[n].sum() / self._sentences[n].sum())

    def headlines(self) -> Iterator[Headline]:
        """Of each set, the share called likely-mt at the breakdown's length; of people's, also what is flagged."""
        called = self._share(decision=Decision.LIKELY_MT)
        for each in self._suite.sets:
            if len(n := self.where(set=each.name, length=self._suite.breakdown)):
                at = f"{each.name}, {self._suite.breakdown} segments"
                yield Headline(f"called likely-mt, {at}", n, called, higher=each.machine)
                if not each.machine:
                    yield Headline(f"sentences flagged, {at}", n, self._repair_share, higher=False)

    def conclusion(self, summary: Table) -> str:
        """Whom the decisions accuse."""
        at = f"{self._suite.breakdown} segments"
        said = [
            f"{interval(cell, '.1%')} of {each.name}"
            for each in self._suite.sets
            if (cell := summary.values.get(f"called likely-mt, {each.name}, {at}"))
        ]
        return f"In documents of {at}, called likely-mt: {'; '.join(said)}." if said else ""

    def details(self) -> Iterator[Table]:
        """By set and length."""
        cells: Cells = {
            "documents": len,
            **{each.value: self._share(decision=each) for each in Decision},
            **{f"likely-mt at {percent(rate)}": self._called_at(f"{rate:g}") for rate in self._suite.rates},
            "sentences flagged": self._repair_share,
        }
        yield Table(
            name="decisions",
            title="By kind and length",
            note="Shares of documents that are long enough for a decision; “at” is the false-alarm rate that the "
            "threshold aims at. The last column is the share of sentences that are flagged for repair.",
            rows={
                f"{each.name}, {length} segments": self.row(n, cells)
                for each in self._suite.sets
                for length in self._suite.lengths
                if len(n := self.where(set=each.name, length=length))
            },
        )


@dataclass(frozen=True, slots=True)
class _Document:
    id: str
    place: str
    segments: tuple[str, ...]


def _measure(suite: DecisionsSuite, run: Run) -> Decisions:
    checker = run.load()
    run.signature = str(checker.signature)
    table = store.locate(run.load.model).data["calibration"] if suite.rates else {}
    calibrations = {f"{rate:g}": Calibration.from_table(table, rate=rate) for rate in suite.rates}
    items = []
    for each in suite.sets:
        written = _written(run.data, each)
        for length in suite.lengths:
            documents = _documents(written, each, length, suite, run)
            for document, report in reports(checker, documents, suite.language, run.failures):
                if report.p_mt is None or TOO_SHORT in report.reason:
                    run.abstained[report.reason if report.p_mt is None else "too few words for a decision"] += 1
                    continue
                items.append(
                    DecidedDocument(
                        id=document.id,
                        set=each.name,
                        place=document.place,
                        length=length,
                        decision=report.decision.value,
                        called={rate: _called(report, calibration) for rate, calibration in calibrations.items()},
                        sentences=len(report.judged),
                        to_repair=len(report.to_repair()),
                    )
                )
    return Decisions(items, suite)


def _written(data: Data, of: TextSet) -> dict[tuple[str, ...], list[str]]:
    """The sentences of each writer of a set."""
    found: dict[tuple[str, ...], list[str]] = {}
    for _, row in data.rows(of.data):
        for writer in _writers(row, of):
            found.setdefault(writer, []).extend(row.get("sentences") or [row["text"]])
    return found


def _writers(row: Mapping[str, Any], of: TextSet) -> set[tuple[str, ...]]:
    """Who wrote a row, of those that belong to a set."""
    same = row.get("same") if "system" in of.writers else None
    systems = [row.get("system"), *(same if isinstance(same, list) else [])]
    rows = ({**row, "system": system} for system in systems)
    kept = (each for each in rows if meets(each, [of.where]) and not meets(each, of.left_out))
    return {tuple(str(each.get(key)) for key in of.writers) for each in kept}


def _documents(
    written: Mapping[tuple[str, ...], Sequence[str]], of: TextSet, length: int, suite: DecisionsSuite, run: Run
) -> list[_Document]:
    """As many of each writer as the set allows, and of all writers as the sample has."""
    found = []
    for writer, sentences in sorted(written.items()):
        whole = [tuple(part) for part in in_batches(sentences, length) if len(part) == length]
        name = "/".join([of.name, *writer])
        for n in chosen(len(whole), of.documents or None, f"{suite.seed}/{name}"):
            found.append(_Document(f"{name}/{length}/{n}", f"{'/'.join(writer[:1])}/{n}", whole[n]))
    return [found[n] for n in chosen(len(found), run.sample, f"{suite.seed}/{of.name}")]


def _called(report: DocumentReport, calibration: Calibration) -> bool:
    """Whether a document is called likely-mt at another false-alarm rate."""
    return assess(report.document, report.verdicts, calibration).decision is Decision.LIKELY_MT


KIND = Kind(suite=DecisionsSuite, item=DecidedDocument, columns=Decisions, measure=_measure)
