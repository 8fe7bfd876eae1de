"""Character spans and the maps between a document's text, its lines and its file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["LineIndex", "SourceMap", "Span", "joined"]

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of Unicode code points, ``text[start:end]``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of ``text`` that the span covers."""
        return text[self.start : self.end]

    def shift(self, by: int) -> Span:
        """The same span ``by`` code points later."""
        return Span(self.start + by, self.end + by)

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def join(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Maps spans of a document's text to spans of its ``content``: the decoded file, or what its format took out of it.

    A run ``(text_start, file_start, length)`` says that ``length`` characters of the text stand, unchanged and in one
    piece, at ``file_start`` of the file. Characters that lie in no run (a decoded entity, a separator put between two
    blocks) have no place of their own in the file.

    Attributes:
        runs: ordered by ``text_start``, not overlapping.
        spelled: characters that the file spells otherwise (entities, escapes), ordered likewise: ``(text_start,
            text_length, file_start, file_length)``.
    """

    runs: tuple[tuple[int, int, int], ...]
    spelled: tuple[tuple[int, int, int, int], ...] = ()

    @classmethod
    def identity(cls, length: int) -> SourceMap:
        """The map of a file whose text is the file itself."""
        return cls(((0, 0, length),) if length else ())

    def to_file(self, span: Span) -> tuple[Span, ...]:
        """The file ranges that ``span`` covers, adjacent ones joined: several where markup lies inside, none where the
        text is not in the file as it stands."""
        first = max(0, bisect_right(self.runs, span.start, key=lambda run: run[0]) - 1)
        ranges: list[Span] = []
        for at in range(first, len(self.runs)):
            text_start, file_start, length = self.runs[at]
            if text_start >= span.end:
                break
            low, high = max(span.start, text_start), min(span.end, text_start + length)
            if low >= high:
                continue
            here = Span(file_start + low - text_start, file_start + high - text_start)
            if ranges and ranges[-1].end == here.start:
                ranges[-1] = ranges[-1].join(here)
            else:
                ranges.append(here)
        return tuple(ranges)

    def extent(self, span: Span) -> Span | None:
        """From the first character of the file that stands for one of ``span`` to the last, markup and entities inside
        included; None where none does."""
        found = list(self.to_file(span))
        first = max(0, bisect_right(self.spelled, span.start, key=lambda run: run[0]) - 1)
        for at in range(first, len(self.spelled)):
            text_start, text_length, file_start, file_length = self.spelled[at]
            if text_start >= span.end:
                break
            if text_start + text_length > span.start:
                found.append(Span(file_start, file_start + file_length))
        if not found:
            return None
        return Span(min(place.start for place in found), max(place.end for place in found))

    def nearest(self, span: Span) -> Span:
        """The ``extent`` of ``span``, else the empty range behind the nearest character before it that the file has."""
        found = self.extent(span)
        if found is None:
            at = self.end_before(span.start)
            found = Span(at, at)
        return found

    def end_before(self, offset: int) -> int:
        """Where in the file the nearest character before ``offset`` that stands there ends; 0 if there is none."""
        at = bisect_right(self.runs, offset - 1, key=lambda run: run[0]) - 1
        if at < 0:
            return 0
        text_start, file_start, length = self.runs[at]
        return file_start + min(length, offset - text_start)


class LineIndex:
    """Line and column of an offset. Lines end with LF, CR LF or CR; columns count code points; both start at 1."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts: Sequence[int] = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def at(self, offset: int) -> tuple[int, int]:
        """``(line, column)`` of the character at ``offset``."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, overlapping ones made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start < found[-1].end:
            found[-1] = found[-1].join(span)
        else:
            found.append(span)
    return tuple(found)
