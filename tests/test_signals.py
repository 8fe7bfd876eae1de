"""Signals together: which are asked, those of somebody else's, and those that wait."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from fakes import CALIBRATION, FakeModels, fake_checker

import mtqa
from mtqa.core.details import (
    Details,
    MachineLogit,
    Measured,
    OtherLanguage,
    Proposal,
    RepairOdds,
    RoundTrip,
    RoundTrips,
    SecondOpinion,
    Surprisal,
    details_of,
)
from mtqa.core.documents import BlockKind, Segment
from mtqa.core.errors import ConfigError, ModelError, UnknownName
from mtqa.core.findings import Evidence, Severity
from mtqa.core.limits import OutOfTime, deadline
from mtqa.core.proofreading import Proofread
from mtqa.core.protocols import SegmentScore
from mtqa.core.settings import CheckerSettings
from mtqa.core.signals import Reading, Said, Signal
from mtqa.core.spans import Span
from mtqa.gate.cache import Cache
from mtqa.renderers import render
from mtqa.signals import SIGNALS
from mtqa.signals.panel import Panel

TEXT = "The ferry was LATE on Friday. Nobody at the pier minded, and the rain went on."
DOCUMENT = mtqa.from_text(TEXT, language="en")
ORDER = ["language", "detector", "editor", "errors", "surface", "source", "fluency", "round-trip", "judge"]


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is registered here is registered here alone."""
    monkeypatch.setattr(SIGNALS, "_entries", dict(SIGNALS._entries))


def test_every_signal_is_what_the_registry_says_it_is() -> None:
    assert list(SIGNALS) == ORDER
    for name, kind in SIGNALS.items():
        assert (kind.name, issubclass(kind, Signal)) == (name, True)


def test_a_signal_takes_its_file_and_its_registration(tmp_path: Path) -> None:
    SIGNALS.register("shout", "toy_signals:ShoutSignal")
    plain, checker = fake_checker(signals_off=("shout",)), fake_checker()
    report = checker.check(DOCUMENT)
    (said,) = report.documents
    assert [e.signal for e in said.verdicts[0].evidence][-1] == "shout"
    assert [(flag.rule, flag.span.of(TEXT)) for flag in said.flags] == [("shout", "LATE")]
    assert "|signal:toy_signals:ShoutSignal|" in str(checker.signature)
    assert str(checker.signature).endswith("|editor:fast|flags:usual|ecal:fake-labels|shout:1")
    assert str(plain.signature).endswith("|off:shout")
    assert plain.check(DOCUMENT).documents[0].flags == ()
    shown = json.loads(render(report, "json"))["documents"][0]["segments"][0]["evidence"][-1]
    assert (shown["measurements"], shown["texts"]) == ({"shouted": 1.0}, {"calm": "the ferry was late on friday."})
    assert "somebody shouts" in render(report, "text")
    kept = Cache(tmp_path, ())
    kept.put(said.document.raw, said.document.file, [said], [])
    assert kept.get(said.document.raw, said.document.file) == ([said], [])


@pytest.mark.parametrize("name", ["errors", "fluency", "surface", "language"])
def test_a_signal_that_is_off_says_nothing_and_the_others_what_they_did(name: str) -> None:
    (before,) = fake_checker().check(DOCUMENT).documents
    checker = fake_checker(signals_off=(name,))
    (after,) = checker.check(DOCUMENT).documents
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        assert new.evidence == tuple(e for e in old.evidence if e.signal != name)
    assert after.decision is before.decision
    flags = () if name == "errors" else ("editor:fast", "flags:usual", "ecal:fake-labels")
    assert checker.signature.extra == (*flags, f"off:{name}")


def test_only_what_there_is_and_can_be_spared_is_switched_off() -> None:
    with pytest.raises(UnknownName, match="'surfaces'"):
        fake_checker(signals_off=("surfaces",))
    with pytest.raises(ConfigError, match="without the signal 'detector' nothing can be decided"):
        fake_checker(signals_off=("detector",))


