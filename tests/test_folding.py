"""Characters that nobody sees change nothing, and what is found is found where it stands."""

from __future__ import annotations

import pytest
from fakes import fake_checker
from growth import assert_linear
from hypothesis import given
from hypothesis import strategies as st

import mtqa
from mtqa.core.folding import INVISIBLE, Folding, hidden_in_words
from mtqa.core.report import Decision, DocumentReport
from mtqa.core.spans import Span

CHECKER = fake_checker()
TEXT = (
    "The talks were one -sided at best, and zzor rained.\n\n"
    "- He closed the the door of the fentanyllabors. She went home (at last.\n\n"
    "Nobody knew whether Dr. Lund would come at 5 p.m. or later. We have waited ,he said.\n\n"
    "They agreed on the developpment of the port. The river rose. Then it fell again, as it always does in spring."
)
HIDDEN = (
    *("\u00ad", "\u034f", "\u061c", "\u115f", "\u17b4", "\u180e", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f"),
    *("\u202a", "\u202e", "\u2060", "\u2063", "\u2066", "\u2069", "\u206a", "\u3164", "\ufe00", "\ufe0f", "\ufeff"),
    *(
        "\x02",
        "\x7f",
        "\ufff9",
        "\uffa0",
        "\ufff0",
        "\U0001bca0",
        "\U0001d173",
        "\U000e0001",
        "\U000e0041",
        "\U000e0100",
        "\u00ad\u200b",
    ),
    *("\x80", "\x92", "\x9f"),
)


def judged(text: str) -> DocumentReport:
    return CHECKER.check(mtqa.from_text(text)).documents[0]


def findings(report: DocumentReport) -> list[tuple[object, ...]]:
    """All that is found, each with its words as they read."""
    text = report.document.text
    return [
        (flag.rule, flag.severity, Folding.of(flag.span.of(text)).text, flag.fingerprint, [e.text for e in flag.edits])
        for flag in report.flags
    ]


@pytest.mark.parametrize("sign", HIDDEN, ids=lambda sign: f"U+{ord(sign[0]):04X}x{len(sign)}")
@pytest.mark.parametrize("every", [1, 3])
def test_an_invisible_character_changes_nothing(sign: str, every: int) -> None:
    plain = judged(TEXT)
    stuffed = judged(sign + "".join(c + sign if at % every == 0 else c for at, c in enumerate(TEXT)))
    assert {flag.rule for flag in plain.flags} >= {"unknown-word", "repeated-word", "misspelling", "unbalanced-bracket"}
    assert findings(stuffed) == findings(plain)
    assert (stuffed.p_mt, stuffed.decision, stuffed.reason) == (plain.p_mt, plain.decision, plain.reason)
    assert (stuffed.document.language, stuffed.surprisal) == (plain.document.language, plain.surprisal)
    for one, other in zip(stuffed.verdicts, plain.verdicts, strict=True):
        assert one.segment.span.of(stuffed.document.text) == one.segment.text
        assert (Folding.of(one.segment.text).text, one.segment.kind) == (other.segment.text, other.segment.kind)
        assert one.p_edit == other.p_edit


def test_what_is_found_covers_the_first_to_the_last_visible_character() -> None:
    text = "He spoke of the fen\u00adtanyl\u200blabors\u00ad there."
    report = judged(text)
    (flag,) = (f for f in report.flags if f.rule == "unrendered-compound")
    assert flag.span.of(text) == "fen\u00adtanyl\u200blabors"
    assert flag.edits[0].span == flag.span


@pytest.mark.parametrize("blank", ["\x0b", "\x85", "\u2028", "\u2029", "\u2800", "\u2028\u200b\u2028"])
def test_a_blank_is_a_space_where_there_is_none(blank: str) -> None:
    text = f"The talks were one -sided at best.{blank}He closed the the door;{blank} it was{blank}late.{blank}"
    folding = Folding.of(text)
    assert folding.text == "The talks were one -sided at best. He closed the the door; it was late."
    for words in ("best", "He", "the the", "late"):
        at = folding.text.index(words)
        assert folding.original(Span(at, at + len(words))).of(text) == words
    assert {flag.rule for flag in judged(text).flags} == {"space-before-hyphen", "repeated-word"}


@pytest.mark.parametrize(
    "garbled",
    [
        "It wasn\u00e2\u0080\u0099t.",
        "A d\u00e9j\u00c3\u00a0 vu.",
        "He said \u00e2€\u009d.",
        "pa\u00c3\u00ads",
        "\u00f0Ÿ˜\u0081",
    ],
)
def test_what_is_left_of_a_wrong_decoding_stays(garbled: str) -> None:
    assert Folding.of(garbled).text == garbled
    assert Folding.of("caf\u00e9\u0092s na\u00efve\u0080").text == "caf\u00e9s na\u00efve"


def test_joined_emoji_stay_where_they_are() -> None:
    text = "The family 👨\u200d👩\u200d👧 saw the \u2764\ufe0f and the the flag."
    (flag,) = judged(text).flags
    assert flag.span.of(text) == "the the"


@pytest.mark.parametrize(
    ("text", "remarked"),
    [
        (TEXT, False),
        (TEXT.replace("rained", "rai\u00adned"), False),
        (TEXT.replace("e", "e\u200d"), True),
        (TEXT.replace(" ", " ❤\ufe0f "), False),
    ],
)
def test_a_text_stuffed_with_them_says_so(text: str, remarked: bool) -> None:
    said = [remark for remark in judged(text).remarks if "invisible" in remark]
    assert bool(said) is remarked
    if remarked:
        count, _ = hidden_in_words(text)
        assert f"{count} invisible characters inside words (most often: zero width joiner)" in said[0]


@pytest.mark.parametrize(
    "swaps",
    [{"ea": "e\u0430", "ai": "\u0430i"}, {"ain": "\uff41\uff49\uff4e"}, {"ain": "𝐚𝐢𝐧"}, {"ai": "\u0251i"}],
    ids=["Cyrillic", "full width", "mathematical", "phonetic"],
)
def test_letters_swapped_for_others_that_look_alike_leave_it_undecided(swaps: dict[str, str]) -> None:
    text = TEXT * 3
    assert judged(text).decision is not Decision.UNDECIDED
    for letters, others in swaps.items():
        text = text.replace(letters, others)
    swapped = judged(text)
    assert swapped.decision is Decision.UNDECIDED
    assert "only look like the usual ones" in swapped.reason


@given(st.text(st.sampled_from(["a", " ", "\u00ad", "\u200b", "𝔸"])), st.integers(0, 9), st.integers(0, 9))
def test_spans_there_and_back(text: str, start: int, length: int) -> None:
    folding = Folding.of(text)
    assert folding.text == INVISIBLE.sub("", text)
    start = min(start, len(folding.text))
    span = Span(start, min(start + length, len(folding.text)))
    there = folding.original(span)
    assert Folding.of(there.of(text)).text == span.of(folding.text)
    assert folding.fold(there) == span
    assert folding.fold(Span(0, len(text))) == Span(0, len(folding.text))


@given(
    st.text(st.sampled_from(["a", "A", " ", "\u00ad", "\u2028", "\u00e2", "\x80"])),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_a_span_moved_there_and_back_is_the_same(text: str, start: int, length: int) -> None:
    folding = Folding.of(text)
    start = min(start, len(folding.text))
    span = Span(start, min(start + length, len(folding.text)))
    assert folding.fold(folding.original(span)) == span
    assert folding.fold(Span(0, len(text))) == Span(0, len(folding.text))


@pytest.mark.parametrize(
    "unit", ["\u00ad", "\x80", "\u00e2\x80", "a\u2028A", "a\u0301", "a\u200b", "\u200b ", "👩\u200d", "a"]
)
def test_folding_and_its_way_back_grow_linearly(unit: str) -> None:
    def there_and_back(text: str) -> None:
        folding = Folding.of(text)
        for at in range(0, len(folding.text), 50):
            folding.original(Span(at, at + 1))

    assert_linear(there_and_back, lambda n: unit * n)
