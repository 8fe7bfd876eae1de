from __future__ import annotations

import codecs
import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa import formats
from mtqa.core.documents import BlockKind, Document
from mtqa.core.errors import ConfigError, InputError, UnknownName
from mtqa.core.findings import Applicability, Edit
from mtqa.core.spans import LineIndex, SourceMap, Span
from mtqa.formats.kinds import kind_of
from mtqa.segmentation import segment

ROOT = Path(__file__).parent.parent
SEEDS = [p for p in sorted((ROOT / "seeds").iterdir()) if p.name != "README.md"]
SAMPLES = SEEDS + sorted((ROOT / "tests/data/formats").iterdir())
ids = {"ids": lambda path: path.name}


def edit(span: Span, text: str) -> Edit:
    return Edit(span=span, text=text, applicability=Applicability.UNSAFE)


def read_bytes(raw: bytes, name: str) -> Document:
    (document,), failures = formats.read_bytes(raw, name)
    assert not failures
    return document


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


# Contract: every format, every seed of it.


def test_every_format_has_a_seed_and_its_own_suffixes() -> None:
    suffixes = [suffix for format_ in formats.FORMATS.values() for suffix in format_.suffixes]
    assert len(suffixes) == len(set(suffixes))
    for name, format_ in formats.FORMATS.items():
        assert format_.name == name
        assert any(path.suffix in format_.suffixes for path in SEEDS), name


@pytest.mark.parametrize("path", SAMPLES, **ids)
def test_writing_no_edits_gives_the_file_back(path: Path) -> None:
    for document in formats.read_all(path)[0]:
        assert formats.write(document, []) == path.read_bytes()
        assert formats.FORMATS[document.format].write(document, []) == path.read_bytes()


@pytest.mark.parametrize("path", SAMPLES, **ids)
def test_text_blocks_and_map_agree(path: Path) -> None:
    for document in formats.read_all(path)[0]:
        assert document.blocks
        for text_start, file_start, length in document.source_map.runs:
            here = document.text[text_start : text_start + length]
            assert here == document.content[file_start : file_start + length]
            assert len(here) == length
        ends = 0
        for block in document.blocks:
            words = block.span.of(document.text)
            assert ends <= block.span.start
            assert words == words.strip() != ""
            assert all(block.span.contains(mask) for mask in block.masked)
            assert all(one.end <= other.start for one, other in pairwise(block.masked))
            ends = block.span.end


@pytest.mark.parametrize("path", SAMPLES, **ids)
def test_one_edit_changes_its_own_bytes_only(path: Path) -> None:
    for document in formats.read_all(path)[0]:
        edited = 0
        for one in segment(document):
            ranges = document.source_map.to_file(one.span)
            if len(ranges) != 1 or len(ranges[0]) != len(one.span):
                if sum(map(len, ranges)) == len(one.span) and not formats.FORMATS[document.format].text:
                    continue  # what stands between may be no markup to a reader: see test_office.py
                changes = [edit(one.span, "Other words for what is said, more or less.")]
                if document.format in ("srt", "vtt"):  # which share them out among the lines
                    written = formats.write(document, changes).decode(document.encoding)
                    assert stays(written, document.content, ranges)
                    continue
                with pytest.raises(InputError, match="by hand"):
                    formats.write(document, changes)
                continue
            place = ranges[0]
            expected = document.content[: place.start] + "Other words." + document.content[place.end :]
            written = formats.write(document, [edit(one.span, "Other words.")])
            if formats.FORMATS[document.format].text:
                assert written.decode(document.encoding) == expected
            else:
                assert formats.read_bytes(written, path.name)[0][0].content == expected
            edited += 1
        assert edited or document.format == "pdf"  # which is only read


def stays(written: str, content: str, ranges: Sequence[Span]) -> bool:
    """Whether ``written`` has what stands before, between and behind ``ranges`` of ``content``, in order."""
    bounds = [0, *(bound for place in ranges for bound in (place.start, place.end)), len(content)]
    at = 0
    for low, high in zip(bounds[::2], bounds[1::2], strict=True):
        at = written.find(content[low:high], at)
        if at < 0:
            return False
        at += high - low
    return at == len(written)


# Whole documents, block by block.


