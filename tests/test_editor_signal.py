"""The careful editor's marks as evidence and flags."""

from __future__ import annotations

import math
import random
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from fakes import CALIBRATION, GARBLED, SIGNATURE, FakeModels, FakeProofreader, fake_checker

from mtqa.checker import Checker, signature_of
from mtqa.config import Policy
from mtqa.core.details import RepairOdds
from mtqa.core.documents import LETTER, WORD, Segment
from mtqa.core.errors import ModelError
from mtqa.core.findings import Category, ErrorSpan, Severity
from mtqa.core.garbled import Garbled
from mtqa.core.proofreading import Proofread, WordMark
from mtqa.core.report import Decision, DocumentReport
from mtqa.core.scaling import Curve, Logistic
from mtqa.core.settings import ARTICLES, Editor, Strictness
from mtqa.core.spans import Span
from mtqa.formats import from_text, read_bytes
from mtqa.gate.decide import decide
from mtqa.neural import store
from mtqa.renderers import RENDERERS, render
from mtqa.renderers.gate import GATE_RENDERERS, render_gate
from mtqa.signals.marking import MESSAGES, Marker, said_of
from mtqa.signals.pointing import is_listed, is_own

ALONE = replace(ARTICLES, signals_off=("surface",))
SOUND = "We sat on the wall and talked of nothing."


def judged(text: str, strictness: Strictness = Strictness.USUAL, language: str = "en") -> DocumentReport:
    checker = fake_checker(editor=Editor.CAREFUL, strictness=strictness, signals_off=("surface",))
    return checker.check(from_text(text, language=language)).documents[0]


def test_words_have_a_reason_a_severity_and_a_probability() -> None:
    report = judged(f"The ferry zzcame zzlate to us qqall, he said. {SOUND}")
    first, second = report.flags
    text = report.document.text
    assert (first.span.of(text), first.category, first.severity) == (
        "zzcame zzlate",
        Category.WORD_ORDER,
        Severity.MAJOR,
    )
    assert (second.span.of(text), second.category, second.severity) == ("qqall", Category.REGISTER, Severity.MINOR)
    assert first.message == MESSAGES[Category.WORD_ORDER]
    assert 0.97 < first.probability < 0.99
    assert first.rule == second.rule == "garbled"
    assert [bool(verdict.flags) for verdict in report.verdicts] == [True, False]


@pytest.mark.parametrize(
    ("text", "pointed"),
    [
        ("We met Kazzova at noon. Kazzova was late.", False),
        ("We met Kazzova at noon. Kazzava was late.", True),
        ("We met kazzova at noon. The kazzova was late.", True),
    ],
)
def test_a_name_that_recurs_is_no_misspelling(text: str, pointed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeProofreader, "wrong_place", Category.SPELLING)
    report = judged(text)
    words = {flag.span.of(report.document.text).lower() for flag in report.flags}
    assert bool(words & {"kazzova", "kazzava"}) is pointed
    assert bool(report.flags) is pointed


@pytest.mark.parametrize(
    ("word", "english"), [("Gesetz", False), ("ciudad", False), ("kindergarten", True), ("well-known", True)]
)
def test_a_word_that_the_lexicon_has_may_still_be_foreign(word: str, english: bool) -> None:
    assert is_listed(word, "en")
    assert is_own(word, "en") is english


def test_english_words_are_not_untranslated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeProofreader, "wrong_place", Category.UNTRANSLATED)
    monkeypatch.setattr("mtqa.signals.marking.is_own", lambda word, _: word != "zzkahvila")
    (english,) = judged(f"It was zzlater zznever to us all, he said. {SOUND}").flags
    report = judged(f"It was zzlater zzkahvila zzso to us all, he said. {SOUND}")
    (foreign,) = report.flags
    assert english.category is not Category.UNTRANSLATED
    assert (foreign.span.of(report.document.text), foreign.category) == ("zzkahvila", Category.UNTRANSLATED)


def test_every_category_that_it_tells_has_a_message_and_a_name() -> None:
    assert len(MESSAGES) == 9
    assert len({each.label for each in MESSAGES}) == 9


@pytest.mark.parametrize(
    ("strictness", "flagged"), [(Strictness.STRICT, 1), (Strictness.USUAL, 1), (Strictness.GENEROUS, 2)]
)
def test_strictness_says_how_sure_it_must_be(strictness: Strictness, flagged: int) -> None:
    report = judged(f"The ferry zzcame late on Friday. The ferry qqcame late on Friday. {SOUND}", strictness)
    assert sum(bool(verdict.flags) for verdict in report.verdicts) == flagged