def test_signals_that_wait_are_asked_of_all_documents_at_once() -> None:
    SIGNALS.register("distant", "toy_signals:DistantSignal")
    documents = [DOCUMENT, mtqa.from_text("", language="en"), replace(DOCUMENT, uri="other")]
    found = fake_checker().reports(documents)
    assert [len(report.verdicts) for report in found] == [2, 0, 2]
    for verdict in (*found[0].verdicts, *found[2].verdicts):
        assert [e.signal for e in verdict.evidence] == ["detector", "errors", "surface", "fluency", "distant"]
        assert verdict.p_edit == pytest.approx(0.9526, abs=1e-4)  # of two models the surer one counts
    (flag,) = found[0].flags
    assert (flag.rule, flag.severity, flag.probability) == ("wrong-word", Severity.MAJOR, pytest.approx(0.8))
    assert [(edit.span.of(TEXT), edit.text) for edit in flag.edits] == [("pier", "quay")]


def test_they_can_be_asked_where_a_loop_runs_already() -> None:
    SIGNALS.register("distant", "toy_signals:DistantSignal")

    async def notebook() -> list[mtqa.DocumentReport]:
        return fake_checker().reports([DOCUMENT])

    assert asyncio.run(notebook()) == fake_checker().reports([DOCUMENT])


@pytest.mark.parametrize(
    "details",
    [
        OtherLanguage(language="de"),
        MachineLogit(logit=1.5, origins={"de": 0.5}),
        RepairOdds(log_odds=-1.5, words=7),
        Surprisal(words=3, estimate=6.5, peak=9.0),
        RoundTrips(trips=(RoundTrip(pivot="pt", text="Late.", chrf=81.2, ter=12.5, log_probability=-0.5),)),
        SecondOpinion(
            model="m at localhost", proposals=(Proposal(start=0, end=4, text="Soon"),), slope=1.0, offset=0.5
        ),
        Measured(numbers={"shouted": 1.0}, readings={"calm": "late."}),
    ],
    ids=lambda details: details.kind,
)
def test_details_are_the_same_after_a_file(details: Details) -> None:
    row = json.loads(json.dumps(asdict(details)))
    assert row["kind"] == type(details).__name__
    assert details_of(row) == details


def test_details_show_numbers_and_texts() -> None:
    trips = RoundTrips(trips=(RoundTrip(pivot="pt", text="Late.", chrf=81.2, ter=12.5),))
    assert trips.measurements() == {"chrF++ via pt": 81.2, "TER via pt": 12.5}
    assert trips.texts() == {"pt": "Late."}
    assert MachineLogit(logit=1.5, origins={"de": 0.5}).measurements() == {"translated from de": 0.5}
    assert Surprisal(words=3, estimate=6.5).measurements() == {"words": 3.0, "estimate": 6.5}


SEGMENT = Segment(id=0, span=Span(0, 5), text="Late.", language="en")
NOTHING = SegmentScore(0.0, Proofread(marked=0.0, must=0.0, words=()))
READING = Reading(language="en", segments=(SEGMENT,), scores=(NOTHING,))
PATIENCE = 60  # seconds after which a test that hangs fails


class Waits(Signal):
    """Says something once somebody else has begun."""

    name = "waits"

    def __init__(self) -> None:
        self.asked, self.begun = Event(), Event()
        self.cancelled = False

    async def score(self, readings: Sequence[Reading]) -> Said:
        self.asked.set()
        try:
            while not self.begun.is_set():
                await asyncio.sleep(0.001)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return [[self.abstain(SEGMENT, "no answer")]]


class Computes(Signal):
    """Says something once the one that waits was asked."""

    name = "computes"

    def __init__(self, waiting: Waits, error: Exception | None = None) -> None:
        self._waiting, self._error = waiting, error

    def read(self, reading: Reading) -> list[Evidence]:
        assert self._waiting.asked.wait(PATIENCE)
        if self._error is not None:
            raise self._error
        self._waiting.begun.set()
        return [Evidence(signal=self.name, segment_id=0, score=1.0)]


