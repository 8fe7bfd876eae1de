"""Round trips: as evidence, in reports, and beside a whole document."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import CALIBRATION, GARBLED, SIGNATURE, CopyingTranslator, FakeModels, GarblingTranslator, fake_checker
from program import Run

import mtqa
from mtqa.checker import Checker
from mtqa.core.details import RoundTrip, RoundTrips
from mtqa.core.differences import differences
from mtqa.core.documents import Segment
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Evidence
from mtqa.core.protocols import Translator
from mtqa.core.report import Decision
from mtqa.core.same_engine import SameEngine
from mtqa.core.settings import CheckerSettings, Editor
from mtqa.core.signals import Reading
from mtqa.core.spans import Span
from mtqa.gate.reports import is_report
from mtqa.neural import translators
from mtqa.renderers import render
from mtqa.signals.round_trip import RoundTripSignal, routes

TEXT = "The ferry was late on Friday. Nobody at the pier minded zzat, and the <b>rain</b> went on."


def segment(text: str, language: str = "en", number: int = 0) -> Segment:
    return Segment(id=number, span=Span(0, len(text)), text=text, language=language)


class OneWay(CopyingTranslator):
    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = frozenset(pairs)
        self.signature = "-".join(sorted(pairs)[0]) + "@1"

    def pairs(self) -> frozenset[tuple[str, str]]:
        return self._pairs


def test_a_copy_is_the_same_and_a_garbled_trip_is_not() -> None:
    sentences = (segment("The ferry was late on Friday."), segment("***", number=1), segment("Ein Satz.", "fr", 2))

    def travelled(translator: Translator, *pivots: str) -> list[Evidence]:
        signal = RoundTripSignal([translator], pivots or ("auto",))
        return signal.read(Reading(language="en", segments=sentences, scores=()))

    [same, empty, foreign] = travelled(CopyingTranslator())
    assert same.score == pytest.approx(100)
    back = RoundTrip(
        pivot="de", text=sentences[0].text, chrf=pytest.approx(100), ter=0, log_probability=-0.5, engine="copy"
    )
    assert same.details == RoundTrips(trips=(back,))
    assert (empty.score, empty.abstained) == (None, "no words")
    assert (foreign.score, foreign.abstained) == (None, "no translator takes French into another language and back")
    named = travelled(CopyingTranslator(), "de")
    assert [e.score is None for e in named] == [False, True, True]
    with pytest.raises(ConfigError, match="via 'pl'"):
        travelled(CopyingTranslator(), "pl")
    [worse, *_] = travelled(GarblingTranslator())
    assert worse.score is not None
    assert 20 < worse.score < 90
    assert isinstance(worse.details, RoundTrips)
    (trip,) = worse.details.trips
    assert trip.ter > 0
    assert GARBLED in trip.text


SENTENCES = ("The ferry was late on Friday.", "Nobody on the pier minded the wait.", "We all went home by bus.")


@pytest.mark.parametrize(
    ("translator", "known", "own"),
    [
        (CopyingTranslator(), {}, True),
        (CopyingTranslator(), {"sentences": 4}, False),
        (CopyingTranslator(), {"pivot": "fr"}, False),
        (CopyingTranslator(), {"engine": "other"}, False),
        (GarblingTranslator(), {"engine": "garble"}, False),
    ],
)
def test_what_an_engine_leaves_as_it_is_is_its_own(translator: Translator, known: dict[str, Any], own: bool) -> None:
    numbers = {"engine": "copy", "pivot": "de", "chrf": 88.0, "sentences": 3, "p_mt": 0.98, "rate": 0.009} | known
    calibration = replace(CALIBRATION, same_engine=(SameEngine.from_table(numbers),))
    settings = CheckerSettings(round_trip=("auto",), editor=Editor.FAST)
    checker = Checker(FakeModels(translator), calibration, signature=SIGNATURE, settings=settings)
    (report,) = checker.reports([mtqa.from_text(" ".join(SENTENCES), language="en")])
    assert (report.decision is Decision.LIKELY_MT) is own
    assert ("comes back almost unchanged when copy" in report.reason) is own
    assert (report.p_mt == 0.98) is own


def test_two_models_of_one_pair_each_make_a_way() -> None:
    there, back = OneWay(("en", "fr")), OneWay(("fr", "en"))
    [way] = routes([there, back], "en-GB")
    assert (way.there, way.back, way.language, way.pivot) == (there, back, "en", "fr")
    assert way.engines == ("en-fr@1", "fr-en@1")
    assert routes([there], "en") == ()


def test_the_best_known_pivots_are_taken_unless_others_are_named() -> None:
    tags = ("en", "en-US", "af", "es", "pt-BR", "zh-Hans")
    many: list[Translator] = [OneWay(*((a, b) for a in tags for b in tags if a != b))]
    assert [way.pivot for way in routes(many, "en")] == ["pt-BR", "es"]
    assert [way.pivot for way in routes(many, "en", ("zh", "af"))] == ["zh-Hans", "af"]
    with pytest.raises(ConfigError, match=r"from English via 'de': there is one via af, es, pt-BR, zh-Hans; run: mtqa"):
        routes(many, "en", ("de",))
    with pytest.raises(ConfigError, match="none is installed"):
        routes([], "en", ("de",))


def test_round_trips_change_no_probability_and_sign_the_report() -> None:
    document = mtqa.from_text(TEXT, language="en")
    without = fake_checker().check(document)
    report = fake_checker(GarblingTranslator(), round_trip=("de",)).check(document)
    assert str(report.signature) == f"{without.signature}|trip:garble@1"
    for old, new in zip(without.documents[0].verdicts, report.documents[0].verdicts, strict=True):
        assert (old.p_mt, old.p_edit, old.flags) == (new.p_mt, new.p_edit, new.flags)
        assert [e.signal for e in new.evidence if e not in old.evidence] == ["round-trip"]
    assert without.documents[0].p_mt == report.documents[0].p_mt


def test_reports_show_the_trip_with_the_words_that_differ() -> None:
    report = fake_checker(GarblingTranslator(), round_trip=("auto",)).check(mtqa.from_text(TEXT, language="en"))
    text = render(report, "text", width=100)
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip().startswith("de  "))
    assert "Nobody at thezzzz pier minded zzat,zzzz" in lines[at]
    assert lines[at + 1].index("━") == lines[at].index("thezzzz")
    assert "round trip via de: chrF++" in text
    assert "this affects no verdict unless" in text
    page = render(report, "html")
    assert "<em>thezzzz</em>" in page
    assert "<em>&lt;b&gt;rain" in page or "&lt;b&gt;" in page
    assert "<b>rain" not in page
    data = json.loads(render(report, "json"))
    [trip] = [e for e in data["documents"][0]["segments"][0]["evidence"] if e["signal"] == "round-trip"]
    assert trip["texts"]["de"].startswith("The ferry waszz")


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("The cat sat.", "The cat sat.", ([], [])),
        ("The cat sat!", "the CAT, sat", (["The cat sat!"], ["the CAT, sat"])),
        ("We sat , and ate.", "We sat, and ate.", (["sat ,"], ["sat,"])),
        ("We sat  and ate.", "We sat and ate.", ([" "], [])),
        ("We sat and ate.", "We sat and ate", (["ate."], ["ate"])),
        ("The old cat sat.", "The cat sat.", (["old"], [])),
        ("The cat sat down here.", "A dog sat there.", (["The cat", "down here."], ["A dog", "there."])),
        ("", "A dog", ([], ["A dog"])),
    ],
)
def test_differing_words(one: str, other: str, words: tuple[list[str], list[str]]) -> None:
    spans = differences(one, other)
    assert tuple([span.of(text) for span in each] for each, text in zip(spans, (one, other), strict=True)) == words


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, Translator] = {"copy": CopyingTranslator(), "garble": GarblingTranslator()}
    monkeypatch.setattr(translators, "installed", lambda **_: (known["copy"],))
    monkeypatch.setattr(translators, "load", lambda name, **_: known[name])
    monkeypatch.delenv("MTQA_TRANSLATORS", raising=False)


@pytest.mark.usefixtures("engines")
def test_a_document_beside_itself(mtqa: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# Late\n\n{TEXT}\n")
    same = mtqa("retranslate", "a.md", "--language", "en")
    assert same.code == 0
    assert "a.md: there and back via de by copy@1" in same.out
    assert "chrF++ 100.0" in same.out
    assert "nrefs:1" in same.out
    assert mtqa("retranslate", "a.md", "--language", "en", "-o", "b.txt").code == 0
    assert is_report(tmp_path / "b.txt")
    assert "━" not in same.out
    done = mtqa("retranslate", "a.md", "--language", "en", "--via", "de", "--translator", "garble", "-f", "json")
    found = json.loads(done.out)
    assert [row["line"] for row in found["sentences"]] == [1, 3, 3]
    first = found["sentences"][1]
    assert [first["other"][a:b] for a, b in first["other_differs"]] == ["waszzzz", "Friday.zzzz"]
    scores = {each["metric"]: each["score"] for each in found["likeness"]}
    assert scores["chrF++"] < 90
    assert scores["TER"] > 10
    assert set(scores) == {"chrF++", "TER", "BLEU"}


@pytest.mark.usefixtures("engines")
def test_a_page_escapes_what_it_shows(mtqa: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The <script>alert(1)</script> ferry was late.\n")
    done = mtqa("retranslate", "a.txt", "--language", "en", "--translator", "garble", "-f", "html", "-o", "a.html")
    assert (done.code, done.out) == (0, "")
    page = (tmp_path / "a.html").read_text()
    assert "<script" not in page
    assert "&lt;" in page
    assert "default-src 'none'" in page
    assert "<em>" in page
    assert is_report(tmp_path / "a.html")


@pytest.mark.usefixtures("engines")
def test_sources_are_translated_anew(mtqa: Run, tmp_path: Path) -> None:
    source = "Die Fähre kam an diesem Freitag spät, und niemand am Ufer hat sich darüber aufgeregt."
    row = {"text": "The ferry was late.", "source": source, "language": "en"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    found = json.loads(mtqa("retranslate", "a.jsonl", "--from-source", "-f", "json").out)
    assert (found["via"], found["from_source"]) == ("de", True)
    assert [(s["text"], s["other"]) for s in found["sentences"]] == [("The ferry was late.", source)]
    short = row | {"source": "Spät."}
    (tmp_path / "b.jsonl").write_text(json.dumps(short) + "\n")
    assert "too short to tell their language" in mtqa("retranslate", "b.jsonl", "--from-source").err


@pytest.mark.usefixtures("engines")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from-source"], "holds no sources to translate; use --via"),
        (["--via", "fr"], "no round trip from English via 'fr': there is one via de"),
        (["--via", "de", "--from-source"], "exclude each other"),
        (["-f", "pdf"], "use text, json, html"),
        (["-o", "a.txt"], "would overwrite an input"),
        (["--language", "is"], "no translator here takes Icelandic into another language and back"),
    ],
)
def test_what_cannot_be_done_is_said(mtqa: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "a.txt").write_text("The ferry was late on Friday.\n")
    done = mtqa("retranslate", "a.txt", "--language", "en", *arguments)
    assert done.code == 2
    assert message in done.err
    assert (tmp_path / "a.txt").read_text() == "The ferry was late on Friday.\n"


@pytest.mark.parametrize("arguments", [[], ["--via", "de"]])
def test_why_there_is_no_way_is_said(
    mtqa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    (tmp_path / "a.txt").write_text("Xq zzv kk.\n")
    unknown = mtqa("retranslate", "a.txt", *arguments)
    assert unknown.err == "mtqa: error: a.txt: its language could not be identified; name it with --language, e.g. en\n"
    monkeypatch.setattr(translators, "installed", lambda **_: ())
    none = mtqa("retranslate", "a.txt", "--language", "en", *arguments)
    assert none.err == "mtqa: error: no translator is installed; 'mtqa translators' says how to get one\n"


def test_score_hands_its_pivots_and_translators_on(mtqa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[CheckerSettings] = []

    def load(settings: CheckerSettings) -> Checker:
        asked.append(settings)
        return fake_checker(CopyingTranslator(), round_trip=("auto",))

    monkeypatch.setattr(Checker, "load", load)
    monkeypatch.delenv("MTQA_TRANSLATORS", raising=False)
    (tmp_path / "a.txt").write_text(TEXT)
    done = mtqa("score", "a.txt", "--round-trip", "auto", "--translator", "copy")
    assert (done.code, asked[0].round_trip, asked[0].translators) == (0, ("auto",), ("copy",))
    assert "Round trip: chrF++ 100.0 via de" in done.out
    refused = mtqa("score", "a.txt", "--translator", "copy")
    assert refused.code == 2
    assert "add --round-trip auto" in refused.err
    monkeypatch.setenv("MTQA_TRANSLATORS", "copy")
    assert mtqa("score", "a.txt").code == 0
