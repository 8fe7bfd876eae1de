"""The surface signal: every rule on its own examples, and what holds for all of them."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import fake_checker
from growth import assert_linear
from hypothesis import given, settings
from hypothesis import strategies as st

import mtqa
from mtqa.core.details import Measured
from mtqa.core.documents import BlockKind, Segment
from mtqa.core.errors import UnknownName
from mtqa.core.findings import Applicability, ErrorSpan, Evidence, Severity
from mtqa.core.spans import Span
from mtqa.formats import read_bytes
from mtqa.languages.en.lexicon import known
from mtqa.segmentation import segment as sentences_of
from mtqa.signals.surface import RULES, Example, SurfaceSignal

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
    return [found.rule for found in findings(ALL.evidence(segments(text)))]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_examples(name: str) -> None:
    rule = RULES[name]
    assert rule.name == name
    assert len(rule.fires) >= 2
    assert len(rule.silent) >= 3


@pytest.mark.parametrize(("name", "example"), FIRING)
def test_it_fires(name: str, example: Example) -> None:
    found = findings(SurfaceSignal([name]).evidence(segments(example.text)))
    assert tuple(error.span.of(example.text) for error in found) == example.marked
    text = example.text
    safe = [edit for error in found for edit in error.edits if edit.applicability is Applicability.SAFE]
    for edit in reversed(safe):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == (example.text if example.edited is None else example.edited)
    assert name in rules_of(example.text)


@pytest.mark.parametrize(("name", "text"), SILENT)
def test_it_stays_silent(name: str, text: str) -> None:
    evidence = ALL.evidence(segments(text))
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
        ("He paid £1,200.They left.", ["1,200.They"]),
        ("That is the end of it.“And then?” she asked.", ["it.“And"]),
        ("It joined NATO.The vote was close. He wrote “no”.She did not.", ["NATO.The", "no”.She"]),
        ("Use ASP.Net 4.The site, or Node.Js, see p. 12.", []),
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


@pytest.mark.parametrize(
    "word", ["greengages", "trugs", "creels", "secateurs", "hereunto", "thereinbefore", "whereinsoever", "hereinunder"]
)
def test_rare_english_is_known(word: str) -> None:
    assert known(word)
    assert rules_of(f"They spoke of {word} for an hour.") == []


def test_what_may_be_borrowed_is_not_said_to_be_no_english() -> None:
    (found,) = findings(ALL.evidence(segments("She asked for a blick at the plan.")))
    assert (found.rule, found.severity) == ("untranslated-word", Severity.NEUTRAL)
    assert "not English" not in found.message


DOUBLED = [  # where a word stands twice by right, and where by mistake
    ("The boat put in in the dark.", []),
    ("He would turn it on on Sundays, and the lamp was on on Monday.", []),
    ("Once he came to to find the ward empty.", []),
    ("The man I gave it to to look after lost it.", []),
    ("The last time we met met with little success; whoever ran ran in vain.", []),
    ("What I do do is count, and those who can can.", []),
    ("If it is not for you you can leave it, and as for her her view was plain.", []),
    ("After this this happened. I gave her her coat. He told you you were wrong.", []),
    ("They call it the Hole, which is is wrong. What it is is odd.", ["is is"]),
    ("The house we lived in in Leeds is one that he looked for for years.", []),
    ("He read of Cao Cao in Bora Bora and said no no no. Dear dear me. Never never land.", []),
    ("I know who who is; she asks what what means. There there, she said.", []),
    ("The ferry is is late, and the crew was was wet.", ["is is", "was was"]),
    ("They sat in in the cabin. It was on on the table; what he drank was on on the desk.", ["in in", "on on"]),
    ("Then this this was all it it needed, and what what he had was good.", ["this this", "it it", "what what"]),
    ("He said said nothing. They came come home, and she went go home.", ["said said", "came come", "went go"]),
    ("There there is a problem with with it. They they left.", ["There there", "with with", "They they"]),
    ("He was born in in 1990. From from the start he\nhe ran.", ["in in", "From from", "he\nhe"]),
    ("You need to to know. We waited for for hours.", ["to to", "for for"]),
    ("The people who live there there call it the Hole.", ["there there"]),
    ("He lived there there for years, and is there there still.", ["there there", "there there"]),
    ("When we got there there was nobody. Up there there seems to be snow. He said there there.", []),
    ("The can can dancers like the can-can; he can can fish. Can can dancing is old.", ["can can"]),
    ("It was a meeting that that lasted. The dog that that bit him ran.", ["that that", "that that"]),
    ("It was a bill that that was passed in spring. Don't read into that that we're late.", ["that that"]),
    ("Think of the effect that that had on her, of the damage that that caused, the place that that came from.", []),
    ("The trouble that that caused the family, the good that that did him; the pact that that was based on.", []),
    ("The house that that man built, the idea that that could work: a pity that that ended.", []),
    ("He told a friend that that lasted. It was at a meeting that that was decided.", []),
    ("On the day that that came, the Opposition disputes that that is the case.", []),
    ("Call me when you are are done. When we were were young, it rained.", ["are are", "were were"]),
    ("Where they are are the Alps, and what they were when they were were fools.", []),
    ("He gave it to to her. She sent it to to his mother.", ["to to", "to to"]),
    ("The person you sent it to to check it was ill, and the man I gave it to to look after lost it.", []),
]


@pytest.mark.parametrize(("text", "slips"), DOUBLED)
def test_doubled_words(text: str, slips: list[str]) -> None:
    found = [words for rule, words in in_the_program(text, "\n") if rule == "repeated-word"]
    assert [words for words in found if words.lower() != "on on"] == [s for s in slips if s.lower() != "on on"]
    assert found.count("on on") >= slips.count("on on")


def test_only_a_doubling_that_is_wrong_everywhere_is_safe() -> None:
    evidence = SurfaceSignal(["repeated-word"]).evidence(segments("The the man sat in in a a chair."))
    assert [(e.text, e.applicability.value) for error in findings(evidence) for e in error.edits] == [
        ("The", "safe"),
        ("in", "unsafe"),
        ("a", "safe"),
    ]


TECHNICAL = [  # nobody may change these unasked
    "Type java -version, java -jar or git commit -am in a shell.",
    "Then run tar -cf to pack, or find docs -name to look.",
    "Call it as sort --fields=name,date and wait a little.",
    "Send it to mailto:ann@example.com?cc=bob,carol this evening.",
    "The colours are red,green,blue in this order of theirs.",
    "The columns are name,date and size in each of them.",
    "Open the file end.The in an editor, then start.Now again.",
    "We keep old.The and new.It in a folder of their own.",
    "He says that vitamin A a day is enough for a child.",
    "They called Plan A a success when it was over.",
    "They heard the band The the in a hall near London.",
    "You write an ampersand as &amp; in a page of yours.",
    "You write an ampersand as `&amp;c` and a link as x=1&amp;y=2 there.",
    "The sequence Ã© appears where a letter was meant.",
    "A line of it has the form key : value and no other.",
    "It says x ? a : b and then done ; exit in the file.",
    "Then build the image with docker build .",
    "In plain text, `the the` and `one -sided ,` are code.",
]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize("text", TECHNICAL)
def test_what_is_technical_is_never_changed_unasked(text: str, name: str) -> None:
    (document,), _ = read_bytes(text.encode(), name, language="en")
    flags = findings(ALL.evidence(sentences_of(document)))
    assert [(error.rule, edit.text) for error in flags for edit in error.edits if edit.applicability == "safe"] == []


def test_prose_is_changed_unasked() -> None:
    text = (
        "It rained,however we stayed until the end.The crowd left at six , or later. "
        "The talks were one -sided,and the ‘best’ of AT&amp;T’s men,who had come from Ãœberlingen, said "
        "the the least.It was odd."
    )
    edits = [edit for error in findings(ALL.evidence(segments(text))) for edit in error.edits]
    assert [edit.applicability for edit in edits] == ["safe"] * 9


@pytest.mark.parametrize(
    ("text", "lonely"),
    [
        ("The range [start, end) ends before (a, b] does; it is [0; n) long.", 0),
        ("French books write ]a, b[ or ]0; 1] for it.", 0),
        ("It (as [a, b) is) is short, and (c) is not.", 0),
        ("Press ( to open a group and “)” to close it.", 0),
        ("The minister [who was late spoke first.", 1),
        ("The minister (who, as ever, was late spoke first.", 1),
        ("The word “will” has five signs, with the mark ” after it.", 0),
        ("They won seven constructors’ titles in the ’90s, goin’ home, “’cause it was late.”", 0),
        ("We will go,” he said.", 1),
    ],
)
def test_brackets_and_quotation_marks_balance(text: str, lonely: int) -> None:
    found = [rule for rule, _ in in_the_program(text, "\n") if rule.startswith("unbalanced")]
    assert len(found) == lonely


def test_a_placeholder_that_the_source_has_is_not_left_over() -> None:
    (sentence,) = segments("Dear {0}, your order %s has shipped.")
    translated = replace(sentence, source="Liebe {0}, alles ist unterwegs.")
    found = findings(SurfaceSignal(["leftover-placeholder"]).evidence([translated]))
    assert [span.span.of(sentence.text) for span in found] == ["%s"]


def test_the_seed_article() -> None:
    text = SEED.read_text(encoding="utf-8")
    found = {error.span.of(text): error for error in findings(ALL.evidence(segments(text)))}
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
    evidence = ALL.evidence(segments("A tidy line.\nIt was one -sided.\nThe fentanyllabors were one -sided."))
    assert [one.score for one in evidence] == [0.0, 1.0, 6.0]
    assert evidence[2].details == Measured(numbers={"neutral": 0, "minor": 1, "major": 1, "critical": 0})


def test_another_language_runs_only_rules_that_need_no_english() -> None:
    german = segments("Das ist ein cafÃ© , oder ?", language="de-AT")
    assert [found.rule for found in findings(ALL.evidence(german))] == ["mojibake"]
    (evidence,) = SurfaceSignal(["misspelling"]).evidence(german)
    assert evidence.score is None
    assert evidence.abstained == "no rule for the language 'de-AT'"


def test_masked_spans_and_addresses_are_no_prose() -> None:
    text = "Type rm -rf or one -sided here."
    (segment,) = segments(text)
    at = text.index("one -sided")
    masked = Segment(id=0, span=segment.span, text=text, language="en", masked=(Span(at, at + 10),))
    assert "one -sided" not in [found.span.of(text) for found in findings(ALL.evidence([masked]))]
    assert rules_of("Mail end.The@example.com about #fentanyllabors.") == []


def test_a_heading_may_break_off() -> None:
    text = "What the minister told the press because of the"
    assert "truncated-sentence" in rules_of(text)
    assert findings(ALL.evidence(segments(text, kind=BlockKind.HEADING))) == []


def test_a_quotation_may_run_over_the_sentences_of_a_block() -> None:
    first, second = segments("He said: “We will go.\nWe will not come back.” Then he left.")
    same = Segment(id=1, span=second.span, text=second.text, language="en", block=0)
    assert findings(ALL.evidence([first, same])) == []


HOSTILE = (
    "\u0301",
    "a\u0301",
    "1 ",
    "  ",
    "the the ",
    "in in ",
    "[1, ",
    "]a,",
    "that he ",
    "5. ",
    "the 5. ",
    "‘",
    "’a",
    "<",
)


@pytest.mark.parametrize(
    "unit", ["a", "é", "1", "a.", "“", "(", "«", "公", "the ", "Éa ", "a.com a , ", "<!--", *HOSTILE]
)
def test_work_grows_with_the_length_of_a_line(unit: str) -> None:
    assert_linear(ALL.evidence, lambda n: segments((unit * n)[:n]), n=400 if unit == "<!--" else 60)


def test_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'misspelling'"):
        SurfaceSignal(["mispelling"])


def test_the_signal_survives_pickling() -> None:
    text = segments("It was one -sided.")
    assert pickle.loads(pickle.dumps(SurfaceSignal(["space-before-hyphen"]))).evidence(text)[0].score == 1.0  # noqa: S301


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
    for segment, evidence in zip(moved, ALL.evidence(moved), strict=True):
        assert evidence.segment_id == segment.id
        assert all(segment.span.contains(error.span) and len(error.span) for error in evidence.spans)
        assert all(edit.span == error.span for error in evidence.spans for edit in error.edits)


def test_many_words_with_numbers_between_them_take_linear_work() -> None:
    rule = SurfaceSignal(["repeated-word"])
    assert_linear(rule.evidence, lambda n: sentences_of(mtqa.from_text("The " + "x=1 " * n + "end.", language="en")))