def test_who_waits_does_so_beside_who_computes_and_evidence_keeps_its_order() -> None:
    waits = Waits()
    for signals in ((waits, Computes(waits)), (Computes(waits), waits)):
        (found,) = Panel(signals)([READING])
        assert [evidence.signal for evidence in found[0]] == [signal.name for signal in signals]


def test_where_one_fails_nobody_waits_any_longer() -> None:
    waits = Waits()
    with pytest.raises(ModelError, match="gone"):
        Panel([waits, Computes(waits, ModelError("gone"))])([READING])
    assert waits.cancelled


def test_the_deadline_ends_the_waiting() -> None:
    waits, now = Waits(), [0.0]

    class Late(Computes):
        def read(self, reading: Reading) -> list[Evidence]:
            assert self._waiting.asked.wait(PATIENCE)
            return []

    class Clock(Signal):
        name = "clock"

        async def score(self, readings: Sequence[Reading]) -> Said:
            now[0] = 2.0
            return [[]]

    with deadline(1, lambda: now[0]), pytest.raises(OutOfTime):
        Panel([waits, Late(waits), Clock()])([READING])
    assert waits.cancelled


class Stubborn(Waits):
    """Fails where it is to wait no longer."""

    name = "stubborn"

    async def score(self, readings: Sequence[Reading]) -> Said:
        try:
            return await super().score(readings)
        finally:
            raise ModelError("the line is cut")


class Fails(Signal):
    """Fails once another was asked."""

    name = "fails"

    def __init__(self, waiting: Waits) -> None:
        self._waiting = waiting

    async def score(self, readings: Sequence[Reading]) -> Said:
        while not self._waiting.asked.is_set():
            await asyncio.sleep(0.001)
        raise ModelError("gone")


def test_what_is_given_up_is_given_up_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    """asyncio prints what nobody takes."""
    for other in (Waits, Stubborn):
        ticks = count()
        with deadline(1, lambda ticks=ticks: next(ticks)), pytest.raises(OutOfTime):
            Panel([Waits(), other()])([READING])
        waits = other()
        with pytest.raises(ModelError, match="gone"):
            Panel([waits, Fails(waits)])([READING])
        with pytest.raises(ModelError, match="gone"):
            Panel([waits, Waits(), Computes(waits, ModelError("gone"))])([READING])
    gc.collect()
    assert caplog.messages == []


def test_an_engine_that_fails_fails_as_itself() -> None:
    class Refuses(Signal):
        name = "refuses"

        async def score(self, readings: Sequence[Reading]) -> Said:
            raise ModelError("no answer from judge.example; start it")

    with pytest.raises(ModelError, match="start it"):
        Panel([Refuses()])([READING])


def test_what_does_not_want_to_be_asked_is_not() -> None:
    signals = Panel.of(CheckerSettings(), FakeModels(), CALIBRATION)
    evidence = signals([READING])[0][0]
    assert "round-trip" not in [one.signal for one in evidence]


@pytest.mark.parametrize("kind", [BlockKind.PARAGRAPH, BlockKind.BOILERPLATE])
def test_a_sentence_in_another_language_is_a_finding_unless_nobody_reads_it(kind: BlockKind) -> None:
    german = "Der Stadtrat hat am Dienstag beschlossen, die alte Brücke für Reparaturen zu sperren."
    document = mtqa.from_text(f"{TEXT}\n\n{german}", language="en")
    first, last = document.blocks
    (report,) = fake_checker().check(replace(document, blocks=(first, replace(last, kind=kind)))).documents
    found = kind is BlockKind.PARAGRAPH
    assert [flag.rule for flag in report.flags] == (["foreign-sentence"] if found else [])
    assert any("in German, unlike the rest" in remark for remark in report.remarks) is found
