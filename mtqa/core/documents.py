"""What is read: documents, their blocks and the segments that are judged."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from mtqa.core.spans import LineIndex, SourceMap, Span

__all__ = [
    "LETTER",
    "NO_LANGUAGE",
    "WORD",
    "Block",
    "BlockKind",
    "Comment",
    "Document",
    "Empty",
    "Lines",
    "Location",
    "Quoted",
    "Segment",
    "Unit",
]

WORD = re.compile(r"\w[\w\u0300-\u036f]*(?:['’\-]\w[\w\u0300-\u036f]*)*")
"""What counts as a word, with accents that are characters of their own."""

NO_LANGUAGE = "zxx"
"""The BCP 47 tag of what is in no language, or is not to be read in one: names, codes, what is not to be translated."""

LETTER = re.compile(r"[^\W\d_]")
"""A letter; text without one, figures and signs alone, has no wording to judge."""


class BlockKind(StrEnum):
    """What a block is to its reader. Only running text drives the verdict; the rest is shown."""

    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    LIST_ITEM = "list-item"
    HEADING = "heading"
    CAPTION = "caption"
    BOILERPLATE = "boilerplate"

    @property
    def judged(self) -> bool:
        """Whether the block's segments count in the document's verdict."""
        return self in (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.LIST_ITEM)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words inside a block that the file declares to be in ``language``, a BCP 47 tag."""

    span: Span
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What a translation file says of a unit besides the text of its translation.

    Attributes:
        source: as the file has it, with the white space around it.
        margins: the white space around the translation, which the text of its block leaves out; None where it is not
            known.
        codes: the inline elements of the source and those of the translation, each by what a person calls it
            (``<g id="1">``), in order; None in formats that have none.
        limit: how many characters the translation may have.
        placeholders: the kinds that the file says the source has: ``"c"``, ``"python"``, ``"python-brace"``; empty
            where it does not say.
        plural: the source of the other forms, where the translation is one of the forms of a plural.
        draft: whether the file calls the translation unfinished: nobody need compare it yet.
    """

    source: str
    margins: tuple[str, str] | None = None
    codes: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    limit: int | None = None
    placeholders: frozenset[str] = frozenset()
    plural: str | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The format's own unit.

    Attributes:
        span: into the document's text.
        kind: what the block is.
        key: the format's own name for it (a row's id, a trans-unit's id), or its ordinal.
        source: the text it was translated from, where the format has one.
        references: independent translations, where the format has them.
        masked: spans inside the block that are no prose (code, link targets); they belong to no segment's findings.
        language: BCP 47 tag that the file declares for this block alone, ``NO_LANGUAGE`` where it is not to be
            translated; None where it says nothing.
        place: where a person finds it in a file without lines to see: ``"page 3"``, ``"cell B7"``, ``"cue 12"``.
        quoted: words in a language of their own in a file that does not say what its own is; they are masked, or of no
            account, once that is known.
        unit: what else a translation file says of it.
    """

    span: Span
    kind: BlockKind = BlockKind.PARAGRAPH
    key: str = ""
    source: str | None = None
    references: tuple[str, ...] = ()
    masked: tuple[Span, ...] = ()
    language: str | None = None
    place: str = ""
    quoted: tuple[Quoted, ...] = ()
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """A unit of a translation file that has a source and no translation.

    Attributes:
        key: the format's own name for it.
        place: in the file's characters: of what should hold the translation.
    """

    key: str
    source: str
    place: Span


