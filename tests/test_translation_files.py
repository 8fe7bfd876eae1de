"""XLIFF and PO: what is read, where it stands, what hostile files do, and what an independent reader makes of ours."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from fakes import fake_checker
from growth import assert_linear
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from program import Run
from translate.storage.pypo import pofile
from translate.storage.xliff import xlifffile
from translate.storage.xliff2 import Xliff2File

from mtqa import formats
from mtqa.core.documents import BlockKind, Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Applicability, Category, Edit, Severity
from mtqa.core.spans import Span
from mtqa.formats.placeholders import no_prose
from mtqa.formats.xliff_annotations import ISSUE_TYPES, SEVERITIES
from mtqa.segmentation import segment

ROOT = Path(__file__).parent.parent
XLIFF_2 = "urn:oasis:names:tc:xliff:document:2.0"
SDL = "http://sdl.com/FileTypes/SdlXliff/1.0"
ITS = "{http://www.w3.org/2005/11/its}"


def one(raw: bytes | str, name: str) -> Document:
    (document,), failures = formats.read_bytes(raw.encode() if isinstance(raw, str) else raw, name)
    assert not failures
    return document


def v1(units: str, *, attributes: str = 'source-language="de" target-language="en"', head: str = "") -> str:
    return (
        f'{head}<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        f'<file original="a" datatype="plaintext" {attributes}><body>{units}</body></file></xliff>'
    )


def unit1(target: str, source: str = "Quelle", key: str = "1", attributes: str = "") -> str:
    return f'<trans-unit id="{key}"><source>{source}</source><target {attributes}>{target}</target></trans-unit>'


def v2(units: str) -> str:
    return f'<xliff xmlns="{XLIFF_2}" version="2.1" srcLang="de" trgLang="en"><file id="f">{units}</file></xliff>'


def unit2(target: str, source: str = "Quelle", key: str = "u1") -> str:
    return f'<unit id="{key}"><segment><source>{source}</source><target>{target}</target></segment></unit>'


def po(*messages: str) -> str:
    return 'msgid ""\nmsgstr "Language: en\\nContent-Type: text/plain; charset=UTF-8\\n"\n\n' + "\n\n".join(messages)


def texts(document: Document) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks]


def cut(document: Document, words: str) -> str:
    """The words cut out of the file by the lines and columns that are reported."""
    start = document.text.index(words)
    place = document.locate(Span(start, start + len(words))).lines
    assert place is not None
    lines = document.content.splitlines(keepends=True)
    lines = lines[place.line - 1 : place.end_line]
    whole = "".join(lines)
    return whole[place.column - 1 : len(whole) - len(lines[-1]) + place.end_column - 1]


# What is read.


def test_xliff_pairs_targets_with_their_sources() -> None:
    document = formats.read(ROOT / "seeds/005_ferry.xlf")
    assert (document.language, document.declared, document.source_language) == ("en", True, "de")
    assert [block.key for block in document.blocks] == ["title", "p1/s1", "p1/s2", "p2", "p3", "p4", "p5"]
    assert document.blocks[0].kind is BlockKind.HEADING
    assert document.blocks[1].source == "Nach elf Wochen im Dock legte die Amalie am Montag wieder ab."
    assert segment(document)[2].source == "Am Kai standen vielleicht zweihundert Leute, und fast alle winkten."
    assert [mask.of(document.text) for block in document.blocks for mask in block.masked] == ["{price}"]


def test_a_segmented_trans_unit_is_several_blocks() -> None:
    document = formats.read(ROOT / "seeds/006_orchard.xliff")
    found = {block.key: (block.span.of(document.text), block.source) for block in document.blocks}
    assert list(found) == ["1", "2", "3", "5/0", "5/1", "6", "7"]
    assert found["5/1"] == ("This time there were nine.", "Diesmal waren es neun.")
    assert "little owls" not in document.text


def test_po_messages_plurals_and_what_is_no_source() -> None:
    document = formats.read(ROOT / "seeds/007_library.po")
    assert (document.language, document.source_language) == ("en", "es")
    found = {block.key: block for block in document.blocks}
    assert found["Ha sacado {n} libro.[1]"].source == "Ha sacado {n} libros."
    assert found["Las multas ya no se cobran."].source is None  # it was translated from an older text
    assert found["button|Cerrar"].span.of(document.text) == "Close"
    assert "better than the catalogue does." in document.text
    assert not any("inventario" in key or "Bienvenido" in key for key in found)
    keyed = one(po('msgid "menu.file.open"\nmsgstr "Open it now."'), "a.po")
    assert keyed.blocks[0].source is None


def test_each_file_element_is_a_document() -> None:
    units = unit1("First text.")
    body = f'<body>{units}</body></file><file original="b" source-language="fr" target-language="pt_BR"><body/></file>'
    raw = v1("").replace("<body></body></file>", body) + "\n"
    (first, second), _ = formats.read_bytes(raw.encode(), "a.xlf")
    assert (first.uri, first.text, second.uri, second.text) == ("a.xlf#a", "First text.", "a.xlf#b", "")
    assert (second.language, second.source_language, second.blocks) == ("pt-BR", "fr", ())
    assert [d.decision.value for d in fake_checker().check(first, second).documents] == ["undecided"] * 2


@pytest.mark.parametrize(
    ("target", "text", "masked"),
    [
        ('You have <x id="1"/> files.', "You have {1} files.", ["{1}"]),
        ('You have <ph id="1">%d</ph> files.', "You have %d files.", ["%d"]),
        ('You have <ph id="1">&lt;br/&gt;</ph>files.', "You have files.", []),
        ('One<x id="1" ctype="lb"/>two.', "One\ntwo.", []),
        ('A <bpt id="1">{\\b </bpt>bold<ept id="1">}</ept> word.', "A bold word.", []),
        ('A <g id="1">bold</g> <mrk mtype="protected">sign</mrk>.', "A bold sign.", ["sign"]),
        ("Hello {name}, see https://example.org/x.", "Hello {name}, see https://example.org/x.", ["{name}", None]),
        ("A <!-- note --><?pi x?><o:o xmlns:o='urn:o'>not</o:o>b.", "A b.", []),
        ("A &#x1F600;&#233;&lt;<![CDATA[&amp;<x>]]>.", "A 😀é<&amp;<x>.", ["&amp;", "<x>"]),
        ("Two\r\n      lines.", "Two\r\nlines.", []),
        ('A <it id="1" pos="open" ctype="lb">\\n</it>b<bx id="2"/>c<ex id="2"/>.', "A \nbc.", []),
        ('A <ph id="1">&lt;img alt="<sub>A <g id="2">red</g> boat.</sub>"/&gt;</ph>sea.', "A sea.\n\nA red boat.", []),
    ],
)
def test_inline_elements_of_xliff(target: str, text: str, masked: list[str | None]) -> None:
    document = one(v1(unit1(target)), "a.xlf")
    assert document.text == text
    found = [mask.of(text) for mask in document.blocks[0].masked]
    assert [a for a, b in zip(found, masked, strict=True) if b is not None] == [m for m in masked if m is not None]


def test_inline_elements_of_xliff_2() -> None:
    target = (
        'A <ph id="1" dataRef="d"/> <sc id="2"/>b<ec startRef="2"/><cp hex="001b"/> <sm id="m" translate="no"/>Sea View'
        '<em startRef="m"/> {n, plural, one {# boat} other {# boats}}.'
    )
    unit = unit2(target).replace("<segment>", '<originalData><data id="d">%d</data></originalData><segment>')
    document = one(v2(unit), "a.xlf")
    assert texts(document) == ["A %d b\ufffd Sea View # boats.", "# boat"]
    assert [mask.of(document.text) for mask in document.blocks[0].masked] == ["%d", "\ufffd", "Sea View", "#"]


def test_the_states_of_segments_in_sdlxliff() -> None:
    segments = "".join(f'<mrk mtype="seg" mid="{n}">{{}}</mrk>' for n in (1, 2, 3, 4))
    said = (
        '<s:seg id="1" conf="Translated"/><s:seg id="2" conf="ApprovedSignOff" locked="true"/><s:seg id="3"/>'
        '<s:seg id="4" conf="Translated"/>'
    )
    texts_ = ('One<mrk mtype="x-sdl-deleted"> old</mrk> <x id="7"/>.', "Two.", "Drei.", "Vier.")
    unit = (
        f'<trans-unit id="u"><source>s</source><seg-source>{segments.format("Eins.", "Zwei.", "Drei.", "Vier.")}'
        f"</seg-source><target>{segments.format(*texts_)}</target>"
        f'<s:seg-defs xmlns:s="{SDL}">{said}</s:seg-defs></trans-unit>'
    )
    head = f'<header><tag-defs xmlns="{SDL}"><tag id="7"><ph name="page">{{PAGE}}</ph></tag></tag-defs></header><body>'
    document = one(v1(unit).replace("<body>", head), "a.sdlxliff")
    assert [(block.key, block.source) for block in document.blocks] == [("u/1", "Eins."), ("u/4", "Vier.")]
    assert texts(document) == ["One {PAGE}.", "Vier."]  # a locked one and a copy that nobody confirmed are left out


@pytest.mark.parametrize(
    ("units", "read"),
    [
        (unit1("Quelle", attributes='state="new"'), []),
        (unit1("Quelle", attributes='state="translated"'), ["Quelle"]),
        (unit1("Other", attributes='state="new"'), ["Other"]),
        (unit1(""), []),
        (unit1("A.").replace("<trans-unit", '<trans-unit translate="no"'), []),
        (f'<group translate="no">{unit1("A.")}</group>', []),
        ('<group translate="no">' + unit1("A.").replace(" id", ' translate="yes" id') + "</group>", ["A."]),
        ("<trans-unit id='1'><source>A</source><alt-trans><target>No.</target></alt-trans></trans-unit>", []),
    ],
)  # fmt: skip
def test_what_nobody_translated_is_not_judged(units: str, read: list[str]) -> None:
    assert texts(one(v1(units), "a.xlf")) == read


def test_the_matches_and_history_of_xliff_2_are_no_targets() -> None:
    match = "<m:matches xmlns:m='urn:m'><m:match><source>A</source><target>No.</target></m:match></m:matches>"
    assert texts(one(v2(unit2("Yes.").replace("<segment>", f"{match}<segment>")), "a.xlf")) == ["Yes."]


@pytest.mark.parametrize("prefix", ["x", "xlf", "its"])
def test_any_prefix_will_do(prefix: str) -> None:
    raw = v2(unit2("Yes zz <pc id='1'>no</pc>."))
    for name in ("xliff", "file", "unit", "segment", "source", "target", "pc"):
        raw = raw.replace(f"<{name}", f"<{prefix}:{name}").replace(f"</{name}", f"</{prefix}:{name}")
    raw = raw.replace("xmlns=", f"xmlns:{prefix}=")
    document = one(raw, "a.xlf")
    assert document.text == "Yes zz no."
    if prefix != "its":
        annotated = formats.annotate(fake_checker().check(document).documents)
        assert f"<{prefix}:mrk ".encode() in annotated
        assert one(annotated, "a.xlf").text == document.text


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("UTF-8", b""), ("UTF-8", codecs.BOM_UTF8), ("ISO-8859-1", b""), ("UTF-16", b"\xff\xfe"), ("UTF-16", b"\xfe\xff")],
)
def test_encodings_and_marks_survive(encoding: str, mark: bytes) -> None:
    codec = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(mark, encoding)
    xml = v1(unit1("Café zz au lait.\r\n"), head=f'<?xml version="1.0" encoding="{encoding}"?>\r\n')
    message = po('msgid "a b"\r\nmsgstr "Café zz au lait."\r\n').replace("UTF-8", encoding)
    for name, content in (("a.xlf", xml), ("a.po", message)):
        raw = mark + content.encode(codec)
        document = one(raw, name)
        assert document.text == "Café zz au lait."
        assert cut(document, "Café zz") == "Café zz"
        edit = Edit(span=Span(0, 4), text="Thé", applicability=Applicability.UNSAFE)
        assert formats.write(document, [edit]) == mark + content.replace("Café", "Thé").encode(codec)
        annotated = formats.annotate(fake_checker().check(document).documents)
        assert annotated != raw
        assert one(annotated, name).text == document.text
        assert remove(annotated, name) == raw


# Edits.


def test_edits_are_escaped_as_their_place_asks() -> None:
    def edited(document: Document, words: str, text: str) -> bytes:
        start = document.text.index(words)
        edit = Edit(span=Span(start, start + len(words)), text=text, applicability=Applicability.UNSAFE)
        return formats.write(document, [edit])

    document = one(v1(unit1("Some words and <![CDATA[raw & more]]>.")), "a.xlf")
    assert b"<target >A&amp;B &lt;c&gt;&#13; and" in edited(document, "Some words", "A&B <c>\r")
    written = edited(document, "more", "a ]]> & <b>")
    assert one(written, "a.xlf").text == "Some words and raw & a ]]> & <b>."
    with pytest.raises(InputError, match="cannot be written in XML"):
        edited(document, "Some", "\x01")
    with pytest.raises(InputError, match="by hand"):
        edited(one(v1(unit1("A <g id='1'>bold</g> word.")), "a.xlf"), "A bold", "One")
    message = one(po('msgid "a b"\nmsgstr "Some words."'), "a.po")
    text = 'A "quote" \\ and\nline\t\x01.'
    assert one(edited(message, "Some words.", text), "a.po").text == text


def test_what_is_no_prose() -> None:
    text = "50% of %(n)d in {a}, {0:.2f}, ${b}, {{ c }}, %1$s, <b>x</b>, &nbsp;, :ref:`d` and ``e``; {} 9 % so {not it}"
    assert [span.of(text) for span in no_prose(text)] == [
        "%(n)d", "{a}", "{0:.2f}", "${b}", "{{ c }}", "%1$s", "<b>", "</b>", "&nbsp;", ":ref:`d`", "``e``", "{}",
    ]  # fmt: skip


# Annotations.


def remove(raw: bytes, name: str) -> bytes:
    """The file annotated anew, with no flags."""
    documents, _ = formats.read_bytes(raw, name)
    return formats.annotate([replace(found, verdicts=()) for found in fake_checker().check(*documents).documents])


NOTED = """
  <trans-unit id="1">
    <source>A &amp; B</source>
    <target>Good zzone &amp; <x id='1'/> words.</target>
    <note from="editor">Mind it.</note>
  </trans-unit>