def test_flags_do_not_wait_for_the_verdict() -> None:
    report = judged(f"The ferry {GARBLED}came.")
    assert report.decision == "undecided"
    assert [flag.rule for flag in report.flags] == ["garbled"]


@pytest.mark.parametrize("editor", [Editor.CAREFUL, Editor.FAST])
def test_an_article_that_is_garbled_throughout_is_machine_output(editor: Editor) -> None:
    garbled = Garbled(share=0.5, score=-99.0, p_mt=0.999, rate=0.01)
    calibration = replace(CALIBRATION, likely_mt=Curve((5.0,), (99.0,))).with_garbled(garbled)
    checker = Checker(FakeModels(), calibration, signature=SIGNATURE, settings=replace(ALONE, editor=editor))

    def report(word: str, sound: int, list_of: int = 0) -> DocumentReport:
        garbled = "The {0}ferry {0}came late on {0}Friday, and none of our {1} minded that it had."
        said = [garbled.format(word, number) for number in range(10 - sound)]
        said += [f"{SOUND[:-1]} for {number} hours." for number in range(sound)]
        text = "\n\n".join([" ".join(said), *["Nobody."] * list_of])
        return checker.check(from_text(text, language="en")).documents[0]

    found = report(GARBLED, 2)
    assert (found.decision, found.p_mt) == (Decision.LIKELY_MT, 0.999)
    assert found.reason.startswith("most of its sentences look garbled")
    assert not re.search(r"\d", found.reason), "a share that is expected is no count of what is listed"
    assert report(GARBLED, 7).decision is not Decision.LIKELY_MT
    assert report(GARBLED, 2, list_of=60).decision is Decision.LIKELY_MT, "single words do not count"
    assert report(GARBLED, 2, list_of=600).decision is Decision.LIKELY_MT, "whether they are read or not"
    assert report("qq", 2).decision is not Decision.LIKELY_MT, "bad style makes no machine"


def test_what_code_says_makes_no_article_garbled() -> None:
    raw = f"Run `{GARBLED}a {GARBLED}b` on the pier, and wait there. The {GARBLED}ferry came late.\n".encode()
    checker = fake_checker(editor=Editor.CAREFUL, signals_off=("surface",))
    (report,) = checker.check(*read_bytes(raw, "a.md", language="en")[0]).documents
    code, prose = (verdict.details(RepairOdds)[0].garbled or 0.0 for verdict in report.verdicts)
    assert code == 0 < 0.5 < prose


def test_text_in_another_language_is_not_read() -> None:
    report = judged("Die Fähre zzkam spät.", language="de")
    assert report.flags == ()
    assert "no model for language 'de'" in [each.abstained for each in report.verdicts[0].evidence]


_BOTH = frozenset(("en", "de"))


@pytest.mark.parametrize("editor", Editor)
@pytest.mark.parametrize("signals_off", [("surface",), ("surface", "errors", "editor")])
def test_what_no_editor_reads_is_not_judged_for_repair(editor: Editor, signals_off: tuple[str, ...]) -> None:
    settings = replace(ALONE, editor=editor, signals_off=signals_off)
    calibration = replace(CALIBRATION, languages=_BOTH)
    checker = Checker(FakeModels(), calibration, signature=SIGNATURE, settings=settings)
    (german,) = checker.check(from_text("Die Fähre zzkam spät. Sie zzging früh.", language="de")).documents
    assert (german.p_mt is None, german.flags) == (False, ())
    assert [verdict.p_edit for verdict in german.verdicts] == [None, None]
    said = "no editor reads German, so 2 sentences were checked for faults by the rules alone"
    assert (said in german.remarks) is ("errors" not in signals_off)
    (english,) = checker.check(from_text("The ferry zzcame late.", language="en")).documents
    assert (bool(english.flags), english.remarks) == ("errors" not in signals_off, ())


def test_what_it_does_not_read_the_fast_one_does() -> None:
    editor = replace(CALIBRATION.editor, languages=_BOTH)
    calibration = replace(CALIBRATION, languages=_BOTH, editor=editor)
    checker = Checker(FakeModels(), calibration, signature=SIGNATURE, settings=ALONE)
    (german,) = checker.check(from_text("Die Fähre zzkam spät. Sie zzging früh.", language="de")).documents
    assert [flag.category for flag in german.flags] == [Category.MISTRANSLATION] * 2
    assert german.remarks == ("the careful editor does not read German, so the fast editor judged 2 sentences",)
    (english,) = checker.check(from_text("The ferry zzcame late.", language="en")).documents
    assert ([flag.category for flag in english.flags], english.remarks) == ([Category.WORD_ORDER], ())


