"""The text of a Word document: paragraphs, with what is shown of them, each piece with its place in the file.

Read as a reader sees it with all tracked changes accepted: deleted text is left out, inserted text is text. Comments,
instructions of fields and hidden text are left out too. Source: ECMA-376, part 1, 17.3 (paragraphs and runs), 17.13.5
(tracked changes), 17.16 (fields); part 3, 10 (alternate content).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mtqa.core.documents import BlockKind
from mtqa.core.spans import Span
from mtqa.formats.chunks import Chunk, Piece, has_prose
from mtqa.formats.docx_package import local_name
from mtqa.formats.docx_styles import LEVELS, attribute, is_on, with_property
from mtqa.formats.kinds import kind_of, kind_of_cell
from mtqa.formats.packages import Part
from mtqa.formats.places import Places
from mtqa.formats.text_styles import NOTHING, Look, Styles
from mtqa.formats.xml_text import character
from mtqa.formats.xml_tokens import Token, tokens

__all__ = ["StoryReader"]

_UNREAD = frozenset(
    "del moveFrom pPrChange rPrChange tblPrChange trPrChange tcPrChange sectPrChange rt tblPr sectPr".split()  # noqa: SIM905
)
_ALTERNATE = "http://schemas.openxmlformats.org/markup-compatibility/2006 "
_MATHS = re.compile(
    r"http://(?:schemas\.openxmlformats\.org/officeDocument/2006|purl\.oclc\.org/ooxml/officeDocument)/math (\w+)"
)
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_WRITTEN = re.compile(r"&(?P<entity>[^;]+);|(?P<space>[\r\n\t]+)|(?P<plain>[^&\r\n\t]+)")
_ENTITY = re.compile("&([^;]+);")
_WHITE = " \t\r\n"  # as XML has it
_MOST_FIELDS = 100  # inside each other
_LONGEST_NAME = 40  # characters of a field's instruction, which begins with its name
_SYMBOL = "\ufffc"  # a sign of a font's own
_PROSE_FIELDS = frozenset(("HYPERLINK", "QUOTE", ""))
"""The fields whose results a person wrote; those of others are made by the program, again and again."""


@dataclass(slots=True)
class _Field:
    """A field that is open: first its instruction, then its result."""

    instruction: str = ""
    shown: bool = False

    @property
    def made(self) -> bool:
        """Whether the program makes its result."""
        return (self.instruction.split() or [""])[0].upper() not in _PROSE_FIELDS


@dataclass(slots=True)
class _Paragraph:
    look: Look
    at: int  # how many paragraphs were ready when it began
    pieces: list[Piece] = field(default_factory=list)
    run: Look = NOTHING
    listed: bool | None = None
    outlined: bool = False
    goes_on: bool = False  # its end is deleted, or it is a large first letter
    cell: str = ""
    boxed: bool = False  # in a text box


class StoryReader:
    """Reads the parts of a document one after the other; ``proofed`` is whether text that is not to be spell-checked is
    taken for no prose."""

    def __init__(self, styles: Styles, places: Places, *, proofed: bool) -> None:
        self._styles, self._places, self._proofed = styles, places, proofed
        self._notes: dict[str, dict[str, int]] = {"footnote": {}, "endnote": {}}  # their numbers, by their ids

    def read(self, part: Part, role: str, uri: str) -> Iterator[Chunk]:
        """The paragraphs of a part that is the main one where ``role`` is empty, else as of ``DocxParts.stories``."""
        self._part, self._role, self._note = part, role, ""
        self._open: list[str] = []
        self._paragraphs: list[_Paragraph] = []
        self._fields: list[_Field] = []
        self._ready: list[Chunk] = []
        self._unfinished: _Paragraph | None = None
        self._skipped = self._tables = self._boxes = 0
        self._prompts: list[bool] = []  # of the content controls that are open, whether they show but a prompt
        self._alternatives: list[bool] = []  # whether one of them was read
        self._formula: list[str] | None = None
        self._formula_at = 0
        self._preserved = False
        for token in tokens(part.content, uri):
            if token.kind == "start":
                self._start(token)
            elif token.kind == "end":
                self._end(token)
            elif token.kind in ("text", "cdata") and self._open and not self._skipped:
                self._text(token)
            if self._ready and not self._paragraphs:
                yield from self._ready
                self._ready = []
        self._complete()
        yield from self._ready

    def _start(self, token: Token) -> None:
        name = local_name(token) or self._foreign(token)
        self._open.append(name)
        if name in ("del", "moveFrom") and self._paragraphs and self._open[-3:-1] == ["pPr", "rPr"]:
            self._paragraphs[-1].goes_on = True
        if name == "del" and not self._skipped and self._open[-3:-1] == ["tr", "trPr"]:
            self._skipped = 3  # until the row ends
            return
        if self._skipped or name in _UNREAD or (name in ("Choice", "Fallback") and any(self._alternatives[-1:])):
            self._skipped += 1
            return
        paragraph = self._paragraphs[-1] if self._paragraphs else None
        match name:
            case "t":
                self._preserved = token.attributes.get("http://www.w3.org/XML/1998/namespace space") == "preserve"
            case "r" if paragraph:
                paragraph.run = NOTHING
            case "p":
                look = self._styles.look(self._styles.default).over(self._styles.defaults)
                begun, self._unfinished = self._unfinished, None
                pieces = begun.pieces if begun else []
                self._paragraphs.append(
                    _Paragraph(look, len(self._ready), pieces, cell=self._cell(), boxed=self._boxes > 0)
                )
            case "tab" | "ptab" | "br" | "cr" | "noBreakHyphen" | "softHyphen" | "sym" if self._open[-2:-1] == ["r"]:
                self._character(name, token)
            case "lang" | "noProof" | "vanish" | "rStyle" if paragraph and self._open[-3:-1] == ["r", "rPr"]:
                if name == "rStyle":
                    paragraph.run = paragraph.run.over(self._styles.look(attribute(token, "val")))
                else:
                    paragraph.run = with_property(paragraph.run, token, name)
            case "fldChar":
                self._field(attribute(token, "fldCharType"))
            case "fldSimple":
                self._fields.append(_Field(attribute(token, "instr") or "", shown=True))
            case "lastRenderedPageBreak" if not self._role:
                self._places.turn_page()
            case "Choice" if self._alternatives:
                self._alternatives[-1] = True
            case "AlternateContent":
                self._alternatives.append(False)
            case "sdt":
                self._prompts.append(False)
            case "showingPlcHdr" if self._prompts:
                self._prompts[-1] = is_on(token)
            case "txbxContent":
                self._boxes += 1
                if not self._role:
                    self._places.box()
            case "oMath" if self._formula is None:
                self._formula, self._formula_at = [], token.start
            case "footnote" | "endnote":
                self._begin_note(name, token)
            case "footnoteReference" | "endnoteReference":
                notes = self._notes[name.removesuffix("Reference")]
                notes.setdefault(attribute(token, "id") or "", len(notes) + 1)
            case "tbl" | "tr" | "tc":
                self._complete()
                self._table(name)
            case _ if paragraph and "pPr" in self._open[-4:-1]:
                self._property(paragraph, name, token)

    def _end(self, token: Token) -> None:
        name = self._open.pop()
        if self._skipped:
            self._skipped -= 1
            return
        self._boxes -= name == "txbxContent"
        match name:
            case "p" if self._paragraphs:
                paragraph = self._paragraphs.pop()
                if paragraph.goes_on:
                    self._unfinished = paragraph
                else:
                    self._finish(paragraph)
            case "body" | "tc" | "txbxContent" | "footnote" | "endnote":
                self._complete()
            case "fldSimple" if self._fields:
                self._fields.pop()
            case "AlternateContent":
                self._alternatives.pop()
            case "sdt":
                self._prompts.pop()
            case "tbl":
                self._tables -= 1
            case "oMath" if self._formula is not None and "oMath" not in self._open:
                words, self._formula = "".join(self._formula), None
                self._add(Piece(words, None, masked=True, spelled=self._place(self._formula_at, token.end)))

    def _foreign(self, token: Token) -> str:
        if token.name.startswith(_ALTERNATE):
            return token.name[len(_ALTERNATE) :]
        found = _MATHS.fullmatch(token.name)
        return {"oMath": "oMath", "t": "maths"}.get(found[1], "") if found else ""

    def _text(self, token: Token) -> None:
        name = self._open[-1]
        if name == "instrText" and self._fields and not self._fields[-1].shown:
            if len(self._fields[-1].instruction) < _LONGEST_NAME:
                self._fields[-1].instruction += self._part.content[token.start : token.end]
        elif name == "maths" and self._formula is not None:
            self._formula.append(
                _ENTITY.sub(lambda one: character(one[1]), self._part.content[token.start : token.end])
            )
        elif name == "t" and self._paragraphs:
            start, end, content = token.start, token.end, self._part.content
            if not self._preserved and content[start - 1] == ">" and content.startswith("</", end):
                bare = content[start:end].rstrip(_WHITE)
                end = start + len(bare)
                start = end - len(bare.lstrip(_WHITE))
            if token.kind == "cdata":
                self._add(Piece(content[start:end], None, spelled=self._place(start, end)))
                return
            for found in _WRITTEN.finditer(content, start, end):
                if found["plain"]:
                    self._add(Piece(found["plain"], self._part.begin + found.start()))
                else:
                    words = character(found["entity"]) if found["entity"] else " "
                    self._add(Piece(words, None, spelled=self._place(*found.span())))

    def _character(self, name: str, token: Token) -> None:
        words = _CHARACTERS.get(name, "")
        masked = not words
        if masked:
            try:
                words = chr(int(attribute(token, "char") or "", 16))
            except (ValueError, OverflowError):
                words = _SYMBOL
            if not words.isprintable():
                words = _SYMBOL
        self._add(Piece(words, None, masked, self._place(token.start, token.end)))

    def _add(self, piece: Piece) -> None:
        """A piece of the paragraph that is open, as its run looks."""
        if not piece.text or not self._paragraphs or any(not each.shown for each in self._fields):
            return
        paragraph = self._paragraphs[-1]
        look = paragraph.run.over(paragraph.look)
        if look.hidden:
            return
        masked = (
            piece.masked
            or bool(look.code)
            or bool(self._proofed and look.unproofed)
            or any(self._prompts)
            or any(each.made for each in self._fields)
        )
        paragraph.pieces.append(piece._replace(masked=masked, language=look.language(piece.text)))

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields += [_Field()] * (len(self._fields) < _MOST_FIELDS)
        elif kind == "separate" and self._fields:
            self._fields[-1].shown = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _property(self, paragraph: _Paragraph, name: str, token: Token) -> None:
        inside = self._open[-2]
        match name:
            case "pStyle":
                paragraph.look = self._styles.look(attribute(token, "val")).over(self._styles.defaults)
            case "framePr" if attribute(token, "dropCap") in ("drop", "margin"):
                paragraph.goes_on = True
            case "numId" if inside == "numPr":
                paragraph.listed = attribute(token, "val") != "0"
            case "outlineLvl" if inside == "pPr":
                paragraph.outlined = attribute(token, "val") in LEVELS

    def _table(self, name: str) -> None:
        if name == "tbl":
            self._tables += 1
        if self._role or self._boxes or self._tables != 1:
            return
        {"tbl": self._places.table, "tr": self._places.row, "tc": self._places.next_cell}[name]()

    def _cell(self) -> str:
        if not self._tables or self._role or self._boxes:
            return ""
        return self._places.cell()

    def _begin_note(self, kind: str, token: Token) -> None:
        number = self._notes[kind].get(attribute(token, "id") or "")
        if number is None or attribute(token, "type") not in (None, "normal"):  # not shown; the line above notes
            self._skipped = 1
            return
        self._note = f"{kind} {number:,}"

    def _complete(self) -> None:
        """A paragraph that would go on, and that nothing follows, ends after all."""
        if self._unfinished:
            self._finish(self._unfinished)
            self._unfinished = None

    def _finish(self, paragraph: _Paragraph) -> None:
        text = "".join(piece.text for piece in paragraph.pieces)
        if not text.strip():
            return
        kind = self._kind(paragraph, text)
        if self._role:
            place = self._note or f"the {self._role}"
        elif paragraph.cell:
            place = paragraph.cell
        elif paragraph.boxed:
            place = self._places.boxed()
        elif kind is BlockKind.HEADING and (paragraph.outlined or paragraph.look.kind is BlockKind.HEADING):
            place = self._places.heading(text)
        else:
            place = self._places.paragraph()
        chunk = Chunk(kind, paragraph.pieces, fragment=bool(self._tables), place=place)
        self._ready.insert(paragraph.at, chunk)  # before its text boxes, which were read inside it

    def _kind(self, paragraph: _Paragraph, text: str) -> BlockKind:
        if self._role in ("header", "footer") or not has_prose(paragraph.pieces):
            return BlockKind.BOILERPLATE
        told = kind_of_cell(text) if self._tables else kind_of(text)
        known = BlockKind.HEADING if paragraph.outlined else paragraph.look.kind
        listed = paragraph.look.listed if paragraph.listed is None else paragraph.listed
        if listed and known is not BlockKind.HEADING:
            known = BlockKind.LIST_ITEM
        if known is None or told is BlockKind.BOILERPLATE or (told is BlockKind.CAPTION and known.judged):
            return told
        return known

    def _place(self, start: int, end: int) -> Span:
        return Span(self._part.begin + start, self._part.begin + end)
