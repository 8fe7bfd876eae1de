"""Places in a text as a client counts them: lines from 0, columns in the units that it negotiated."""

from __future__ import annotations

import re

from lsprotocol.types import Position, PositionEncodingKind, Range

from mtqa.core.documents import Lines, Location
from mtqa.core.spans import LineIndex

__all__ = ["Positions"]

_LINE_END = re.compile(r"\r\n|\n|\r")  # what the protocol and LineIndex take for one


class Positions:
    """Of one text.

    Args:
        text: as the client holds it.
        encoding: ``"utf-8"``, ``"utf-16"`` or ``"utf-32"``.
    """

    def __init__(self, text: str, encoding: str) -> None:
        self._index = LineIndex(text)
        self._lines = _LINE_END.split(text)
        self._encoding = encoding

    def range(self, location: Location) -> Range:
        """Of a place whose columns count code points from 1; the begin of the file for one without lines."""
        at = location.lines or Lines(1, 1, 1, 1)
        return Range(self._at(at.line, at.column), self._at(at.end_line, at.end_column))

    def between(self, start: int, end: int) -> Range:
        """Of the characters from ``start`` to ``end``, in code points of the text."""
        return Range(self._at(*self._index.at(start)), self._at(*self._index.at(end)))

    def _at(self, line: int, column: int) -> Position:
        before = self._lines[line - 1][: column - 1]
        return Position(line - 1, _units(before, self._encoding))


def _units(text: str, encoding: str) -> int:
    if encoding == PositionEncodingKind.Utf32:
        return len(text)
    if encoding == PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(char > "\uffff" for char in text)