def test_the_seed_article_as_an_editor_would_sort_it() -> None:
    document = formats.read(ROOT / "seeds/000_3d0557e54902f2a4.txt")
    found = kinds(document)
    assert [words for kind, words in found if kind == "boilerplate"] == [
        "close",
        "close",
        "Click here to get the FOX News app",
        "Adam Shaw from Fox News Digital and the Associated Press contributed to this report.",
        "Leave a Comment",
    ]
    assert [words.split()[0] + " … " + words.split()[-1] for kind, words in found if kind == "heading"] == [
        "The … cartels",
        "The … cartels",
        "Sinaloa … they?",
        "Mexican … Sheinbaum",
        "CIA … Mexico",
        "Mexican … Sheinbaum",
    ]
    assert [words[-14:] for kind, words in found if kind == "caption"] == [". (AP picture)"] * 3
    assert sum(kind == "paragraph" for kind, _ in found) == len(found) - 14 == 16


def test_markdown_reads_without_its_markup() -> None:
    document = formats.read(ROOT / "seeds/002_river.md")
    assert (document.language, document.declared) == ("en", True)
    assert kinds(document) == [
        ("heading", "The river that came back"),
        (
            "paragraph",
            "For sixty years the Lenn ran under a car park. In 2019 the town voted to dig\nit up, "
            "and last spring the water saw daylight again.",
        ),
        ("caption", "Children at the new steps"),
        ("quote", "We thought nobody would come. Now we can't find a free bench."),
        ("heading", "What it took"),
        ("list-item", "The lids were lifted with a crane, one at a time."),
        ("list-item", "The banks were planted with willow & alder."),
        (
            "paragraph",
            "The flow is read every hour by a script, lenn.read_gauge(), and the numbers\n"
            "are public at https://example.org/lenn.",
        ),
        ("paragraph", "Some neighbours still complain about the frogs. They are loud."),
    ]
    assert [mask.of(document.text) for block in document.blocks for mask in block.masked] == [
        "lenn.read_gauge()",
        "https://example.org/lenn",
    ]


def test_html_reads_as_the_article_alone() -> None:
    document = formats.read(ROOT / "seeds/003_lighthouse.html")
    assert document.language == "en"
    assert [kind for kind, _ in kinds(document)] == [
        "heading", "paragraph", "caption", "paragraph", "heading", "paragraph", "paragraph", "boilerplate",
    ]  # fmt: skip
    for absent in ("no prose", "color", "Home", "Most read", "All rights", "&amp;", "  "):
        assert absent not in document.text
    assert "“You never got used to the silence after the horn stopped,” Ada said." in document.text
    start = document.text.index("barometer")
    place = document.locate(Span(start, start + 9)).lines
    assert place is not None
    line = document.content.splitlines()[place.line - 1]
    assert line[place.column - 1 : place.end_column - 1] == "barometer"


def test_html_edits_are_escaped_and_entities_left_alone() -> None:
    raw = "<p>Caf&eacute; costs &lt; 3 €, they said at noon.</p>".encode("latin-1", "xmlcharrefreplace")
    document = read_bytes(raw, "a.html")
    start = document.text.index("noon")
    written = formats.write(document, [edit(Span(start, start + 4), "A & <B> ☕")])
    assert written == raw.replace(b"noon", "A &amp; &lt;B&gt; ☕".encode())
    with pytest.raises(InputError, match="by hand"):
        formats.write(document, [edit(Span(0, 4), "Cafe")])


@pytest.mark.parametrize(
    "markup",
    [
        "<p>One <b>two</p></i> three",
        "<<<p>>a < b && c",
        "<div><p>unclosed <a href='x>y' title=\"q>text",
        "&#xFFFFFFF; &#0; &bogus; &amp",
        "<!-- never closed <p>x</p>",
        "text<script>var a = '<p>no</p>'",
        "<p>" * 5000 + "deep" + "</div>" * 5000,
        "<table><tr><td>a<td>b<tr><li>c",
        "\ufeff<html lang=en><body hidden>x</body><p>shown",
    ],
)
def test_malformed_html_is_read_or_refused(markup: str) -> None:
    try:
        document = read_bytes(markup.encode(), "a.html")
    except InputError:
        return
    assert formats.FORMATS["html"].write(document, []) == markup.encode()


@pytest.mark.parametrize("element", ["div", "b"])
def test_deeply_nested_html_is_read_whole(element: str) -> None:
    page = f"<p>First one.</p><p>{f'<{element}>' * 300}Deep one.{f'</{element}>' * 300}</p><p>Last one.</p>"
    text = read_bytes(page.encode(), "a.html").text
    assert all(words in text for words in ("First one.", "Deep one.", "Last one."))


def test_nested_markdown_is_read_or_refused_with_a_reason() -> None:
    def nested(depth: int) -> bytes:
        return ("".join("  " * i + "- item\n" for i in range(depth)) + "\n\n" + "> " * depth + "deep\n\nLast.").encode()

    text = read_bytes(nested(30), "a.md").text
    assert text.count("item") == 30
    assert text.endswith("deep\n\nLast.")
    with pytest.raises(InputError, match="nested deeper"):
        read_bytes(nested(400), "a.md")


