"""Suggestions: what is proposed for a flagged segment, what is dropped and why."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import fake_checker
from hypothesis import given
from hypothesis import strategies as st
from program import Run

from mtqa.checker import Checker, JudgedSegment
from mtqa.core.differences import apply, rewordings
from mtqa.core.documents import Segment
from mtqa.core.errors import ModelError
from mtqa.core.findings import Applicability
from mtqa.core.protocols import Translation
from mtqa.core.suggestions import Origin, Rejected, Suggestion, Suggestions
from mtqa.core.tables import built
from mtqa.formats import from_text
from mtqa.renderers.suggestions import render_suggestions_text
from mtqa.renderers.wording import VERDICTS, provenance
from mtqa.renderers.wording import suggestions as in_report
from mtqa.repair import Suggester
from mtqa.repair.preserved import breaches
from mtqa.repair.ranking import Limits, Scored, choose
from mtqa.repair.similarity import wording

LIMITS = Limits(min_gain=0.1, reachable=0.8, min_similarity=0.5, similarity_weight=0.5, distinct=0.99)
GARBLED = "The ferry zzwas late on 5 May, and not one of us in Dover minded it."


class There:
    """English there unchanged, and back as ``rewrite`` makes it."""

    name = "there"
    signature = "there@1"

    def __init__(self, rewrite: Callable[[str], str]) -> None:
        self._rewrite = rewrite

    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset((("en", "es"), ("es", "en")))

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        return [Translation(self._rewrite(text) if target == "en" else text) for text in texts]


def repaired(text: str) -> str:
    return text.replace("zzwas", "was")


def suggested(text: str, *rewrites: Callable[[str], str], patience: float = 20) -> Suggestions:
    checker = fake_checker()
    report = checker.check(from_text(f"{text} We sat on the wall and talked.", language="en")).documents[0]
    return Suggester(checker, [There(rewrite) for rewrite in rewrites], LIMITS, patience=patience)(report, 0)


def test_a_round_trip_that_repairs_is_proposed() -> None:
    found = suggested(GARBLED, repaired)
    assert [made.text for made in found.kept] == [repaired(GARBLED)]
    assert found.kept[0].origin is Origin.ROUND_TRIP
    assert found.kept[0].by == "there@1 en-es-en"
    assert found.kept[0].gain > 0.5
    assert "p(repair) falls from" in found.kept[0].reasons[0]


@pytest.mark.parametrize("fluency", [False, True])
def test_a_less_fluent_text_is_refused_where_a_language_model_says_so(fluency: bool) -> None:
    longer = repaired(GARBLED).replace("minded", "remonstrated")  # which the fake language model finds harder
    checker = fake_checker(fluency=fluency)
    report = checker.check(from_text(f"{GARBLED} We sat on the wall and talked.", language="en")).documents[0]
    found = Suggester(checker, [There(lambda _: longer)], LIMITS)(report, 0)
    assert (longer in [made.text for made in found.kept]) is not fluency
    assert any("reads less smoothly" in each.reason for each in found.dropped) is fluency


def test_the_same_twice() -> None:
    assert suggested(GARBLED, repaired) == suggested(GARBLED, repaired)


@pytest.mark.parametrize(
    ("lost", "put", "reason"),
    [("not ", "", "a negation"), ("5 May", "6 May", "a number"), ("Dover", "Calais", "a name")],
)
def test_words_are_taken_from_a_round_trip_that_changes_what_must_stay(lost: str, put: str, reason: str) -> None:
    found = suggested(GARBLED, lambda text: repaired(text).replace(lost, put))
    assert [(made.text, made.origin) for made in found.kept] == [(repaired(GARBLED), Origin.RECOMBINATION)]
    dropped = [each for each in found.dropped if each.origin is Origin.ROUND_TRIP]
    assert len(dropped) == 1
    assert reason in dropped[0].reason


def test_a_worse_text_is_not_proposed() -> None:
    found = suggested(GARBLED, lambda text: text.replace("minded", "zzminded"))
    assert not found.kept
    assert any("it must fall by" in each.reason for each in found.dropped)


def test_an_engine_that_fails_is_named_and_the_others_help() -> None:
    def fails(text: str) -> str:
        raise ModelError("the weights are gone; pull them again")

    found = suggested(GARBLED, fails, repaired)
    assert [made.text for made in found.kept] == [repaired(GARBLED)]
    assert "the engine failed: the weights are gone" in found.dropped[-1].reason


def test_a_slow_engine_is_not_waited_for() -> None:
    judged = threading.Event()

    def slow(text: str) -> str:
        assert judged.wait(60)
        return text

    found = suggested(GARBLED, slow, repaired, patience=0.2)
    judged.set()
    assert [made.text for made in found.kept] == [repaired(GARBLED)]
    assert any("no answer within 0.2 s" in each.reason for each in found.dropped)


def test_at_most_three_and_clean_segments_get_none() -> None:
    words = ["soon", "again", "then", "later", "also"]
    rewrites = [lambda text, word=word: f"{word.title()} {repaired(text)}" for word in words]
    found = suggested(GARBLED, *rewrites)
    assert len(found.kept) == 3
    assert not suggested("The ferry was not late, and nobody minded.", *rewrites).kept


def test_rules_propose_without_a_translator() -> None:
    found = suggested("He closed the the door before anybody could see it.")
    assert [(made.text, made.by) for made in found.kept] == [
        ("He closed the door before anybody could see it.", "repeated-word")
    ]


def test_what_was_judged_before_translators_were_asked_is_not_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    checker = fake_checker()
    report = checker.check(from_text("The the ferry zzwas late. We sat on the wall.", language="en")).documents[0]
    judged: list[str] = []

    def segments(runs: Sequence[Sequence[Segment]]) -> list[list[JudgedSegment]]:
        judged.extend(run[0].text for run in runs)
        return Checker.segments(checker, runs)

    monkeypatch.setattr(checker, "segments", segments)
    suggester = Suggester(checker, [There(repaired)], LIMITS)
    first = suggester(report, 0, translate=False)
    assert judged == ["The the ferry zzwas late.", "The ferry zzwas late."]
    second = suggester(report, 0)
    assert judged[2:] == ["The the ferry was late."]
    assert first.kept[0] in second.kept


def test_where_a_text_comes_from() -> None:
    made = Rejected(text="", origin=Origin.RULE, by="", reason="")
    for by, said in (("misspelling", "rule misspelling"), ("a, b, c", "rules a, b and c")):
        assert provenance(replace(made, by=by)) == f"by the {said}"
    trip = replace(made, origin=Origin.ROUND_TRIP, by="there@1 en-es-en")
    assert provenance(trip) == "translated there and back by there@1 en-es-en"


@pytest.mark.parametrize(
    "text",
    [
        "He closed the the door before anybody could see it.",
        "It covers 1.200.000 people and it costs 3,5 billion.",
        "They knew the one -sided view of it, and nobody in the harbour minded.",
    ],
)
def test_what_a_rule_would_put_is_suggested_with_the_report_s_caution(text: str) -> None:
    checker = fake_checker()
    report = checker.check(from_text(f"{text} We sat on the wall and talked.", language="en")).documents[0]
    flags = report.verdicts[0].flags
    shown = [(flag.span, *in_report(flag, text)[0]) for flag in flags if flag.edits]
    assert shown
    whole, caution = text, max((how for _, _, how in shown), key=list(Applicability).index)
    for span, after, _ in reversed(shown):
        whole = f"{whole[: span.start]}{after}{whole[span.end :]}"
    first = Suggester(checker, [], replace(LIMITS, min_gain=0.99, reachable=1.0))(report, 0).kept[0]
    assert (first.text, first.origin, first.caution) == (whole, Origin.RULE, caution)


@pytest.mark.parametrize(
    ("before", "gain", "reason"),
    [
        (0.14, 0.12, None),  # there is not more to gain
        (0.14, 0.05, "p(repair) falls by 0.05; it must fall by at least 0.11"),
        (0.9, 0.35, "p(repair) falls by 0.35; it must fall by at least 0.40"),
        (0.9, -0.05, "p(repair) rises by 0.05; it must fall by at least 0.40"),
        (0.9, 0.45, None),
    ],
)
def test_a_gain_is_asked_for_that_can_be_reached(before: float, gain: float, reason: str | None) -> None:
    made = Suggestion(text="Better.", origin=Origin.ROUND_TRIP, by="x", gain=gain, similarity=0.9)
    kept, dropped = choose([Scored(made, before)], replace(LIMITS, min_gain=0.4))
    assert [each.reason for each in dropped] == ([reason] if reason else [])
    assert len(kept) == (not reason)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("It weighs 5 kg.", "It weighs 5 g.", "number"),
        ("It costs $5.", "It costs €5.", "number"),
        ("It took three days.", "It took four days.", "number"),
        ("It grew by 1.5%.", "It grew by 15%.", "number"),
        ("He saw Anna there.", "He saw Anne there.", "name"),
        ("He said “go home” twice.", "He said “go away” twice.", "quotation"),
        ("It isn't true.", "It is true.", "negation"),
        ("See https://a.org/x now.", "See https://a.org/y now.", "address"),
        ("Write to a@b.org now.", "Write to us now.", "address"),
        ("Dear {name}, hello.", "Dear {nombre}, hello.", "placeholder"),
        ("You have %s left.", "You have left.", "placeholder"),
    ],
)
def test_what_must_stay(before: str, after: str, what: str) -> None:
    assert any(what in found for found in breaches(before, after, language="en"))
    assert any(what in found for found in breaches(after, before, language="en"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It cost 1.000,50 €.", "It cost €1,000.50."),
        ("He said «go home» twice.", "He said “go home” twice."),
        ("In the house Anna slept.", "Anna slept in the house."),
        ("He doesn't know it.", "He does not know it."),
        ("The car of Anna stood there.", "There stood Anna's car."),
    ],
)
def test_what_may_change(before: str, after: str) -> None:
    assert not breaches(before, after, language="en")


@given(st.text(max_size=80))
def test_a_text_breaches_nothing_of_itself(text: str) -> None:
    assert not breaches(text, text, language="en")


@given(st.integers(0, 999), st.integers(0, 999))
def test_another_number_is_always_seen(one: int, other: int) -> None:
    assert bool(breaches(f"It was {one} km long.", f"It was {other} km long.", language="en")) == (one != other)


@given(st.text(alphabet="ab ,.'", max_size=30), st.text(alphabet="ab ,.'", max_size=30))
def test_rewordings_make_the_other_text(one: str, other: str) -> None:
    assert "".join(apply(one, rewordings(one, other)).split()) == "".join(other.split())


@given(st.text(max_size=30), st.text(max_size=30))
def test_wording_is_a_share(one: str, other: str) -> None:
    assert 0 <= wording(one, other) <= 1
    assert wording(one, one) == 1


def test_limits_that_are_missing_are_an_error() -> None:
    with pytest.raises(ModelError, match="suggestions: lacks 'reachable'; add it"):
        built(Limits, {"min_gain": 0.1}, "suggestions", error=ModelError)


@pytest.fixture
def translator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.neural.translators.installed", lambda **_: (There(repaired),))


@pytest.mark.usefixtures("translator")
def test_the_program_shows_suggestions_and_leaves_the_file(mtqa: Run) -> None:
    Path("a.txt").write_text(f"{GARBLED}\n", encoding="utf-8")
    ran = mtqa("suggest", "a.txt", "--language", "en")
    assert ran.code == 0
    assert "1 flagged sentence, suggestions for 1" in ran.out
    assert "The ferry was late" in ran.out
    assert "translated there and back by there@1 en-es-en (check first): p(repair) falls by" in " ".join(
        ran.out.split()
    )
    assert Path("a.txt").read_text(encoding="utf-8") == f"{GARBLED}\n"
    found = json.loads(mtqa("suggest", "a.txt", "--language", "en", "--format", "json").out)
    [segment] = found["documents"][0]["segments"]
    assert segment["suggestions"][0]["text"] == repaired(GARBLED)
    assert segment["suggestions"][0]["applicability"] == "unsafe"
    start, end = segment["suggestions"][0]["text_differs"][0]
    assert GARBLED[start:end] == "zzwas"


def test_the_program_says_that_no_translator_is_there(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.neural.translators.installed", lambda **_: ())
    Path("a.txt").write_text(f"{GARBLED}\n", encoding="utf-8")
    ran = mtqa("suggest", "a.txt", "--language", "en")
    assert ran.code == 0
    assert "no suggestion\n" in ran.out
    assert " ".join(ran.out.split()).count("No translator is installed, so only rules make suggestions;") == 1
    assert ran.err == ""
    assert "no translator is installed" in mtqa("suggest", "a.txt", "--language", "en", "-f", "json").err
    assert mtqa("suggest", "missing.txt").code == 2


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Die Fähre kam spät.", "de", "The model judged none of this text"),
        ("We sat on the wall and talked of the ferry.", "en", "No flag does not mean no fault"),
    ],
)
def test_text_in_which_nothing_is_flagged_is_not_called_sound(text: str, language: str, said: str) -> None:
    checker = fake_checker()
    report = checker.check(from_text(text, language=language))
    shown = render_suggestions_text([(report.documents[0], {})], report.signature)
    told = " ".join(shown.split())
    assert said in told
    assert VERDICTS[report.documents[0].decision] in told, "what has that reason"
    assert "0 flagged" not in shown


def test_whoever_sees_a_suggestion_is_told_to_check_it() -> None:
    checker = fake_checker()
    report = checker.check(from_text(f"{GARBLED} We sat on the wall and talked.", language="en"))
    for kept in (True, False):
        found = Suggester(checker, [There(repaired if kept else str)], LIMITS)(report.documents[0], 0)
        shown = render_suggestions_text([(report.documents[0], {0: found})], report.signature)
        assert ("A suggestion may be worse than the text" in shown) is kept
