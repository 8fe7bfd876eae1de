"""The whole engine on the embedded model."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from fakes import CALIBRATION, FakeModels, fake_checker, word_mark
from growth import assert_linear

import mtqa
from mtqa import formats
from mtqa.core.calibration import Calibration
from mtqa.core.details import RepairOdds
from mtqa.core.documents import Segment
from mtqa.core.findings import Applicability
from mtqa.core.proofreading import Proofread
from mtqa.core.protocols import SegmentScore
from mtqa.core.report import Decision
from mtqa.core.settings import CheckerSettings, Editor, Strictness
from mtqa.core.signals import Reading
from mtqa.core.spans import Span
from mtqa.neural import store
from mtqa.signals.errors import ErrorSignal

HERE = Path(__file__).parent
SEED = HERE.parent / "seeds" / "000_3d0557e54902f2a4.txt"
HUMAN = [
    *sorted((HERE / "data" / "human").glob("*.txt")),
    *(SEED.with_name(name) for name in ("001_bakery.txt", "002_river.md", "003_lighthouse.html")),
]
GERMAN = (
    "Der Stadtrat hat am Dienstag beschlossen, die alte Brücke für Reparaturen zu sperren. Autofahrer müssen bis zum "
    "Frühjahr die Ringstraße nehmen, teilte das Büro des Bürgermeisters mit. Die Kosten werden auf zwei Millionen Euro "
    "geschätzt. Ein Sprecher sagte, die Arbeiten hätten längst beginnen sollen."
)


@pytest.mark.parametrize("unit", ["a", "A", "a-", "\u0251"])
def test_the_work_on_a_word_grows_no_faster_than_it(unit: str) -> None:
    """Up to the longest sentence: longer ones are parted."""
    assert_linear(fake_checker().check, lambda n: formats.from_text(unit * (n // len(unit)), language="en"), n=240)


@pytest.fixture(scope="module")
def checker() -> mtqa.Checker:
    return mtqa.Checker.load(CheckerSettings(editor=Editor.FAST, threads=1))


@pytest.fixture(scope="module")
def seed(checker) -> mtqa.DocumentReport:
    return checker.check(mtqa.read(SEED)).documents[0]


@pytest.mark.network
def test_the_seed_article_is_likely_machine_translated(seed):
    assert seed.decision is Decision.LIKELY_MT
    assert seed.p_mt > 0.6


@pytest.mark.network
@pytest.mark.parametrize("words", ["fentanyllabors", "one -sided"])
def test_the_seed_articles_garbled_words_are_marked(seed, words):
    assert any(words in flag.span.of(seed.document.text) for flag in seed.flags)


@pytest.mark.network
def test_the_seed_articles_garbled_sentences_are_on_top(seed):
    garbled = (
        "She said Trump that",
        "Trump reports Sheinbaum",
        "last way out",
        "one -sided",
        "fentanyllabors",
        "strikes roots",
        "spoke the Wall Street Journal report",
        "us in our",
        "cartel drivers",
        "was chosen",
        "that they flood in",
        "who wanted to help the country",
        "in the USA-Mexico",
        "the offer was detailed",
        "“foreign terrorists” groups",
    )
    top = [v.segment.text for v in sorted(seed.judged, key=lambda verdict: -verdict.p_repair)[:10]]
    assert sum(any(g in text for g in garbled) for text in top) >= 5, top


@pytest.mark.network
@pytest.mark.parametrize("path", HUMAN, ids=lambda p: p.stem)
def test_well_edited_human_english_is_never_accused(checker, path):
    assert checker.check(mtqa.read(path)).documents[0].decision is not Decision.LIKELY_MT


@pytest.mark.network
def test_every_flag_lies_in_its_segment_and_evidence_is_complete(seed):
    for verdict in seed.verdicts:
        span = verdict.segment.span
        assert seed.document.text[span.start : span.end] == verdict.segment.text
        assert all(span.contains(flag.span) and len(flag.span) for flag in verdict.flags)
        assert all(0 <= flag.probability <= 1 for flag in verdict.flags)
    assert {e.signal for v in seed.judged for e in v.evidence} == {"detector", "errors", "surface", "fluency"}


@pytest.mark.network
def test_boilerplate_is_shown_but_not_judged(seed):
    lines = {v.segment.text for v in seed.boilerplate}
    assert {"close", "Leave a Comment", "Click here to get the FOX News app"} <= lines
    assert all(v.p_mt is None and not v.flags for v in seed.boilerplate)


@pytest.mark.network
def test_an_article_in_another_language_is_not_judged(checker):
    report = checker.check(mtqa.from_text(GERMAN)).documents[0]
    assert (report.document.language, report.p_mt, report.decision) == ("de", None, Decision.UNDECIDED)


@pytest.mark.network
def test_a_sentence_in_another_language_is_a_finding(checker):
    english = (HERE / "data" / "human" / "inaugural.txt").read_text("utf-8")
    report = checker.check(mtqa.from_text(f"{english}\n\n{GERMAN.partition('. ')[0]}.")).documents[0]
    assert [f.rule for f in report.flags if f.rule == "foreign-sentence"]
    assert "unlike the rest of the document" in report.remarks[0]
    assert report.p_mt is not None


@pytest.mark.network
def test_declared_english_that_is_german_is_never_decided(checker):
    report = checker.check(mtqa.from_text(GERMAN * 3, language="en")).documents[0]
    assert report.decision is Decision.UNDECIDED


@pytest.mark.network
@pytest.mark.parametrize("text", ["Hello.", "a", "🙂", "1 2 3", "He left the house at noon."])
def test_too_little_text_is_undecided(checker, text):
    report = checker.check(mtqa.from_text(text)).documents[0]
    assert report.decision is Decision.UNDECIDED
    assert report.reason


@pytest.mark.network
def test_no_edit_that_another_finding_would_undo_is_safe(checker):
    text = "The ticket costs 1.000,50 € per year , and nobody in the town has ever complained about it."
    document = formats.from_text(text, language="en")
    (report,) = checker.check(document).documents
    edits = {edit.span.of(text): edit.applicability for flag in report.flags for edit in flag.edits}
    assert {Applicability.SAFE, Applicability.UNSAFE} == set(edits.values()), edits
    assert all(found is Applicability.UNSAFE for words, found in edits.items() if "1.000,50" in words)


XLIFF = (
    '<xliff version="1.2"><file original="a"><body><trans-unit id="1"><source>a</source>'
    "<target>{}</target></trans-unit></body></file></xliff>"
)


@pytest.mark.network
@pytest.mark.parametrize(
    ("name", "file", "mark"),
    [
        ("a.html", "<p>{}</p>", "<b></b>"),
        ("a.md", "{}", "<b></b>"),
        ("a.po", 'msgid "a"\nmsgstr "{}"\n', '"\n"'),
        ("a.xlf", XLIFF, "<x id='1' equiv-text='&lt;b&gt;'/>"),
        ("a.xlf", XLIFF.format("<![CDATA[{}]]>"), "]]><![CDATA["),
    ],
)
def test_no_edit_that_crosses_markup_is_safe(checker, name, file, mark):
    for between, safe in (("", True), (mark, False)):
        raw = file.format(f"It is the custom here, and nobody minds it much, my dear sir{between} !")
        (document,), _ = formats.read_bytes(raw.encode(), name, language="en")
        (report,) = checker.check(document).documents
        edits = [edit for flag in report.flags for edit in flag.edits]
        assert [edit.applicability is Applicability.SAFE for edit in edits] == [safe]


@pytest.mark.network
def test_a_document_does_not_depend_on_its_neighbours(checker, seed):
    others = [mtqa.read(path) for path in HUMAN]
    among = checker.check(*others, mtqa.read(SEED), *others).documents[len(others)]
    assert among.p_mt == pytest.approx(seed.p_mt, abs=1e-3)
    assert among.decision is seed.decision
    assert [f.fingerprint for f in among.flags] == [f.fingerprint for f in seed.flags]


def test_the_signature_names_model_threshold_and_data(checker):
    assert str(checker.signature).startswith(f"mtqa:{mtqa.__version__}|model:mtqa-en@")
    assert "|dtype:int8|" in str(checker.signature)
    stated = Calibration.from_table(store.locate("mtqa-en").data["calibration"])
    assert f"|rate:0.01|fpr:{stated.fpr:g}|cal:{stated.name}|" in str(checker.signature)


@pytest.mark.parametrize(
    ("text", "pointed_at"),
    [
        ("The mayor spoke of a zzor in the hall.", ["zzor"]),
        ("zzor", []),
    ],
)
def test_a_word_alone_is_never_pointed_at(text, pointed_at):
    report = fake_checker(signals_off=("surface",)).check(mtqa.from_text(text, language="en"))
    assert [flag.span.of(text) for flag in report.flags] == pointed_at


def test_a_sentence_that_is_odd_as_a_whole_is_pointed_at():
    texts = ["The third of them is odd.", "The second of them is fine."]
    scores = tuple(
        SegmentScore(
            0.0,
            Proofread(
                marked=must,
                must=must,
                words=tuple(word_mark(Span(m.start(), m.end()), -9.0) for m in re.finditer(r"\w+", text)),
            ),
        )
        for text, must in zip(texts, (4.0, -4.0), strict=True)
    )
    segments = tuple(
        Segment(id=i, span=Span(100 * i, 100 * i + len(text)), text=text, language="en") for i, text in enumerate(texts)
    )
    signal = ErrorSignal(CALIBRATION, Strictness.USUAL)
    odd, fine = signal.read(Reading(language="en", segments=segments, scores=scores))
    assert [(span.rule, span.span) for span in odd.spans] == [("garbled", segments[0].span)]
    garbled = pytest.approx(1 / (1 + math.exp(-4.0)))  # all that is wrong in it is the wrong word
    assert (odd.details, fine.spans) == (RepairOdds(log_odds=4.0, words=6, garbled=garbled), ())


def test_the_network_is_not_asked_of_what_has_no_letter(monkeypatch):
    asked = []
    encode = FakeModels.encode

    def noted(models, documents):
        asked.extend(passage.text for passages in documents for passage in passages)
        return encode(models, documents)

    monkeypatch.setattr(FakeModels, "encode", noted)
    signs, text = mtqa.from_text(", , 7 ##", language="en"), mtqa.from_text("A day came.", language="en")
    report = fake_checker(fluency=True).check(signs, text)
    assert asked == ["A day came."]
    assert [document.verdicts[0].p_mt is None for document in report.documents] == [True, False]
    assert report.documents[0].reason == "it has no words, so there is nothing to judge"
    assert {evidence.abstained for evidence in report.documents[0].verdicts[0].evidence} >= {"no words"}


PROSE = "The town closed the bridge. It opens in `{}` days. People use the road."


@pytest.mark.parametrize(
    "article",
    [
        PROSE.format("ten"),
        f"# A heading\n\n{PROSE.format('ten')}",
        f"![What a picture shows](a.png)\n\n{PROSE.format('ten')}",
        PROSE.format("delete --all"),
        f"{PROSE.format('ten')}\n\n`only code here`\n",
    ],
)
def test_prose_is_read_without_what_stands_beside_it(monkeypatch, article):
    asked = []
    encode = FakeModels.encode

    def noted(models, documents):
        asked.extend([re.sub(" +", " ", passage.text) for passage in passages] for passages in documents)
        return encode(models, documents)

    monkeypatch.setattr(FakeModels, "encode", noted)
    ((document,), _) = formats.read_bytes(article.encode(), "a.md", language="en")
    (report,) = fake_checker().check(document).documents
    assert asked[0] == ["The town closed the bridge.", "It opens in X days.", "People use the road."]
    assert len(report.verdicts) == sum(map(len, asked))
    (alone,) = fake_checker().check(mtqa.from_text("The town closed the bridge.", language="en")).documents
    (first,) = [v for v in report.verdicts if v.segment.text.startswith("The town")]
    assert first.p_mt == alone.verdicts[0].p_mt  # scores went back to their own sentences


def test_masked_words_are_read_as_one_sign_of_their_length():
    segment = Segment(
        id=0, span=Span(10, 28), text="Run a --b to stop.", language="en", masked=(Span(14, 19), Span(27, 40))
    )
    assert (segment.wording, segment.has_words) == ("Run X     to stopX", True)
    assert not Segment(id=0, span=Span(0, 5), text="a --b", language="en", masked=(Span(0, 5),)).has_words