def test_jsonl_rows_are_documents() -> None:
    (first, second), failures = formats.read_all(ROOT / "seeds/004_letters.jsonl")
    assert not failures
    assert (first.language, first.declared, second.language) == ("en", True, "und")
    assert first.text.endswith('says "good morning" again.')
    assert [block.source for block in second.blocks] == [
        "Bitte stellt die Bank bei der Kapelle wieder auf.",
        "Meine Mutter hat sich dort auf dem Heimweg ausgeruht.",
    ]
    start = second.text.index("bench")
    assert second.locate(Span(start, start + 5)).name == "line 2"
    rows = [json.loads(row) for row in formats.write(second, [edit(Span(start, start + 5), '"seat"')]).splitlines()]
    assert rows[1]["text"] == second.text.replace("bench", '"seat"')
    assert rows[0]["text"] == first.text
    with pytest.raises(InputError, match="2 documents"):
        formats.read(ROOT / "seeds/004_letters.jsonl")


DECLARING = {
    "a.html": "<html lang={}><body><p>The ferry was late.</p></body></html>",
    "a.md": "---\nlang: {}\n---\n\nThe ferry was late.\n",
    "a.mdx": "---\nlang: {}\n---\n\nThe ferry was late.\n",
    "a.adoc": ":lang: {}\n\nThe ferry was late.\n",
    "a.vtt": "WEBVTT\nLanguage: {}\n\n00:01.000 --> 00:02.000\nThe ferry was late.\n",
    "a.jsonl": '{{"text": "The ferry was late.", "language": "{}"}}',
    "a.xlf": '<xliff version="1.2"><file source-language="de" target-language="{}"><body><trans-unit id="1"><source>So.'
    "</source><target>The ferry was late.</target></trans-unit></body></file></xliff>",
    "a.po": 'msgid ""\nmsgstr "Language: {}\\n"\n\nmsgid "So."\nmsgstr "The ferry was late."\n',
}


@pytest.mark.parametrize("name", DECLARING)
@pytest.mark.parametrize(
    ("written", "language", "misdeclared"),
    [("en_GB", "en-GB", ""), ("xx", "und", "xx"), ("xx-YY", "und", "xx-YY"), ("und", "und", ""), ("gsw", "gsw", "")],
)
def test_every_format_takes_locales_and_no_tags_that_no_language_has(
    name: str, written: str, language: str, misdeclared: str
) -> None:
    (document,), failures = formats.read_bytes(DECLARING[name].format(written).encode(), name)
    assert not failures
    told = (document.language, document.declared, document.misdeclared)
    assert told == (language, language != "und", misdeclared)
    (document,), _ = formats.read_bytes(DECLARING[name].format(written).encode(), name, language="de_AT")
    assert (document.language, document.declared, document.misdeclared) == ("de-AT", True, "")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "not a JSON object; make it"),
        ("[1]", "not a JSON object; make it"),
        ('{"text": "a"} x', "not a JSON object; make it"),
        ('{"text": "a", "n": ' + "9" * 5000 + "}", "not a JSON object; make it"),
        ("[" * 100_000, "not a JSON object; make it"),
        ('{"text": "a", "text": "b"}', "the same key twice in one object; keep"),
        ('{"text": "a", "more": [{"n": 1, "n": 2}]}', "the same key twice in one object; keep"),
        ('{"text": "a", "n": NaN}', "NaN is not JSON; make it"),
        ('{"text": "a", "n": [-Infinity]}', "-Infinity is not JSON; make it"),
        ('{"id": 1}', 'no text; add "text"'),
        ('{"text": 5}', "no text; add"),
        ('{"text": "a\\u0000b"}', "contains NUL characters; remove"),
        ('{"text": "a", "language": 7}', "the language is not a string; make it"),
        ('{"text": "a", "source": 1}', "the source is not a string; make it"),
    ],
)
def test_a_bad_row_is_a_failure_and_loses_no_other(row: str, says: str, tmp_path: Path) -> None:
    raw = f'{{"text": "Fine."}}\n{row}\n{{"text": "Good."}}\n'.encode()
    documents, (failure,) = formats.read_bytes(raw, "a.jsonl")
    assert [document.text for document in documents] == ["Fine.", "Good."]
    assert [document.locate(Span(0, 1)).label for document in documents] == ["1", "3"]
    assert failure.uri == "a.jsonl:2"
    assert failure.message.startswith(says)
    path = tmp_path / "one.jsonl"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        formats.read(path)
    assert str(caught.value).startswith(f"{path}:1: {says}")


