"""TMX: the texts of each language that a memory translates into are a document, each beside its source.

Source: https://www.gala-global.org/tmx-14b
"""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.string_files import Entry, Strings, text_of
from mtqa.formats.xml_strings import XmlStrings
from mtqa.formats.xml_text import LANG, xml_pieces
from mtqa.formats.xml_tokens import Token

__all__ = ["TMX", "Tmx"]

_CODES = frozenset(("bpt", "ept", "it", "ph", "ut"))
_ANY = "*all*"


class Tmx(XmlStrings):
    """Codes read as nothing, but placeholders as what they stand for; text inside codes (``sub``) is left out."""

    name = "tmx"
    suffixes = (".tmx",)
    root = "tmx"
    doctype = "tmx"

    def tables(self, content: str, uri: str, root: Token, found: Iterator[Token]) -> list[Strings]:
        """As of `XmlStrings`."""
        memory = _Memory(content)
        for token in found:
            if token.kind == "start":
                memory.start(token)
            elif token.kind == "end":
                memory.end(token)
            elif token.kind in ("text", "cdata"):
                memory.text(token)
        return list(memory.languages.values()) or [Strings(source_language=memory.spoken)]


class _Memory:
    def __init__(self, content: str) -> None:
        self.languages: dict[str, Strings] = {}
        self.spoken: str | None = None
        self._content = content
        self._styles: list[tuple[int, str]] = []
        self._path: list[str] = []
        self._count = 0
        self._key, self._source = "", _ANY
        self._texts: list[tuple[str, list[Piece]]] = []
        self._native = ""
        self._code: Token | None = None
        self._depth = 0

    def start(self, token: Token) -> None:
        attributes, name = token.attributes, token.name
        self._path.append(name)
        match name:
            case "header":
                self._source = attributes.get("srclang", _ANY)
                self.spoken = None if self._source == _ANY else self._source
            case "tu":
                self._count += 1
                self._key = attributes.get("tuid", str(self._count))
                self._texts = []
                self._source = attributes.get("srclang", self.spoken or _ANY)
            case "tuv":
                self._texts.append((attributes.get(LANG, attributes.get("lang", "")), []))
            case _ if "seg" in self._path[:-1] and name in _CODES:
                if self._code is None:
                    self._code, self._native, self._depth = token, "", len(self._path)

    def end(self, token: Token) -> None:
        code = self._code
        if code is not None and len(self._path) == self._depth:
            if code.name == "ph" and self._native and not self._native.lstrip().startswith("<") and self._texts:
                place = Span(code.start, max(token.end, code.end))
                self._texts[-1][1].append(Piece(self._native, None, masked=True, spelled=place))
            self._code = None
        if self._path:
            self._path.pop()
        if token.name == "tu":
            self._unit()

    def text(self, token: Token) -> None:
        if "seg" not in self._path or not self._texts:
            return
        pieces = xml_pieces(self._content, token)
        if self._code is not None:
            self._native += text_of(pieces) if len(self._path) == self._depth else ""
            return
        self._styles.append((token.start, token.kind))
        self._texts[-1][1].extend(pieces)

    def _unit(self) -> None:
        """Texts in other languages than the source's, which is the first text's where the file does not name it."""
        texts, self._texts = self._texts, []
        styles, self._styles = self._styles, []
        spoken = self._source
        if spoken == _ANY and texts:
            spoken = texts[0][0]
        sources = [text_of(pieces) for language, pieces in texts if _same(language, spoken)]
        for language, pieces in texts:
            if not _same(language, spoken):
                strings = self.languages.setdefault(language, Strings([], language, spoken, language))
                strings.entries.append(Entry(self._key, pieces, sources[0].strip() if sources else None))
        for strings in self.languages.values():
            strings.styles += styles
            break


def _same(language: str, other: str) -> bool:
    return language.replace("_", "-").lower() == other.replace("_", "-").lower()


TMX = Tmx()
