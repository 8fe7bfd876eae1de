"""Zip archives of which single members change: all others are copied as they are, compressed bytes and headers alike.

Nothing is unpacked to a disk, so names are names and no paths. Layout: APPNOTE.TXT 6.3.10, PKWARE, sections 4.3 and
4.5.3; Zip64 and bytes before the first member included. ``zipfile`` can neither copy a member without packing it again
nor say of one where it ends.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from mtqa.core.errors import InputError
from mtqa.core.files import MEGABYTE

__all__ = ["Archive", "Member"]

_LARGEST = 64 * MEGABYTE
"""Bytes of the members of one archive that are read, unpacked."""
_DENSEST = 400
"""How many times smaller a member may be packed, once it is larger than ``_ANY_DENSITY``; prose packs to a tenth."""
_ANY_DENSITY = MEGABYTE

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
_HEADER = struct.Struct("<4s5H3I2H")  # of a member, before its name
_ENTRY = struct.Struct("<4s6H3I5H2I")  # of the directory, before its name
_DIRECTORY = struct.Struct("<4s4H2IH")
_DIRECTORY64 = struct.Struct("<4sQ2H2I4Q")
_LONGEST_COMMENT = 2**16
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 1, 8, 1 << 11
_ZIP64, _IN_ZIP64 = 1, 2**32 - 1
_OFFSET = 42  # of the place of a member, in its entry
_FIRST_OF_1980 = 33  # no date, as archives write it
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Attributes:
        entry: its part of the directory, as it stands.
        flags, method, crc, packed, size: of its entry; sizes in bytes.
        start, data, end: where its header, its packed bytes and whatever comes behind them begin.
    """

    name: str
    entry: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int
    data: int

    @property
    def end(self) -> int:
        """Behind its packed bytes."""
        return self.data + self.packed


