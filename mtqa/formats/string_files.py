"""Files of strings under keys, a text each: what their formats have in common."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.files import MEGABYTE, read_file
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, Piece, compose
from mtqa.formats.decoding import decode
from mtqa.formats.kinds import kind_of_string
from mtqa.formats.languages import language_tag, told
from mtqa.formats.locales import locale_in, tells_language
from mtqa.formats.messages import Parts, branches, message_chunks
from mtqa.formats.placeholders import no_prose
from mtqa.formats.text import TEXT

__all__ = ["UTF_16", "Entry", "NotStrings", "StringFile", "Strings", "text_of", "utf_16"]

UTF_16 = r"[uU](?:[dD][89abAB][0-9a-fA-F]{2}\\[uU][dD][c-fC-F][0-9a-fA-F]{2}|[0-9a-fA-F]{4})"
"""What follows the backslash of a character that is spelled in UTF-16: ``u00e9``, ``ud83d\\ude00``."""

_LARGEST = 20 * MEGABYTE  # as of `mtqa.formats.MAX_BYTES`


class NotStrings(InputError):  # noqa: N818
    """A file of a format that holds other things than strings as well, and that holds such."""


class Entry(NamedTuple):
    """A string: its key, its text, which may hold branches, and what it was translated from."""

    key: str
    parts: Parts
    source: str | None = None


@dataclass(slots=True)
class Strings:
    """What a file has in one language.

    Attributes:
        entries: in the order of the file.
        language: as the file names it; ``source_language`` likewise.
        name: that tells it from the others of the same file.
        styles: how text is spelled from an offset of the file on: ``(offset, style)``, in order; what styles there are
            is a matter of the format.
    """

    entries: list[Entry] = field(default_factory=list)
    language: str | None = None
    source_language: str | None = None
    name: str = ""
    styles: list[tuple[int, str]] = field(default_factory=list)


def text_of(pieces: Iterable[Piece]) -> str:
    """Their characters."""
    return "".join(piece.text for piece in pieces)


def utf_16(spelled: str) -> str:
    """The character of a match of ``UTF_16``; U+FFFD for what no file can hold."""
    units = bytes.fromhex(re.sub(r"[\\uU]", "", spelled))
    return units.decode("utf-16-be", "replace") if any(units) else "\ufffd"


class StringFile(Format):
    """A format of strings: it says what is in a file, and how a text is spelled there.

    Attributes:
        errors: what happens to characters that the encoding of a file has not, as of `str.encode`.
        branched: whether the texts may be ICU messages.
        sure: whether the suffix of a file is enough to know that it is of this format.
    """

    errors = "strict"
    branched = True
    sure = True

    def strings(self, content: str, uri: str) -> list[Strings]:
        """What is in the file, language by language. Raises InputError where it is no file of this format."""
        raise NotImplementedError

    def escape(self, text: str, uri: str, style: str) -> str:
        """``text`` as it is spelled in a file in this style. Raises InputError where it cannot be."""
        raise NotImplementedError

    def decode(self, raw: bytes, uri: str) -> tuple[str, str]:
        """Its characters and their encoding. Raises InputError."""
        return decode(raw, uri, guess=False)

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """A document for each language in the file, ``uri#NAME`` where there are several. The language is the one that
        the file, or else its name, tells."""
        content, encoding = self.decode(raw, uri)
        found = self.strings(content, uri) if content.strip() else []
        if not found:
            (empty,) = TEXT.read(b"", uri, language)
            found, content = [Strings()], content or empty.content
        documents: list[Document] = []
        for strings in found:
            text, blocks, source_map = compose(self._chunks(strings), no_prose=no_prose)
            own = told(language, strings.language or locale_in(uri))
            documents.append(
                Document(
                    uri=uri if len(found) == 1 else f"{uri}#{strings.name}",
                    file=uri,
                    format=self.name,
                    catalogue=True,
                    language=own.language,
                    declared=own.declared,
                    misdeclared=own.misdeclared,
                    text=text,
                    blocks=blocks,
                    content=content,
                    raw=raw,
                    encoding=encoding,
                    source_map=source_map,
                    source_language=language_tag(strings.source_language),
                )
            )
        return tuple(documents)

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied, their text escaped as the place asks."""
        if not edits:
            return document.raw
        styles = _styles(self, document.content, document.uri)

        def escape(text: str, at: int) -> str:
            before = bisect_right(styles, at, key=lambda style: style[0]) - 1
            return self.escape(text, document.uri, styles[before][1] if before >= 0 else "")

        return edits_.apply(document, edits, escape=escape, errors=self.errors)

    def takes(self, path: Path) -> bool:
        """As of `Format`: by its suffix, or else where the names of the file or of its folders tell a language and it
        holds strings, or cannot be read, which reading it will say."""
        if self.sure or not tells_language(path):
            return self.sure
        try:
            self.strings(self.decode(read_file(path, _LARGEST), str(path))[0], str(path))
        except NotStrings:
            return False
        except (OSError, InputError):
            return True
        return True

    def _chunks(self, strings: Strings) -> Iterator[Chunk]:
        for entry in strings.entries:
            parts = branches(entry.parts) if self.branched else entry.parts
            yield from message_chunks(entry.key, parts, entry.source, kind=kind_of_string)


@lru_cache(maxsize=2)
def _styles(format_: StringFile, content: str, uri: str) -> list[tuple[int, str]]:
    return sorted(style for found in format_.strings(content, uri) for style in found.styles)
