"""How large the pages of a Parquet file are once they are unpacked, told before any of them is.

A page is unpacked whole, and its header says to how much: a few hundred bytes may be gigabytes. Headers are structs of
Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md), laid out
as in https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

__all__ = ["Page", "longest", "pages"]

_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _STRUCT = 0, 1, 2, 3, 7, 8, 12
_INTEGERS = (4, 5, 6)
_UNPACKED, _PACKED, _VALUES = 2, 3, 1
_DATA, _DICTIONARY, _DATA_2 = 5, 7, 8  # headers of data, of a dictionary, of data in the second version
_ENCODINGS = {_DATA: 2, _DATA_2: 4}
_PREFIXES = 7  # an encoding in which a value says how much of the one before it it begins with
_LONGEST_DICTIONARY = 2**23  # bytes; the values of a longer one are not looked through
_LONGEST_VARINT = 10
_DEEPEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a header says.

    Attributes:
        size: bytes of the page once unpacked.
        values: in it.
        packed: where in the file its bytes are.
        is_dictionary: whether it holds values that the pages behind it name by their numbers.
        has_prefixes: whether its values may share bytes, so that they are longer than the page.
    """

    size: int
    values: int
    packed: range
    is_dictionary: bool
    has_prefixes: bool


def pages(stream: IO[bytes], start: int, size: int) -> Iterator[Page]:
    """The pages in ``size`` bytes of a file from ``start``. Raises ValueError where a header is none."""
    at = start
    while at < start + size:
        stream.seek(at)
        header = _Reader(stream).struct()
        packed, unpacked = header.get(_PACKED), header.get(_UNPACKED)
        if not isinstance(packed, int) or not isinstance(unpacked, int) or packed < 0 or unpacked < 0:
            raise ValueError("a damaged page")
        field = next((field for field in (_DATA, _DICTIONARY, _DATA_2) if field in header), 0)
        found = header.get(field)
        inner = found if isinstance(found, dict) else {}
        values = inner.get(_VALUES, 0)
        at = stream.tell() + packed
        yield Page(
            size=unpacked,
            values=values if isinstance(values, int) else 0,
            packed=range(at - packed, at),
            is_dictionary=field == _DICTIONARY,
            has_prefixes=inner.get(_ENCODINGS.get(field, 0)) == _PREFIXES,
        )


def longest(stream: IO[bytes], page: Page, compression: str) -> int:
    """Bytes of the longest text in a dictionary, or that it can have where that cannot be told."""
    import pyarrow as pa

    if page.size > _LONGEST_DICTIONARY:
        return page.size
    stream.seek(page.packed.start)
    raw = stream.read(len(page.packed))
    try:
        if compression != "UNCOMPRESSED":
            codec = {"LZ4": "lz4_raw"}.get(compression, compression.lower())
            raw = pa.decompress(raw, page.size, codec=codec, asbytes=True)
    except (OSError, ValueError, pa.ArrowException):
        return page.size
    at = most = 0
    while at + 4 <= len(raw):
        size = int.from_bytes(raw[at : at + 4], "little")
        most = max(most, size)
        at += 4 + size
    return min(most, page.size)


_Value = int | dict[int, "_Value"] | None


class _Reader:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def struct(self, depth: int = 0) -> dict[int, _Value]:
        """Its integers and structs by the numbers of their fields; the rest is passed over."""
        if depth > _DEEPEST:
            raise ValueError("a damaged page")
        fields: dict[int, _Value] = {}
        number = 0
        while (head := self._byte()) & 15 != _STOP:
            number = number + (head >> 4) if head >> 4 else self._integer()
            fields[number] = self._value(head & 15, depth)
        return fields

    def _value(self, kind: int, depth: int) -> _Value:
        if kind in (_TRUE, _FALSE):
            return None
        if kind in _INTEGERS:
            return self._integer()
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind == _BYTE:
            self._skip(1)
        elif kind == _DOUBLE:
            self._skip(8)
        elif kind == _BINARY:
            self._skip(self._varint())
        else:
            raise ValueError("a damaged page")  # a header has neither lists nor maps
        return None

    def _skip(self, count: int) -> None:
        self._stream.seek(count, 1)

    def _byte(self) -> int:
        read = self._stream.read(1)
        if not read:
            raise ValueError("a page that is cut off")
        return read[0]

    def _varint(self) -> int:
        found = 0
        for n in range(_LONGEST_VARINT):
            byte = self._byte()
            found |= (byte & 127) << 7 * n
            if byte < 128:
                return found
        raise ValueError("a damaged page")

    def _integer(self) -> int:
        raw = self._varint()
        return (raw >> 1) ^ -(raw & 1)