def test_where_it_is_missing_the_fast_one_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "|editor:mtqa-editor@" in str(signature_of())
    known = store.known
    monkeypatch.setattr(store, "known", lambda name: replace(known(name), path=known(name).path / name))
    monkeypatch.setattr(store, "locate", known)
    assert "|editor:missing|flags:usual|ecal:" in str(signature_of())
    assert "|editor:fast|flags:usual|ecal:" in str(signature_of(replace(ARTICLES, editor=Editor.FAST)))
    for load in (signature_of, Checker.load):
        with pytest.raises(
            ModelError, match=r"not on this machine: its folder lacks .*model\.onnx.*; reinstall mtqa, or"
        ):
            load(replace(ARTICLES, editor=Editor.CAREFUL))
    monkeypatch.setattr(FakeModels, "proofreader", lambda models: None)
    checker = Checker(FakeModels(), CALIBRATION, signature=SIGNATURE, settings=ALONE)
    found = checker.check(from_text("The ferry zzcame late.", language="en"))
    (report,) = found.documents
    assert [flag.category for flag in report.flags] == [Category.MISTRANSLATION]
    why = "the careful editor is not on this machine (reinstall mtqa to get it), so the fast editor judged"
    assert report.remarks == (f"{why} 1 sentence",)
    assert decide(found, lambda file: Policy()).notes == (f"{why} {report.document.uri}",)


def test_a_doubtful_word_is_pointed_at_only_beside_a_sure_one() -> None:
    def marks(*log_odds: float) -> list[bool]:
        words = [WordMark(span=Span(k, k + 1), marked=each, must=0.0, categories={}) for k, each in enumerate(log_odds)]
        return CALIBRATION.editor.pointed(words)

    assert marks(-0.5, -3, -0.5, 1, -0.5, -3) == [False, False, True, True, True, False]
    assert marks(-0.5, -0.5) == [False, False]
    assert marks(1, -3, 1, -3, -3, 1) == [True, True, True, False, False, True]
    assert marks() == []


def test_nonsense_is_a_sentence_and_no_words() -> None:
    (verdict,) = judged("The zzferry zzcame zzlate zzfor zzus.").verdicts
    (flag,) = verdict.flags
    assert (flag.span, flag.category, flag.severity) == (verdict.segment.span, Category.WORD_ORDER, Severity.MAJOR)
    assert flag.is_whole(verdict.segment)
    assert "better rewritten" in flag.message


def test_a_sentence_is_to_be_rewritten_only_where_that_is_sure() -> None:
    segment = sentence("We came home on the late ferry to the harbour.")
    said = {p: flagged(segment, p, Category.UNINTELLIGIBLE).message for p in (0.6, 0.95)}
    assert said[0.6] == "an editor would probably change much of this sentence"
    assert "cannot be understood; rewrite it" in said[0.95]


def test_of_a_sentence_of_a_few_words_its_words_are_spoken_of() -> None:
    found = flagged(sentence("Bring back it."), 0.95, Category.UNINTELLIGIBLE)
    assert found.message == MESSAGES[Category.UNINTELLIGIBLE]
    assert "sentence" not in found.message


@pytest.mark.parametrize(
    ("text", "rewrite"),
    [("Bring back it.", "rewrite this"), ("We came home on the late ferry to the harbour.", "sentence .*rewrite it")],
)
def test_a_source_is_spoken_of_where_there_is_one(text: str, rewrite: str) -> None:
    """What is to be rewritten is words or a sentence, and no meaning."""
    alone, beside = sentence(text), replace(sentence(text), source="Wir kamen spät nach Hause.")
    assert "source" not in flagged(alone, 0.95, Category.UNINTELLIGIBLE).message
    assert re.search(f"{rewrite} from the source$", flagged(beside, 0.95, Category.UNINTELLIGIBLE).message)
    assert "source" not in flagged(beside, 0.95, Category.GRAMMAR).message


@pytest.mark.parametrize("why", MESSAGES)
def test_no_passage_is_called_a_word(why: Category) -> None:
    text = "the ferry came late to the harbour"
    long, _ = said_of(text, Span(0, len(text)), why, Severity.MAJOR)
    assert not re.search(r"\b(?:a|another|an English) word\b", long)
    assert said_of(text, Span(4, 14), why, Severity.MAJOR)[0] == MESSAGES[why]


def sentence(text: str) -> Segment:
    return Segment(id=0, span=Span(0, len(text)), text=text, language="en")


