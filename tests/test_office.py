"""Word, OpenDocument and EPUB: what is read, what an edit leaves alone, what hostile files do, what one gets back."""

from __future__ import annotations

import io
import os
import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from articles import BAD, CLEAN, report_of
from growth import assert_linear
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from mutations import check, mutated
from office_files import W, docx, para, run, zipped
from program import Run
from test_repair import action, span_of

from mtqa import formats
from mtqa.config import Policy
from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Applicability, Edit, Revision, Severity
from mtqa.core.spans import Span
from mtqa.formats import xml_tokens
from mtqa.gate.decide import decide
from mtqa.repair.apply import repaired
from mtqa.repair.history import standings
from mtqa.repair.log import Log
from mtqa.repair.tracked import tracked

SEEDS = Path(__file__).parent.parent / "seeds"
WORD, ODT, EPUB = (SEEDS / name for name in ("025_quarry.docx", "026_ropewalk.odt", "027_beekeeper.epub"))
HEADING = '<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading 1"/></w:style>'
CODE = '<w:style w:type="character" w:styleId="c"><w:name w:val="HTML Code"/></w:style>'
ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def one(raw: bytes, name: str = "a.docx") -> Document:
    (document,), failures = formats.read_bytes(raw, name)
    assert not failures
    return document


def edit(document: Document, words: str, text: str) -> Edit:
    return Edit(span=span_of(document, words), text=text, applicability=Applicability.UNSAFE)


