"""Texts with branches: the plurals and selections of ICU messages, and of Fluent.

Every character of a message is read once. Where a choice is the whole message, each branch is a text of its own; where
words stand around it, these are read with its last branch, ``other``, and what the other branches hold are fragments.

Source: https://unicode-org.github.io/icu/userguide/format_parse/messages/
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

from mtqa.core.documents import BlockKind, Unit
from mtqa.core.spans import Span
from mtqa.formats.chunks import Chunk, Piece
from mtqa.formats.kinds import kind_of_message, kind_of_string

__all__ = ["Choice", "Parts", "as_other", "branches", "cut", "message_chunks", "place_of", "source_under", "texts"]

_DEEPEST = 8  # choices inside choices
_CHOICE = re.compile(r"\{\s{0,9}([\w.-]{1,60})\s{0,9},\s{0,9}(plural|select|selectordinal)\s{0,9},")
_OFFSET = re.compile(r"\s{0,9}offset:\d{1,3}")
_SELECTOR = re.compile(r"\s*(=?[\w.-]{1,60})\s{0,9}\{")
_CASE = re.compile(r"(?<=[\[._])(?:zero|one|two|few|many|=\d{1,9})(?=\]|\Z)")
_SPACE = re.compile(r"\s*")
_MARK = re.compile(r"''|'[{}][^']*+'?|[{}#]")


@dataclass(frozen=True, slots=True)
class Choice:
    """Branches of which a reader sees one: each has the name of its case. The last is the one that always fits.

    Attributes:
        argument: what decides; empty where it is no ICU message.
    """

    branches: tuple[tuple[str, Parts], ...]
    argument: str = ""


Parts: TypeAlias = Sequence["Piece | Choice"]
"""A text, and choices in it."""


def message_chunks(
    key: str,
    parts: Parts,
    source: str | None,
    *,
    kind: Callable[[str], BlockKind] = kind_of_message,
    unit: Unit | None = None,
) -> Iterator[Chunk]:
    """The texts of a message as blocks, each beside the same branch of what it was translated from; ``unit``, by
    default the source as it stands, is told of a message without branches. Of one whose branches depend on something
    else than the source's, the first is told that."""
    sources: Mapping[str, str] = {}
    arguments: tuple[str, ...] = ()
    if source is not None:
        read = branches([Piece(source, None)])
        sources = {name: "".join(piece.text for piece in pieces) for name, pieces, _ in texts(read, key)}
        arguments = tuple(dict.fromkeys(_arguments(read)))
    found = list(texts(parts, key))
    if len(found) > 1 or len(sources) > 1:
        own = tuple(dict.fromkeys(_arguments(parts)))
        beside = source_under(found[0][0], sources) if set(own) - set(arguments) else None
        unit = None if beside is None else Unit(source=beside, codes=(arguments, own))
    elif source is not None:
        unit = unit or Unit(source=source)
    for name, pieces, fragment in found:
        text = "".join(piece.text for piece in pieces).strip()
        told = kind_of_string(text) if fragment else kind(text)
        yield Chunk(told, pieces, name, source_under(name, sources), fragment, unit=unit)
        unit = None


def _arguments(parts: Parts) -> Iterator[str]:
    """What the choices of an ICU message depend on, as it is written in messages."""
    for part in parts:
        if isinstance(part, Choice):
            if part.argument:
                yield f"{{{part.argument}}}"
            for _, branch in part.branches:
                yield from _arguments(branch)


def source_under(key: str, sources: Mapping[str, str]) -> str | None:
    """What stands under a key in the source; its ``other`` is the source of every case that it has not."""
    return sources.get(key, sources.get(as_other(key)))


def as_other(key: str) -> str:
    """A key with ``other`` in the place of the case that it names: ``files[other]`` of ``files[few]``."""
    return _CASE.sub("other", key)


def texts(parts: Parts, key: str) -> Iterator[tuple[str, list[Piece], bool]]:
    """The texts of a message as ``(key, pieces, whether it is a fragment)``; that of a branch has the name of its case
    after the key: ``files[one]``."""
    whole = [part for part in parts if not isinstance(part, Piece) or not part.text.isspace()]
    if len(whole) == 1 and isinstance(choice := whole[0], Choice):
        for name, branch in choice.branches:
            yield from texts(branch, f"{key}[{name}]")
        return
    pieces: list[Piece] = []
    beside: list[tuple[str, list[Piece], bool]] = []
    _shown(parts, key, pieces, beside)
    yield key, pieces, False
    yield from beside


