"""A document's text put together from pieces of its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from mtqa.core.documents import NO_LANGUAGE, Block, BlockKind, Quoted, Unit
from mtqa.core.spans import SourceMap, Span, joined

__all__ = ["Chunk", "Piece", "addresses", "compose", "has_prose", "in_one_language", "settled"]

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"”]*[^\s<>\"”.,;:!?)\]]|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_CLOSING = frozenset(",.;:!?)]}…»”’")
_BETWEEN_BLOCKS = "\n\n"


class Piece(NamedTuple):
    """Characters of a block; ``at`` is where they stand in the file, None if not as they are there; then ``spelled`` is
    where the file spells them, if it does. What is ``gone`` was deleted, or is no text; see ``settled``. ``language``
    is another than the document's, by the file's own word; see `mtqa.core.documents.Block`."""

    text: str
    at: int | None
    masked: bool = False
    spelled: Span | None = None
    gone: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A block in the making. ``key`` is the format's own name for it, by default its ordinal. A ``fragment`` is no
    sentence even where nothing else is. ``place`` and ``unit`` are as of a block, the margins of ``unit`` as of its
    pieces."""

    kind: BlockKind
    pieces: list[Piece]
    key: str | None = None
    source: str | None = None
    fragment: bool = False
    place: str = ""
    unit: Unit | None = None

    @property
    def text(self) -> str:
        """The characters of its pieces, not stripped."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def language(self) -> str | None:
        """That of all its pieces, where they have one."""
        declared = {piece.language for piece in self.pieces if any(map(str.isalnum, piece.text))}
        return declared.pop() or None if len(declared) == 1 else None


def has_prose(pieces: Iterable[Piece]) -> bool:
    """Whether a letter or digit of ``pieces`` is not masked."""
    return any(not piece.masked and any(map(str.isalnum, piece.text)) for piece in pieces)


def settled(pieces: Iterable[Piece]) -> list[Piece]:
    """``pieces`` without those that are gone, and one space where each side of one has one. Where a mark of punctuation
    would be left alone, they stay as no prose."""
    found: list[Piece] = []
    gone: list[Piece] = []
    for piece in pieces:
        if piece.gone:
            gone.append(piece)
            continue
        if not piece.text:
            continue
        if gone and (not found or found[-1].text[-1].isspace()):
            if piece.text[0] in _CLOSING and any(not one.text.isspace() and one.text for one in gone):
                found += (one._replace(gone=False, masked=True) for one in gone if one.text)
            elif piece.text[0] == " " and found:
                piece = piece._replace(text=piece.text[1:], at=None if piece.at is None else piece.at + 1)
        gone.clear()
        if piece.text:
            found.append(piece)
    return found


def addresses(text: str) -> list[Span]:
    """Addresses of pages and mailboxes: no prose, so masked."""
    if "://" not in text and "@" not in text and "www." not in text:
        return []
    return [Span(*found.span()) for found in _ADDRESS.finditer(text)]


def compose(
    chunks: Iterable[Chunk], *, no_prose: Callable[[str], list[Span]] = addresses, own: str | None = None
) -> tuple[str, tuple[Block, ...], SourceMap]:
    """The text of ``chunks`` with an empty line between two, its blocks, and the map to the file. Chunks of
    nothing but white space are left out; others lose it at both ends. What ``no_prose`` finds in a block is masked, and
    what is in a different language from the rest of its block; where the file does not tell its ``own``, that waits
    until it is known."""
    parts: list[str] = []
    runs: list[tuple[int, int, int]] = []
    spelled: list[tuple[int, int, int, int]] = []
    blocks: list[Block] = []
    length = 0
    for chunk in chunks:
        text, language = chunk.text, chunk.language
        low, high = len(text) - len(text.lstrip()), len(text.rstrip())
        if low >= high:
            continue
        if parts:
            parts.append(_BETWEEN_BLOCKS)
            length += len(_BETWEEN_BLOCKS)
        start = length
        masked: list[Span] = []
        quoted: list[Quoted] = []
        offset = 0
        for piece in chunk.pieces:
            cut, end = max(low - offset, 0), min(high - offset, len(piece.text))
            offset += len(piece.text)
            if cut >= end:
                continue
            if piece.at is not None:
                _append(runs, length, piece.at + cut, end - cut)
            elif piece.spelled is not None:
                spelled.append((length, end - cut, piece.spelled.start, len(piece.spelled)))
            other = "" if language else piece.language
            here = Span(length, length + end - cut)
            if other and other != NO_LANGUAGE and own is None:
                goes_on = bool(quoted) and quoted[-1].language == other and quoted[-1].span.end == length
                quoted.append(Quoted(quoted.pop().span.join(here) if goes_on else here, other))
            if piece.masked or (other and (other == NO_LANGUAGE or own is not None)):
                goes_on = bool(other and masked) and masked[-1].end == length
                masked.append(masked.pop().join(here) if goes_on else here)
            length = here.end
        masked += (found.shift(start) for found in no_prose(text[low:high]))
        parts.append(text[low:high])
        key = str(len(blocks)) if chunk.key is None else chunk.key
        span = Span(start, length)
        blocks.append(
            Block(
                span=span,
                kind=chunk.kind,
                key=key,
                source=chunk.source,
                masked=joined(masked),
                language=language,
                place=chunk.place,
                quoted=tuple(quoted),
                unit=chunk.unit and replace(chunk.unit, margins=(text[:low], text[high:])),
            )
        )
    return "".join(parts), tuple(blocks), SourceMap(tuple(runs), tuple(spelled))


def in_one_language(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], str | None]:
    """``blocks``, and the BCP 47 tag that is declared for each that is judged, where it is one: then it is the whole
    document's, and theirs no longer; so is the wish that nothing be translated."""
    declared = {block.language for block in blocks if block.kind.judged}
    if len(declared) != 1 or not (language := declared.pop()):
        return blocks, None
    whole = tuple(replace(block, language=None) for block in blocks)
    return whole, None if language == NO_LANGUAGE else language


def _append(runs: list[tuple[int, int, int]], text_start: int, file_start: int, length: int) -> None:
    if runs:
        last_text, last_file, last_length = runs[-1]
        if last_text + last_length == text_start and last_file + last_length == file_start:
            runs[-1] = (last_text, last_file, last_length + length)
            return
    runs.append((text_start, file_start, length))
