"""AsciiDoc: the text as it reads. Code, passthroughs, attributes, macros of blocks and comments are left out.

Source: the AsciiDoc Language Documentation of the Eclipse Foundation.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from mtqa.core.documents import BlockKind, Comment
from mtqa.core.spans import Span
from mtqa.formats.asciidoc_inline import footnotes, marks
from mtqa.formats.asciidoc_tables import VERBATIM, cells
from mtqa.formats.chunks import Chunk
from mtqa.formats.line_markup import Line, LineMarkup, Parsed, chunk_of, flow, lines_of

__all__ = ["ASCIIDOC", "AsciiDoc"]

_AROUND = re.compile(r"={4,}|\*{4,}|_{4,}|--")
_TABLE = re.compile(r"[|,:!]={3,}")
_ATTRIBUTE = re.compile(r":!?(?P<name>\w[\w-]{0,60})!?:(?: +(?P<value>.*)|$)")
_ENTRY_GOES_ON = (" \\", " +")
_STYLE = re.compile(r"\[(?!\[)(?P<style>[\w-]*)[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*){0,20}\]|\[\[[^\[\]]{1,200}\]\]")
_TITLE = re.compile(r"(?P<level>={1,6}|#{1,6}) +(?=\S)")
_BLOCK_TITLE = re.compile(r"\.(?=[^\s.])")
_MACRO = re.compile(r"[a-z][\w-]{0,40}::(?:\S[^\[\]]{0,500})?\[.*\]")
_CONDITION = re.compile(r"(?:ifn?def|ifeval|endif|include)::")
_BREAK = re.compile(r"'{3,}|-{3}|- - -|\*{3}|\* \* \*|<{3,}")
_ITEM = re.compile(
    r"(?:\*{1,6}|-|\.{1,6}|•|\d{1,9}\.|[A-Za-z]\.|[ivxIVX]{1,8}\)|<(?:\d{1,3}|\.)>)[ \t]+(?:\[[ xX*]\][ \t]+)?(?=\S)"
)
_TERM = re.compile(r"(?P<term>(?![*.-]+ )\S.{0,200}?)(?P<marks>:{2,4}|;;)(?:[ \t]+(?=\S)|$)")
_ADMONITION = re.compile(r"(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+")
_BY = re.compile(r"-- \S")
_UNDERLINE = re.compile(r"(=|-|~|\^|\+)\1+")
_HARD_BREAK = " +"
_UNREAD = frozenset(
    "source listing literal pass stem latexmath asciimath comment mermaid plantuml ditaa graphviz a2s blockdiag "  # noqa: SIM905
    "seqdiag svgbob vega wavedrom bytefield d2 tikz subs".split()
)


class AsciiDoc(LineMarkup):
    """As Asciidoctor reads it."""

    name = "asciidoc"
    suffixes = (".adoc", ".asciidoc")

    def chunks(self, content: str, parsed: Parsed) -> Iterator[Chunk]:
        """The blocks in order."""
        return _Reader(content, parsed).chunks()


@dataclass(frozen=True, slots=True)
class _Open:
    """A delimited block around others."""

    delimiter: str
    kind: BlockKind | None


class _Reader:
    def __init__(self, content: str, parsed: Parsed) -> None:
        self._content = content
        self._parsed = parsed
        self._lines = lines_of(content)
        self._open: list[_Open] = []
        self._style = ""  # of the next block, as the line before says
        self._in_list = False  # whether the next block belongs to an item
        self._begun = False

    def chunks(self) -> Iterator[Chunk]:
        """The blocks, in order."""
        number = 0
        while number < len(self._lines):
            line = self._lines[number]
            if line.blank:
                number += 1
                continue
            end = self._passed(number) or self._delimited(number)
            if end is None:
                end = yield from self._block(number)
            number = end

    def _passed(self, number: int) -> int | None:
        """The line behind what is not read; None where there is something."""
        line = self._lines[number]
        text = line.text
        if text.startswith("//") and not text.startswith("///"):
            self._comment(line.at, line.at + 2, line.stop, line.stop)
        elif attribute := _ATTRIBUTE.fullmatch(text):
            if attribute["name"] == "lang" and attribute["value"]:
                self._parsed.language = attribute["value"]
            while self._lines[number].text.endswith(_ENTRY_GOES_ON) and number + 1 < len(self._lines):
                number += 1
        elif style := _STYLE.fullmatch(text):
            self._style = style["style"] or self._style
        elif text == "+":
            self._in_list = True
        elif not (_BREAK.fullmatch(text) or _MACRO.fullmatch(text) or _CONDITION.match(text)):
            return None
        return number + 1

    def _delimited(self, number: int) -> int | None:
        """The line behind a block that is not read, or behind the line that opens or closes one; None if it is
        neither."""
        line = self._lines[number]
        if VERBATIM.fullmatch(line.text):
            return self._skipped(number, line.text[:3] if line.text[0] in "`~" else line.text)
        if _AROUND.fullmatch(line.text):
            style, self._style = self._style, ""
            if self._open and self._open[-1].delimiter == line.text:
                self._open.pop()
            elif any(one.delimiter == line.text for one in self._open[-_DEEPEST:]):
                while self._open.pop().delimiter != line.text:
                    pass
            elif style in _UNREAD:
                return self._skipped(number, line.text)
            else:
                quoted = line.text[0] == "_" or style in ("quote", "verse")
                kind = BlockKind.QUOTE if quoted else BlockKind.LIST_ITEM if self._in_list else self._kind
                self._open.append(_Open(line.text, kind))
            self._in_list = False
            return number + 1
        return None

    def _skipped(self, number: int, delimiter: str) -> int:
        """The line behind the next one that is ``delimiter``: without it, all is code."""
        self._style, self._in_list = "", False
        end = number + 1
        while end < len(self._lines) and self._lines[end].text != delimiter:
            end += 1
        if delimiter[0] == "/":
            last = self._lines[min(end, len(self._lines) - 1)]
            stop = max(last.start, self._lines[number].stop)
            self._comment(self._lines[number].at, self._lines[number].stop, stop, max(last.stop, stop))
        return min(end + 1, len(self._lines))

    def _block(self, number: int) -> Generator[Chunk, None, int]:
        """A block of words; returns the line behind it."""
        line = self._lines[number]
        style, self._style = self._style, ""
        if _TABLE.fullmatch(line.text):
            return (yield from self._table(number))
        if title := _TITLE.match(line.text):
            self._in_list = False
            yield from self._words([(line.at + title.end(), line.stop)], BlockKind.HEADING)
            return self._behind_title(number + 1, len(title["level"]))
        if (title := _BLOCK_TITLE.match(line.text)) and not _ITEM.match(line.text):
            self._style = style
            yield from self._words([(line.at + 1, line.stop)], BlockKind.HEADING)
            return number + 1
        if self._underlined(number):
            self._in_list = False
            yield from self._words([(line.at, line.stop)], BlockKind.HEADING)
            return self._behind_title(number + 2, 1 if self._lines[number + 1].text[0] == "=" else 2)
        self._begun = True
        if item := _ITEM.match(line.text):
            return (yield from self._item(number, line.at + item.end()))
        if term := _TERM.match(line.text):
            stretch = line.at, line.at + len(term["term"].rstrip())
            yield from self._words([stretch], BlockKind.HEADING, cell=True)
            if term.end() < len(line.text):
                return (yield from self._item(number, line.at + term.end()))
            self._in_list = True
            return number + 1
        if style in _UNREAD or (line.indent and not self._in_list):
            return self._behind_paragraph(number)
        kind = BlockKind.QUOTE if style in ("quote", "verse") else BlockKind.LIST_ITEM if self._in_list else self._kind
        self._in_list = False
        admonition = _ADMONITION.match(line.text)
        at = line.at + (admonition.end() if admonition else 0)
        if line.text.startswith("> "):
            at, kind = line.at + 2, BlockKind.QUOTE
        stretches, end = self._stretches(number, at)
        yield from self._words(stretches, kind)
        return end

    def _item(self, number: int, at: int) -> Generator[Chunk, None, int]:
        self._in_list = False
        stretches, end = self._stretches(number, at, item=True)
        yield from self._words(stretches, BlockKind.LIST_ITEM)
        return end

    @property
    def _kind(self) -> BlockKind | None:
        return self._open[-1].kind if self._open else None

    def _stretches(self, number: int, at: int, *, item: bool = False) -> tuple[list[tuple[int, int]], int]:
        """The lines of a paragraph, the first from ``at`` on, and the line behind it."""
        found = [self._stretch(at, self._lines[number])]
        end = number + 1
        while end < len(self._lines) and not (line := self._lines[end]).blank:
            if line.text.startswith("//") and not line.text.startswith("///"):
                self._comment(line.at, line.at + 2, line.stop, line.stop)
            elif self._ends(line, item=item):
                break
            elif not _CONDITION.match(line.text):
                if _BY.match(line.text) and not item:
                    return found, self._behind_paragraph(end)
                quoted = 2 if line.text.startswith("> ") and self._content.startswith("> ", at - 2) else 0
                found.append(self._stretch(line.at + quoted, line))
            end += 1
        return [one for one in found if one[0] < one[1]], end

    @staticmethod
    def _stretch(at: int, line: Line) -> tuple[int, int]:
        stop = line.stop - len(_HARD_BREAK) if line.text.endswith(_HARD_BREAK) else line.stop
        return at, max(at, stop)

    @staticmethod
    def _ends(line: Line, *, item: bool) -> bool:
        """Whether a line ends the paragraph before it."""
        text = line.text
        if VERBATIM.fullmatch(text) or _AROUND.fullmatch(text) or _TABLE.fullmatch(text) or _STYLE.fullmatch(text):
            return True
        return text == "+" or (item and bool(_ITEM.match(text) or _TERM.match(text) or _MACRO.fullmatch(text)))

    def _underlined(self, number: int) -> bool:
        """Whether a title of two lines begins."""
        if number + 1 >= len(self._lines) or self._lines[number].indent:
            return False
        text, below = self._lines[number].text, self._lines[number + 1].text
        return (
            len(below) > 1
            and abs(len(text) - len(below)) <= 1
            and bool(_UNDERLINE.fullmatch(below))
            and text[0].isalnum()
        )

    def _behind_title(self, number: int, level: int) -> int:
        """The document's own title has its author and its revision below it."""
        begun, self._begun = self._begun, True
        while level == 1 and not begun and number < len(self._lines) and not self._lines[number].blank:
            if (end := self._passed(number)) is None:
                end = number + 1
            number = end
        return number

    def _behind_paragraph(self, number: int) -> int:
        self._in_list = False
        while number < len(self._lines) and not self._lines[number].blank:
            number += 1
        return number

    def _table(self, number: int) -> Generator[Chunk, None, int]:
        delimiter = self._lines[number].text
        end = number + 1
        while end < len(self._lines) and self._lines[end].text != delimiter:
            end += 1
        self._in_list = False
        if delimiter[0] == "|":
            for stretches in cells(self._lines[number + 1 : end]):
                yield from self._words(stretches, None, cell=True)
        return min(end + 1, len(self._lines))

    def _comment(self, start: int, low: int, high: int, stop: int) -> None:
        self._parsed.comments.append(Comment(Span(start, stop), self._content[low:high]))

    def _words(
        self, stretches: list[tuple[int, int]], kind: BlockKind | None, *, cell: bool = False
    ) -> Iterator[Chunk]:
        """A block, and one for each footnote in it."""
        if not stretches:
            return
        text = "\n".join(self._content[start:stop] for start, stop in stretches)
        yield chunk_of(flow(self._content, stretches, marks(text)), kind, cell=cell)
        if "footnote:" in text:
            for low, high in footnotes(text):
                yield self._note(stretches, low, high)

    def _note(self, stretches: list[tuple[int, int]], low: int, high: int) -> Chunk:
        inside: list[tuple[int, int]] = []
        begin = 0
        for start, stop in stretches:
            end = begin + stop - start
            if begin < high and low < end:
                inside.append((start + max(low - begin, 0), stop - max(end - high, 0)))
            begin = end + 1
        text = "\n".join(self._content[start:stop] for start, stop in inside)
        return chunk_of(flow(self._content, inside, marks(text)), BlockKind.LIST_ITEM)


_DEEPEST = 16
"""Blocks around blocks among which the one that a line closes is looked for."""

ASCIIDOC = AsciiDoc()
