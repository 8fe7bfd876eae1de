from __future__ import annotations

from dataclasses import replace

import pytest
from growth import assert_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa import formats
from mtqa.core.documents import Block, Document
from mtqa.core.errors import InputError
from mtqa.core.folding import Folding
from mtqa.core.spans import Span
from mtqa.segmentation import LONGEST, segment, signature


def one_block(text: str, language: str = "en") -> Document:
    document = formats.from_text(text, language=language)
    return replace(document, blocks=(Block(span=Span(0, len(document.text))),))


@pytest.mark.parametrize(
    "sentences",
    [
        ["One came.", "Two left!", "Did three?", "Four did."],
        ["Dr. Lund met Mr. and Mrs. Falk.", "They left at 5 p.m.", "She stayed."],
        ["He lives in the U.S. with two cats.", "She moved to the U.K. in May."],
        ["Some fruit, e.g. Apples and pears, is sold.", "Other, i.e. No fruit, is not.", "See Fig. 3 and No. 5."],
        ["The case is Roe vs. Wade.", "It is old."],
        ["J. K. Rowling wrote it.", "So did J.R.R. Tolkien.", "George W. Bush read it."],
        ["It rose by 3.5 points to 1,000.50 on Jan. 3.", "It fell by .5 then."],
        ["Wait...", "He left.", "He was tired... and slow."],
        ["Wait…", "He left.", "He was tired… and slow."],
        ["I said no.", "Then I left."],
        ["“Really?” she asked.", "“Yes!” he said."],
        ["“No. We can,” he said.", "She nodded."],
        [
            "“We can work together,” said the mayor, who had waited an hour for the question to be put.",
            "“We can share what we know with anyone who asks.",
            "But we will never accept a gate across the river.”",
            "She sat down.",
        ],
        [
            '"We can work together," said the mayor, who had waited an hour for the question to be put.',
            '"We can share what we know!',
            'But will we accept a gate across the river?" she asked.',
        ],
        ["A line that is\nwrapped by hand.", "The next one is\r\nwrapped too."],
        ["Smile 😀.", "The letter 𝔸 is astral.", "So is 🏳️‍🌈!", "Nothing is lost."],
        ["Nothing but words"],
        ["He left (she did not).", "(They know.)"],
        ["A footnote.[1]", "Another one."],
        ["It ended in May.", "Ms Brown said so."],
        ["It ended in May.", "Ms. Brown said so.", "Nobody else did."],
        ["It ended in “May.”", "Nobody had asked Dr. May."],
        ["We wrote to Mr. May.", "Ms. May wrote to Prof. May and Dr. May Brown."],
        ["She was born on 3 May.", "Dr Smith came.", "I had seen him on Jan. 5 and in Sept. 2020."],
        [
            "He said no.",
            "Ms Brown fell ill.",
            "Mr Falk told me.",
            "Lund is OK.",
            "Everybody likes art.",
            "“Nobody” may.",
        ],
        ["Sec. 3, art. I of the law applies.", "Page 3 and no. A of the set are here."],
        ["See Art. III of No. 5, ill. 3 and art. 12.", "He lives in Springfield, Ill. with Mx. Lund and Cllr. Falk."],
        ["Jan. Mar. May. 2020 was dry."],
    ],
)
@pytest.mark.parametrize("gap", [" ", "\n", "  ", "\u2028"])
def test_sentences(sentences: list[str], gap: str) -> None:
    document = one_block(gap.join(sentences))
    assert [one.text for one in segment(document)] == sentences


@pytest.mark.parametrize("gap", ["\n\t", "\t", "\r\n" + " " * 60])
def test_the_width_of_blanks_moves_no_boundary(gap: str) -> None:
    sentences = [
        "Some fruit, e.g. Apples and pears, and see no. A, is sold.",
        "She came on the 5. May with Ms. Brown.",
        '"Yes," they said.',
        '"We saw it. It went. So did we."',
        "They " + "walked on " * 90 + "and on, all day.",
        "“We can work together,” said the mayor, who had waited an hour for the question to be put.",
        "They left.",
    ]
    found = segment(one_block(" ".join(sentences)))
    wide = segment(one_block(" ".join(sentences).replace(" ", gap)))
    assert [one.text.split() for one in wide] == [one.text.split() for one in found]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("de", ["Er kam z. B. am 3. Mai.", "Sie ging."]),
        ("fr", ["Il est parti.", "Elle est restée ?", "Oui."]),
        ("zh-Hans", ["总统宣布了。", "大家都很高兴！"]),
        ("und", ["One came.", "Two left."]),
    ],
)
def test_languages(language: str, sentences: list[str]) -> None:
    gap = "" if language.startswith("zh") else " "
    assert [one.text for one in segment(one_block(gap.join(sentences), language))] == sentences


