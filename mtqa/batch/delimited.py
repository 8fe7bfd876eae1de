"""Tables of text, CSV (RFC 4180), TSV and the like, to rows; what is wrong with one costs no other."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO

from mtqa.batch.reading import Reading

__all__ = ["Broken", "rows"]

_MOST_FOR_CSV = 2**31 - 1


class Broken(Exception):  # noqa: N818 - handed on, not raised
    """Lines that are no row: ``str()`` says why, in a clause that ends with a remedy."""


class _TooLong(Exception):  # noqa: N818
    pass


def rows(stream: IO[bytes], delimiter: str, reading: Reading) -> Iterator[tuple[int, list[str] | Broken]]:
    """Each row with the line that it begins in, from 1, the header among them. Bytes that are no UTF-8 are surrogate
    escapes."""
    csv.field_size_limit(min(reading.row, _MOST_FOR_CSV))
    with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        lines = _Lines(text, reading.row)
        reader = csv.reader(
            lines,
            delimiter=reading.delimiter or delimiter,
            quoting=csv.QUOTE_MINIMAL if reading.quotes else csv.QUOTE_NONE,
            strict=True,
        )
        while True:
            line = lines.count + 1
            lines.size = 0
            found: list[str] | Broken | None
            try:
                found = next(reader, None)
            except csv.Error as error:
                found = Broken(_no_row(str(error), line, lines.count))
            except _TooLong:
                many = lines.count > line
                found = Broken(_no_row(f"over {reading.row:,} bytes", line, lines.count) if many else reading.too_long)
            if found is None:
                return
            yield line, found


def _no_row(why: str, first: int, last: int) -> str:
    remedy = "or give --no-quotes if they enclose no field"
    if last > first:
        return (
            f"lines {first:,} to {last:,} are not a valid row ({why}), and none of them is judged: a quotation mark "
            f"may be open since line {first:,}; close it, {remedy}"
        )
    return f"not a valid row ({why}); check its quotation marks, and double those inside a field, {remedy}"


class _Lines:
    """The lines of a text, no more of them in one row than it may have bytes.

    Attributes:
        count: how many were read.
        size: characters of those of the row that is being read; set to 0 where one begins.
    """

    def __init__(self, text: io.TextIOWrapper, most: int) -> None:
        self._text = text
        self._most = most
        self.count = self.size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = piece = self._text.readline(self._most + 1)
        if not line:
            raise StopIteration
        self.count += 1
        self.size += len(line)
        if self.size > self._most:
            while piece and not piece.endswith(("\n", "\r")):
                piece = self._text.readline(self._most + 1)
            raise _TooLong
        return line