@dataclass(slots=True)
class Archive:
    """The members of a zip archive, by name, in the order of its directory.

    Attributes:
        uri: of the file, for errors.
    """

    uri: str
    raw: bytes = field(repr=False)
    members: dict[str, Member] = field(default_factory=dict)
    _directory: int = 0  # where it begins
    _tail: int = 0  # where it ends
    _left: int = _LARGEST
    _counted: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, raw: bytes, uri: str) -> Archive:
        """Reads the directory of ``raw``.

        Raises:
            InputError: it is no zip archive, or damaged, or split, or two members have one name or share bytes.
        """
        archive = cls(uri, raw)
        try:
            archive._read()
        except (struct.error, IndexError):
            raise archive._damaged() from None
        return archive

    def __contains__(self, name: object) -> bool:
        return name in self.members

    def read(self, name: str) -> bytes:
        """The bytes of a member.

        Raises:
            InputError: there is none of that name, it is encrypted, packed in an unusual way or damaged, or it would
                unpack to suspiciously much.
        """
        member = self.members.get(name)
        if member is None:
            raise InputError(self.uri, f"it has no {name}; save it again")
        if member.flags & _ENCRYPTED:
            raise InputError(self.uri, "it is encrypted; save it without a password")
        if name not in self._counted:
            self._counted.add(name)
            self._left -= member.size
        if self._left < 0 or (member.size > _ANY_DENSITY and member.size > _DENSEST * member.packed):
            raise InputError(self.uri, "it unpacks to far more than a document holds; check where it comes from")
        data = self.raw[member.data : member.end]
        if member.method == _DEFLATED:
            data = self._inflated(data, member.size)
        elif member.method != _STORED:
            raise InputError(self.uri, f"{name} is compressed by a method other than Deflate; save it again")
        if len(data) != member.size or zlib.crc32(data) != member.crc:
            raise self._damaged()
        return data

    def rewritten(self, changed: Mapping[str, bytes]) -> bytes:
        """The archive with the bytes of some members changed, or added where there is none of the name; every other
        member, comments and bytes before the first one stay as they are."""
        in_order = sorted(self.members.values(), key=lambda member: member.start)
        ends = [*(member.start for member in in_order[1:]), self._directory]
        parts = [self.raw[: in_order[0].start if in_order else self._directory]]
        at = len(parts[0])
        entries: dict[str, bytes] = {}
        shift = self._shift()
        for member, end in zip(in_order, ends, strict=True):
            if member.name in changed:
                record, entry = _packed(member, changed[member.name], self.raw, at - shift)
            else:
                record, entry = self.raw[member.start : end], _moved(member.entry, at - shift)
            parts.append(record)
            entries[member.name] = entry
            at += len(record)
        for name, data in changed.items():
            if name not in self.members:
                record, entries[name] = _added(name, data, at - shift)
                parts.append(record)
                at += len(record)
        directory = [entries[name] for name in (*self.members, *(name for name in changed if name not in self.members))]
        return b"".join((*parts, *directory, self._end(len(directory), sum(map(len, directory)), at)))

    def _read(self) -> None:
        raw = self.raw
        if raw.startswith(_OLE):
            raise InputError(
                self.uri, "it has a password, or is in an older format; save it without a password, as a new file"
            )
        at = raw.rfind(_END, max(0, len(raw) - _DIRECTORY.size - _LONGEST_COMMENT))
        if at < 0:
            raise InputError(self.uri, "not a document in a zip archive; save it again")
        _, disk, first, here, count, size, offset, _ = _DIRECTORY.unpack_from(raw, at)
        self._tail = at
        if raw[at - 20 : at - 16] == _LOCATOR64 and at >= _DIRECTORY64.size + 20:
            self._tail = at - 20 - _DIRECTORY64.size
            mark, _, _, _, disk, first, here, count, size, offset = _DIRECTORY64.unpack_from(raw, self._tail)
            if mark != _END64:
                raise self._damaged()
        if disk or first or here != count:
            raise InputError(self.uri, "it is split into several files; save it as one")
        self._directory = at = self._tail - size
        before = at - offset  # bytes that something put before the archive
        if at < 0 or before < 0:
            raise self._damaged()
        for _ in range(count):
            member = self._member(at, before)
            at += len(member.entry)
            if member.name in self.members:
                raise InputError(self.uri, f"two of its members are called {member.name}; save it again")
            self.members[member.name] = member
        if at != self._tail:
            raise self._damaged()
        in_order = sorted(self.members.values(), key=lambda member: member.start)
        if any(one.end > other.start for one, other in pairwise(in_order)) or (
            in_order and in_order[-1].end > self._directory
        ):
            raise self._damaged()

    def _member(self, at: int, before: int) -> Member:
        raw = self.raw
        found = _ENTRY.unpack_from(raw, at)
        mark, _, _, flags, method, _, _, crc, packed, size, names, extras, comments, _, _, _, offset = found
        if mark != _CENTRAL:
            raise self._damaged()
        behind = at + _ENTRY.size + names
        entry = raw[at : behind + extras + comments]
        name = raw[behind - names : behind]
        size, packed, offset = _large(raw[behind : behind + extras], size, packed, offset)
        start = before + offset
        mark, _, _, _, _, _, _, _, _, own, extra = _HEADER.unpack_from(raw, start)
        data = start + _HEADER.size + own + extra
        if mark != _LOCAL or raw[start + _HEADER.size : start + _HEADER.size + own] != name:
            raise self._damaged()
        return Member(_name(name, flags), entry, flags, method, crc, packed, size, start, data)

    def _inflated(self, data: bytes, size: int) -> bytes:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            unpacked = unpacker.decompress(data, size + 1)
        except zlib.error:
            raise self._damaged() from None
        if not unpacker.eof:
            raise self._damaged()
        return unpacked

    def _shift(self) -> int:
        """How many bytes stand before the archive proper, which its offsets do not count."""
        first = next(iter(self.members.values()), None)
        if first is None:
            return 0
        return first.start - _large_offset(first.entry)

    def _end(self, count: int, size: int, at: int) -> bytes:
        """What stands behind the directory, which begins ``at``."""
        tail = bytearray(self.raw[self._tail :])
        offset, end = at - self._shift(), tail
        if tail.startswith(_END64):
            struct.pack_into("<4Q", tail, 24, count, count, size, offset)
            struct.pack_into("<Q", tail, _DIRECTORY64.size + 8, at + size - self._shift())
            first = _DIRECTORY64.size + 20
        else:
            first = 0
        for place, layout, value in ((8, "<H", count), (10, "<H", count), (12, "<I", size), (16, "<I", offset)):
            if struct.unpack_from(layout, end, first + place)[0] != 2 ** (8 * struct.calcsize(layout)) - 1:
                struct.pack_into(layout, end, first + place, value)
        return bytes(end)

    def _damaged(self) -> InputError:
        return InputError(self.uri, "its zip archive is damaged; save it again, or get another copy")