def members(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def changed(before: bytes, after: bytes) -> set[str]:
    """The members that differ."""
    one, other = members(before), members(after)
    assert [name for name in other if name in one] == list(one)
    return {name for name in other if one.get(name) != other[name]}


def odt(body: str, styles: str = "") -> bytes:
    names = {"text": "text", "table": "table", "style": "style", "fo": "xsl-fo-compatible", "draw": "drawing"}
    names |= {"officeooo": "officeooo"}
    declared = "".join(f' xmlns:{prefix}="{ODF}{name}:1.0"' for prefix, name in names.items())
    content = (
        f'<office:document-content xmlns:office="{ODF}office:1.0"{declared}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": content}, stored=("mimetype",))


# What is read.


def test_a_word_document_as_an_editor_would_sort_it() -> None:
    document = formats.read(WORD)
    assert [(b.kind.value, b.place.partition(",")[0], b.span.of(document.text)[:12]) for b in document.blocks] == [
        ("heading", "paragraph 1", "The last qua"),
        ("paragraph", "paragraph 2", "For a hundre"),
        ("heading", "paragraph 3", "What the for"),
        ("paragraph", "paragraph 4", "Ewan Tait, w"),
        ("quote", "paragraph 5", "Nobody ever "),
        ("list-item", "paragraph 6", "The crane wa"),
        ("list-item", "paragraph 7", "The rails we"),
        ("caption", "paragraph 8", "Blocks wait "),
        ("paragraph", "paragraph 9", "The council "),
        ("heading", "table 1", "Year"),
        ("heading", "table 1", "Blocks"),
        ("heading", "table 1", "1983"),
        ("paragraph", "table 1", "The yard cut"),
        ("paragraph", "paragraph 10", "On the last "),
        ("paragraph", "footnote 1", "The saws had"),
        ("boilerplate", "the header", "The Orrin Me"),
    ]
    assert document.blocks[12].place == "table 1, row 2, cell 2, under “What the foreman kept”"
    assert "The council hopes to fill" in document.text
    assert [mask.of(document.text) for mask in document.blocks[8].masked] == ["pit.level()"]


def test_an_opendocument_text_as_an_editor_would_sort_it() -> None:
    document = formats.read(ODT)
    assert [(b.kind.value, b.place.partition(",")[0], b.span.of(document.text)[:12]) for b in document.blocks] == [
        ("heading", "paragraph 1", "The ropewalk"),
        ("paragraph", "paragraph 2", "The shed is "),
        ("paragraph", "footnote 1", "The barges w"),
        ("heading", "paragraph 3", "Walking back"),
        ("paragraph", "paragraph 4", "A spinner wa"),
        ("list-item", "paragraph 5", "The wheel at"),
        ("list-item", "paragraph 6", "The tar was "),
        ("quote", "paragraph 7", "My grandfath"),
        ("paragraph", "paragraph 8", "The last rop"),
        ("heading", "table 1", "Tools"),
        ("paragraph", "table 1", "The hooks an"),
        ("boilerplate", "the header", "River and To"),
    ]
    assert "so narrow that two people cannot pass" in document.text
    assert "hangs in the town hall." in document.text
    assert [(one.language, one.span.of(document.text)) for one in document.blocks[4].quoted] == [
        ("fr-FR", "la promenade des cordiers")
    ]


def test_a_book_is_read_chapter_by_chapter() -> None:
    march, june = formats.read_all(EPUB)[0]
    assert [document.uri.rpartition("#")[2] for document in (march, june)] == ["text/march.xhtml", "text/june.xhtml"]
    assert (march.language, march.declared, march.file) == ("en-GB", True, str(EPUB))
    address = june.locate(span_of(june, "A brush, and more")).address
    assert address.endswith("#text/june.xhtml, paragraph 5, under “What to bring”")
    assert "brood & lose" in march.text
    assert "<" not in march.text + june.text


def book(guide: str = "", **chapters: str) -> bytes:
    """An EPUB 2 of these chapters."""
    items = "".join(f'<item id="{k}" href="{k}.html" media-type="application/xhtml+xml"/>' for k in chapters)
    order = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    return zipped({
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="b.opf"/></rootfiles></container>',
        "b.opf": f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{order}</spine>'
        f"<guide>{guide}</guide></package>",
        **{f"{name}.html": f"<html><body>{body}</body></html>" for name, body in chapters.items()},
    })  # fmt: skip


def test_tables_of_contents_of_older_books_are_left_out() -> None:
    def found(guide: str) -> list[str]:
        raw = book(guide, toc="<p>He shed a tear.</p>", one="<p>He went.</p>")
        return [document.text for document in formats.read_bytes(raw, "a.epub")[0]]

    assert found('<reference type="toc" href="toc.html"/>') == ["He went."]
    assert found('<reference type="toc" href="toc.html#here"/>') == ["He shed a tear.", "He went."]


def test_notes_of_books_are_read_and_their_numbers_are_not() -> None:
    (document,), _ = formats.read_bytes(book(one='<p>He went<a epub:type="noteref" href="#n">1</a> and <span '
        'role="doc-pagebreak">7</span>came.</p><aside epub:type="footnote"><p>It was late.</p></aside><nav><p>Go on.'
        "</p></nav>"), "a.epub")  # fmt: skip
    assert document.text == "He went and came.\n\nIt was late."


FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


def field_of(instruction: str, result: str) -> str:
    begin, middle, end = (FIELD.format(kind) for kind in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{middle}{run(result)}{end}"


MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
MATHS = "http://schemas.openxmlformats.org/officeDocument/2006/math"


@pytest.mark.parametrize(
    ("body", "text", "masked"),
    [
        (para("A", "<w:r><w:tab/></w:r>", "b", "<w:r><w:br/></w:r>", "c."), "A\tb\nc.", []),
        (para("Non", "<w:r><w:noBreakHyphen/></w:r>", "e soft", "<w:r><w:softHyphen/></w:r>", "ly."),
         "Non\u2011e soft\u00adly.", []),
        (para("See ", '<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>', " it."), "See \ufffc it.", ["\ufffc"]),
        (para("On page ", field_of("PAGE", "7"), " of ", field_of(' HYPERLINK "x"', "our book"), "."),
         "On page 7 of our book.", ["7"]),
        (para("As of ", f'<w:fldSimple w:instr="DATE">{run("today")}</w:fldSimple>', "."), "As of today.", ["today"]),
        (para("It ", f'<w:del w:id="1">{run("was")}</w:del><w:ins w:id="2">{run("is")}</w:ins>',
              f'<w:moveFrom w:id="3">{run(" old")}</w:moveFrom><w:moveTo w:id="4">{run(" new")}</w:moveTo>', "."),
         "It is new.", []),
        (para("One ", more='<w:rPr><w:del w:id="1"/></w:rPr>') + para("paragraph."), "One paragraph.", []),
        (para("Last ", more='<w:rPr><w:del w:id="1"/></w:rPr>'), "Last", []),
        (para("Last.", more='<w:rPr><w:del w:id="1"/></w:rPr>') + f"<w:tbl><w:tr><w:tc>{para('A cell.')}</w:tc></w:tr>"
         "</w:tbl>", "Last.\n\nA cell.", []),
        (f"<w:tbl><w:tr><w:trPr><w:del w:id='1'/></w:trPr><w:tc>{para('Gone.')}</w:tc></w:tr><w:tr><w:tc>"
         f"{para('Here.')}</w:tc></w:tr></w:tbl>", "Here.", []),
        (para("O", more='<w:framePr w:dropCap="drop"/>') + para("nce upon a time."), "Once upon a time.", []),
        (para(f'<w:r><mc:AlternateContent {MC}><mc:Choice Requires="w99"><w:t>One.</w:t></mc:Choice><mc:Choice '
              'Requires="w15"><w:t>Two.</w:t></mc:Choice></mc:AlternateContent></w:r>'), "One.", []),
        (para("Shown", run(" and hidden", "<w:vanish/>"), "."), "Shown.", []),
        (para("Call ", run("go()", '<w:rStyle w:val="c"/>'), " now."), "Call go() now.", ["go()"]),
        (para("Do ", run("xyzzy", "<w:noProof/>"), " now."), "Do xyzzy now.", ["xyzzy"]),
        (para(run("All of it unproofed.", "<w:noProof/>")), "All of it unproofed.", []),
        (para("The sum ", f'<m:oMath xmlns:m="{MATHS}"><m:r><m:t>a+b</m:t></m:r></m:oMath>', " grows."),
         "The sum a+b grows.", ["a+b"]),
        (para("Fill in ", f'<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run("Name")}</w:sdtContent>'
              "</w:sdt>", "."), "Fill in Name.", ["Name"]),
        (para("Outside.", f'<w:r><mc:AlternateContent {MC}><mc:Choice Requires="wps"><w:txbxContent>{para("Once.")}'
              f"</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{para('Once.')}</w:txbxContent></mc:Fallback>"
              "</mc:AlternateContent></w:r>"), "Outside.\n\nOnce.", []),
        (f"<w:p><w:r><w:t> A </w:t></w:r>{run(' b &amp; c.')}</w:p>", "A b & c.", []),
        (para("<w:r><w:t>A<!-- no -->b<![CDATA[ & c]]>.</w:t></w:r>"), "Ab & c.", []),
    ],
)  # fmt: skip
def test_what_of_a_word_document_is_text(body: str, text: str, masked: list[str]) -> None:
    document = one(docx(body, styles=CODE))
    assert document.text == text
    assert [mask.of(text) for block in document.blocks for mask in block.masked] == masked


@pytest.mark.parametrize(
    ("body", "text", "masked"),
    [
        ("<text:p>  A\n  b<text:s text:c='2'/>c<text:tab/>d<text:line-break/>e.</text:p>", "A b  c\td\ne.", []),
        ("<text:p>A<text:s text:c='0'/>&#xFDD0; &amp; &#128;.</text:p>", "A\ufdd0 & \x80.", []),
        ("<text:p>On page <text:page-number>7</text:page-number>.</text:p>", "On page 7.", ["7"]),
        ("<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone.</text:p></text:deletion>"
         "</text:changed-region></text:tracked-changes><text:p>Kept<text:change text:change-id='1'/>.</text:p>",
         "Kept.", []),
        ("<text:p>Out.<draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame></text:p>",
         "Out.\n\nIn a box.", []),
        ("<text:p>Out.<draw:custom-shape><text:p>In a shape.</text:p></draw:custom-shape></text:p>",
         "Out.\n\nIn a shape.", []),
        ("<text:section text:display='condition' text:is-hidden='true'><text:p>A.</text:p></text:section><text:p>B"
         "<text:hidden-text text:is-hidden='true'>C</text:hidden-text>.</text:p>", "B.", []),
        ("<text:p><text:hidden-paragraph text:is-hidden='true'/>A.</text:p><text:p><text:hidden-paragraph "
         "text:is-hidden='false'/>B.</text:p>", "B.", []),
        ("<text:p text:style-name='Preformatted_20_Text'>x = 1</text:p><text:p>Prose.</text:p>",
         "x = 1\n\nProse.", ["x = 1"]),
    ],
)  # fmt: skip
def test_what_of_an_opendocument_text_is_text(body: str, text: str, masked: list[str]) -> None:
    document = one(odt(body, "<style:style style:name='Preformatted_20_Text' style:family='paragraph'/>"), "a.odt")
    assert document.text == text
    assert [mask.of(text) for block in document.blocks for mask in block.masked] == masked


def test_notes_that_nothing_shown_refers_to_are_not_shown() -> None:
    notes = "".join(f'<w:footnote w:id="{key}">{para(f"Note {key}.")}</w:footnote>' for key in (2, 3, 4))
    two, three = (f'<w:r><w:footnoteReference w:id="{key}"/></w:r>' for key in (2, 3))
    document = one(docx(para("A.", f'<w:del w:id="1">{two}</w:del>', three), footnotes=notes))
    assert [(block.span.of(document.text), block.place) for block in document.blocks] == [
        ("A.", "paragraph 1"),
        ("Note 3.", "footnote 1"),
    ]


def test_headings_with_numbers_are_headings() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="{parent}"/>'
        f"<w:pPr>{more}</w:pPr></w:style>"
        for key, name, parent, more in (
            ("h", "heading 1", "", ""),
            ("n", "Chapter", "h", '<w:numPr><w:numId w:val="2"/></w:numPr>'),
            ("l", "Points", "", "<w:numPr/>"),
            ("p", "Plain", "l", '<w:numPr><w:numId w:val="0"/></w:numPr>'),
        )
    )
    text, no = "He closed the door, as ever.", '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = "".join(para(text, style=style) for style in "hnlp") + para(text, style="l", more=no)
    assert [block.kind.name for block in one(docx(body, styles=styles)).blocks] == [
        "HEADING", "HEADING", "LIST_ITEM", "PARAGRAPH", "PARAGRAPH"]  # fmt: skip


def test_a_long_tag_is_not_read_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fed: list[int] = []
    feed = xml_tokens._Lexer.feed

    def counted(lexer: xml_tokens._Lexer, content: str, *, final: bool) -> None:
        fed.append(len(content))
        feed(lexer, content, final=final)

    monkeypatch.setattr(xml_tokens._Lexer, "feed", counted)
    size = 8 * xml_tokens._MOST_AT_ONCE
    assert len(list(xml_tokens.tokens(f'<a b="{"x" * size}"><c/></a>', "a.xml"))) == 3
    assert len(fed) < 16
    fed.clear()
    assert len(list(xml_tokens.tokens(f"<a>{'<b/>' * (size // 8)}</a>", "a.xml"))) > size // 4
    assert max(fed) == xml_tokens._AT_ONCE


def test_words_in_a_language_of_their_own_are_told_from_the_documents() -> None:
    french = run("bien entendu", '<w:lang w:val="fr-FR"/>')
    english = run("He said ", '<w:lang w:val="en-GB"/>'), run(" and went out again.", '<w:lang w:val="en-US"/>')
    (block,) = one(docx(para(english[0], french, english[1]))).blocks
    assert [one.language for one in block.quoted] == ["fr-FR"]
    document = one(docx(para(*english)))  # what all is labelled as comes from a template
    assert (document.language, document.blocks[0].quoted, document.blocks[0].language) == ("und", (), None)


def test_pages_are_named_where_the_file_has_them() -> None:
    document = one(docx(para("One.") + para("<w:r><w:lastRenderedPageBreak/><w:t>Two.</w:t></w:r>")))
    assert [block.place for block in document.blocks] == ["page 1, paragraph 1", "page 2, paragraph 2"]


# What is written.


@pytest.mark.parametrize(("path", "part", "words", "text"), [
    (WORD, "word/document.xml", "late", "in & <out>"),
    (WORD, "word/footnotes.xml", "morning", "dawn"),
    (ODT, "content.xml", "eighteen", "18"),
    (EPUB, "OEBPS/text/june.xhtml", "gentle", "calm & <tame>"),
])  # fmt: skip
def test_an_edit_changes_its_member_alone(path: Path, part: str, words: str, text: str) -> None:
    raw = path.read_bytes()
    document = next(each for each in formats.read_all(path)[0] if words in each.text)
    after = formats.write(document, [edit(document, words, text)])
    assert changed(raw, after) == {part}
    again = next(each for each in formats.read_bytes(after, path.name)[0] if text in each.text)
    assert again.text == document.text.replace(words, text)
    if text.isalnum():
        assert formats.write(again, [edit(again, text, words)]) == raw  # deflated by the same library


def test_runs_that_look_alike_are_one_to_an_edit() -> None:
    mark = '<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="0" w:name="b"/>'
    raw = docx(
        para(
            run("The ha"),
            mark,
            run("rbour is ", '<w:lang w:val="en-GB"/>'),
            run("clo", "<w:b/>"),
            run("sed", "<w:i/>"),
            run("."),
        )
    )
    document = one(raw)
    after = formats.write(document, [edit(document, "harbour", "port")])
    assert one(after).text == "The port is closed."
    assert mark in members(after)["word/document.xml"].decode()
    with pytest.raises(InputError, match="the text at paragraph 1 has markup inside; edit the file by hand"):
        formats.write(document, [edit(document, "closed", "shut")])


def test_signs_of_markup_in_text_and_attributes_are_none() -> None:
    changes = (("c.", "d "), ("a >", "x"), ("b and", ""))
    for more in ("", ' w:x="a>b"'):
        document = one(docx(f"<w:p><w:r><w:t{more}>a > b and c.</w:t></w:r></w:p>"))
        for words, text in changes:
            after = one(formats.write(document, [edit(document, words, text)]))
            assert after.text == document.text.replace(words, text).strip()
    document = one(docx("<w:p><w:r><w:t>a > b and c.</w:t></w:r></w:p>"))
    for words, text in changes:
        after = one(formats.track_changes(document, [revision(document, words, text, "\x0b why \x00")]))
        assert after.text == document.text.replace(words, text).strip()


def test_spans_that_say_nothing_are_no_seams() -> None:
    style = '<style:style style:name="{}" style:family="text"><style:text-properties {}/></style:style>'
    styles = style.format("T1", 'officeooo:rsid="0012ab"') + style.format("T2", 'fo:font-weight="bold"')
    spans = 'The har<text:span text:style-name="{}">bour is clo</text:span>sed.'
    document = one(odt(f"<text:p>{spans.format('T1')}</text:p>", styles), "a.odt")
    for words, text in (("harbour", "port"), ("closed", "shut"), ("harbour is closed", "ferry left")):
        assert one(formats.write(document, [edit(document, words, text)]), "a.odt").text == (
            document.text.replace(words, text)
        )
    bold = one(odt(f"<text:p>{spans.format('T2')}</text:p>", styles), "a.odt")
    for words in ("harbour", "closed"):
        with pytest.raises(InputError, match="by hand"):
            formats.write(bold, [edit(bold, words, "x")])


def test_spaces_at_the_ends_of_a_text_are_kept() -> None:
    document = one(docx("<w:p><w:r><w:t>Go now then.</w:t></w:r></w:p>"))
    after = formats.write(document, [edit(document, "Go now", " We "), edit(document, "then.", "go")])
    assert b'<w:t xml:space="preserve"> We  go</w:t>' in members(after)["word/document.xml"]
    assert b"<w:t>Go now.</w:t>" in members(formats.write(document, [edit(document, " then", "")]))["word/document.xml"]


def variants(raw: bytes) -> dict[str, bytes]:
    """The same document, as different programs pack it."""
    files = members(raw)

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    def packed(stream: io.BytesIO, *, zip64: bool = False, method: int = zipfile.ZIP_DEFLATED) -> bytes:
        with zipfile.ZipFile(stream, "w", method) as archive:
            archive.comment = b"kept"
            for name, content in files.items():
                with archive.open(name, "w", force_zip64=zip64) as member:
                    member.write(content)
        return stream.getvalue()

    stored = packed(io.BytesIO(), method=zipfile.ZIP_STORED)
    return {
        "descriptors": packed(Pipe()),
        "zip64": packed(io.BytesIO(), zip64=True),
        "zip64 with descriptors": packed(Pipe(), zip64=True),
        "stored": stored,
        "behind other bytes": b"#!/bin/sh\n" + raw,
        "zip64 directory": _with_zip64_directory(stored),
    }


def _with_zip64_directory(raw: bytes) -> bytes:
    at = raw.rindex(b"PK\x05\x06")
    _, _, _, _, count, size, offset, _ = struct.unpack_from("<4s4H2IH", raw, at)
    directory = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return raw[:at] + directory + locator + end


@pytest.mark.parametrize("how", variants(docx(para("A word."))))
def test_archives_of_all_programs_are_kept(how: str) -> None:
    raw = variants(docx(para("A word."), members={"word/media/a.bin": bytes(range(256))}))[how]
    document = one(raw)
    assert formats.FORMATS["docx"].write(document, []) == raw
    for text in ("thing", "considerably longer word"):
        after = formats.write(document, [edit(document, "word", text)])
        assert changed(raw, after) == {"word/document.xml"}
        assert one(after).text == f"A {text}."
        assert after.startswith(raw[:10])
        assert (b"kept" in after) == (b"kept" in raw)
    commented = formats.track_changes(document, [revision(document, "word", "thing", "why")])
    assert len(members(commented)) == len(members(raw)) + 1


# What is refused.


def _patched(raw: bytes, name: bytes, at: int, value: bytes) -> bytes:
    """The entry of a member in the directory with other bytes ``at``."""
    start = raw.rindex(b"PK\x01\x02", 0, raw.rindex(name)) + at
    return raw[:start] + value + raw[start + len(value) :]


GOOD = docx(para("A word."))
LOCKED = zipped({
    "mimetype": "application/epub+zip",
    **{name: content for name, content in members(EPUB.read_bytes()).items() if name != "mimetype"},
    "META-INF/encryption.xml": '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData '
    'xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData><CipherReference URI="OEBPS/text/june.xhtml"/></CipherData>'
    "</EncryptedData></encryption>",
})  # fmt: skip
PASSWORD = (
    f'<m:manifest xmlns:m="{ODF}manifest:1.0"><m:file-entry m:full-path="content.xml"><m:encryption-data/>'
    "</m:file-entry></m:manifest>"
)


def twice(name: str) -> bytes:
    """Two members of one name."""
    other = "x" * len(name)
    raw = zipped({**{k: v.decode() for k, v in members(GOOD).items()}, other: "evil"})
    return raw.replace(other.encode(), name.encode())


REFUSED = {
    "text": (b"Some words.", "not a document in a zip archive; save it again"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "it has a password, or is in an older format"),
    "cut": (GOOD[: len(GOOD) // 2], "not a document in a zip archive"),
    "encrypted": (_patched(GOOD, b"word/document.xml", 8, b"\x01\x00"), "it is encrypted; save it without a password"),
    "crc": (_patched(GOOD, b"word/document.xml", 16, b"abcd"), "its zip archive is damaged"),
    "size": (_patched(GOOD, b"word/document.xml", 24, struct.pack("<I", 5)), "its zip archive is damaged"),
    "offset": (_patched(GOOD, b"word/document.xml", 42, bytes(4)), "its zip archive is damaged"),
    "bomb": (docx(para("a" * 30_000_000)), "it unpacks to far more than a document holds"),
    "claims": (_patched(GOOD, b"word/document.xml", 24, b"\xff\xff\xff\x7f"), "it unpacks to far more than"),
    "twice": (twice("word/document.xml"), "two of its members are called word/document.xml"),
    "entities": (
        docx("", members={"word/document.xml": f'<!DOCTYPE d [<!ENTITY a "b">]><w:document xmlns:w="{W}"/>'}),
        "it has a DOCTYPE",
    ),
    "deep": (docx("<w:sdt>" * 300 + "</w:sdt>" * 300), "nested deeper than 200"),
    "other": (zipped({"a.txt": "A word."}), r"it has no \[Content_Types\].xml|not a Word document"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_read_is_refused(why: str) -> None:
    raw, error = REFUSED[why]
    with pytest.raises(InputError, match=error):
        formats.read_bytes(raw, "a.docx")


@pytest.mark.parametrize(
    ("name", "raw", "error"),
    [
        ("a.odt", GOOD, "not an OpenDocument text"),
        ("a.odt", zipped({"content.xml": "x", "META-INF/manifest.xml": PASSWORD}), "it has a password"),
        ("a.epub", GOOD, "not an EPUB book"),
        ("a.epub", LOCKED, r"it is protected \(DRM\)"),
    ],
)
def test_books_and_texts_that_cannot_be_read_are_refused(name: str, raw: bytes, error: str) -> None:
    with pytest.raises(InputError, match=error):
        formats.read_bytes(raw, name)


def test_locks_of_word_are_no_articles(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(GOOD)
    (tmp_path / "~$a.docx").write_bytes(b"Ada")
    assert formats.expand([tmp_path]).files == [tmp_path / "a.docx"]


def test_no_name_leads_out_of_the_archive(tmp_path: Path) -> None:
    relations = members(GOOD)["_rels/.rels"].decode().replace("word/document.xml", "../../../../etc/passwd")
    with pytest.raises(InputError, match="not a Word document"):
        formats.read_bytes(docx("", members={"_rels/.rels": relations, "../../evil": "x"}), "a.docx")


SIGNED = docx(para("A word."), members={"_xmlsignatures/sig1.xml": "<x/>"})
MACROS = docx(para("A word."), members={
    "[Content_Types].xml": members(GOOD)["[Content_Types].xml"].decode().replace(
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main", "vnd.ms-word.document.macroEnabled.main"
    )
})  # fmt: skip


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [("a.docx", SIGNED, "it is digitally signed"), ("a.docm", MACROS, "it holds macros, so it is only read")],
)
def test_what_must_not_be_written_is_only_read(name: str, raw: bytes, why: str) -> None:
    document = one(raw, name)
    assert document.text == "A word."
    for write in (
        lambda: formats.write(document, [edit(document, "word", "x")]),
        lambda: formats.track_changes(document, [revision(document, "word", "x")]),
    ):
        with pytest.raises(InputError, match=why):
            write()


def inside(raw: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    return zipped({each: change(content) if each == name else content for each, content in members(raw).items()})


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (WORD, ["word/document.xml", "word/styles.xml", "word/footnotes.xml", "[Content_Types].xml", "_rels/.rels"]),
        (ODT, ["content.xml", "styles.xml", "META-INF/manifest.xml"]),
        (EPUB, ["OEBPS/text/june.xhtml", "OEBPS/book.opf", "META-INF/container.xml"]),
    ],
)
@given(data=st.data())
@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_damaged_members_are_read_or_refused(path: Path, names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    below = lambda end: data.draw(st.integers(0, end - 1))  # noqa: E731
    raw = inside(path.read_bytes(), name, lambda content: mutated(content, b"<w:r><text:p>", below))
    check(path.name, raw)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.docx", lambda n: docx(para(*[run("ab ", "<w:b/>")] * n))),
        ("a.docx", lambda n: docx(para(*[FIELD.format("begin")] * n, *["a"] * n))),
        ("a.docx", lambda n: docx(para("a", more='<w:rPr><w:del w:id="1"/></w:rPr>') * n)),
        ("a.docx", lambda n: docx(para(*["<w:r><w:footnoteReference w:id='2'/></w:r>", "a "] * n))),
        ("a.docx", lambda n: docx("", styles="".join(
            f'<w:style w:styleId="{i}"><w:basedOn w:val="{i + 1}"/></w:style>' for i in range(n)))),
        ("a.odt", lambda n: odt("<text:p>" + "<text:span>a </text:span>" * n + "</text:p>")),
        ("a.odt", lambda n: odt(f"<text:p>a{' ' * n}{'&amp; ' * n}</text:p>")),
        ("a.docx", lambda n: docx(para("a"), members={f"m{i}": "" for i in range(n)})),
    ],
    ids=["runs", "fields", "deleted ends", "notes", "styles", "spans", "spaces", "members"],
)  # fmt: skip
def test_work_grows_no_faster_than_the_file(name: str, make: Callable[[int], bytes]) -> None:
    assert_linear(lambda raw: formats.read_bytes(raw, name), make)


# What an editor gets back.


def revision(document: Document, words: str, text: str, reason: str = "") -> Revision:
    return Revision(
        edits=(edit(document, words, text),), author="Ada Lovelace", when="2026-01-02T03:04:05.678Z", reason=reason
    )


def rejected(raw: bytes, name: str = "word/document.xml") -> list[str]:
    """The paragraphs as they read once Word was told to reject Ada's changes, by another parser."""
    root = etree.fromstring(members(raw)[name])
    w = f"{{{W}}}"
    for element in list(root.iter(f"{w}ins", f"{w}del")):
        ours = element.get(f"{w}author") == "Ada Lovelace"
        if ours == (element.tag == f"{w}ins"):
            for run_ in list(element):
                element.remove(run_)
    texts = ("".join(t.text or "" for t in p.iter(f"{w}t", f"{w}delText")) for p in root.iter(f"{w}p"))
    return [text for text in texts if text]


BODY = (
    para("He clo", run("sed the "), run("old", "<w:b/>"), run(" door, as he has always done."))
    + para(f'<w:ins w:id="5" w:author="Bob">{run("Bob have written this.")}</w:ins>', run(" So it are."))
    + para("A box.", f"<w:r><w:pict><w:txbxContent>{para('Boxes has text.')}</w:txbxContent></w:pict></w:r>")
)


def test_changes_are_tracked_with_their_reasons() -> None:
    note = f'<w:footnote w:id="2">{para("Notes has text.")}</w:footnote>'
    raw = docx(BODY + para("x", "<w:r><w:footnoteReference w:id='2'/></w:r>"), footnotes=note)
    document = one(raw)
    changes = [
        ("closed", "shut & barred"), ("old", "new"), ("has always", "always has"), ("He", "Then he"),
        ("have written", "wrote"), ("are", "is"), ("Boxes has", "Boxes have"), ("Notes has", "Notes have"),
    ]  # fmt: skip
    after = formats.track_changes(document, [revision(document, *each, f"why {each[0]}") for each in changes])
    text = document.text
    for words, instead in changes:
        text = text.replace(words, instead, 1)
    assert one(after).text == text  # as it reads with all changes accepted
    assert rejected(after) == rejected(raw)
    assert rejected(after, "word/footnotes.xml") == ["Notes has text."]
    root = etree.fromstring(members(after)["word/document.xml"])
    w = f"{{{W}}}"
    assert len({(e.tag, e.get(f"{w}id")) for e in root.iter(f"{w}ins", f"{w}del")}) == len(
        list(root.iter(f"{w}ins", f"{w}del"))
    )
    assert {e.get(f"{w}date") for e in root.iter(f"{w}del")} == {"2026-01-02T03:04:05Z"}
    said = etree.fromstring(members(after)["word/comments.xml"])
    assert ["".join(c.itertext()) for c in said] == [f"why {words}" for words in (
        "He", "closed", "old", "has always", "have written", "are")]  # fmt: skip
    anchors = {e.get(f"{w}id") for e in root.iter(f"{w}commentReference")}
    assert anchors == {c.get(f"{w}id") for c in said} == {e.get(f"{w}id") for e in root.iter(f"{w}commentRangeEnd")}
    assert "comments.xml" in members(after)["[Content_Types].xml"].decode()
    again = one(after)
    further = formats.track_changes(again, [revision(again, "door", "gate", "more")])
    assert len(etree.fromstring(members(further)["word/comments.xml"])) == len(said) + 1
    assert changed(after, further) == {"word/document.xml", "word/comments.xml"}


LOOKED_OTHERWISE = f'<w:b/><w:rPrChange w:id="7" w:author="Bob"><w:rPr>{"<w:i/>"}</w:rPr></w:rPrChange>'


@pytest.mark.parametrize(
    "inside",
    [
        run("Boxes has text.", LOOKED_OTHERWISE),
        run("Boxes ", LOOKED_OTHERWISE) + run("ha", "<w:b/>") + run("s text.", "<w:b/>"),
        f'<w:ins w:id="3" w:author="Bob"><w:r><w:pict><w:txbxContent>{para("Boxes has text.")}</w:txbxContent></w:pict>'
        "</w:r></w:ins>",
        f'<w:ins w:id="3" w:author="Bob"><w:sdt><w:sdtContent>{run("Boxes has text.")}</w:sdtContent></w:sdt></w:ins>',
        f'<w:ins w:id="3" w:author="Bob"><w:hyperlink w:anchor="x">{run("Boxes has text.")}</w:hyperlink></w:ins>',
        f'<w:ins w:id="3" w:author="Bob">{run("So. ")}<w:ins w:id="4" w:author="Eve">{run("Yes. ")}</w:ins>'
        f"{run('Boxes has text.')}</w:ins>",
    ],
)
def test_changes_stand_among_those_of_others(inside: str) -> None:
    raw = docx(para(inside))
    document = one(raw)
    after = formats.track_changes(document, [revision(document, "has", "have", "plural")])
    assert one(after).text == document.text.replace("has", "have")
    assert rejected(after) == rejected(raw)
    kept = etree.fromstring(members(after)["word/document.xml"])
    w = f"{{{W}}}"
    ids = [e.get(f"{w}id") for e in kept.iter(f"{w}ins", f"{w}del", f"{w}rPrChange")]
    assert len(ids) == len(set(ids))
    assert not kept.xpath("//w:ins[@w:author='Ada Lovelace']//w:rPrChange", namespaces={"w": W})


def test_flags_are_comments_and_replace_earlier_ones() -> None:
    note = f'<w:footnote w:id="2">{para(BAD)}</w:footnote>'
    raw = docx(para(CLEAN) + para(BAD, "<w:r><w:footnoteReference w:id='2'/></w:r>"), footnotes=note)
    report = report_of({"a.docx": raw})
    after = formats.annotate(report.documents)
    said = ["".join(c.itertext()) for c in etree.fromstring(members(after)["word/comments.xml"])]
    assert len(said) == 2
    assert said[0].startswith("minor, ")
    assert said[1].startswith("footnote 1: minor, ")
    shown = members(after)["word/document.xml"].decode()
    assert re.sub("<[^>]+>", "", shown[shown.index("<w:commentRangeStart") : shown.index("<w:commentRangeEnd")]) == (
        "the the"
    )
    assert one(after).text == one(raw).text
    again = report_of({"a.docx": after})
    assert formats.annotate(again.documents) == after
    sound = formats.annotate([replace(each, verdicts=()) for each in again.documents])
    assert b"commentRange" not in members(sound)["word/document.xml"]
    assert len(etree.fromstring(members(sound)["word/comments.xml"])) == 0


def test_the_gate_shows_words_without_markup_that_nobody_sees() -> None:
    report = report_of({"a.docx": docx(para(f"{CLEAN} He closed the ", run("the", "<w:b/>"), run(" door.")))})
    result = decide(report, lambda _: Policy(likely_mt=False, fail_on=Severity.MINOR))
    assert [found.words for found in result.findings] == ["the the"]


def test_the_gate_shows_words_without_what_stands_between_cues() -> None:
    film = "1\n00:00:01,000 --> 00:00:02,000\nHe closed the\n\n2\n00:00:02,000 --> 00:00:04,000\nthe door.\n"
    result = decide(report_of({"a.srt": film.encode()}), lambda _: Policy(likely_mt=False, fail_on=Severity.MINOR))
    assert [found.words for found in result.findings] == ["the\nthe"]


@pytest.mark.parametrize(("name", "remedy"), [("a.doc", ".docx"), ("a.FODT", ".odt"), ("a.azw3", ".epub")])
def test_documents_that_are_not_read_are_to_be_saved_as_others(name: str, remedy: str) -> None:
    with pytest.raises(InputError, match=rf"files of this kind are not read; save it as \{remedy}$"):
        formats.read_bytes(b"x", name)


def test_only_word_documents_have_tracked_changes() -> None:
    document = formats.read(ODT)
    with pytest.raises(InputError, match=r"changes can be tracked in \.docx"):
        formats.track_changes(document, [revision(document, "shed", "hall")])


def test_repairs_of_an_edits_file_are_tracked(mtqa: Run) -> None:
    raw = docx(para(CLEAN) + para(BAD))
    Path("a.docx").write_bytes(raw)
    document = formats.read("a.docx")
    with Log(Path("a.edits.jsonl")) as log:
        log.append(action(document, BAD, BAD.replace("the the", "the"), who="Ada Lovelace", reason="once is enough"))
    ran = mtqa("apply", "a.docx", "a.edits.jsonl", "--tracked-changes", "--yes")
    assert ran.code == 0, ran.err
    assert f"-{BAD}" in ran.out
    after = Path("a.docx").read_bytes()
    assert rejected(after) == [CLEAN, BAD]
    assert one(after).text == f"{CLEAN}\n\n{BAD.replace('the the', 'the')}"
    assert b"once is enough" in members(after)["word/comments.xml"]
    done = action(document, BAD, "x")
    with pytest.raises(InputError, match="several documents"):
        tracked([document, document], standings([done]))


# What LibreOffice makes of it.

SOFFICE = shutil.which("soffice")
wanted = SOFFICE is not None and os.environ.get("MTQA_TEST_LIBREOFFICE")
needs_soffice = pytest.mark.skipif(not wanted, reason="set MTQA_TEST_LIBREOFFICE=1 where soffice is installed")


def converted(raw: bytes, name: str, to: str, folder: Path) -> str:
    (folder / name).write_bytes(raw)
    home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [str(SOFFICE), home, "--headless", "--convert-to", to, "--outdir", str(folder), str(folder / name)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return (folder / name).with_suffix(f".{to.partition(':')[0]}").read_text(encoding="utf-8-sig")


@pytest.mark.libreoffice
@needs_soffice
def test_libreoffice_shows_exactly_the_changes(tmp_path: Path) -> None:
    document = formats.read(WORD)
    after = formats.track_changes(
        document, [revision(document, "stopped", "fell silent", "idiom"), revision(document, "hopes", "wants")]
    )
    root = etree.fromstring(converted(after, "tracked.docx", "fodt", tmp_path).encode())
    spaces = {"text": f"{ODF}text:1.0", "office": f"{ODF}office:1.0", "dc": "http://purl.org/dc/elements/1.1/"}
    regions = root.xpath("//text:changed-region[.//dc:creator='Ada Lovelace']", namespaces=spaces)
    assert len(regions) == 4
    notes = root.xpath("//office:annotation[dc:creator='Ada Lovelace']/text:p", namespaces=spaces)
    assert ["".join(note.itertext()) for note in notes] == ["idiom"]


@pytest.mark.libreoffice
@needs_soffice
@pytest.mark.parametrize(("path", "words", "text"), [(WORD, "late", "well & long"), (ODT, "eighteen", "18 & more")])
def test_libreoffice_reads_repaired_documents(path: Path, words: str, text: str, tmp_path: Path) -> None:
    document = formats.read(path)
    before = converted(path.read_bytes(), f"a{path.suffix}", "txt:Text", tmp_path)
    raw = repaired([document], {(0, span_of(document, words)): text})
    assert converted(raw, f"b{path.suffix}", "txt:Text", tmp_path) == before.replace(words, text)


def test_spans_are_those_of_the_content() -> None:
    for path in (WORD, ODT, EPUB):
        for document in formats.read_all(path)[0]:
            for start, length, at, size in document.source_map.spelled:
                assert Span(at, at + size).of(document.content) != document.text[start : start + length]
