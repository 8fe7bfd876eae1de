"""Formats that mtqa has not: each is this module, its line where it is registered, and a seed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, Piece, compose
from mtqa.formats.decoding import decode
from mtqa.formats.kinds import kind_of

_PARAGRAPH = re.compile(r"[^\n]+")
_CUE = re.compile(r"(?P<number>\d+)\n[\d:]+ --> [\d:]+\n(?P<words>(?:[^\n]+\n)+)")


class Archive(Format):
    """An archive of texts: one document, each paragraph at its place in a member."""

    name = "archive"
    suffixes = (".archive",)
    text = False

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        members = _members(raw, uri)
        text, blocks, source_map = compose(_chunks(members))
        return (
            Document(
                uri=uri,
                file=uri,
                format=self.name,
                language=language or "und",
                declared=language is not None,
                text=text,
                blocks=blocks,
                content="".join(content for _, content in members),
                raw=raw,
                source_map=source_map,
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        replaced = edits_.replacements(document, edits)
        if not replaced:
            return document.raw
        members = []
        begin = 0
        for name, content in _members(document.raw, document.uri):
            end, changed = begin + len(content), content
            for start, stop, text in reversed(replaced):
                if begin <= start and stop <= end:
                    changed = changed[: start - begin] + text + changed[stop - begin :]
            members.append((name, changed))
            begin = end
        return packed(members)


def packed(members: Sequence[tuple[str, str]]) -> bytes:
    """An archive of ``(name, content)``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def _members(raw: bytes, uri: str) -> list[tuple[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return [(name, archive.read(name).decode()) for name in archive.namelist()]
    except (zipfile.BadZipFile, UnicodeDecodeError):
        raise InputError(uri, "no archive of texts; save it again") from None


def _chunks(members: Sequence[tuple[str, str]]) -> Iterator[Chunk]:
    begin = 0
    for name, content in members:
        for number, found in enumerate(_PARAGRAPH.finditer(content), 1):
            piece = Piece(found[0], begin + found.start())
            yield Chunk(kind_of(found[0]), [piece], place=f"{name}, paragraph {number}")
        begin += len(content)


class Cues(Format):
    """Subtitles: each cue is a paragraph, and a person finds it by its number."""

    name = "cues"
    suffixes = (".cues",)

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        content, encoding = decode(raw, uri)
        text, blocks, source_map = compose(
            Chunk(kind_of(cue["words"]), [Piece(cue["words"], cue.start("words"))], place=f"cue {cue['number']}")
            for cue in _CUE.finditer(content)
        )
        return (
            Document(
                uri=uri,
                file=uri,
                format=self.name,
                language=language or "und",
                declared=language is not None,
                text=text,
                blocks=blocks,
                content=content,
                raw=raw,
                encoding=encoding,
                source_map=source_map,
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        return edits_.apply(document, edits)


ARCHIVE, CUES = Archive(), Cues()