def _name(name: bytes, flags: int) -> str:
    try:
        return name.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError:
        return name.decode("cp437")


def _extras(extra: bytes) -> Iterator[tuple[int, int, int]]:
    """The fields of an extra field: the id of each, and where it begins and ends."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        yield kind, at, min(len(extra), at + 4 + length)
        at += 4 + length


def _large(extra: bytes, *small: int) -> tuple[int, ...]:
    """Numbers of an entry; those too large for it stand in its Zip64 field, in this order."""
    large = next((extra[start + 4 : end] for kind, start, end in _extras(extra) if kind == _ZIP64), b"")
    found: list[int] = []
    at = 0
    for number in small:
        if number == _IN_ZIP64 and at + 8 <= len(large):
            number = struct.unpack_from("<Q", large, at)[0]
            at += 8
        found.append(number)
    return tuple(found)


def _large_offset(entry: bytes) -> int:
    _, _, _, _, _, _, _, _, packed, size, names, extras, *_, offset = _ENTRY.unpack_from(entry)
    behind = _ENTRY.size + names
    return _large(entry[behind : behind + extras], size, packed, offset)[2]


def _moved(entry: bytes, offset: int) -> bytes:
    """An entry of a member that begins elsewhere now."""
    found = bytearray(entry)
    _, _, _, _, _, _, _, _, packed, size, names, extras, *_, old = _ENTRY.unpack_from(entry)
    if old != _IN_ZIP64:
        struct.pack_into("<I", found, _OFFSET, offset)
        return bytes(found)
    behind = _ENTRY.size + names
    for kind, start, _ in _extras(entry[behind : behind + extras]):
        if kind == _ZIP64:
            before = 8 * ((size == _IN_ZIP64) + (packed == _IN_ZIP64))
            struct.pack_into("<Q", found, behind + start + 4 + before, offset)
    return bytes(found)


def _without_zip64(extra: bytes) -> bytes:
    return b"".join(extra[start:end] for kind, start, end in _extras(extra) if kind != _ZIP64)


def _packed(member: Member, data: bytes, raw: bytes, offset: int) -> tuple[bytes, bytes]:
    """The record and the entry of a member whose bytes are ``data`` from now on, packed as it was."""
    packed = _deflated(data) if member.method == _DEFLATED else data
    sizes = (zlib.crc32(data), len(packed), len(data))
    local = list(_HEADER.unpack_from(raw, member.start))
    name_end = member.start + _HEADER.size + local[9]
    extra = _without_zip64(raw[name_end : member.data])
    local[2] &= ~_SIZES_FOLLOW
    local[6:9], local[10] = sizes, len(extra)
    record = _HEADER.pack(*local) + raw[member.start + _HEADER.size : name_end] + extra + packed
    entry = list(_ENTRY.unpack_from(member.entry))
    behind = _ENTRY.size + entry[10]
    more = member.entry[behind + entry[11] :]
    extra = _without_zip64(member.entry[behind : behind + entry[11]])
    entry[3] &= ~_SIZES_FOLLOW
    entry[7:10], entry[11], entry[16] = sizes, len(extra), offset
    return record, _ENTRY.pack(*entry) + member.entry[_ENTRY.size : behind] + extra + more


def _added(name: str, data: bytes, offset: int) -> tuple[bytes, bytes]:
    packed, spelled = _deflated(data), name.encode()
    same = (20, _UTF8, _DEFLATED, 0, _FIRST_OF_1980, zlib.crc32(data), len(packed), len(data), len(spelled), 0)
    entry = _ENTRY.pack(_CENTRAL, 20, *same, 0, 0, 0, 0, offset)
    return _HEADER.pack(_LOCAL, *same) + spelled + packed, entry + spelled


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()