def flagged(segment: Segment, p_edit: float, why: Category) -> ErrorSpan:
    """What is said where all words of a sentence stand out."""
    calibration = replace(CALIBRATION.editor, sentence=Logistic(1.0, 0.0))
    categories = {each: float(each is why) for each in MESSAGES}
    words = tuple(
        WordMark(span=Span(*found.span()), marked=9.0, must=9.0, categories=categories)
        for found in re.finditer(r"\w+", segment.text)
    )
    proofread = Proofread(marked=9.0, must=math.log(p_edit / (1 - p_edit)), words=words)
    (span,) = Marker("editor", calibration, Strictness.USUAL).evidence(segment, proofread, frozenset()).spans
    return span


@pytest.mark.parametrize("text", [f"{GARBLED}", "1 2 3", "Hereunto and thereunder we set our hands."])
def test_a_word_alone_figures_and_adverbs_of_contracts_are_not_pointed_at(text: str) -> None:
    assert judged(text).flags == ()


def test_a_figure_is_never_cut() -> None:
    report = judged(f"We paid zz12,5 million for the ferry on Friday. {SOUND}")
    assert [flag.span.of(report.document.text) for flag in report.flags] == ["zz12,5"]


@pytest.mark.parametrize(
    ("text", "pointed"),
    [
        ("We saw the zzferry jjcome home on Friday.", ["zzferry jjcome"]),
        ("We saw the zzferry come zzhome on Friday.", ["zzferry come zzhome"]),
        ("The zzferry, however, zzcame home on Friday.", ["zzferry", "zzcame"]),
        ("The jjferry (zzcame home on Friday) was late.", ["zzcame"]),
        ("We paid zzabout zz12,500 zzpounds for the ferry.", ["zzabout zz12,500 zzpounds"]),
        ("We paid zzabout jj1,234,567,890 zzpounds for the ferry.", ["zzabout jj1,234,567,890 zzpounds"]),
        ("We paid zz1,234,567,890 zzpounds for the ferry.", ["zz1,234,567,890 zzpounds"]),
        ("We saw zzÌkẹ́nnẹ́ in the harbour on Friday.", ["zzÌkẹ́nnẹ́"]),
    ],
)
def test_what_is_pointed_at_together_ends_at_pauses(text: str, pointed: list[str]) -> None:
    report = judged(text)
    assert [flag.span.of(report.document.text) for flag in report.flags] == pointed


def test_whatever_words_are_marked_spans_stay_apart_and_cut_no_figure() -> None:
    text = "The 4:2 win (2,5–3,5 goals) — 'tis “the end” of x1,5y and the 1,234,567,890 people, who came at 10:30:15."
    figures = [Span(*each.span()) for each in re.finditer(r"\d[\d.,:]*\d", text)]
    spans = [Span(*each.span()) for each in WORD.finditer(text)]
    marker = Marker("editor", CALIBRATION.editor, Strictness.USUAL)
    rng = random.Random(1)
    for _ in range(2000):
        words = tuple(
            WordMark(
                span=span,
                marked=rng.choice((-4.0, -4.0, -0.5, 1.0)),
                must=0.0,
                categories={why: rng.random() ** 4 for why in MESSAGES},
            )
            for span in spans
        )
        mask = rng.choice(spans)
        segment = Segment(
            id=0, span=Span(0, len(text)), text=text, language="en", masked=(mask,) if rng.random() < 0.3 else ()
        )
        found = marker.evidence(segment, Proofread(marked=3.0, must=3.0, words=words), frozenset()).spans
        marked = sorted((each.span for each in found), key=lambda span: span.start)
        assert all(left.end <= right.start for left, right in pairwise(marked))
        for span in marked:
            assert LETTER.search(span.of(text))
            assert not any(map(span.overlaps, segment.masked))
            for figure in figures:
                assert not span.overlaps(figure) or (span.start <= figure.start and figure.end <= span.end)


def test_code_is_not_pointed_at() -> None:
    document = read_bytes(b"The zzferry `zzcame` late, and zzleft early on Friday.\n", "a.md", language="en")[0][0]
    (report,) = fake_checker(editor=Editor.CAREFUL, signals_off=("surface",)).check(document).documents
    assert [flag.span.of(document.text) for flag in report.flags] == ["zzferry", "zzleft"]
    document = read_bytes(b"The ferry of the island `zzcame` late on Friday.\n", "a.md", language="en")[0][0]
    (report,) = fake_checker(editor=Editor.CAREFUL, signals_off=("surface",)).check(document).documents
    assert (report.flags, report.verdicts[0].p_edit > 0.9) == ((), True)


def test_its_signature_travels_with_the_report() -> None:
    report = fake_checker(editor=Editor.CAREFUL, strictness=Strictness.STRICT).check(from_text(SOUND, language="en"))
    assert f"editor:{FakeProofreader.signature}|flags:strict|ecal:fake-labels" in str(report.signature)
    assert "editor:fake" not in str(fake_checker().check(from_text(SOUND, language="en")).signature)


