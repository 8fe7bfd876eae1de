"""Calibration, the combiner and the decision on a document, on made-up logits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import EDITOR

import mtqa
from mtqa.checker import signature_of
from mtqa.core.calibration import Calibration
from mtqa.core.details import MachineLogit, RepairOdds, Surprisal
from mtqa.core.documents import BlockKind, Segment
from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.findings import Applicability, Category, Edit, ErrorSpan, Evidence, Severity
from mtqa.core.garbled import Garbled
from mtqa.core.report import Decision, DocumentReport, Recall
from mtqa.core.same_engine import SameEngine
from mtqa.core.scaling import Curve, Logistic
from mtqa.core.spans import Span
from mtqa.core.together import Together
from mtqa.segmentation import segment as sentences_of
from mtqa.signals.surface import SurfaceSignal
from mtqa.verdict import CalibratedCombiner, Counts, Ground, assess, decide

TABLE = {
    "name": "made-up",
    "languages": ["en"],
    "rates": [0.05, 0.01],
    "fpr": [0.06, 0.02],
    "miss": 0.1,
    "min_sentences": 5,
    "min_words": 40,
    "sentences": [5, 10, 40],
    "document_slope": [1.0, 2.0, 4.0],
    "document_intercept": [0.0, 0.0, 0.0],
    "likely_mt": [[1.5, 1.0, 0.5], [3.0, 2.0, 1.0]],
    "likely_human": [-3.0, -2.0, -1.0],
    "sentence_mt": [1.0, 0.0],
    "rule_prior": {"neutral": 0.1, "minor": 0.6, "major": 0.8, "critical": 0.9},
    "most_foreign": 0.3,
    "editor": EDITOR,
    "sourced_editor": EDITOR,
    "usual_surprisal": [4.0, 9.0],
    "human_slips": 0.0025,
    "origins": ["de", "ru"],
    "origin_certain": 0.8,
}
CALIBRATION = Calibration.from_table(TABLE)
OWN = {"engine": "copy", "pivot": "de", "chrf": 88.0, "sentences": 3, "p_mt": 0.98, "rate": 0.009}
SAME_ENGINE = SameEngine.from_table(OWN)
SENTENCE = "The committee met again on Monday morning to talk."


def different(count: int, text: str = SENTENCE) -> list[str]:
    """So many sentences of one length, as one that is said again does not count."""
    return [f"{text[:-1]} {number:02}{text[-1]}" for number in range(count)]


def evidence(signal: str, score: float, *spans: ErrorSpan, segment_id: int = 0) -> Evidence:
    details = {
        "detector": MachineLogit(logit=score),
        "errors": RepairOdds(log_odds=score, words=9),
    }
    return Evidence(signal=signal, segment_id=segment_id, score=score, spans=spans, details=details.get(signal))


def error(start: int, end: int, *, rule: str = "garbled", probability: float | None = 0.6, **kw) -> ErrorSpan:
    given = {"category": Category.AWKWARD, "severity": Severity.MINOR, "message": rule} | kw
    return ErrorSpan(span=Span(start, end), rule=rule, probability=probability, **given)


def segment(text: str = SENTENCE, at: int = 0, number: int = 0, kind: BlockKind = BlockKind.PARAGRAPH) -> Segment:
    return Segment(id=number, span=Span(at, at + len(text)), text=text, language="en", kind=kind)


@pytest.mark.parametrize(("score", "p"), [(0.0, 0.5), (math.log(9), 0.9), (-800.0, 0.0), (800.0, 1.0)])
def test_platt(score, p):
    assert Logistic(1.0, 0.0)(score) == pytest.approx(p)


@pytest.mark.parametrize(("sentences", "value"), [(1, 3.0), (5, 3.0), (10, 2.0), (20, 1.5), (40, 1.0), (900, 1.0)])
def test_curve_is_linear_in_the_logarithm(sentences, value):
    assert Curve((5, 10, 40), (3.0, 2.0, 1.0))(sentences) == pytest.approx(value)


TOGETHER = {
    "detector": "fake@00000000",
    "name": "both",
    "weight": 2.0,
    "rates": [0.05, 0.01],
    "sentences": [5, 40],
    "sentence_mt": [0.5, 0.0],
    "document_slope": [0.5, 0.5],
    "document_intercept": [0.0, 0.0],
    "likely_mt": [[2.0, 2.0], [6.0, 6.0]],
    "likely_human": [-6.0, -6.0],
    "fpr": [0.05, 0.02],
}
BOTH = CALIBRATION.with_together(Together.from_table(TOGETHER), "fake@00000000")


@pytest.mark.parametrize(
    "change",
    [
        {"weight": 0.0},
        {"weight": float("nan")},
        {"fpr": [0.05]},
        {"rates": [0.05, 1.0]},
        {"likely_mt": [[2.0, 2.0], [6.0]]},
        {"sentences": [40, 5]},
        {"sentence_mt": [1.0]},
        {"document_slope": None},
        {"name": "both|rate:0.5"},
        {"sentence_mt": [-0.5, 0.0]},
        {"likely_human": [-6.0, 6.5]},
    ],
)
def test_a_bent_calibration_of_detector_and_editor_is_refused(change):
    with pytest.raises(ModelError, match="reinstall"):
        Together.from_table(TOGETHER | change)


@pytest.mark.parametrize(
    ("seconds", "p", "decision"),
    [
        ([3.0] * 6, 0.971, Decision.LIKELY_MT),
        ([-2.0] * 6, 0.182, Decision.UNDECIDED),
        ([-9.0] * 6, 0.0, Decision.LIKELY_HUMAN),
        ([9.0] * 5 + [None], 0.780, Decision.UNDECIDED),
        ([None] * 6, 0.780, Decision.UNDECIDED),
    ],
    ids=["both", "against", "far against", "one unread", "none read"],
)
def test_the_careful_editor_has_its_say_on_a_document_that_it_has_read(seconds, p, decision):
    texts = different(len(seconds))
    document = mtqa.from_text(" ".join(texts), language="en")
    verdicts = []
    for number, second in enumerate(seconds):
        editor = Evidence(
            signal="editor", segment_id=number, score=-3.0, details=RepairOdds(log_odds=-3.0, words=9, machine=second)
        )
        at = segment(texts[number], number * (len(texts[number]) + 1), number)
        verdicts.append(CalibratedCombiner(BOTH).judge(at, [evidence("detector", 1.0, segment_id=number), editor]))
    report = assess(document, verdicts, BOTH)
    assert (report.p_mt, report.decision) == (pytest.approx(p, abs=0.001), decision)
    assert [v.p_mt for v in verdicts] == [
        pytest.approx(1 / (1 + math.exp(-(1.0 if second is None else 0.5 * (1.0 + 2.0 * second)))))
        for second in seconds
    ]


def test_whether_a_garbled_document_reads_like_a_machines_is_the_detectors_word():
    garbled = Garbled(share=0.4, score=1.0, p_mt=0.9, rate=0.001)
    counts = Counts(score=-5.0, sentences=9, words=90, garbled=0.5)
    assert decide(counts, BOTH.with_garbled(garbled)) is Ground.CONTRADICTORY
    assert decide(replace(counts, detector=1.5), BOTH.with_garbled(garbled)) is Ground.GARBLED


@pytest.mark.parametrize("change", [{"detector": "other@00000000"}, {"rates": [0.2, 0.1]}], ids=["detector", "rate"])
def test_what_was_not_measured_together_is_not_added_up(change):
    assert CALIBRATION.with_together(Together.from_table(TOGETHER | change), "fake@00000000") is CALIBRATION
    assert CALIBRATION.with_together(None, "fake@00000000") is CALIBRATION
    assert (BOTH.fpr, BOTH.name, BOTH.alone) == (0.02, "both", CALIBRATION)


@pytest.mark.parametrize(
    "change",
    [
        {"editor": {**EDITOR, "word": [1.0]}},
        {"editor": {**EDITOR, "word": [-1.0, 0.0]}},
        {"editor": {**EDITOR, "word_from": float("nan")}},
        {"editor": {**EDITOR, "word_from": 0.2}},
        {"editor": {**EDITOR, "flagged": {**EDITOR["flagged"], "usual": 7}}},
        {"editor": {**EDITOR, "name": "a|rate:0.5"}},
        {"sourced_editor": {"flagged": {}}},
        {"likely_mt": [[1.0], [1.0]]},
        {"likely_mt": [[3.0, 2.0, 1.0]]},
        {"fpr": ["one", "two"]},
        {"fpr": [-7, -7]},
        {"rates": [0.01]},
        {"usual_surprisal": [1.0]},
        {"sentences": None},
        {"sentences": [9, 5, 40]},
        {"languages": "en"},
        {"min_words": float("inf")},
        {"likely_mt": [[1.0, float("nan"), 1.0]] * 2},
    ],
)
def test_a_bent_calibration_is_refused(change):
    with pytest.raises(ModelError, match="reinstall"):
        Calibration.from_table(TABLE | change)


def test_the_rate_chooses_the_threshold_and_what_was_measured_at_it():
    loose = Calibration.from_table(TABLE, rate=0.05)
    assert (CALIBRATION.rate, CALIBRATION.fpr, CALIBRATION.likely_mt(10)) == (0.01, 0.02, 2.0)
    assert (loose.rate, loose.fpr, loose.likely_mt(10)) == (0.05, 0.06, 1.0)
    with pytest.raises(ConfigError, match=r"no threshold for a false-alarm rate of 0\.02; choose 0\.05 or 0\.01"):
        Calibration.from_table(TABLE, rate=0.02)


def test_what_the_model_misses_travels_with_the_signature():
    found = signature_of().recall
    assert found.lines > 0
    assert 0 < found.sound < found.must_repair < 1
    assert "recall" not in str(signature_of())


@pytest.mark.parametrize("change", [{"lines": 0}, {"must_repair": 1.5}, {"sound": "few"}, {"sound": None}])
def test_a_bent_recall_is_refused(change):
    table = {"lines": 570, "must_repair": 0.4, "sound": 0.05}
    assert Recall.from_table(table).must_repair == 0.4
    with pytest.raises(ModelError, match="reinstall"):
        Recall.from_table(table | change)


def judge(*found: Evidence):
    return CalibratedCombiner(CALIBRATION).judge(segment(), found)


def test_probabilities_come_from_their_own_signals():
    verdict = judge(evidence("detector", 1.0), evidence("errors", -1.0, error(0, 3, probability=0.9)))
    assert verdict.p_mt == pytest.approx(0.731, abs=1e-3)
    assert verdict.p_edit == pytest.approx(0.269, abs=1e-3)


def test_without_a_model_there_are_flags_but_no_probabilities():
    verdict = judge(evidence("surface", 1.0, error(0, 3, rule="a-rule", probability=None)))
    assert (verdict.p_mt, verdict.p_edit, len(verdict.flags)) == (None, None, 1)


def test_a_rule_that_fires_raises_the_repair_probability_and_a_neutral_one_does_not():
    clean = judge(evidence("errors", 0.0)).p_edit
    neutral = error(0, 3, rule="r", probability=None, severity=Severity.NEUTRAL)
    minor = error(0, 3, rule="r", probability=None)
    assert judge(evidence("errors", 0.0), evidence("surface", 0.0, neutral)).p_edit == clean
    assert judge(evidence("errors", 0.0), evidence("surface", 1.0, minor)).p_edit > clean


MAJOR, MINOR, NEUTRAL = Severity.MAJOR, Severity.MINOR, Severity.NEUTRAL


@pytest.mark.parametrize(
    ("severity", "model", "others"),
    [
        (MINOR, (0, 6, MAJOR), 1),  # beside it
        (MINOR, (4, 12, MINOR), 1),
        (MINOR, (4, 9, MAJOR), 0),  # its very words
        (NEUTRAL, (4, 9, MAJOR), 1),
        (NEUTRAL, (4, 9, NEUTRAL), 0),
        (MAJOR, (4, 7, MINOR), 0),  # some of them
        (MINOR, (4, 7, MAJOR), 1),
        (NEUTRAL, (0, 9, MINOR), 1),
    ],
)
def test_a_rules_finding_is_what_it_is_whatever_the_model_marks(severity, model, others):
    start, end, worst = model
    edit = Edit(span=Span(4, 9), text="x", applicability=Applicability.SAFE)
    rule = error(4, 9, rule="a-rule", probability=None, severity=severity, category=Category.SPELLING, edits=(edit,))
    marked = error(start, end, probability=0.95, severity=worst)
    (alone,) = judge(evidence("errors", 0.0), evidence("surface", 1.0, rule)).flags
    flags = judge(evidence("errors", 0.0, marked), evidence("surface", 1.0, rule)).flags
    (own,) = [flag for flag in flags if flag.rule == "a-rule"]
    for name in ("span", "severity", "category", "message", "fingerprint", "edits"):
        assert getattr(own, name) == getattr(alone, name), name
    assert len(flags) == 1 + others
    assert own.rules == (() if others else ("a-rule", "garbled"))
    assert own.reasons == ("a-rule",)  # which says what is wrong; the model's words are not told in two ways
    assert own.probability == (alone.probability if others else pytest.approx(1 - 0.05 * (1 - alone.probability)))


def test_findings_of_two_rules_on_the_same_words_are_two():
    spans = [error(4, 9, rule="b", probability=None, severity=NEUTRAL), error(2, 9, rule="a", probability=None)]
    flags = judge(evidence("surface", 1.0, *spans)).flags
    assert [(flag.rule, flag.span, flag.severity) for flag in flags] == [
        ("a", Span(2, 9), MINOR),
        ("b", Span(4, 9), NEUTRAL),
    ]


def test_words_that_two_rules_call_untranslated_are_one_finding():
    untranslated = {"category": Category.UNTRANSLATED, "severity": MAJOR, "probability": None}
    spans = [error(0, 9, rule=rule, **untranslated) for rule in ("foreign-sentence", "copied-source")]
    (flag,) = judge(evidence("language", 1.0, spans[0]), evidence("source", 1.0, spans[1])).flags
    assert (flag.rule, flag.rules) == ("copied-source", ("copied-source", "foreign-sentence"))
    assert flag.reasons == ("copied-source", "foreign-sentence")


@pytest.mark.parametrize(("text", "found"), [("new", ["a"]), ("other", ["a", "b"])])
def test_the_same_repair_by_two_rules_is_one_finding(text: str, found: list[str]) -> None:
    edits = [Edit(span=Span(4, 9), text=put, applicability=Applicability.UNSAFE) for put in ("new", text)]
    spans = [error(4, 9, rule=rule, probability=None, edits=(edit,)) for rule, edit in zip("ab", edits, strict=True)]
    flags = judge(evidence("surface", 1.0, spans[0]), evidence("source", 1.0, spans[1])).flags
    assert [flag.rule for flag in flags] == found


def test_a_model_that_stumbles_over_a_remarks_word_finds_nothing_major():
    remark = error(4, 9, rule="r", probability=None, severity=NEUTRAL)
    found = {
        span: judge(evidence("errors", 0.0, error(*span, severity=MAJOR)), evidence("surface", 0.0, remark)).flags
        for span in ((4, 9), (4, 12))
    }
    severities = {span: [(flag.rule, flag.severity) for flag in flags] for span, flags in found.items()}
    assert severities == {
        (4, 9): [("r", NEUTRAL), ("garbled", MINOR)],
        (4, 12): [("r", NEUTRAL), ("garbled", MAJOR)],
    }


def test_a_remark_does_not_hide_that_a_sentence_is_odd_as_a_whole():
    whole = error(0, len(SENTENCE))
    remark = error(4, 9, rule="r", probability=None, severity=NEUTRAL)
    minor = error(4, 9, rule="r", probability=None)
    assert len(judge(evidence("errors", 0.0, whole), evidence("surface", 1.0, remark)).flags) == 2
    assert [f.rule for f in judge(evidence("errors", 0.0, whole), evidence("surface", 1.0, minor)).flags] == ["r"]
    nonsense = replace(whole, category=Category.UNINTELLIGIBLE, severity=MAJOR)
    flags = judge(evidence("errors", 0.0, nonsense), evidence("surface", 1.0, minor)).flags
    assert [(f.rule, f.is_whole(segment())) for f in flags] == [("garbled", True), ("r", False)]


def test_touching_spans_stay_two_flags_in_text_order():
    flags = judge(evidence("errors", 0.0, error(4, 9), error(0, 4))).flags
    assert [f.span for f in flags] == [Span(0, 4), Span(4, 9)]


def fingerprint(text: str, words: str, at: int = 0) -> str:
    start = at + text.index(words)
    found = evidence("errors", 0.0, error(start, start + len(words)))
    return CalibratedCombiner(CALIBRATION).judge(segment(text, at), [found]).flags[0].fingerprint


def test_a_fingerprint_survives_moving_and_changes_with_its_neighbours():
    assert fingerprint(SENTENCE, "Monday") == fingerprint(SENTENCE, "Monday", at=500)
    assert fingerprint(SENTENCE, "Monday") == fingerprint(
        "Yes: the board met again on Monday morning to talk.", "Monday"
    )
    assert fingerprint(SENTENCE, "Monday") != fingerprint(
        "The committee met again by Monday morning to talk.", "Monday"
    )


def decided(logits, *, language: str = "en", kinds=None, text: str = SENTENCE):
    texts = different(len(logits), text)
    document = mtqa.from_text(" ".join(texts), language=language)
    verdicts, at = [], 0
    for i, logit in enumerate(logits):
        kind = kinds[i] if kinds else BlockKind.PARAGRAPH
        s = segment(texts[i], at, i, kind)
        verdicts.append(CalibratedCombiner(CALIBRATION).judge(s, [evidence("detector", logit, segment_id=i)]))
        at += len(texts[i]) + 1
    return assess(document, verdicts, CALIBRATION)


@pytest.mark.parametrize(
    ("logits", "decision"),
    [
        ([2.1] * 10, Decision.LIKELY_MT),
        ([-2.1] * 10, Decision.LIKELY_HUMAN),
        ([1.0] * 10, Decision.UNDECIDED),
        ([1.1] * 40, Decision.LIKELY_MT),  # the longer the text, the less it takes
        ([9.0] * 4, Decision.UNDECIDED),  # too few sentences
    ],
)
def test_decision(logits, decision):
    assert decided(logits).decision is decision


@pytest.mark.parametrize(
    ("change", "ground"),
    [
        ({}, Ground.LIKE_MACHINE),
        ({"score": -9.0}, Ground.UNLIKE_MACHINE),
        ({"score": 0.0}, Ground.TOO_CLOSE),
        ({"score": 0.0, "garbled": 0.3}, Ground.TOO_CLOSE),
        ({"score": 0.0, "garbled": 0.4}, Ground.GARBLED),
        ({"score": -1.1, "garbled": 0.9}, Ground.CONTRADICTORY),
        ({"score": -9.0, "garbled": 0.4, "slips": 1}, Ground.CONTRADICTORY),
        ({"score": -9.0, "garbled": 0.31}, Ground.CONTRADICTORY),
        ({"score": -9.0, "garbled": 0.29}, Ground.UNLIKE_MACHINE),
        ({"score": 0.0, "garbled": 0.4, "slips": 1}, Ground.SLIPS),
        ({"garbled": 0.9}, Ground.LIKE_MACHINE),
        ({"slips": 1}, Ground.SLIPS),
        ({"slips": 1, "score": -9.0}, Ground.UNLIKE_MACHINE),
        ({"same_engine": SAME_ENGINE, "score": -9.0}, Ground.SAME_ENGINE),
        ({"same_engine": SAME_ENGINE}, Ground.LIKE_MACHINE),
        ({"same_engine": SAME_ENGINE, "score": -9.0, "slips": 1}, Ground.SLIPS),
        ({"same_engine": SAME_ENGINE, "words": 39}, Ground.TOO_SHORT),
        ({"slips": 1, "words": 1000}, Ground.LIKE_MACHINE),  # fewer than a person's
        ({"identified": False}, Ground.UNIDENTIFIED),
        ({"disguised": 3, "identified": False}, Ground.DISGUISED),
        ({"disguised": 3, "words": 1000}, Ground.LIKE_MACHINE),
        ({"words": 39, "disguised": 9}, Ground.TOO_SHORT),
        ({"capitalised": 0.72}, Ground.UNUSUAL_CASE),
        ({"capitalised": 0.68}, Ground.LIKE_MACHINE),
        ({"capitalised": 0.0, "score": -9.0}, Ground.UNUSUAL_CASE),
        ({"capitalised": 0.0, "words": 39}, Ground.TOO_SHORT),
        ({"sentences": 4}, Ground.TOO_SHORT),
        ({"foreign": 5, "words": 9}, Ground.FOREIGN),
        ({"foreign": 4}, Ground.LIKE_MACHINE),
        ({"running": False, "foreign": 9}, Ground.NO_RUNNING_TEXT),
        ({"sentences": 0, "running": False}, Ground.UNREAD),
        ({"spoken": False, "sentences": 0}, Ground.OTHER_LANGUAGE),
        ({"lettered": False, "spoken": False}, Ground.NOTHING),
    ],
)
def test_numbers_alone_decide(change, ground):
    counts = Counts(**({"score": 9.0, "sentences": 10, "words": 90} | change))
    assert decide(counts, CALIBRATION.with_garbled(Garbled(share=0.4, score=-1.0, p_mt=0.9, rate=0.001))) is ground
    decisions = {
        Ground.LIKE_MACHINE: Decision.LIKELY_MT,
        Ground.GARBLED: Decision.LIKELY_MT,
        Ground.SAME_ENGINE: Decision.LIKELY_MT,
        Ground.UNLIKE_MACHINE: Decision.LIKELY_HUMAN,
    }
    assert ground.decision is decisions.get(ground, Decision.UNDECIDED)


def test_what_lets_more_through_than_is_asked_for_decides_nothing():
    assert CALIBRATION.with_garbled(Garbled(share=0.4, score=-1.0, p_mt=0.9, rate=0.02)).garbled is None
    assert CALIBRATION.with_garbled(None) is CALIBRATION


@pytest.mark.parametrize(
    "bent", [{"chrf": 0}, {"chrf": 101}, {"sentences": 0}, {"p_mt": 0.5}, {"rate": 2}, {"rate": None}, {"chrf": "high"}]
)
def test_a_bent_table_of_an_engine_is_refused(bent):
    assert Calibration.from_table(TABLE | {"same_engine": [OWN]}).same_engine == (SAME_ENGINE,)
    assert Calibration.from_table(TABLE | {"same_engine": [OWN | {"rate": 0.02}]}).same_engine == ()
    with pytest.raises(ModelError, match="not usable"):
        Calibration.from_table(TABLE | {"same_engine": [OWN | bent]})


@pytest.mark.parametrize(
    "bent",
    [
        {"share": 0},
        {"share": math.nan},
        {"p_mt": 2},
        {"rate": -1},
        {"score": math.nan},
        {"p_mt": 0.5},
        {"score": -math.inf},
        {"score": "low"},
        {"score": None},
    ],
)
def test_a_bent_table_of_what_is_garbled_is_refused(bent):
    table = {"share": 0.4, "score": -1.0, "p_mt": 0.9, "rate": 0.001}
    assert Garbled.from_table(table).score == -1.0
    with pytest.raises((TypeError, ValueError)):
        Garbled.from_table(table | bent)


def test_short_text_has_a_probability_and_says_why_it_is_undecided():
    found = decided([9.0] * 2)
    assert found.p_mt > 0.9
    assert found.reason.startswith("it has 20 words in 2 sentences, too few to tell; a verdict needs ")


def test_headings_do_not_drive_the_verdict():
    kinds = [BlockKind.HEADING] * 5 + [BlockKind.PARAGRAPH] * 5
    assert decided([9.0] * 5 + [-3.1] * 5, kinds=kinds).decision is Decision.LIKELY_HUMAN
    assert decided([9.0] * 10, kinds=[BlockKind.HEADING] * 10).decision is Decision.UNDECIDED


@pytest.mark.parametrize(
    "more",
    [
        ["Yes."] * 9,
        [f"Yes{n}." for n in range(9)],
        [different(1)[0].upper()] * 9,
        ["7."] * 9,
        [f"{n} 437 793." for n in range(61, 70)],
    ],
)
def test_single_words_and_what_was_said_before_do_not_drive_the_verdict(more: list[str]) -> None:
    texts = [*different(10), *more]
    document = mtqa.from_text("\n\n".join(texts), language="en")
    verdicts = [
        CalibratedCombiner(CALIBRATION).judge(
            found, [evidence("detector", -2.1 if found.id < 10 else 99.0, segment_id=found.id)]
        )
        for found in sentences_of(document)
    ]
    assert len(verdicts) == len(texts)
    assert assess(document, verdicts, CALIBRATION) == replace(
        decided([-2.1] * 10), document=document, verdicts=tuple(verdicts)
    )
    alone = assess(document, verdicts[10:], CALIBRATION)
    assert alone.decision is Decision.UNDECIDED


def test_sentences_of_a_script_without_spaces_count_as_foreign() -> None:
    texts = [*different(10), *(f"{n}渡轮中午离开了港口。" for n in "一二三四五六七八九")]
    document = mtqa.from_text("\n\n".join(texts), language="en")
    verdicts = [
        CalibratedCombiner(CALIBRATION).judge(
            found, [evidence("detector", 9.0, segment_id=found.id)] if found.id < 10 else []
        )
        for found in sentences_of(document)
    ]
    assert assess(document, verdicts, CALIBRATION).reason.startswith("9 of its 19 sentences are in a language ")


@pytest.mark.parametrize(("spell", "said"), [(str.upper, "most"), (str.title, "most"), (str.lower, "hardly any")])
def test_unusual_capitals_hide_nothing_and_accuse_nobody(spell: Callable[[str], str], said: str) -> None:
    for logit in (9.0, -9.0):
        found = decided([logit] * 10, text=spell(SENTENCE))
        assert found.decision is Decision.UNDECIDED
        assert found.reason.startswith(f"{said} of its words begin with a capital letter; ")


def test_another_language_is_not_judged():
    found = decided([9.0] * 10, language="de")
    assert (found.p_mt, found.decision) == (None, Decision.UNDECIDED)
    assert found.reason == "the text is in German, and this model judges only English"
    assert decided([9.0] * 10, language="en-GB").decision is Decision.LIKELY_MT


def test_an_unknown_language_is_never_accused():
    found = decided([9.0] * 10, language="und")
    assert found.decision is Decision.UNDECIDED
    assert "language" in found.reason


@pytest.mark.parametrize(
    ("logits", "origin"),
    [({"de": 4.0, "ru": 0.0, "is": 9.0}, "de"), ({"de": 0.5, "ru": 0.0}, None), ({}, None)],
)
def test_a_likely_source_language_is_named(logits: dict[str, float], origin: str | None) -> None:
    document = mtqa.from_text(" ".join(different(10)), language="en")
    details = MachineLogit(logit=9.0, origins=logits)
    verdicts = [
        CalibratedCombiner(CALIBRATION).judge(
            found, [Evidence(signal="detector", segment_id=found.id, score=9.0, details=details)]
        )
        for found in sentences_of(document)
    ]
    decided = assess(document, verdicts, CALIBRATION)
    assert (decided.decision, decided.translated_from) == (Decision.LIKELY_MT, origin)


def test_a_misspelled_text_is_not_called_machine_translated() -> None:
    text = " ".join([*different(9), "They agreed on the developpment of the port."])
    document = mtqa.from_text(text, language="en")
    surface = SurfaceSignal(["misspelling"]).evidence(sentences_of(document))
    verdicts = [
        CalibratedCombiner(CALIBRATION).judge(
            found, [evidence("detector", 9.0, segment_id=found.id), surface[found.id]]
        )
        for found in sentences_of(document)
    ]
    decided = assess(document, verdicts, CALIBRATION)
    assert decided.decision is Decision.UNDECIDED
    assert "developpment" in decided.reason


def with_fluency(estimates: list[float | None]) -> DocumentReport:
    """A document of such sentences; None is one that only a language model has read."""
    texts = different(len(estimates))
    document = mtqa.from_text(" ".join(texts), language="en")
    verdicts, at = [], 0
    for i, estimate in enumerate(estimates):
        details = Surprisal(words=9, estimate=estimate, peak=9.0 if estimate is None else None)
        fluency = Evidence(signal="fluency", segment_id=i, score=7.0, details=details)
        s = segment(texts[i], at, i)
        verdicts.append(CalibratedCombiner(CALIBRATION).judge(s, [evidence("detector", 0.0, segment_id=i), fluency]))
        at += len(texts[i]) + 1
    return assess(document, verdicts, CALIBRATION)


@pytest.mark.parametrize(
    ("estimates", "surprisal", "remark"),
    [([5.0, 7.0], 6.0, None), ([12.0, None], 12.0, "harder to predict"), ([3.0], 3.0, "easier"), ([None], None, None)],
)
def test_an_unusual_kind_of_text_is_remarked_upon(estimates, surprisal, remark):
    found = with_fluency(estimates)
    assert found.surprisal == surprisal
    assert [remark in each for each in found.remarks] == ([True] if remark else [])


def test_thresholds_are_compared_where_documents_are_decided_alone():
    """By the product, the bench and the recipe of a model, whose false-alarm rates are stated: all call ``decide``."""
    root = Path(mtqa.__file__).parents[1]
    paths = [path for folder in ("mtqa", "models", "benchmarks") for path in (root / folder).rglob("*.py")]
    users = {path.name for path in paths if re.search(r"\.likely_(?:mt|human)\(", path.read_text("utf-8"))}
    assert users == {"decision.py", "reasons.py"}  # which says what the thresholds are
