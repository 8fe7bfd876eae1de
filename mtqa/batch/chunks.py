"""A stream of rows, judged chunk by chunk.

Where a chunk ends depends on its own rows alone. A run that is taken up again where a chunk ended therefore goes
through the same chunks, and writes the same bytes, as one that was never interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mtqa.batch.rows import BadRow, Row, parse, write_bad, write_row
from mtqa.formats import MAX_BYTES

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Chunk", "Lines", "judged"]

WORDS = 20_000
"""Words after which a chunk ends: enough to fill batches of every length, and seconds of work to lose."""

ROWS = 5_000
"""Rows after which a chunk ends, however short."""

_MARK = "\ufeff".encode()


_LONG_WORD = 10  # characters a word, above which the characters are what fills a chunk


class Lines(Protocol):
    """Bytes that can be read line by line."""

    def readline(self, limit: int, /) -> bytes:
        """The next line with its line feed, or its next ``limit`` bytes; empty at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows that were read and judged.

    Attributes:
        written: the bytes of the output.
        lines: of the input, empty ones included.
        rows: of the output.
        errors: how many of them could not be judged.
        words: in the others.
    """

    written: bytes
    lines: int
    rows: int
    errors: int
    words: int


def judged(stream: Lines, checker: Checker, *, line: int = 0) -> Iterator[Chunk]:
    """The rows of ``stream``, judged, in order; nothing is read ahead.

    Args:
        stream: at the start of a line.
        checker: that judges them.
        line: how many lines were read from the stream before.
    """
    ended = False
    while not ended:
        first = line
        rows: list[Row | BadRow] = []
        size = length = 0
        while length < WORDS * _LONG_WORD and size < WORDS and len(rows) < ROWS:
            raw = _line(stream)
            if not raw:
                ended = True
                break
            line += 1
            if line == 1:
                raw = raw.removeprefix(_MARK)
            if raw.isspace() or not raw:
                continue
            row = parse(raw, line)
            rows.append(row)
            if isinstance(row, Row):
                size += len(row.document.text.split())
                length += len(row.document.text)
        if line > first:
            yield Chunk(
                written=_written(rows, checker),
                lines=line - first,
                rows=len(rows),
                errors=sum(isinstance(row, BadRow) for row in rows),
                words=size,
            )


def _line(stream: Lines) -> bytes:
    """The next line; of one that is too long to be read, a beginning that is too long as well."""
    line = stream.readline(MAX_BYTES + 1)
    piece = line
    while len(piece) > MAX_BYTES and not piece.endswith(b"\n"):
        piece = stream.readline(MAX_BYTES + 1)
    return line


def _written(rows: list[Row | BadRow], checker: Checker) -> bytes:
    good = [row for row in rows if isinstance(row, Row)]
    reports = iter(checker.check(*(row.document for row in good)).documents if good else ())
    signature = checker.signature
    return b"".join(
        write_row(row, next(reports), signature) if isinstance(row, Row) else write_bad(row) for row in rows
    )