_NAME = "check this name or term; it may be garbled or left untranslated"


@pytest.mark.parametrize(
    ("sentence", "words", "is_name"),
    [
        ("We rode the Zzomloop van Zzhoven on Sunday.", "Zzomloop van Zzhoven", True),
        ("They met Ọbáfẹ́mi Awólọ́wọ̀ in Lagos.", "Ọbáfẹ́mi Awólọ́wọ̀", True),
        ("The tram stops at Łódź Fabryczna, near us.", "Łódź Fabryczna", True),
        ("He praised Wout van der Zzaert again.", "der", True),
        ("The Sharjah al-Qasimi library, by Kang Jong-un, is open.", "al-Qasimi library", False),
        ("The Sharjah al-Qasimi library, by Kang Jong-un, is open.", "al-Qasimi", True),
        ("The Sharjah al-Qasimi library, by Kang Jong-un, is open.", "Jong-un", True),
        ("We saw the Musée d’Orsay’s “Žižkov” wing.", "d’Orsay’s “Žižkov”", True),
        ("It is the law of the Bundesregierung der Stadt there.", "Bundesregierung der Stadt", True),
        ("The minister der Bundesregierung said so.", "der Bundesregierung", False),
        ("She lives in Vitoria de.", "de", False),
        ("The cartels and fentanyllabors in Mexico", "fentanyllabors", False),
        ("He said Neue Regeln für alle, and left.", "Neue Regeln für alle", False),
        ("CARTELS AND FENTANYLLABORS IN MEXICO", "FENTANYLLABORS", False),
        ("Gestern went he home.", "Gestern", False),
        ("It is 中国 here.", "中国", False),
    ],
)
def test_a_name_is_asked_about(sentence: str, words: str, is_name: bool) -> None:
    start = sentence.index(words)
    span = Span(start, start + len(words))
    for severity in (Severity.MAJOR, Severity.MINOR, Severity.NEUTRAL):
        message, told = said_of(sentence, span, Category.UNTRANSLATED, severity)
        assert (message == _NAME) is is_name
        assert told is (Severity.MINOR if is_name and severity is Severity.MAJOR else severity)
    assert said_of(sentence, span, Category.GRAMMAR, Severity.MAJOR)[1] is Severity.MAJOR


@pytest.mark.parametrize(
    ("text", "words", "is_name"),
    [
        (f"We rode the Omzzloop Hozzven to us all, he said. {SOUND}", "Omzzloop Hozzven", True),
        (f"We rode the omzzloop hozzven to us all, he said. {SOUND}", "omzzloop hozzven", False),
        (f"Omzzloop Hozzven Abzzc\n\n{SOUND}", "Omzzloop Hozzven Abzzc", True),
    ],
)
def test_a_name_that_may_be_untranslated_is_a_minor_flag_in_every_report(
    text: str, words: str, is_name: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeProofreader, "wrong_place", Category.UNTRANSLATED)
    checker = fake_checker(editor=Editor.CAREFUL, signals_off=("surface",))
    found = checker.check(from_text(text, language="en"))
    (flag,) = found.flags
    assert flag.span.of(found.documents[0].document.text) == words
    assert (flag.category, flag.severity, flag.message == _NAME) == (
        Category.UNTRANSLATED,
        Severity.MINOR if is_name else Severity.MAJOR,
        is_name,
    )
    result = decide(found, lambda _: Policy())
    for shown in (
        *(render(found, name) for name in RENDERERS),
        *(render_gate(found, result, n) for n in GATE_RENDERERS),
    ):
        assert (_NAME in " ".join(shown.split())) is is_name


@pytest.mark.parametrize(("words", "read"), [(90, 90), (400, 100)])
@pytest.mark.parametrize("word", ["Bridge", "17 %", "***"])
def test_of_a_long_list_of_single_words_the_ends_are_read(
    words: int, read: int, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    before = FakeProofreader._read
    monkeypatch.setattr(FakeProofreader, "_read", lambda self, text: asked.append(text) or before(self, text))
    report = judged("\n\n".join([SOUND, *[word] * words, "The ferry zzcame zzlate to us."]))
    assert len(asked) == 1 + read + 1
    assert [bool(verdict.flags) for verdict in report.verdicts] == [False] * (words + 1) + [True]
    silent = [v for v in report.verdicts if not v.details(RepairOdds)]
    assert len(silent) == words - read
    assert all(verdict.p_edit is None for verdict in silent)