"""
MESSAGES = """\
msgid "a b"
msgstr "Good zzone words."

# by Ada
#: x.c:1
#, c-format
msgid "c %d"
msgstr "A zztwo %d."

#, fuzzy
msgid "d e"
msgstr "A zzthree."

#| msgid "old"
msgid "f g"
msgstr "A "
"zzfour."

msgid "h"
msgid_plural "i"
msgstr[0] "One is good."
msgstr[1] "Many zzfive."

msgid "j k"
msgstr "Fine."
"""
MANY = {
    "a.xlf": v1(NOTED + unit1("Fine here.", key="2") + unit1("A zztwo.", key="3")),
    "b.xlf": v2(
        unit2("Good zzone &amp; <ph id='1'/> words.")
        + unit2("A <pc id='1'>zztwo</pc> and so zz<pc id='2'>three.</pc>", key="u2")
        + unit2("Raw <![CDATA[zzfour & zzfive]]> words.", key="u3")
    ),
    "c.po": po(MESSAGES),
}


@pytest.mark.parametrize("name", MANY)
def test_annotating_twice_is_annotating_once_and_nothing_else_changes(name: str) -> None:
    raw = MANY[name].encode()
    document = one(raw, name)
    report = fake_checker().check(document)
    assert len(report.flags) >= 2
    annotated = formats.annotate(report.documents)
    again = one(annotated, name)
    assert (again.text, again.blocks) == (document.text, document.blocks)
    assert formats.annotate(fake_checker().check(again).documents) == annotated != raw
    assert remove(annotated, name) == raw


def test_translate_toolkit_reads_the_notes_of_xliff_1() -> None:
    annotated = formats.annotate(fake_checker().check(one(MANY["a.xlf"], "a.xlf")).documents)
    units = xlifffile.parsefile(BytesIO(annotated)).units
    assert [unit.source for unit in units] == ["A & B", "Quelle", "Quelle"]
    assert [unit.target for unit in units][1:] == ["Fine here.", "A zztwo."]
    assert ["zzone" in unit.getnotes() for unit in units] == [True, False, False]
    assert "Mind it." in units[0].getnotes()
    note = etree.fromstring(annotated).find(".//{*}note")
    assert dict(note.attrib) == {"from": "mtqa", "annotates": "target"}


def test_independent_readers_see_the_marks_of_xliff_2() -> None:
    annotated = formats.annotate(fake_checker().check(one(MANY["b.xlf"], "b.xlf")).documents)
    root = etree.fromstring(annotated)
    marks = root.findall(f".//{{{XLIFF_2}}}mrk")
    said = {"".join(mark.itertext()): mark for mark in marks}
    assert {"zzone", "zztwo"} <= set(said)
    for mark in [*marks, *root.findall(f".//{{{XLIFF_2}}}sm")]:
        assert mark.get("type") == "its:generic"
        assert mark.get(f"{ITS}locQualityIssueType") in ("mistranslation", "misspelling", "markup")
        assert mark.get(f"{ITS}locQualityIssueSeverity") in ("33", "67")
    starts = [mark.get("id") for mark in root.findall(f".//{{{XLIFF_2}}}sm")]
    assert sorted(starts) == sorted(mark.get("startRef") for mark in root.findall(f".//{{{XLIFF_2}}}em")) != []
    ids = starts + [mark.get("id") for mark in marks]
    assert len(ids) == len(set(ids))
    plain = etree.fromstring(MANY["b.xlf"].encode())
    assert ["".join(t.itertext()) for t in root.iter(f"{{{XLIFF_2}}}target")] == [
        "".join(t.itertext()) for t in plain.iter(f"{{{XLIFF_2}}}target")
    ]
    units = Xliff2File.parsestring(annotated).units
    assert [unit.source for unit in units] == ["Quelle"] * 3


@pytest.mark.parametrize("name", ["a.xlf", "b.xlf"])
def test_flags_that_overlap_are_marked_each_around_its_words(name: str) -> None:
    unit = unit1("One two three four.") if name == "a.xlf" else unit2("One two three four.")
    document = one(v1(unit) if name == "a.xlf" else v2(unit), name)
    (report,) = fake_checker().check(document).documents
    (verdict,) = report.verdicts
    (flag,) = next(
        each for v in fake_checker().check(formats.from_text("A zz.")).documents[0].verdicts if (each := v.flags[:1])
    )
    places = ["One two", "two three", "One two three", "One", "two", "One two three four.", "three four"]
    flags = tuple(replace(flag, span=Span(at := document.text.index(words), at + len(words))) for words in places)
    annotated = formats.annotate([replace(report, verdicts=(replace(verdict, flags=flags),))])
    root = etree.fromstring(annotated)
    if name == "b.xlf":
        marked = ["".join(mark.itertext()) for mark in root.findall(f".//{{{XLIFF_2}}}mrk")]
        crossing = len(root.findall(f".//{{{XLIFF_2}}}sm"))
        assert set(marked) <= set(places)
        assert (len(marked) + crossing, crossing > 0) == (len(places), True)
    assert texts(one(annotated, name)) == texts(document)
    assert remove(annotated, name) == document.raw


def test_translate_toolkit_reads_comments_and_fuzzy_flags_of_po() -> None:
    annotated = formats.annotate(fake_checker().check(one(MANY["c.po"], "c.po")).documents)
    units = [unit for unit in pofile(BytesIO(annotated)).units if unit.source and not unit.isheader()]
    assert [str(unit.target) for unit in units][:4] == ["Good zzone words.", "A zztwo %d.", "A zzthree.", "A zzfour."]
    assert [unit.isfuzzy() for unit in units] == [True, True, True, True, True, False]
    assert ["mtqa: " in unit.getnotes("translator") for unit in units] == [True, True, True, True, True, False]
    assert units[1].getnotes("translator").startswith("by Ada\n")
    assert units[1].hastypecomment("c-format")
    original = [unit for unit in pofile(BytesIO(remove(annotated, "c.po"))).units if unit.source]
    assert [unit.isfuzzy() for unit in original if not unit.isheader()] == [False, False, True, False, False, False]


def test_a_person_who_drops_the_fuzzy_flag_keeps_it_dropped() -> None:
    annotated = formats.annotate(fake_checker().check(one(po('msgid "a b"\nmsgstr "A zz."'), "a.po")).documents)
    assert b"#, fuzzy\n" in annotated
    repaired = annotated.replace(b"#, fuzzy\n", b"").replace(b"A zz.", b"A word.")
    assert remove(repaired, "a.po") == po('msgid "a b"\nmsgstr "A word."').encode()


def test_every_category_and_severity_has_its_its_value() -> None:
    assert set(ISSUE_TYPES) == set(Category)
    values = [SEVERITIES[severity] for severity in Severity]
    assert values == sorted(values)
    assert (values[0], values[-1]) == (0, 100)


def test_other_formats_have_no_annotations() -> None:
    with pytest.raises(InputError, match="only into translation files"):
        formats.annotate(fake_checker().check(formats.from_text("Some words.")).documents)


# Properties: random files are read where they stand.

words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs", "M")), min_size=1, max_size=12)
plain = st.one_of(words, st.sampled_from(["&", "<", "]]>", '"', "\\", "😀", "é", "%s", "{name}", "a b", "  "]))


@st.composite
def xliff_target(draw: Callable[..., object]) -> str:
    made = ""
    for piece in draw(st.lists(plain.filter(lambda piece: "|" not in piece), max_size=6)):  # type: ignore[attr-defined]
        kind = draw(st.sampled_from(["text", "cdata", "g", "x", "numeric", "comment", "break"]))
        written = escape(piece)
        made += {
            "text": written,
            "cdata": f"<![CDATA[{piece.replace(']]>', '')}]]>",
            "g": f"<g id='1'>{written}</g>",
            "x": f"{written}<x id='2'/>",
            "numeric": "".join(f"&#x{ord(char):x};" for char in piece),
            "comment": f"{written}<!-- & -->",
            "break": f"{written}\r\n  ",
        }[str(kind)]
    return made


def check_places(document: Document, raw: bytes) -> None:
    assert formats.write(document, []) == formats.FORMATS[document.format].write(document, []) == raw
    for text_start, file_start, length in document.source_map.runs:
        assert document.content[file_start : file_start + length] == document.text[text_start : text_start + length]
        span = Span(text_start, text_start + length)
        if "\n" in span.of(document.text):
            continue
        place = document.locate(span).lines
        assert place is not None
        start, stop = (offset(document, *at) for at in ((place.line, place.column), (place.end_line, place.end_column)))
        assert document.content[start:stop] == span.of(document.text)
        edit = Edit(span=span, text="word", applicability=Applicability.UNSAFE)
        expected = document.content[:file_start] + "word" + document.content[file_start + length :]
        assert formats.write(document, [edit]) == expected.encode()


def offset(document: Document, line: int, column: int) -> int:
    starts = [0, *(end.end() for end in re.finditer(r"\r\n|\n|\r", document.content))]
    return starts[line - 1] + column - 1


@settings(max_examples=80, deadline=None)
@given(st.lists(xliff_target(), min_size=1, max_size=3))
def test_random_xliff_is_read_where_it_stands(targets: list[str]) -> None:
    raw = v1("\r\n".join(unit1(target, key=str(n)) for n, target in enumerate(targets))).encode()
    document = one(raw, "a.xlf")
    check_places(document, raw)
    parsed = ["".join(t.itertext()) for t in etree.fromstring(raw).iter("{*}target")]
    shown = "".join("".join(texts(document)).split()).replace("{2}", "")
    assert shown == "".join("".join(parsed).split())


@st.composite
def po_string(draw: Callable[..., object]) -> tuple[str, str]:
    value, lines = "", [""]
    for piece in draw(st.lists(plain, max_size=6)):  # type: ignore[attr-defined]
        ending = draw(st.sampled_from(["", "\n", "\t", "wrap"]))
        value += piece + ("" if ending == "wrap" else str(ending))
        lines[-1] += piece.replace("\\", "\\\\").replace('"', '\\"') + {"\n": "\\n", "\t": "\\t"}.get(str(ending), "")
        if ending == "wrap":
            lines.append("")
    return value, "\r\n".join(f'"{line}"' for line in lines)


@settings(max_examples=80, deadline=None)
@given(st.lists(po_string(), min_size=1, max_size=3), st.booleans())
def test_random_po_is_read_where_it_stands(strings: list[tuple[str, str]], plural: bool) -> None:
    singles = [f'#: a.c:{n}\r\nmsgid "m{n} x"\r\nmsgstr {string}' for n, (_, string) in enumerate(strings)]
    if plural:
        forms = "\r\n".join(f"msgstr[{n}] {string}" for n, (_, string) in enumerate(strings))
        singles = [f'msgid "one"\r\nmsgid_plural "many"\r\n{forms}']
    raw = po(*singles).encode()
    document = one(raw, "a.po")
    check_places(document, raw)
    assert texts(document) == [value.strip() for value, _ in strings if value.strip()]


@settings(max_examples=60, deadline=None)
@given(st.lists(xliff_target(), min_size=1, max_size=3), st.sampled_from(["1", "2"]), st.integers(0, 5))
def test_random_xliff_is_annotated_and_cleared(targets: list[str], major: str, at: int) -> None:
    targets = [f"zz{n} <g id='9'>{target} zz</g> {'zz ' * at}" for n, target in enumerate(targets)]
    if major == "2":
        targets = [t.replace("<g ", "<pc ").replace("</g>", "</pc>").replace("<x ", "<ph ") for t in targets]
    make, unit = (v1, unit1) if major == "1" else (v2, unit2)
    raw = make("\n".join(unit(target, key=f"k{n}") for n, target in enumerate(targets))).encode()
    document = one(raw, "a.xlf")
    annotated = formats.annotate(fake_checker().check(document).documents)
    again = one(annotated, "a.xlf")
    assert again.text == document.text
    assert [list(t.itertext()) != [] for t in etree.fromstring(annotated).iter("{*}target")]
    assert formats.annotate(fake_checker().check(again).documents) == annotated
    assert remove(annotated, "a.xlf") == raw


# Hostile files.

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (v1(unit1("&b;"), head=LAUGHS), "DOCTYPE"),
        (v1(unit1("&e;"), head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'), "DOCTYPE"),
        (v1("", head='<!DOCTYPE xliff SYSTEM "http://127.0.0.1:9/x.dtd">'), "DOCTYPE"),
        (v1(unit1("&unknown;")), "undefined entity"),
        (v1("<group>" * 100_000), "nested deeper"),
        (v1(unit1("Cut off."))[:-30], "well-formed"),
        (v1(unit1("A\x01B.")), "well-formed"),
        (v1(unit1("A\0B.")), "binary|NUL"),
        ("<html/>", "neither XLIFF"),
        ("<xliff version='3.0'/>", "neither XLIFF"),
        ("<xliff version='1.2'/>", "no file element"),
        ("plain text", "well-formed"),
    ],
)
def test_hostile_xliff_is_refused_in_a_line(raw: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        one(raw, "a.xlf")
    assert str(caught.value).startswith("a.xlf: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ('msgid "a"\n', "without msgstr at line"),
        ('msgid "a"\nmsgstr "b\n', "not a PO statement at line 2"),
        ('msgstr "b"\n', "out of order at line 1"),
        ('"b"\n', "out of order at line 1"),
        ('msgid "a"\nmsgstr "b"\nmsgstr "c"\n', "out of order at line 3"),
        ('msgctxt "a"\n', "without msgid"),
        ("Plain prose.\n", "not a PO statement at line 1"),
        ('msgid "a\0"\nmsgstr "b"\n', "binary|NUL"),
    ],
)
def test_bad_po_is_refused_in_a_line(raw: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        one(raw, "a.po")


def test_a_wrong_encoding_is_refused_not_guessed() -> None:
    xml = v1(unit1("Café."), head='<?xml version="1.0" encoding="UTF-8"?>').encode("latin-1")
    message = po('msgid "a b"\nmsgstr "Café."').encode("latin-1")
    for raw, name in ((xml, "a.xlf"), (message, "a.po")):
        with pytest.raises(InputError, match="not valid UTF-8"):
            one(raw, name)


@pytest.mark.parametrize("encoding", ["EBCDIC-XX", "9-bit", "rot13", "punycode", "undefined", "x" * 70])
def test_an_encoding_that_nobody_knows_is_refused_with_its_name(encoding: str) -> None:
    xml = v1(unit1("Cafe."), head=f'<?xml version="1.0" encoding="{encoding}"?>').encode()
    message = po('msgid "a b"\nmsgstr "Cafe."').replace("UTF-8", encoding).encode()
    for raw, name in ((xml, "a.xlf"), (message, "a.po")):
        with pytest.raises(InputError, match="unknown encoding") as caught:
            one(raw, name)
        assert encoding[:50] in str(caught.value)
    assert one(codecs.BOM_UTF8 + message, "a.po").text == "Cafe.", "the mark decides"


@pytest.mark.parametrize("encoding", ["us-ascii", "utf-16"])
def test_what_is_not_in_the_encoding_it_declares_is_refused_though_it_is_utf_8(encoding: str) -> None:
    xml = v1(unit1("Café."), head=f'<?xml version="1.0" encoding="{encoding}"?>').encode()
    message = po('msgid "a b"\nmsgstr "Café."').replace("UTF-8", encoding).encode()
    for raw, name in ((xml, "a.xlf"), (message, "a.po")):
        with pytest.raises(InputError, match=f"not valid {encoding}; declare its encoding"):
            one(raw, name)


def test_duplicate_ids_lose_nothing() -> None:
    document = one(v1(unit1("First.") + unit1("Second.")), "a.xlf")
    assert texts(document) == ["First.", "Second."]
    message = 'msgid "a b"\nmsgstr "{}"'
    assert texts(one(po(message.format("First."), message.format("Second.")), "a.po")) == ["First.", "Second."]


@pytest.mark.parametrize(
    ("name", "n", "make"),
    [
        ("a.xlf", 15, lambda n: v1("".join(unit1("A word &amp; <x id='1'/> zz é.", key=str(i)) for i in range(n)))),
        ("a.xlf", 50, lambda n: v1(unit1("<x/>" * n))),
        ("a.xlf", 50, lambda n: v1(unit1("a&#10;" * n))),
        ("a.xlf", 100, lambda n: v1(unit1(" \n" * n + "x"))),
        ("a.xlf", 500, lambda n: v1("<!--" + "x" * n + "-->")),
        ("a.xlf", 50, lambda n: v1(unit1("`:{%&lt;" * n))),
        ("a.po", 15, lambda n: po(*(f'msgid "m {i}"\nmsgstr "A word {i} é."' for i in range(n)))),
        ("a.po", 30, lambda n: po('msgid "a b"\nmsgstr ""\n' + '"word "\n' * n)),
        ("a.po", 200, lambda n: po('msgid "a b"\nmsgstr "' + "\\n" * n + '"')),
        ("a.po", 500, lambda n: "#" * n),
    ],
)
def test_files_take_linear_work(name: str, n: int, make: Callable[[int], str]) -> None:
    def there_and_back(raw: str) -> None:
        assert formats.write(one(raw, name), []) == raw.encode()

    assert_linear(there_and_back, make, n=n)


def test_more_than_the_limit_is_refused() -> None:
    with pytest.raises(InputError, match="over the limit of 20 MB"):
        one(b" " * (20 * 2**20 + 1), "a.xlf")


# The program.


def test_the_program_annotates_a_file(mtqa: Run) -> None:
    raw = MANY["c.po"].encode()
    Path("a.po").write_bytes(raw)
    ran = mtqa("annotate", "a.po", "-o", "b.po")
    assert (ran.code, ran.out, ran.err) == (0, "", "mtqa: 5 flags written to b.po\n")
    assert Path("a.po").read_bytes() == raw
    annotated = Path("b.po").read_bytes()
    assert annotated.count(b"# mtqa: marked fuzzy\n") == 4
    assert mtqa("annotate", "b.po", "--output", "b.po").code == 0
    assert Path("b.po").read_bytes() == annotated


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ["a.txt", "-o", "b.txt"],
            "a.txt: flags cannot be written into it; give one of .xlf, .xliff, .sdlxliff, .mqxliff, .mxliff, .po, "
            ".docx, .docm",
        ),
        (["none.po", "-o", "b.po"], "none.po: no such file; check the path"),
        (["bad.po", "-o", "b.po"], "bad.po: not a PO statement at line 1; repair it, or let msgfmt --check say more"),
        (["a.txt", "-o", "."], "--output .: a folder; name a file in it"),
    ],
)
def test_what_cannot_be_annotated_is_one_line(mtqa: Run, arguments: list[str], error: str) -> None:
    Path("a.txt").write_text("Some words.", encoding="utf-8")
    Path("bad.po").write_text("Some words.", encoding="utf-8")
    ran = mtqa("annotate", *arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", f"mtqa: error: {error}\n")
    assert not Path("b.po").exists()


def test_score_and_gate_read_translation_files(mtqa: Run) -> None:
    for name, content in MANY.items():
        Path(name).write_text(content, encoding="utf-8", newline="")
    scored = mtqa("score", ".").out
    assert all(f"zz{number}" in scored for number in ("one", "two", "three", "four", "five"))
    assert "3 articles" in scored
    gated = mtqa("gate", ".", "--fail-on", "minor", "--format", "github")
    assert gated.code == 1
    assert "file=a.xlf,line=4,col=18,endLine=4,endColumn=23" in gated.out
    assert "\nc.po:5:" in mtqa("gate", ".", "--fail-on", "minor").out