def test_segments_know_their_block() -> None:
    document = formats.from_text(
        "A title\n\nFirst. See https://example.org now. Last.\n\n- A point. Two.", language="en"
    )
    segments = segment(document)
    assert [(one.id, one.block, one.kind.value, one.text) for one in segments] == [
        (0, 0, "heading", "A title"),
        (1, 1, "paragraph", "First."),
        (2, 1, "paragraph", "See https://example.org now."),
        (3, 1, "paragraph", "Last."),
        (4, 2, "list-item", "A point."),
        (5, 2, "list-item", "Two."),
    ]
    assert [mask.of(document.text) for one in segments for mask in one.masked] == ["https://example.org"]


def test_an_address_inside_code_is_masked_once() -> None:
    (document,), _ = formats.read_bytes(b"Run `get https://e.org/a.txt` first. Then stop.", "a.md", language="en")
    assert [one.text for one in segment(document)] == ["Run get https://e.org/a.txt first.", "Then stop."]
    assert [mask.of(document.text) for mask in document.blocks[0].masked] == ["get https://e.org/a.txt"]


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "x",
        "“",
        "a. “B ",
        "One came. ",
        "(",
        "…",
        "。",
        "é😀 ",
        '"A." ',
        "\u0301",
        "\u00ad",
        "a\u00ad",
        "<",
        "a.B",
    ],
)
def test_long_lines_are_parted_in_linear_work(unit: str) -> None:
    segment(one_block(unit))  # what is loaded at first is no work of the lines
    assert_linear(segment, lambda n: one_block((unit * n)[:n]), n=5 * LONGEST)
    segments = segment(one_block((unit * 100_000)[:100_000]))
    assert max((len(Folding.of(one.text).text) for one in segments), default=0) <= LONGEST
    if unit == "word ":
        assert all(one.text.startswith("word") and one.text.endswith("word") for one in segments)
        assert min(len(one.span) for one in segments[:-1]) > LONGEST - 10


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("one, two, three four five; six, seven " * 300, ("one", "six")),
        ("one, two three four five six seven " * 60, ("two", "one")),
        ("第一，第二；第三" * 300, ("第一", "第三")),
    ],
)
def test_what_is_too_long_is_parted_at_a_pause(text: str, begins: tuple[str, str]) -> None:
    parts = [one.text for one in segment(one_block(text))]
    assert len(parts) > 2
    assert all(part.startswith(begins) for part in parts)


ALPHABET = st.sampled_from(
    [*"aBé .!?\n\r\t“”\"'()«»1😀。…[]-‘’\u2028\u3000\xa0\u200b\x85\ufffd", "Dr. ", "No. ", "e.g. ", "J. "]
)


def visible(text: str) -> str:
    return "".join(Folding.of(text).text.split())


@given(st.lists(ALPHABET, max_size=80).map("".join) | st.text(max_size=80), st.sampled_from(["en", "de", "zh", "und"]))
@settings(max_examples=500, deadline=None)
def test_every_visible_character_lies_in_one_segment(text: str, language: str) -> None:
    try:
        documents = [formats.from_text(text), one_block(text, language)]
    except InputError:
        return
    for document in documents:
        segments = segment(document)
        assert [one.id for one in segments] == list(range(len(segments)))
        end = 0
        for one in segments:
            assert end <= one.span.start < one.span.end
            assert one.span.of(document.text) == one.text == one.text.strip()
            assert document.blocks[one.block].span.contains(one.span)
            end = one.span.end
        for ordinal, block in enumerate(document.blocks):
            covered = "".join(one.text for one in segments if one.block == ordinal)
            assert visible(covered) == visible(block.span.of(document.text))


def test_signature_names_the_segmenter() -> None:
    name, version = signature().split(" ")
    assert name == "sentencex"
    assert version[0].isdigit()


def test_sentences_have_their_sources_where_there_are_as_many() -> None:
    def sources(text: str, source: str) -> list[str | None]:
        return [found.source for found in segment(formats.from_text(text, language="en", source=source))]

    assert sources("It rained. We stayed in.", "Es regnete. Wir blieben zu Hause.") == [
        "Es regnete.",
        "Wir blieben zu Hause.",
    ]
    assert sources("It rained, so we stayed in.", "Es regnete. Wir blieben.") == ["Es regnete. Wir blieben."]
    assert sources("It rained. We stayed in.", "Es regnete, also blieben wir.") == [None, None]
    assert sources("It rained.\n\nWe stayed in.", "Es regnete.\n\nWir blieben.") == ["Es regnete.", "Wir blieben."]