def _shown(parts: Parts, key: str, pieces: list[Piece], beside: list[tuple[str, list[Piece], bool]]) -> None:
    for part in parts:
        if isinstance(part, Piece):
            pieces.append(part)
            continue
        *others, (_, last) = part.branches
        _shown(last, key, pieces, beside)
        for name, branch in others:
            beside += ((inner, found, True) for inner, found, _ in texts(branch, f"{key}[{name}]"))


def branches(parts: Parts) -> Parts:
    """``parts`` with their ICU choices found; those that are not well-formed stay text."""
    pieces = [part for part in parts if isinstance(part, Piece)]
    text = "".join(piece.text for piece in pieces)
    if len(pieces) < len(parts) or not _CHOICE.search(text):
        return parts
    return _Message(pieces, text).parts()


class _Message:
    """An ICU message. Where a brace closes is found once for all of them, so reading takes linear time."""

    def __init__(self, pieces: Sequence[Piece], text: str) -> None:
        self._pieces, self._text = pieces, text
        self._starts = [0, *accumulate(len(piece.text) for piece in pieces)]
        self._closing: dict[int, int] = {}
        self._marks: list[tuple[int, str]] = []
        opened: list[int] = []
        for mark in _MARK.finditer(text):
            if mark[0] == "{":
                opened.append(mark.start())
            elif mark[0] == "}" and opened:
                self._closing[opened.pop()] = mark.start()
            elif mark[0] in ("''", "#"):
                self._marks.append((mark.start(), mark[0]))

    def parts(self) -> Parts:
        return self._parts(0, len(self._text), 0, plural=False)

    def _parts(self, start: int, end: int, depth: int, *, plural: bool) -> list[Piece | Choice]:
        found: list[Piece | Choice] = []
        at = done = start
        while depth < _DEEPEST and (opened := _CHOICE.search(self._text, at, end)):
            at = opened.end()
            closed = self._closing.get(opened.start(), end)
            if closed < end and (cases := self._cases(at, closed, depth, plural=opened[2] != "select")):
                found += self._plain(done, opened.start(), plural=plural)
                found.append(Choice(tuple(cases), opened[1]))
                at = done = closed + 1
        return found + self._plain(done, end, plural=plural)

    def _cases(self, at: int, end: int, depth: int, *, plural: bool) -> list[tuple[str, Parts]] | None:
        """The branches of a choice, that for all other cases last; None where they are not well-formed."""
        offset = _OFFSET.match(self._text, at, end)
        at = offset.end() if offset else at
        found: list[tuple[str, int, int]] = []
        while case := _SELECTOR.match(self._text, at, end):
            closed = self._closing.get(case.end() - 1, end)
            if closed >= end:
                return None
            found.append((case[1], case.end(), closed))
            at = closed + 1
        rest = _SPACE.match(self._text, at, end)
        if rest is None or rest.end() < end:
            return None
        found.sort(key=lambda case: case[0] == "other")
        return [(name, self._parts(low, high, depth + 1, plural=plural)) for name, low, high in found]

    def _plain(self, start: int, end: int, *, plural: bool) -> list[Piece]:
        """Text in which two apostrophes are one, and the ``#`` of a plural is a number."""
        found: list[Piece] = []
        first = bisect_right(self._marks, (start, ""))
        for at, mark in self._marks[first:]:
            if at >= end:
                break
            if mark == "#" and not plural:
                continue
            found += self._cut(start, at)
            start = at + len(mark)
            for piece in self._cut(at, start)[:1]:
                if mark == "#":
                    found.append(piece._replace(masked=True))
                elif piece.at is not None:
                    found.append(Piece("'", None, piece.masked, Span(piece.at, piece.at + 2)))
        return found + self._cut(start, end)

    def _cut(self, start: int, end: int) -> list[Piece]:
        return cut(self._pieces, self._starts, start, end)


def cut(pieces: Sequence[Piece], starts: Sequence[int], start: int, end: int) -> list[Piece]:
    """The pieces of characters ``start`` to ``end`` of a text whose pieces begin at ``starts``."""
    found: list[Piece] = []
    number = max(0, bisect_right(starts, start) - 1)
    while number < len(pieces) and starts[number] < end:
        piece = pieces[number]
        low, high = max(start - starts[number], 0), min(end - starts[number], len(piece.text))
        if low < high:
            at = None if piece.at is None else piece.at + low
            found.append(piece._replace(text=piece.text[low:high], at=at))
        number += 1
    return found


def place_of(piece: Piece) -> Span:
    """Where in the file a piece stands, or is spelled. It must be one of the two."""
    if piece.at is not None:
        return Span(piece.at, piece.at + len(piece.text))
    if piece.spelled is None:
        raise ValueError("a piece that stands nowhere")
    return piece.spelled
