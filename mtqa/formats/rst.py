"""reStructuredText: the text as it reads. Directives that hold code, tables, targets, comments and literal blocks are
left out; docutils tells of no more than lines, so blocks and marks are found here.

Source: the reStructuredText Markup Specification of docutils.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from mtqa.core.documents import BlockKind, Comment
from mtqa.core.spans import Span
from mtqa.formats.chunks import Chunk
from mtqa.formats.line_markup import LineMarkup, Parsed, chunk_of, flow, lines_of
from mtqa.formats.rst_directives import Holds, holds
from mtqa.formats.rst_inline import marks

__all__ = ["RST", "ReStructuredText"]

_EXPLICIT = re.compile(r"\.\.(?: +|$)")
_DIRECTIVE = re.compile(r"(?P<defined>\|[^|]{1,200}\| +)?(?P<name>[A-Za-z][\w.+-]*(?::[\w.+-]+){0,3}) ?::(?: +|$)")
_FOOTNOTE = re.compile(r"\[(?:[#*]|#?\w[\w.+-]{0,60})\](?: +|$)")
_TARGET = re.compile(r"_(?:`[^`]{1,300}`|(?![ _])(?:\\.|[^\\:]|:(?=\S)){1,300}|_):(?: |$)")
_ANONYMOUS = re.compile(r"__(?: |$)")
_VERSION = re.compile(r"[\w.+-]{1,30}(?:, *[\w.+-]{1,30})?:?(?: +|$)")
_BULLET = re.compile(r"[-*+•‣⁃](?: +|$)")
_ENUMERATOR = re.compile(
    r"(?:\((?:\d{1,9}|[A-Za-z]|[ivxlcdm]{1,9}|#)\)|(?:\d{1,9}|[A-Za-z]|[ivxlcdm]{1,9}|#)[.)])(?: +|$)"
)
_FIELD = re.compile(r":(?P<name>(?:\\.|[^\\:`\n]|:(?=[^\s`])){1,200}):(?: +|$)")
_OPTION = re.compile(
    r"(?:--?|/)\w[\w-]{0,60}(?:[ =]<?[\w-]{1,40}>?)?(?:, --?\w[\w-]{0,60}(?:[ =]<?[\w-]{1,40}>?)?){0,4}(?:  +)"
)
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*")
_GRID = re.compile(r"\+(?:[-=]+\+)+")
_COLUMNS = re.compile(r"=+(?: +=+)+")
_SHORTEST_ADORNMENT = 4


class ReStructuredText(LineMarkup):
    """As docutils and Sphinx read it."""

    name = "rst"
    suffixes = (".rst",)

    def chunks(self, content: str, parsed: Parsed) -> Iterator[Chunk]:
        """The blocks in order."""
        return _Reader(content, parsed).chunks()


@dataclass(slots=True)
class _Box:
    """What holds blocks: those that begin left of ``indent`` lie behind it. A ``fresh`` one has its indentation from
    its first block."""

    indent: int
    kind: BlockKind | None = None
    fresh: bool = False
    cell: bool = False
    terms: bool = False
    caption: bool = False


class _Reader:
    def __init__(self, content: str, parsed: Parsed) -> None:
        self._content = content
        self._parsed = parsed
        self._lines = lines_of(content)
        self._boxes = [_Box(0)]
        self._begun = False  # whether there was more than a title and fields about the document
        self._tables = True  # whether the last table of equals signs had an end

    def chunks(self) -> Iterator[Chunk]:
        """The blocks, in order."""
        number = 0
        while number < len(self._lines):
            line = self._lines[number]
            if line.blank:
                number += 1
                continue
            while len(self._boxes) > 1 and self._boxes[-1].indent > line.indent:
                self._boxes.pop()
            box = self._boxes[-1]
            if box.fresh:
                box.indent, box.fresh = line.indent, False
            elif line.indent > box.indent:
                self._boxes.append(_Box(line.indent, box.kind or BlockKind.QUOTE, cell=box.cell, terms=box.terms))
            number = yield from self._block(number, line.at, line.indent)

    def _block(self, number: int, at: int, indent: int) -> Generator[Chunk, None, int]:
        """The block whose first line goes on at ``at``, ``indent`` columns from the margin; returns the line behind it.
        Items of lists may begin on one line."""
        line = self._lines[number]
        while True:
            if explicit := _EXPLICIT.match(line.text, at - line.at):
                return (yield from self._explicit(number, line.at + explicit.end(), indent))
            marker = _BULLET.match(line.text, at - line.at) or self._enumerator(number, at, indent)
            if not marker:
                break
            width = len(marker[0])
            indent += width
            at += width
            self._boxes.append(_Box(indent, BlockKind.LIST_ITEM, cell=self._boxes[-1].cell))
            if at >= line.stop:
                self._boxes[-1].indent -= width - 1
                self._boxes[-1].fresh = True
                return number + 1
        words = line.text[at - line.at :]
        if end := self._passed(number, words, indent):
            return end
        if at == line.at and (title := self._title(number, words)):
            yield self._chunk([(self._lines[title[0]].at, self._lines[title[0]].stop)], BlockKind.HEADING)
            return title[1]
        if field := _FIELD.match(words) or _OPTION.match(words):
            end = self._behind(number + 1, indent)
            if not self._begun and field.re is _FIELD:
                return end
            self._boxes.append(_Box(indent + 1, BlockKind.LIST_ITEM, fresh=True, cell=field.re is _FIELD))
            return (yield from self._paragraph(number, at + field.end(), indent, hangs=True))
        if words[0] == "|" and words[1:2] in ("", " "):
            return (yield from self._verse(number, at, indent))
        self._begun = True
        return (yield from self._paragraph(number, at, indent))

    def _passed(self, number: int, words: str, indent: int) -> int:
        """The line behind a table, a transition, a session with an interpreter or an anonymous target; else 0."""
        if words.startswith(">>> ") or _GRID.fullmatch(words):
            return self._to_blank(number)
        if _COLUMNS.fullmatch(words) and self._tables:
            return self._table(number, indent)
        if _ANONYMOUS.match(words):
            return self._behind(number + 1, indent)
        lone = number + 1 == len(self._lines) or self._lines[number + 1].blank
        if lone and len(words) >= _SHORTEST_ADORNMENT and _ADORNMENT.fullmatch(words):
            return number + 1
        return 0

    def _enumerator(self, number: int, at: int, indent: int) -> re.Match[str] | None:
        found = _ENUMERATOR.match(self._lines[number].text, at - self._lines[number].at)
        if found and number + 1 < len(self._lines):
            after = self._lines[number + 1]
            if not (after.blank or after.indent > indent or _ENUMERATOR.match(after.text) or after.indent < indent):
                return None
        return found

    def _title(self, number: int, words: str) -> tuple[int, int] | None:
        """The line of a title, and the one behind its adornment."""
        lines = self._lines
        if number + 2 < len(lines) and _ADORNMENT.fullmatch(words):
            below = lines[number + 2].text
            if below[:1] == words[0] and _ADORNMENT.fullmatch(below) and not lines[number + 1].blank:
                return number + 1, number + 3
        if number + 1 < len(lines) and lines[number + 1].indent == lines[number].indent:
            below = lines[number + 1].text
            if _ADORNMENT.fullmatch(below) and len(below) >= min(len(words), _SHORTEST_ADORNMENT) and below != "::":
                return number, number + 2
        return None

    def _explicit(self, number: int, at: int, indent: int) -> Generator[Chunk, None, int]:
        """A directive, a footnote, a target or a comment."""
        line = self._lines[number]
        words = line.text[at - line.at :]
        if footnote := _FOOTNOTE.match(words):
            self._boxes.append(_Box(indent + 1, BlockKind.LIST_ITEM, fresh=True))
            return (yield from self._paragraph(number, at + footnote.end(), indent, hangs=True))
        if _TARGET.match(words) or _ANONYMOUS.match(words):
            return self._behind(number + 1, indent)
        directive = _DIRECTIVE.match(words)
        if directive is None:
            end = self._behind(number + 1, indent) if words or not self._ends_at_once(number) else number + 1
            self._comment(line.at + (line.text.find("..") if not words else at - line.at - 3), at, number, end)
            return end
        what = Holds.CODE if directive["defined"] else holds(directive["name"])
        if what is Holds.CODE:
            return self._behind(number + 1, indent)
        return (yield from self._directive(number, at + directive.end(), indent, what))

    def _ends_at_once(self, number: int) -> bool:
        """Whether an empty line follows: then two dots are all of an empty comment."""
        return number + 1 >= len(self._lines) or self._lines[number + 1].blank

    def _directive(self, number: int, at: int, indent: int, what: Holds) -> Generator[Chunk, None, int]:
        line = self._lines[number]
        box = _Box(
            indent + 1,
            self._boxes[-1].kind,
            fresh=True,
            cell=what is Holds.CELLS,
            terms=what is Holds.TERMS,
            caption=what is Holds.CAPTION,
        )
        if what is Holds.VERSION and (version := _VERSION.match(line.text[at - line.at :])):
            at += version.end()
        end = number + 1
        if what in (Holds.PROSE, Holds.VERSION) and at < line.stop:
            self._boxes.append(box)
            return (yield from self._paragraph(number, at, indent, hangs=True))
        if what in (Holds.TITLE, Holds.CELLS) and at < line.stop:
            yield self._chunk([(at, line.stop)], BlockKind.HEADING)
        if what in (Holds.NAME, Holds.CAPTION):
            end = self._arguments(end, indent, goes_on=at < line.stop)
        while end < len(self._lines) and self._lines[end].indent > indent and _FIELD.match(self._lines[end].text):
            end += 1
        self._boxes.append(box)
        return end

    def _arguments(self, number: int, indent: int, *, goes_on: bool) -> int:
        """The line behind the lines of a signature."""
        while goes_on and number < len(self._lines):
            line = self._lines[number]
            if line.blank or line.indent <= indent or _FIELD.match(line.text):
                break
            number += 1
        return number

    def _paragraph(self, number: int, at: int, indent: int, *, hangs: bool = False) -> Generator[Chunk, None, int]:
        """Lines up to an empty one or another indentation; where it ``hangs``, the second line says which."""
        line = self._lines[number]
        stretches = [(at, line.stop)] if at < line.stop else []
        end = number + 1
        width = indent
        while end < len(self._lines) and not (line := self._lines[end]).blank:
            if hangs and line.indent > indent:
                width, hangs = line.indent, False
                if self._boxes[-1].fresh:
                    self._boxes[-1].indent, self._boxes[-1].fresh = width, False
                if not stretches:
                    return end
            elif line.indent != width or hangs:
                break
            stretches.append((line.at, line.stop))
            end += 1
        if not stretches:
            return end
        box = self._boxes[-1]
        follows = end < len(self._lines) and not self._lines[end].blank and self._lines[end].indent > width
        text_end = stretches[-1][1]
        if self._content.endswith("::", stretches[-1][0], text_end):
            shown = self._content[stretches[-1][0] : text_end - 1]
            stop = text_end - 1 if shown[-2:-1].strip() else stretches[-1][0] + len(shown[:-1].rstrip())
            stretches[-1] = stretches[-1][0], stop
            after = self._literal(end, width)
            if stretches[-1][0] < stop:
                yield self._chunk(stretches, self._kind(box))
            return after
        if follows and (box.terms or len(stretches) == 1):
            for stretch in stretches:
                yield self._chunk([stretch], BlockKind.HEADING, cell=True)
            self._boxes.append(_Box(width + 1, BlockKind.LIST_ITEM, fresh=True, cell=box.cell))
        else:
            yield self._chunk(stretches, self._kind(box), cell=box.cell)
            box.caption = False
        return end

    def _kind(self, box: _Box) -> BlockKind | None:
        return BlockKind.CAPTION if box.caption else box.kind

    def _verse(self, number: int, at: int, indent: int) -> Generator[Chunk, None, int]:
        """Lines that begin with a bar, and what goes on deeper."""
        stretches = [(min(at + 2, self._lines[number].stop), self._lines[number].stop)]
        number += 1
        while number < len(self._lines) and not (line := self._lines[number]).blank and line.indent >= indent:
            if line.text == "|" or line.text.startswith("| "):
                words = line.text[1:].lstrip()
                stretches.append((line.stop - len(words), line.stop))
            elif line.indent > indent:
                stretches.append((line.at, line.stop))
            else:
                break
            number += 1
        if stretches := [one for one in stretches if one[0] < one[1]]:
            yield self._chunk(stretches, self._boxes[-1].kind)
        return number

    def _literal(self, number: int, indent: int) -> int:
        """The line behind a literal block, which is indented or quoted."""
        while number < len(self._lines) and self._lines[number].blank:
            number += 1
        if number < len(self._lines) and self._lines[number].indent == indent:
            first = self._lines[number].text[0]
            if _ADORNMENT.match(first):
                while number < len(self._lines) and self._lines[number].text[:1] == first:
                    number += 1
            return number
        return self._behind(number, indent)

    def _table(self, number: int, indent: int) -> int:
        """The line behind a table between lines of equals signs; 0 where it has no end."""
        for end in range(number + 1, len(self._lines)):
            line = self._lines[end]
            if line.indent < indent and not line.blank:
                break
            if _COLUMNS.fullmatch(line.text) and (end + 1 == len(self._lines) or self._lines[end + 1].blank):
                return end + 1
        self._tables = False
        return 0

    def _behind(self, number: int, indent: int) -> int:
        """The next line that is indented no deeper than ``indent``."""
        while number < len(self._lines) and (self._lines[number].blank or self._lines[number].indent > indent):
            number += 1
        return number

    def _to_blank(self, number: int) -> int:
        while number < len(self._lines) and not self._lines[number].blank:
            number += 1
        return number

    def _comment(self, start: int, words: int, number: int, end: int) -> None:
        last = next((line for line in reversed(self._lines[number:end]) if not line.blank), self._lines[number])
        self._parsed.comments.append(Comment(Span(start, last.stop), self._content[words : last.stop]))

    def _chunk(self, stretches: list[tuple[int, int]], kind: BlockKind | None, *, cell: bool = False) -> Chunk:
        text = "\n".join(self._content[start:stop] for start, stop in stretches)
        pieces = flow(self._content, stretches, marks(text))
        if kind is BlockKind.CAPTION:
            chunk = chunk_of(pieces, None)
            return Chunk(BlockKind.CAPTION, chunk.pieces, fragment=True)
        return chunk_of(pieces, kind, cell=cell)


RST = ReStructuredText()