# Plain text: lines, wraps and kinds.

PROSE = "The committee met on Monday and put off the vote until the spring, when the new members take their seats"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One line.\nAnother line.", ["One line.", "Another line."]),
        ("First part.\n\nSecond part.\r\n\r\nThird part.", ["First part.", "Second part.", "Third part."]),
        ("First part.\n \t\nSecond part.", ["First part.", "Second part."]),
        (
            "A wrapped paragraph goes on over several\nlines of about the same length, until\nit ends.\n"
            "Another begins here and is wrapped too,\nas one does.",
            [
                "A wrapped paragraph goes on over several\nlines of about the same length, until\nit ends.",
                "Another begins here and is wrapped too,\nas one does.",
            ],
        ),
        (f"{PROSE} at last.\n{PROSE} again.\nThe end.", [f"{PROSE} at last.", f"{PROSE} again.", "The end."]),
        ("She said that\nthey would come.", ["She said that\nthey would come."]),
        (
            "- One thing.\n- Another thing,\n  indented.\n3) Third.",
            ["One thing.", "Another thing,\n  indented.", "Third."],
        ),
        ("  Indented start of a first paragraph.\nIt goes on here.", None),
        ("\n\n  Padded.  \n\n", ["Padded."]),
    ],
)
def test_paragraphs_of_plain_text(text: str, blocks: list[str] | None) -> None:
    document = formats.from_text(text)
    assert document.text == text
    if blocks is not None:
        assert [words for _, words in kinds(document)] == blocks


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Town council approves new bridge", "heading"),
        ("What We Know About the Flood", "heading"),
        ("FLOODS HIT THE COAST!", "heading"),
        ("Ferry strike enters second week: who pays?", "heading"),
        ("Zweite Woche im Streik der Fähren", "heading"),
        ("He left.", "paragraph"),
        ("“I saw him,” she said.", "paragraph"),
        ("“Where are they?”", "paragraph"),
        ("Where are they?", "paragraph"),
        ("Close the door.", "paragraph"),
        ("More!", "paragraph"),
        ("The results were these:", "paragraph"),
        ("and then they came home", "paragraph"),
        ("– Not today, he said", "paragraph"),
        ("She asked readers to subscribe to the newsletter.", "paragraph"),
        ("He paid by card (he had taken a picture).", "paragraph"),
        ("They agreed to share this article with the court, and he told Reuters so.", "paragraph"),
        ("By Monday the water had gone.", "paragraph"),
        ("Advertisement feature writers were laid off.", "paragraph"),
        ("Nobody contributed to this fund.", "paragraph"),
        ("The mayor opens the bridge. (AP picture)", "caption"),
        ("The mayor opens the bridge. (AP Photo/Jo Ray, File)", "caption"),
        ("The mayor opens the bridge. (Courtesy of the town)", "caption"),
        ("Photo: Jo Ray", "caption"),
        ("FILE - The mayor opens the bridge on March 3, 2020.", "caption"),
        ("The mayor at the bridge on Monday. Jo Ray/Getty Images", "caption"),
        ("The mayor at the bridge. REUTERS", "caption"),
        ("He left. She stayed", "paragraph"),
        ("Mr. Lund and Dr. Falk open the bridge", "heading"),
        ("close", "boilerplate"),
        ("Leave a Comment", "boilerplate"),
        ("CLICK HERE TO GET THE FOX NEWS APP", "boilerplate"),
        ("Share this article", "boilerplate"),
        ("Advertisement", "boilerplate"),
        ("ADVERTISEMENT", "boilerplate"),
        ("Subscribe to our newsletter", "boilerplate"),
        ("Sign up for our daily newsletter.", "boilerplate"),
        ("We use cookies to improve your visit. Accept all?", "boilerplate"),
        ("Read more: How the bridge was built", "boilerplate"),
        ("RELATED: How the bridge was built", "boilerplate"),
        ("© 2024 The Valley Times", "boilerplate"),
        ("Copyright 2024 The Valley Times. All rights reserved.", "boilerplate"),
        ("Jo Ray and the Associated Press contributed to this report.", "boilerplate"),
        ("Reporting by Jo Ray; editing by Al Dee", "boilerplate"),
        ("By Jo Ray and Al Dee, Valley Times", "boilerplate"),
        ("Published March 3, 2024 at 5:15 pm", "boilerplate"),
        ("3 min read", "boilerplate"),
        ("Follow us on Twitter", "boilerplate"),
    ],
)
def test_kind_of_a_line(line: str, kind: str) -> None:
    assert kind_of(line) == BlockKind(kind)