@dataclass(frozen=True, slots=True)
class Comment:
    """What the author wrote for no reader of the article.

    Attributes:
        span: in the file's characters, ``Document.content``, from its first mark to its last.
        text: what stands between the marks; those of a quote or a list that it runs through are left out.
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Where a span of text begins and ends: lines of the file, and columns in code points, from 1."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Location:
    """Where a span of text is for a person: at lines of a file, or at a place that its format names."""

    uri: str
    at: Lines | str

    @property
    def lines(self) -> Lines | None:
        """None in a file without lines to see."""
        return self.at if isinstance(self.at, Lines) else None

    @property
    def label(self) -> str:
        """The number of the first line, or the name of the place: ``"12"``, ``"cue 12"``."""
        return str(self.at.line) if isinstance(self.at, Lines) else self.at

    @property
    def name(self) -> str:
        """In words: ``"line 1,012"``, ``"cue 12"``."""
        return f"line {self.at.line:,}" if isinstance(self.at, Lines) else self.at

    @property
    def address(self) -> str:
        """With the document's name: ``"a.txt:12"``, ``"film.srt, cue 12"``."""
        return f"{self.uri}:{self.at.line}" if isinstance(self.at, Lines) else f"{self.uri}, {self.at}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article.

    Attributes:
        uri: path or name, as the user gave it, and ``#NAME`` after it in a file of several documents.
        file: path or name of the file; an archive's own, whichever of its members the document is in.
        format: name of the format that read it.
        language: BCP 47 tag, as declared or detected; ``"und"`` where it cannot be told.
        declared: whether the language was declared (by the user or by the file) rather than detected.
        text: the readable text; every offset counts code points of this string.
        blocks: in order, not overlapping.
        content: the decoded file, for locations and for writing back; of one that is no text, such as an archive, what
            its format takes out of it: its members one after the other, say.
        raw: the bytes of the file.
        encoding: how ``raw`` decodes to ``content``.
        source_map: from ``text`` to ``content``.
        catalogue: whether it is a file of messages or units, such as a program's: what would be a heading in an article
            is but a short string in it.
        source_language: BCP 47 tag of the language it was translated from, where the format says so or its
            sources tell.
        comments: those outside code, in the order of the file; none in formats that have no comments.
        misdeclared: what the file names as its language, if no language has that tag; it then counts as not declared.
        empty: the units of a translation file that have no translation, in order.
    """

    uri: str
    file: str
    format: str
    language: str
    text: str
    blocks: tuple[Block, ...]
    declared: bool = False
    content: str = field(repr=False)
    raw: bytes = field(repr=False)
    encoding: str = "utf-8"
    source_map: SourceMap = field(repr=False)
    source_language: str | None = None
    comments: tuple[Comment, ...] = field(default=(), repr=False)
    misdeclared: str = ""
    catalogue: bool = False
    empty: tuple[Empty, ...] = field(default=(), repr=False)

    def locate(self, span: Span) -> Location:
        """Where ``span`` is: the place of the block that it begins in or behind, where that has one. Else its lines and
        columns in the file, entities and escapes as they are spelled there; a span of which the file has nothing is
        located at the nearest character before it."""
        block = max(0, bisect_right(self.blocks, span.start, key=lambda block: block.span.start) - 1)
        if self.blocks and self.blocks[block].place:
            return Location(self.uri, self.blocks[block].place)
        return self.place(self.source_map.nearest(span))

    def place(self, span: Span) -> Location:
        """Where a span of the file's characters is: its lines and columns."""
        index = _line_index(self.content)
        return Location(self.uri, Lines(*index.at(span.start), *index.at(span.end)))

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the file's bytes."""
        return hashlib.sha256(self.raw).hexdigest()


@lru_cache(maxsize=2)
def _line_index(content: str) -> LineIndex:
    return LineIndex(content)  # shared by the documents of one file


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The unit judged: one sentence, or a whole document for a document-scope signal.

    Invariant: ``document.text[span.start:span.end] == text``.

    Attributes:
        id: ordinal in the document, from 0.
        kind: the kind of the block it lies in.
        block: ordinal of that block.
        masked: spans of the document that are no prose inside this segment.
        source: what it was translated from, where the format says so.
        apart: whether the file itself declares it to be in a different language from the document, or in none: such a
            segment is shown and not judged.
    """

    id: int
    span: Span
    text: str
    language: str
    kind: BlockKind = BlockKind.PARAGRAPH
    block: int = 0
    source: str | None = None
    references: tuple[str, ...] = ()
    masked: tuple[Span, ...] = ()
    apart: bool = False

    @property
    def wording(self) -> str:
        """The text as models read it: in place of masked words stands an ``X``, so that what they say moves nothing,
        and spaces, so that all else stands where it stood."""
        return self._filled("X")

    @property
    def has_words(self) -> bool:
        """Whether there is a word that is not masked."""
        return WORD.search(self._filled("")) is not None

    def _filled(self, sign: str) -> str:
        parts, at = [], 0
        for mask in self.masked:
            start, end = (min(max(at, offset - self.span.start), len(self.text)) for offset in (mask.start, mask.end))
            if start < end:
                parts += [self.text[at:start], sign.ljust(end - start)]
                at = end
        return "".join([*parts, self.text[at:]])

    @property
    def has_wording(self) -> bool:
        """Whether there is a choice of words to judge: there is none in a line of figures and signs, nor in a single
        word."""
        return LETTER.search(self.text) is not None and len(list(islice(WORD.finditer(self.text), 2))) > 1

    @property
    def is_prose(self) -> bool:
        """Whether it is running text with words of its own. Documents are decided on nothing else, where there is
        such."""
        return self.kind.judged and self.has_words

    @property
    def read(self) -> bool:
        """Whether signals read it: it is no boilerplate, and the file does not set it apart."""
        return self.kind is not BlockKind.BOILERPLATE and not self.apart
