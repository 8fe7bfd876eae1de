"""The text of an OpenDocument text: paragraphs, with what is shown of them, each piece with its place in the file.

Deleted text stands apart from the text (``text:tracked-changes``) and is left out, and so are comments; inserted text
is text. Source: OpenDocument 1.3, part 3, 5 and 6; white space as of 6.1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mtqa.core.documents import BlockKind
from mtqa.core.spans import Span
from mtqa.formats.chunks import Chunk, Piece, has_prose
from mtqa.formats.kinds import kind_of, kind_of_cell
from mtqa.formats.odt_styles import TEXT
from mtqa.formats.packages import Part
from mtqa.formats.places import Places
from mtqa.formats.text_styles import Look, Styles
from mtqa.formats.xml_text import character
from mtqa.formats.xml_tokens import Token, tokens

__all__ = ["TextReader"]

_NAMES = re.compile(
    r"urn:oasis:names:tc:opendocument:xmlns:(?:(text)|(table|office|drawing|style)):1\.0 (?P<name>\S+)|(?P<other>.*)",
    re.DOTALL,
)
_UNREAD = frozenset(
    "tracked-changes note-citation ruby-text annotation annotation-end forms script hidden-paragraph "  # noqa: SIM905
    "table-of-content-source illustration-index-source table-index-source object-index-source user-index-source "
    "alphabetical-index-source bibliography-source bibliography-configuration automatic-styles font-face-decls "
    "notes-configuration".split()
)
_INDICES = frozenset(
    (
        "table-of-content",
        "illustration-index",
        "table-index",
        "object-index",
        "user-index",
        "alphabetical-index",
        "bibliography",
    )
)
_PASSED = frozenset(("span", "a", "meta", "meta-field", "ruby", "ruby-base", "p", "h"))
"""What holds text of a paragraph as its author wrote it; all else in one is a field, which the program fills in."""
_WRITTEN = re.compile(r"&(?P<entity>[^;]+);|(?P<space>[ \t\r\n]+)|(?P<plain>[^& \t\r\n]+(?: [^& \t\r\n]+)*)")
_MOST_SPACES = 100


@dataclass(slots=True)
class _Paragraph:
    look: Look
    depth: int  # of its element
    at: int  # how many paragraphs were ready when it began
    pieces: list[Piece] = field(default_factory=list)
    heading: bool = False
    kind: BlockKind | None = None
    place: str = ""
    hidden: bool = False


class TextReader:
    """Reads the parts of a document one after the other."""

    def __init__(self, styles: Styles, places: Places) -> None:
        self._styles, self._places = styles, places
        self._notes = {"footnote": 0, "endnote": 0}

    def read(self, part: Part, uri: str, *, furniture: bool) -> Iterator[Chunk]:
        """The paragraphs of a part; of one with headers and footers, the ``furniture`` of pages, those alone."""
        self._part, self._furniture = part, furniture
        self._open: list[str] = []
        self._looks: list[Look] = []  # of the elements that are open inside a paragraph
        self._paragraphs: list[_Paragraph] = []
        self._ready: list[Chunk] = []
        self._around: list[str] = []  # lists, tables, notes, boxes, indices, headers
        self._skipped = 0
        for token in tokens(part.content, uri):
            if token.kind == "start":
                self._start(token)
            elif token.kind == "end":
                self._end()
            elif token.kind in ("text", "cdata") and self._paragraphs and not self._skipped:
                self._text(token)
            if self._ready and not self._paragraphs:
                yield from self._ready
                self._ready = []

    def _start(self, token: Token) -> None:
        found = _NAMES.match(token.name)
        name = found["name"] if found and found["name"] else ""
        self._open.append(name)
        hidden = token.attributes.get(f"{TEXT}is-hidden") == "true" or token.attributes.get(f"{TEXT}display") == "none"
        if name == "hidden-paragraph" and self._paragraphs and not self._skipped:
            self._paragraphs[-1].hidden |= hidden
        if self._skipped or hidden or name in _UNREAD:
            self._skipped += 1
            return
        key = token.attributes.get(f"{TEXT}style-name")
        match name:
            case "p" | "h":
                self._begin(name, self._styles.look(key).over(self._styles.defaults))
            case "span" | "a" if self._paragraphs:
                self._looks.append(self._styles.look(key).over(self._looks[-1]))
            case "s" | "tab" | "line-break" if self._paragraphs:
                count = token.attributes.get(f"{TEXT}c", "1")
                spaces = " " * min(int(count) if count.isdecimal() and len(count) < 4 else 1, _MOST_SPACES)
                words = {"s": spaces, "tab": "\t", "line-break": "\n"}[name]
                self._add(Piece(words, None, spelled=self._place(token.start, token.end)))
            case "note":
                kind = token.attributes.get(f"{TEXT}note-class", "footnote")
                self._notes[kind] = self._notes.get(kind, 0) + 1
                self._around.append(f"{kind} {self._notes[kind]:,}")
            case "list" | "text-box" | "custom-shape" | "table" | "table-row" | "table-cell" | "header" | "footer":
                self._begin_around(name)
            case "header-left" | "header-first" | "footer-left" | "footer-first":
                self._around.append(name.partition("-")[0])
            case _ if name in _INDICES:
                self._around.append("index")

    def _end(self) -> None:
        name = self._open.pop()
        if self._skipped:
            self._skipped -= 1
            return
        match name:
            case "p" | "h" if self._paragraphs and self._paragraphs[-1].depth == len(self._open):
                self._looks.pop()
                self._finish(self._paragraphs.pop())
            case "span" | "a" if self._paragraphs:
                self._looks.pop()
            case "note" | "list" | "text-box" | "custom-shape" | "table" | "header" | "footer":
                self._around.pop()
            case "header-left" | "header-first" | "footer-left" | "footer-first":
                self._around.pop()
            case _ if name in _INDICES:
                self._around.pop()

    def _begin(self, name: str, look: Look) -> None:
        paragraph = _Paragraph(look, len(self._open) - 1, len(self._ready), heading=name == "h")
        outer = "" if not self._around else self._around[-1]
        if self._furniture or "index" in self._around:
            paragraph.kind = BlockKind.BOILERPLATE
        elif "list" in self._around and not paragraph.heading:
            paragraph.kind = BlockKind.LIST_ITEM
        note = next((one for one in reversed(self._around) if one.startswith(("footnote", "endnote"))), "")
        if self._furniture:
            paragraph.place = f"the {outer or 'page'}"
        elif note:
            paragraph.place = note
        elif "text-box" in self._around or "custom-shape" in self._around:
            paragraph.place = self._places.boxed()
        elif "table" in self._around:
            paragraph.place = self._places.cell()
        self._paragraphs.append(paragraph)
        self._looks.append(look)

    def _begin_around(self, name: str) -> None:
        if name in ("text-box", "custom-shape"):
            self._places.box()
        elif name.startswith("table") and self._around.count("table") == (name != "table"):
            {"table": self._places.table, "table-row": self._places.row, "table-cell": self._places.next_cell}[name]()
        if name not in ("table-row", "table-cell"):
            self._around.append(name)

    def _text(self, token: Token) -> None:
        inside = self._open[-1]
        if inside in _PASSED:
            masked = False
        elif inside and self._paragraphs[-1].depth < len(self._open) - 1:
            masked = True
        else:
            return
        pieces = self._paragraphs[-1].pieces
        content, begin = self._part.content, self._part.begin
        for found in _WRITTEN.finditer(content, token.start, token.end):
            if found["space"]:
                if not pieces or (pieces[-1].text[-1].isspace() and pieces[-1].text != "\t"):
                    continue
                at = begin + found.start() if found[0][0] == " " else None
                self._add(Piece(" ", at, masked, None if at is not None else self._place(*found.span())))
            elif found["entity"] or token.kind == "cdata":
                words = character(found["entity"]) if found["entity"] and token.kind == "text" else found[0]
                self._add(Piece(words, None, masked, self._place(*found.span())))
            else:
                self._add(Piece(found["plain"], begin + found.start(), masked))

    def _add(self, piece: Piece) -> None:
        look = self._looks[-1]
        if piece.text and not look.hidden:
            masked = piece.masked or bool(look.code)
            self._paragraphs[-1].pieces.append(piece._replace(masked=masked, language=look.language(piece.text)))

    def _finish(self, paragraph: _Paragraph) -> None:
        text = "".join(piece.text for piece in paragraph.pieces)
        if paragraph.hidden or not text.strip() or (self._furniture and not self._around):
            return
        kind = self._kind(paragraph, text)
        place = paragraph.place
        if not place:
            place = self._places.heading(text) if paragraph.heading else self._places.paragraph()
        chunk = Chunk(kind, paragraph.pieces, fragment="table" in self._around, place=place)
        self._ready.insert(paragraph.at, chunk)  # before its notes and boxes, which were read inside it

    def _kind(self, paragraph: _Paragraph, text: str) -> BlockKind:
        if paragraph.kind is BlockKind.BOILERPLATE or not has_prose(paragraph.pieces):
            return BlockKind.BOILERPLATE
        told = kind_of_cell(text) if "table" in self._around else kind_of(text)
        known = BlockKind.HEADING if paragraph.heading else paragraph.kind or paragraph.look.kind
        if known is None or told is BlockKind.BOILERPLATE or (told is BlockKind.CAPTION and known.judged):
            return told
        return known

    def _place(self, start: int, end: int) -> Span:
        return Span(self._part.begin + start, self._part.begin + end)
