"""The surface signal: every rule on its own examples, and what holds for all of them."""

import pickle
import time
from pathlib import Path

import pytest
from fakes import fake_checker
from hypothesis import given, settings
from hypothesis import strategies as st

import mtqa
from mtqa.core.documents import BlockKind, Segment
from mtqa.core.errors import UnknownName
from mtqa.core.findings import Applicability, ErrorSpan, Evidence, Severity
from mtqa.core.spans import Span
from mtqa.segmentation import segment as sentences_of
from mtqa.signals.surface import RULES, Example, SurfaceSignal, describe, rules_page

SEED = Path(__file__).parent.parent / "seeds" / "000_3d0557e54902f2a4.txt"
ALL = SurfaceSignal()
FIRING = [(name, example) for name in RULES for example in RULES[name].fires]
SILENT = [(name, text) for name in RULES for text in RULES[name].silent]


def segments(text: str, language: str = "en", kind: BlockKind = BlockKind.PARAGRAPH) -> list[Segment]:
    """Each line a paragraph of one sentence."""
    found, start = [], 0
    for line in text.split("\n"):
        span, number = Span(start, start + len(line)), len(found)
        found.append(Segment(id=number, span=span, text=line, language=language, kind=kind, block=number))
        start += len(line) + 1
    return found


def findings(evidence: list[Evidence]) -> list[ErrorSpan]:
    return [span for one in evidence for span in one.spans]


def rules_of(text: str) -> list[str]:
    return [found.rule for found in findings(ALL.score(segments(text)))]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_examples_and_a_page(name: str) -> None:
    rule = RULES[name]
    assert rule.name == name
    assert len(rule.fires) >= 2
    assert len(rule.silent) >= 3
    page = describe(name)
    assert page == describe(rule)
    assert rule.category in page
    assert all(words in page for example in rule.fires for words in example.marked)


def test_the_documentation_is_current() -> None:
    page = Path(__file__).parent.parent / "docs" / "rules.md"
    remedy = """python -c 'from mtqa.signals.surface import rules_page; print(rules_page(), end="")' > docs/rules.md"""
    assert page.read_text(encoding="utf-8") == rules_page(), remedy


@pytest.mark.parametrize(("name", "example"), FIRING)
def test_it_fires(name: str, example: Example) -> None:
    found = findings(SurfaceSignal([name]).score(segments(example.text)))
    assert tuple(error.span.of(example.text) for error in found) == example.marked
    text = example.text
    safe = [edit for error in found for edit in error.edits if edit.applicability is Applicability.SAFE]
    for edit in reversed(safe):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == (example.text if example.edited is None else example.edited)
    assert name in rules_of(example.text)


@pytest.mark.parametrize(("name", "text"), SILENT)
def test_it_stays_silent(name: str, text: str) -> None:
    evidence = ALL.score(segments(text))
    assert name not in [found.rule for found in findings(evidence)]
    assert [found for found in findings(evidence) if found.severity is not Severity.NEUTRAL] == []
    assert {one.score for one in evidence} == {0.0}


def in_the_program(text: str, gap: str, *, remarks: bool = True) -> list[tuple[str, str]]:
    """What the rules find in a document in English: rule and words."""
    document = mtqa.from_text(text.replace("\n", gap), language="en")
    report = fake_checker().check(document).documents[0]
    return [
        (error.rule, error.span.of(document.text))
        for verdict in report.verdicts
        for evidence in verdict.evidence
        for error in evidence.spans
        if evidence.signal in ("surface", "language") and (remarks or error.severity is not Severity.NEUTRAL)
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(("name", "example"), FIRING)
def test_it_fires_in_the_program(name: str, example: Example, gap: str) -> None:
    found = in_the_program(example.text, gap)
    assert tuple(words for rule, words in found if rule == name) == example.marked


@pytest.mark.parametrize(("name", "text"), SILENT)
def test_it_stays_silent_in_the_program(name: str, text: str) -> None:
    assert in_the_program(text, "\n\n", remarks=False) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He was tired.She was not, and nobody asked.", ["tired.She"]),
        ("“Stay here.”They stayed. “Was it?”Nobody knew.", ["here.”They", "it?”Nobody"]),
        ("We met on the 3. October. It rained.", ["3. October"]),
        ("It opened on 3. October 1990 in Kiel. It rained.", ["3. October"]),
        ("From the 1. of March to the 30. April it was shut.", ["1. of March", "30. April"]),
        ("She won the 1. prize, and he the 22. and last.", ["1.", "22."]),
        ("He scored 5. May scored none. March was wet.", []),
        ("In all there were 12. The others left. He was number 3. She was not.", []),
        ("The site Node.js is old. Write to a.b@example.com, please.", []),
    ],
)
def test_a_defect_on_the_seam_of_two_sentences_is_found(text: str, expected: list[str]) -> None:
    assert [words for _, words in in_the_program(text, "\n")] == expected