def test_a_lone_sentence_without_its_full_stop_is_judged() -> None:
    assert formats.from_text("The bridge was opened").blocks[0].kind is BlockKind.PARAGRAPH


def test_addresses_are_masked() -> None:
    document = formats.from_text("Write to ann@example.org or see https://example.org/a_b?c=d. Thanks.")
    assert [mask.of(document.text) for mask in document.blocks[0].masked] == [
        "ann@example.org",
        "https://example.org/a_b?c=d",
    ]


# Encodings and refusals.


@pytest.mark.parametrize(
    ("raw", "encoding", "has"),
    [
        ("Café “ok” 😀.".encode(), "utf-8", "Café “ok” 😀."),
        (codecs.BOM_UTF8 + "Café.".encode(), "utf-8-sig", "Café."),
        (codecs.BOM_UTF16_BE + "Café 😀.".encode("utf-16-be"), "utf-16", "Café 😀."),
        (codecs.BOM_UTF16_LE + "Café.".encode("utf-16-le"), "utf-16", "Café."),
        (codecs.BOM_UTF32_LE + "Café.".encode("utf-32-le"), "utf-32", "Café."),
        (
            "“Très bien”, dit-elle – c’était déjà l’été à Orléans.".encode("cp1252"),
            "cp1252",
            "“Très bien”, dit-elle – c’était",
        ),
        ("Das wäre schön für Größe. Übermut tut selten gut, älter.".encode("latin-1"), None, "Größe. Übermut"),
        (
            b"Stray \xff byte. " + "Ça été dédié à l’élève aîné, dès Noël.".encode(),
            "utf-8",
            "Stray \ufffd byte. Ça été",
        ),
        (b"One.\r\n\r\nTwo.\r\n", "utf-8", "One.\r\n\r\nTwo.\r\n"),
        ("Größe: älter, schön.\n".encode("cp1252") + b"-" * 99, None, "Größe"),
    ],
)
def test_encodings_survive_an_edit(raw: bytes, encoding: str | None, has: str) -> None:
    document = read_bytes(raw, "a.txt")
    assert has in document.text
    assert encoding in (document.encoding, None)
    assert formats.FORMATS["text"].write(document, []) == raw
    last = document.blocks[-1].span.end
    body = document.raw.decode(document.encoding, "surrogateescape")
    written = formats.write(document, [edit(Span(last - 1, last), "!")])
    assert written.decode(document.encoding, "surrogateescape") == body[: last - 1] + "!" + body[last:]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="koi8-r">', "koi8-r"),
        ('<?xml version="1.0" encoding="koi8-r"?>', "koi8-r"),
        ('<meta charset="EBCDIC-XX">', "utf-8"),
        ('<meta charset="rot13">', "utf-8"),
    ],
)
def test_a_page_is_in_the_encoding_that_it_declares_if_anybody_knows_that(head: str, encoding: str) -> None:
    document = read_bytes(f"{head}<p>Паром опоздал на час.</p>".encode(encoding), "a.xhtml")
    assert (document.text, document.encoding) == ("Паром опоздал на час.", encoding)


@pytest.mark.parametrize(
    "head", ['<meta charset="ISO-8859-1">', "<meta charset=latin1>", '<?xml version="1.0" encoding="us-ascii"?>']
)
def test_a_page_in_latin_1_is_read_as_browsers_read_it(head: str) -> None:
    raw = f"{head}<p>“The café’s late,” she said.</p>".encode("windows-1252")
    document = read_bytes(raw, "a.html")
    assert (document.text, document.encoding) == ("“The café’s late,” she said.", "cp1252")
    assert formats.write(document, [edit(Span(5, 9), "hotel")]) == raw.replace("café".encode("latin-1"), b"hotel")


def test_a_page_that_can_name_utf_16_is_in_utf_8() -> None:
    document = read_bytes('<meta charset="UTF-16LE"><p>The café was late again!</p>'.encode(), "a.html")
    assert (document.text, document.encoding) == ("The café was late again!", "utf-8")


def test_a_byte_that_windows_1252_lacks_makes_a_page_latin_1() -> None:
    raw = b'<meta charset="iso-8859-1"><p>The caf\xe9 \x81 was late.</p>'
    document = read_bytes(raw, "a.html")
    assert (document.text, document.encoding) == ("The café \x81 was late.", "iso-8859-1")


