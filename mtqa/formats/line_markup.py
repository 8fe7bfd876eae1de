"""What formats have in common whose marks stand at the begin of lines and among words, such as reStructuredText."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from mtqa.core.documents import BlockKind, Comment, Document
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.core.spans import Span
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, Piece, compose, has_prose, in_one_language, settled
from mtqa.formats.decoding import decode, readable
from mtqa.formats.kinds import kind_of, kind_of_cell, with_prose
from mtqa.formats.languages import told

__all__ = ["How", "Line", "LineMarkup", "Mark", "Parsed", "chunk_of", "flow", "lines_of"]

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_LINE_END = re.compile(r"\r\n|\n|\r")
_TAB = 8


class How(Enum):
    """What becomes of characters that are no prose."""

    DROPPED = "a mark, as if it were not there"
    GONE = "an element that is no part of the sentence"
    MASKED = "what the sentence cannot do without: code, a name"
    SPELLED = "a character that the file spells otherwise"


class Mark(NamedTuple):
    """Characters ``start`` to ``end`` that are no prose; ``text`` is what spelled ones stand for."""

    start: int
    end: int
    how: How = How.DROPPED
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: where it and its words begin, and where these end; ``indent`` is in columns."""

    start: int
    at: int
    stop: int
    indent: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether it has no words."""
        return self.at == self.stop


@dataclass(slots=True)
class Parsed:
    """What a reader found.

    Attributes:
        comments: what is written for no reader.
        language: as the file names it.
    """

    comments: list[Comment] = field(default_factory=list)
    language: str | None = None


class LineMarkup(Format):
    """One document a file, put together from stretches of its lines."""

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``."""
        content, encoding = decode(raw, uri)
        parsed = Parsed()
        chunks = list(self.chunks(content, parsed))
        said = told(language, parsed.language)
        own = said.language if said.declared else None
        text, blocks, source_map = compose(with_prose(chunks), own=own)
        blocks, whole = in_one_language(blocks)
        said = told(language, whole) if whole else said
        return (
            Document(
                uri=uri,
                file=uri,
                format=self.name,
                language=said.language,
                declared=said.declared,
                misdeclared=said.misdeclared,
                text=readable(text, uri),
                blocks=blocks,
                content=content,
                raw=raw,
                encoding=encoding,
                source_map=source_map,
                comments=tuple(parsed.comments),
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied."""
        return edits_.apply(document, edits)

    @abstractmethod
    def chunks(self, content: str, parsed: Parsed) -> Iterable[Chunk]:
        """The blocks of a file in order; puts what else it finds into ``parsed``."""


def lines_of(content: str) -> list[Line]:
    """The lines of a file; white space at their ends is left out."""
    found: list[Line] = []
    for one in _LINE.finditer(content):
        text, start = one[1], one.start()
        words = text.lstrip(" \t")
        indent = len(text) - len(words)
        at = start + indent
        if "\t" in text[:indent]:
            indent = len(text[:indent].expandtabs(_TAB))
        stop = max(at, start + len(text.rstrip()))
        found.append(Line(start, at, stop, indent, content[at:stop]))
    return found


def flow(content: str, stretches: Sequence[tuple[int, int]], marks: Iterable[Mark]) -> list[Piece]:
    """The pieces of a paragraph that stands in ``stretches`` of the file, one a line; ``marks``, in order, count the
    characters of these joined by line ends."""
    ends: list[int] = []  # of each stretch, among those characters
    length = 0
    for start, stop in stretches:
        length += stop - start
        ends.append(length)
        length += 1
    found: list[Piece] = []
    row = 0

    def take(low: int, high: int, how: How | None) -> Iterator[Piece]:
        nonlocal row
        while low < high:
            while low > ends[row]:
                row += 1
            if low == ends[row]:
                if how is None or how is How.MASKED:
                    yield _line_end(content, stretches[row][1], stretches[row + 1][0])
                low += 1
                continue
            end = min(high, ends[row])
            at = stretches[row][1] - (ends[row] - low)
            words = content[at : at + end - low]
            yield Piece(words, at, masked=how is not None, gone=how is How.GONE)
            low = end

    at = 0
    for mark in marks:
        if mark.start < at:
            continue
        found += take(at, mark.start, None)
        if mark.how is How.SPELLED:
            places = [piece.at for piece in take(mark.start, mark.end, How.GONE) if piece.at is not None]
            found.append(Piece(mark.text, None, spelled=Span(places[0], places[0] + mark.end - mark.start)))
        elif mark.how is not How.DROPPED:
            found += take(mark.start, mark.end, mark.how)
        at = mark.end
    found += take(at, length - 1, None)
    return found


def _line_end(content: str, stop: int, start: int) -> Piece:
    """What stands between two stretches: the end of the line where nothing else does."""
    between = _LINE_END.search(content, stop, start)
    if between and content[stop:start].isspace() and not _LINE_END.search(content, between.end(), start):
        return Piece(between[0], between.start())
    return Piece("\n", None)


def chunk_of(pieces: Sequence[Piece], within: BlockKind | None, *, cell: bool = False) -> Chunk:
    """A block of ``pieces`` inside a list, a quote or neither; ``HEADING`` where it is a title. A ``cell`` that stands
    alone is no sentence."""
    pieces = settled(pieces)
    if within is BlockKind.HEADING or not has_prose(pieces):
        return Chunk(BlockKind.HEADING, pieces, fragment=cell or within is not BlockKind.HEADING)
    text = "".join(piece.text for piece in pieces)
    kind = kind_of_cell(text) if cell else kind_of(text)
    if not cell and within is not None and kind not in (BlockKind.BOILERPLATE, BlockKind.CAPTION):
        kind = within
    return Chunk(kind, pieces, fragment=cell)
