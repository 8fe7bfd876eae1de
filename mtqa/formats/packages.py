"""Documents in archives: the texts of several members, one after the other, and edits written back into them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from mtqa.formats.archives import Archive
from mtqa.formats.decoding import spliced
from mtqa.formats.xml_text import decode_xml

__all__ = ["Package", "Part", "opened"]


@dataclass(frozen=True, slots=True)
class Part:
    """The text of a member of an archive; ``begin`` is where it begins in the content of the document."""

    name: str
    content: str
    encoding: str
    begin: int

    @property
    def end(self) -> int:
        """Where it ends there."""
        return self.begin + len(self.content)


@dataclass(frozen=True, slots=True)
class Package:
    """Some members of an archive as texts, in the order in which they are read."""

    archive: Archive
    parts: tuple[Part, ...]

    @property
    def content(self) -> str:
        """All of them, one after the other."""
        return "".join(part.content for part in self.parts)

    def part_at(self, offset: int) -> Part:
        """The one that has the character at ``offset`` of the content."""
        return self.parts[max(0, bisect_right(self.parts, offset, key=lambda part: part.begin) - 1)]

    def spliced(self, replaced: Iterable[tuple[int, int, str]], more: Mapping[str, bytes] | None = None) -> bytes:
        """The archive with ``(start, end, text)`` of the content replaced, in order and not overlapping, and ``more``
        members changed or added."""
        by_part: dict[str, list[tuple[int, int, str]]] = {}
        for start, end, text in replaced:
            part = self.part_at(start)
            by_part.setdefault(part.name, []).append((start - part.begin, end - part.begin, text))
        changed = dict(more or {})
        for part in self.parts:
            if part.name in by_part:
                raw, where = self.archive.read(part.name), f"{self.archive.uri}, {part.name}"
                changed[part.name] = spliced(raw, part.encoding, by_part[part.name], where, errors="xmlcharrefreplace")
        return self.archive.rewritten(changed) if changed else self.archive.raw


@lru_cache(maxsize=2)
def opened(raw: bytes, uri: str, names: tuple[str, ...]) -> Package:
    """The texts of the members ``names`` of an archive; the last ones are kept, as edits are tried one by one.

    Raises:
        InputError: as ``Archive.of`` and ``Archive.read`` do, or a member is no text in the encoding that it declares.
    """
    archive = Archive.of(raw, uri)
    parts: list[Part] = []
    begin = 0
    for name in dict.fromkeys(names):
        content, encoding = decode_xml(archive.read(name), f"{uri}, {name}")
        parts.append(Part(name, content, encoding, begin))
        begin += len(content)
    return Package(archive, tuple(parts))