def test_what_the_encoding_cannot_hold_is_refused() -> None:
    document = read_bytes("Das wäre schön für die Größe, älter.".encode("cp1252"), "a.txt")
    with pytest.raises(InputError, match="save the file as UTF-8"):
        formats.write(document, [edit(Span(0, 3), "😀")])


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"text\0more", "looks like a binary file; give a text file"),
        (bytes(range(1, 256)) * 20, "binary"),
        (b"\xff" * 1000, "binary"),
        (b"\x80" * 1000, "binary"),
        (b"ab" + b"\xff" * 500, "binary"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00", "byte order mark"),
        (codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"), "NUL"),
        (b"x" * (formats.MAX_BYTES + 1), "mtqa batch"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.jsonl", "a"])
def test_unreadable_bytes(raw: bytes, says: str, name: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        formats.read_bytes(raw, name)
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)
    assert ";" in str(caught.value)


NOTHING = {
    "front.md": "---\ntitle: Section\nweight: 3\n---\n",
    "code.md": "```sh\nls\n```\n\n    indented\n",
    "comment.md": "<!-- todo -->\n",
    "table.md": "| | |\n|---|---|\n| | |\n",
    "redirect.html": '<meta http-equiv="refresh" content="0; url=/new">',
    "table.html": "<table><tr><td></td></tr></table>",
    "script.html": "<script>run()</script><style>p {}</style><!-- todo -->",
    "components.mdx": "import A from 'a'\n\n<A\n  b={1}\n/>\n\n{a}\n\n{/* todo */}\n",
    "toctree.rst": ":orphan:\n\n.. todo\n\n.. toctree::\n\n   a\n\n::\n\n   code\n",
    "code.adoc": ":toc:\n\n// todo\n\n[source]\n----\nls\n----\n\n  indented\n\ninclude::a.adoc[]\n",
    "silent.srt": "1\n00:00:01,000 --> 00:00:02,000\n\n",
    "notes.vtt": "WEBVTT\n\nNOTE todo\n\n00:01.000 --> 00:02.000\n<v Ida>\n",
    "rows.jsonl": '{"id": 1, "text": " "}\n',
    "header.po": 'msgid ""\nmsgstr "Language: en\\n"\n',
    **{
        f"{kind}.{suffix}": raw
        for suffix in ("txt", "md", "mdx", "rst", "adoc", "srt", "vtt", "html", "jsonl", "po", "xlf")
        for kind, raw in (("empty", ""), ("blank", " \n\t\r\n"))
    },
}


@pytest.mark.parametrize("name", NOTHING)
def test_a_file_with_nothing_to_read_is_an_empty_document(name: str) -> None:
    raw = NOTHING[name].encode()
    (document,), failures = formats.read_bytes(raw, name)
    assert (document.text.strip(), document.blocks, failures) == ("", (), [])
    assert formats.write(document, []) == raw


def test_missing_files_folders_and_wrong_names(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file; check"):
        formats.read(tmp_path / "absent.txt")
    with pytest.raises(InputError, match="a folder; give"):
        formats.read(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        formats.read("a\0b.txt")
    with pytest.raises(UnknownName, match="did you mean 'markdown'"):
        formats.read_bytes(b"x", "a.txt", format="markdwon")
    with pytest.raises(ConfigError, match="BCP 47"):
        formats.from_text("x", language="English, please")


@pytest.mark.parametrize("name", ["notes.tex", "a/Main.TEX", "b.docy2"])
def test_an_unknown_suffix_is_said(name: str) -> None:
    with pytest.raises(InputError, match=r"no format has the suffix \.(tex|docy2); .*--input-format text"):
        formats.read_bytes(b"The ferry was late.", name)
    (document,), _ = formats.read_bytes(b"The ferry was late.", name, format="text")
    assert document.format == "text"


@pytest.mark.parametrize(
    "name", ["README", "a.b/LICENSE", "draft 1.2", "Interview with Dr. Moore", ".profile", "<stdin>"]
)
def test_a_name_without_a_suffix_is_of_plain_text(name: str) -> None:
    assert read_bytes(b"The ferry was late.", name).format == "text"


def test_what_no_format_reads_is_told_of_folders_alone(tmp_path: Path) -> None:
    for name in ("a.md", "b.png", "sub/c.PNG", "sub/Makefile", "sub/.d.css", ".e/f.css", "a.md.edits.jsonl", "g.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    others = [str(file.relative_to(tmp_path)) for file in formats.expand([tmp_path]).others]
    assert others == ["b.png", "g.css", "sub/Makefile", "sub/c.PNG"]
    assert tmp_path / "b.png" not in formats.expand([tmp_path, tmp_path / "b.png"]).others
    assert formats.expand([tmp_path / "a.md"]).others == []


def test_expand(tmp_path: Path) -> None:
    names = ["b.txt", "a.md", "sub/c.html", "sub/d.bin", ".hidden/e.txt", "sub/.f.txt", "g.TXT"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "empty").mkdir()

    def expand(*paths: str) -> tuple[list[str], list[str]]:
        files, failures, _ = formats.expand([tmp_path / path for path in paths])
        return [str(file.relative_to(tmp_path)) for file in files], [failure.message for failure in failures]

    assert expand("") == (["a.md", "b.txt", "g.TXT", "sub/c.html"], [])
    assert expand("sub/d.bin", "b.txt", "*.txt") == (["sub/d.bin", "b.txt"], [])
    assert expand("**/*.html") == (["sub/c.html"], [])
    assert expand("absent.txt") == (["absent.txt"], [])
    files, messages = expand("empty", "*.nothing")
    assert files == []
    assert "known suffixes: ." in messages[0]
    assert "check the pattern" in messages[1]


# Edits.


def test_edits_must_not_overlap_and_insertions_have_one_place() -> None:
    document = formats.from_text("One -sided view.")
    assert formats.write(document, [edit(Span(3, 4), ""), edit(Span(0, 3), "A")]) == b"A-sided view."
    assert formats.write(document, [edit(Span(3, 3), ",")]) == b"One, -sided view."
    assert formats.write(document, [edit(Span(16, 16), "!"), edit(Span(0, 0), "(")]) == b"(One -sided view.!"
    with pytest.raises(InputError, match="overlap"):
        formats.write(document, [edit(Span(0, 5), "x"), edit(Span(3, 6), "y")])
    linked = read_bytes(b"One.[Two](u) three.", "a.md")
    with pytest.raises(InputError, match="by hand"):
        formats.write(linked, [edit(Span(4, 4), " ")])


def test_from_text_keeps_every_offset() -> None:
    text = "\ufeffA\udc80b.\r\n\r\nNext 😀 one."
    document = formats.from_text(text)
    assert len(document.text) == len(text)
    assert document.text == text.replace("\udc80", "\ufffd")


@given(st.text(max_size=300), st.sampled_from([name for name, each in formats.FORMATS.items() if each.text]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_back_or_refused(text: str, name: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    if name == "jsonl":
        raw = json.dumps({"text": text}).encode()
    try:
        documents, failures = formats.read_bytes(raw, "file", format=name)
    except InputError:
        return
    assert len(documents) + len(failures) == 1
    if failures:
        return
    document = documents[0]
    assert formats.FORMATS[document.format].write(document, []) == raw
    for text_start, file_start, length in document.source_map.runs:
        assert document.text[text_start : text_start + length] == document.content[file_start : file_start + length]
    for one in segment(document):
        assert one.span.of(document.text) == one.text


def test_windows_line_ends_part_no_paragraphs() -> None:
    text = "The first line is\nwrapped by hand.\n\nHere begins\nanother one.\n \nAnd the last.\n"
    expected = [text for _, text in kinds(read_bytes(text.encode(), "a.txt"))]
    assert len(expected) == 3
    for ending in ("\r\n", "\r"):
        found = kinds(read_bytes(text.replace("\n", ending).encode(), "a.txt"))
        assert [words.replace(ending, "\n") for _, words in found] == expected


def test_the_word_hidden_in_a_value_hides_nothing() -> None:
    page = "<p>One <a title='the hidden cost of it' href=x>two</a> <b class=\"is hidden now\">three</b>{}</p>"
    shown = page.format(' <i hidden>no</i><i hidden="until-found">no</i><i style="display: none">no</i> four')
    assert read_bytes(shown.encode(), "a.html").text == "One two three four"


def test_spans_are_located_in_documents_of_many_pieces_in_linear_time() -> None:
    class Counted(tuple[tuple[int, int, int], ...]):
        looked_at = 0

        def __getitem__(self, at: object) -> object:  # type: ignore[override]
            Counted.looked_at += len(range(*at.indices(len(self)))) if isinstance(at, slice) else 1
            return super().__getitem__(at)  # type: ignore[index]

    runs = Counted((4 * i, 10 * i + 5, 3) for i in range(1000))
    source_map = SourceMap(runs)  # type: ignore[arg-type]
    for i in range(1000):
        assert source_map.to_file(Span(4 * i + 1, 4 * i + 4)) == (Span(10 * i + 6, 10 * i + 8),)
        assert source_map.to_file(Span(4 * i + 3, 4 * i + 4)) == ()
        assert [source_map.end_before(4 * i + k) for k in (1, 2, 3, 4)] == [10 * i + 5 + k for k in (1, 2, 3, 3)]
    assert source_map.end_before(0) == 0
    assert Counted.looked_at < 100_000


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device without end")
def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(InputError, match="over the limit of 20 MB"):
        formats.read("/dev/zero")


def test_a_name_that_is_too_long_names_no_file() -> None:
    name = "x" * 5000 + ".txt"
    assert formats.expand([name]) == ([Path(name)], [], [])
    with pytest.raises(InputError, match="cannot be read"):
        formats.read(name)


@pytest.mark.parametrize(
    ("name", "raw", "comments"),
    [
        ("a.md", "> a <!-- one -->\n>\n> <!-- t\n> wo -->\n", [(1, 5, "<!-- one -->"), (3, 3, "<!-- t\n> wo -->")]),
        ("a.md", "- x\r\n\r\n\t<!-- one -->\r\n", [(3, 2, "<!-- one -->")]),
        ("a.md", "Of `a\nb <!-- no -->` here <!-- no\nt --> *and* <!-- b -->\nc\n", [
            (2, 21, "<!-- no\nt -->"), (3, 13, "<!-- b -->")]),
        ("a.md", "| a <!-- one --> | b |\n|---|---|\n| c | d <!-- two --> |\n", [
            (1, 5, "<!-- one -->"), (3, 9, "<!-- two -->")]),
        ("a.html", "<p>a <!-- one --><b>c</b></p>\r<!---->\n<pre><!-- no --></pre>", [
            (1, 6, "<!-- one -->"), (2, 1, "<!---->")]),
        ("a.txt", "a <!-- no -->", []),
    ],
)  # fmt: skip
def test_comments_are_recorded_where_they_stand(name: str, raw: str, comments: list[tuple[int, int, str]]) -> None:
    document = read_bytes(raw.encode(), name)
    index = LineIndex(document.content)
    found = [(*index.at(one.span.start), one.span.of(document.content)) for one in document.comments]
    assert found == comments
    assert all(one.text for one in document.comments if one.span.end - one.span.start > 7)


def test_words_behind_a_comment_over_two_lines_stay_in_place() -> None:
    raw = "One <!-- a\nb --> two\nthree *four*\n"
    document = read_bytes(raw.encode(), "a.md")
    assert document.text == "One two\nthree four"
    for words in ("two\nthree", "four"):
        at = document.text.index(words)
        (place,) = document.source_map.to_file(Span(at, at + len(words)))
        assert place.of(document.content) == words


LOG = (
    "[10:02] Ana: morning! did the build go out?\n[10:02] Tom B: not yet\n"
    "[10:03] Ana: which one of the two hangs this time, the one for the docs or the other one\n"
    "so I can look at it\n"
)
MARKED = (
    "[12/03/2024, 18:02:11 PM] <ana> omg\n[12/03/2024, 18:03:00 PM] <tom> lol\n[12/03/2024, 18:03:10 PM] <ana> ok\n"
)
OF_A_SERVER = "[10:02:11] INFO: Started\n[10:02:12] <warning> Slow\n[10:02:13] ERROR disk: Full\n\nSee above.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LOG, ["morning! did the build go out?", "not yet", LOG.split("[10:03] Ana: ")[1].strip()]),
        (MARKED, ["omg", "lol", "ok"]),
        (MARKED.replace(" PM", "\N{NARROW NO-BREAK SPACE}PM"), ["omg", "lol", "ok"]),
        (MARKED.replace(" PM", "\N{NO-BREAK SPACE}PM"), ["omg", "lol", "ok"]),
        (OF_A_SERVER, ["See above."]),
        (
            "[10:02] Ana: morning\n[10:03] Tom: not yet\n\nThat was all that they wrote.\n",
            ["That was all that they wrote."],
        ),
        ("10:00 Keynote: The Next Ten Years\n11:00 Talk: Old Roads\n12:00 Lunch: Soup\n\nDo come.\n", ["Do come."]),
        (
            "[1] Smith: The Roads\n[2001] Jones: The Rivers\n[2001] Ito: Hills\n[2002] Li: Sky\n\nSee these.\n",
            ["See these."],
        ),
    ],
)
def test_what_people_say_in_a_log_is_running_text(text: str, said: list[str]) -> None:
    """The time and the name in front of it are no words of theirs."""
    document = read_bytes(text.encode(), "a.txt")
    assert [block.span.of(document.text) for block in document.blocks if block.kind is BlockKind.PARAGRAPH] == said
