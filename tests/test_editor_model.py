"""The careful editor as it is shipped: what it must see, and what it must leave alone, whatever the CPU."""

from __future__ import annotations

from pathlib import Path

import pytest
from noise import MOST, VARIABLE

from mtqa import Checker, CheckerSettings, read
from mtqa.checker import signature_of
from mtqa.core.details import RepairOdds
from mtqa.core.findings import Verdict
from mtqa.core.proofreading import ProofCalibration
from mtqa.core.protocols import Proofreader
from mtqa.core.settings import EDITOR, Editor, Strictness
from mtqa.formats import from_text
from mtqa.neural import store
from mtqa.neural.models import LocalModels

SEED = Path(__file__).parent.parent / "seeds" / "000_3d0557e54902f2a4.txt"
GARBLED = [
    "She said Trump that the country would never accept the presence of the army.",
    "The minister spoke the newspaper report on Thursday and found the exchange.",
    "He has the meeting yesterday with his colleagues in the office attended.",
]
SOUND = [
    "The council voted on Tuesday to close the old bridge for repairs.",
    "Drivers will have to take the ring road until spring, the mayor's office said.",
    "The harbour master said that the ferry would run again once the storm had passed.",
    "The deputy mayor thanked the engineers, who had worked through two nights.",
]

RARE = [
    "Prune the greengages after the fruit has set, and never in winter.",
    "The keeper mended the dyke before the spring tides came.",
    "They hauled the creels at dawn and sold the crabs on the quay.",
    "The party hereinafter called the Lessee shall keep the premises in good repair.",
    "Whisk the eggs with the sugar until pale, fold in the flour, and bake for forty minutes.",
]


@pytest.fixture(scope="module")
def settings() -> CheckerSettings:
    return CheckerSettings(editor=Editor.CAREFUL, threads=2)


@pytest.fixture(scope="module")
def checker(settings: CheckerSettings) -> Checker:
    return Checker.load(settings)


def flagged(checker: Checker, sentences: list[str]) -> list[str]:
    (report,) = checker.check(from_text("\n\n".join(sentences), language="en")).documents
    return [v.segment.text for v in report.verdicts if is_marked(v)]


def is_marked(verdict: Verdict) -> bool:
    return any(flag.rule == "garbled" for flag in verdict.flags)


@pytest.mark.network
def test_it_sees_what_an_editor_sees(checker: Checker) -> None:
    assert set(flagged(checker, [*SOUND[:2], *GARBLED])) >= set(GARBLED)


@pytest.mark.network
def test_sound_prose_is_left_alone() -> None:
    strict = CheckerSettings(editor=Editor.CAREFUL, strictness=Strictness.STRICT)
    assert [flagged(Checker.load(strict), sentences) for sentences in (SOUND, RARE)] == [[], []]


@pytest.mark.network
def test_the_sample_article_has_more_to_repair_than_rules_find(checker: Checker) -> None:
    (report,) = checker.check(read(SEED)).documents
    assert len(report.to_repair()) >= 5
    assert any("She said Trump" in verdict.segment.text for verdict in report.to_repair())


def test_the_stricter_the_surer() -> None:
    calibration = ProofCalibration.from_table(store.locate(EDITOR).data["calibration"])
    strict, usual, generous = (calibration.flagged[one] for one in Strictness)
    assert strict > usual > generous
    shares = [calibration.recall[one] for one in Strictness]
    assert [one.sound for one in shares] == sorted(one.sound for one in shares)
    assert [one.must_repair for one in shares] == sorted(one.must_repair for one in shares)


@pytest.mark.network
def test_every_number_moves_with_the_noise(settings: CheckerSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    proofreader = LocalModels(settings).proofreader()
    assert proofreader is not None

    def numbers(proofreader: Proofreader, seed: str) -> list[float]:
        monkeypatch.setenv(VARIABLE, seed)
        (found,) = proofreader.proofread([GARBLED])
        return [number for s in found for mark in (s, *s.words) for number in (mark.marked, mark.must)]

    plain, first = numbers(proofreader, ""), numbers(proofreader, "1")
    assert first == numbers(proofreader, "1")
    assert all(0 < abs(a - b) <= MOST + 1e-9 for a, b in zip(plain, first, strict=True))


def test_its_manifest_is_whole() -> None:
    manifest = store.locate(EDITOR)
    store.verify(manifest)
    assert not manifest.missing
    assert sum(file.stat().st_size for file in manifest.path.iterdir() if file.is_file()) < 76_000_000


def test_it_counts_in_the_verdict_where_it_is_asked_and_was_measured_with_the_installed_detector() -> None:
    together = ProofCalibration.from_table(store.locate(EDITOR).data["calibration"]).together
    assert together
    assert together.detector == store.locate(CheckerSettings().model).signature
    careful, fast, off = (
        signature_of(CheckerSettings(editor=editor, signals_off=signals_off))
        for editor, signals_off in ((None, ()), (Editor.FAST, ()), (None, ("editor",)))
    )
    assert (careful.calibration, careful.fpr) == (together.name, together.fpr[0.01])
    assert (off.calibration, off.fpr) == (fast.calibration, fast.fpr) != (careful.calibration, careful.fpr)


@pytest.mark.network
def test_a_list_of_single_words_does_not_keep_it_from_the_verdict() -> None:
    words = "\n\n".join(f"Item{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(130))
    prose = "\n\n".join(SOUND * 5)
    article = from_text(f"{prose}\n\n{words}", language="en")
    (report,) = Checker.load(CheckerSettings()).reports([article])
    machine = [odds.machine for verdict in report.verdicts for odds in verdict.details(RepairOdds)]
    assert len(machine) < len(report.verdicts)
    assert None not in machine