def test_the_seed_article() -> None:
    text = SEED.read_text(encoding="utf-8")
    found = {error.span.of(text): error for error in findings(ALL.score(segments(text)))}
    compound, hyphen = found["fentanyllabors"], found["one -sided"]
    assert (compound.rule, compound.severity) == ("unrendered-compound", Severity.MAJOR)
    assert (hyphen.rule, hyphen.edits[0].text) == ("space-before-hyphen", "one-sided")
    assert hyphen.edits[0].applicability is Applicability.SAFE


def test_a_clean_text_has_no_findings() -> None:
    text = (
        "The library reopened on Tuesday after a two-year refit that cost £3.4 million.\n"
        "“We wanted a place where people stay,” said Ann O'Neill, who led the work.\n"
        "Its reading room (once a tram depot) now seats 240; the cafe opens at 8.30 a.m. on weekdays."
    )
    assert rules_of(text) == []


def test_scores_weigh_severity() -> None:
    evidence = ALL.score(segments("A tidy line.\nIt was one -sided.\nThe fentanyllabors were one -sided."))
    assert [one.score for one in evidence] == [0.0, 1.0, 6.0]
    assert evidence[2].measurements == {"neutral": 0, "minor": 1, "major": 1, "critical": 0}


def test_another_language_runs_only_rules_that_need_no_english() -> None:
    german = segments("Das ist ein cafÃ© , oder ?", language="de-AT")
    assert [found.rule for found in findings(ALL.score(german))] == ["mojibake"]
    (evidence,) = SurfaceSignal(["misspelling"]).score(german)
    assert evidence.score is None
    assert evidence.abstained == "no rule for the language 'de-AT'"


def test_masked_spans_and_addresses_are_no_prose() -> None:
    text = "Type rm -rf or one -sided here."
    (segment,) = segments(text)
    at = text.index("one -sided")
    masked = Segment(id=0, span=segment.span, text=text, language="en", masked=(Span(at, at + 10),))
    assert "one -sided" not in [found.span.of(text) for found in findings(ALL.score([masked]))]
    assert rules_of("Mail end.The@example.com about #fentanyllabors.") == []


def test_a_heading_may_break_off() -> None:
    text = "What the minister told the press because of the"
    assert "truncated-sentence" in rules_of(text)
    assert findings(ALL.score(segments(text, kind=BlockKind.HEADING))) == []


def test_a_quotation_may_run_over_the_sentences_of_a_block() -> None:
    first, second = segments("He said: “We will go.\nWe will not come back.” Then he left.")
    same = Segment(id=1, span=second.span, text=second.text, language="en", block=0)
    assert findings(ALL.score([first, same])) == []


@pytest.mark.parametrize("unit", ["a", "é", "1", "a.", "“", "(", "«", "<!--", "公", "the ", "Éa ", "a.com a , "])
def test_a_long_line_takes_no_more_than_its_length(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    began = time.process_time()
    ALL.score(segments(text))
    assert time.process_time() - began < 5


def test_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'misspelling'"):
        SurfaceSignal(["mispelling"])


def test_the_signal_survives_pickling() -> None:
    text = segments("It was one -sided.")
    assert pickle.loads(pickle.dumps(SurfaceSignal(["space-before-hyphen"]))).score(text)[0].score == 1.0  # noqa: S301


PIECES = st.sampled_from(
    [
        "the ",
        "a ",
        "one -sided ",
        " , ",
        "“",
        "”",
        "(",
        "[",
        "Ã©",
        "&amp;",
        "%s",
        "公司",
        "\u0435",
        "1.000,50 ",
        "$ 5 ",
        "\ufffd",
        "'",
        "\n",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=20), PIECES), max_size=12).map("".join), st.integers(0, 9))
def test_any_text_gives_spans_inside_its_segment(text: str, shift: int) -> None:
    moved = [
        Segment(id=one.id, span=one.span.shift(shift), text=one.text, language="en", block=one.block)
        for one in segments(text)
    ]
    for segment, evidence in zip(moved, ALL.score(moved), strict=True):
        assert evidence.segment_id == segment.id
        assert all(segment.span.contains(error.span) and len(error.span) for error in evidence.spans)
        assert all(edit.span == error.span for error in evidence.spans for edit in error.edits)


def test_many_words_with_numbers_between_them_take_linear_time() -> None:
    def seconds(count: int) -> float:
        document = mtqa.from_text("The " + "x=1 " * count + "end.", language="en")
        started = time.process_time()
        assert list(SurfaceSignal(["repeated-word"]).score(sentences_of(document)))
        return time.process_time() - started

    assert seconds(20_000) < 40 * max(seconds(2_000), 0.02)  # squared, it would be a hundred times as long
