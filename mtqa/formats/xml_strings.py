"""String files in XML: .NET's ``.resx`` and Qt's ``.ts``.

Sources: https://learn.microsoft.com/en-us/dotnet/core/extensions/work-with-resx-files-programmatically,
https://doc.qt.io/qt-6/linguist-ts-file-format.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from mtqa.core.errors import InputError
from mtqa.core.files import open_file
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.string_files import Entry, StringFile, Strings, text_of
from mtqa.formats.xml_text import decode_xml, escape_xml, xml_pieces
from mtqa.formats.xml_tokens import Token, tokens

__all__ = ["QT", "RESX", "Qt", "Resx", "XmlStrings"]

_HEAD = 4096  # bytes in which the root of a file begins


class XmlStrings(StringFile):
    """A string file whose texts stand in elements.

    Attributes:
        root: the name of its outermost element.
        doctype: as of `mtqa.formats.xml_tokens.tokens`.
        remedy: where that is another.
    """

    errors = "xmlcharrefreplace"
    root: ClassVar[str]
    doctype: ClassVar[str] = ""
    remedy: ClassVar[str] = "export it again"

    def strings(self, content: str, uri: str) -> list[Strings]:
        """As of `StringFile`."""
        if not content.lstrip().startswith("<"):
            raise InputError(uri, f"not XML; {self.remedy}")
        found = tokens(content, uri, doctype=self.doctype)
        for token in found:
            if token.kind == "start":
                if token.name != self.root:
                    raise InputError(uri, f"its outermost element is not '{self.root}'; {self.remedy}")
                return self.tables(content, uri, token, found)
        return []

    def tables(self, content: str, uri: str, root: Token, found: Iterator[Token]) -> list[Strings]:
        """What is in the file behind the start of its ``root``."""
        raise NotImplementedError

    def escape(self, text: str, uri: str, style: str) -> str:
        """As of `StringFile`."""
        return escape_xml(text, uri, cdata=style == "cdata")

    def decode(self, raw: bytes, uri: str) -> tuple[str, str]:
        """As of `StringFile`."""
        return decode_xml(raw, uri)

    def takes(self, path: Path) -> bool:
        """Whether its root is that of such a file."""
        if self.sure:
            return True
        try:
            with open_file(path) as stream:
                head = stream.read(_HEAD).replace(b"\0", b"")
        except OSError:
            return False
        return bool(re.search(rb"<" + self.root.encode() + rb"[\s/>]", head))


class Resx(XmlStrings):
    """The values of ``data`` elements that are texts: those without a type, and none of a form designer's."""

    name = "resx"
    suffixes = (".resx", ".resw")
    root = "root"
    branched = False

    def tables(self, content: str, uri: str, root: Token, found: Iterator[Token]) -> list[Strings]:
        """As of `XmlStrings`."""
        strings = Strings()
        path: list[str] = []
        key: str | None = None
        pieces: list[Piece] = []
        for token in found:
            if token.kind == "start":
                path.append(token.name)
                if path == ["data"]:
                    name, typed = token.attributes.get("name", ""), token.attributes.keys() & {"type", "mimetype"}
                    key = None if typed or name.startswith(">>") else name
                elif path == ["data", "value"]:
                    pieces = []
            elif token.kind == "end" and path:
                if path == ["data", "value"] and key is not None:
                    strings.entries.append(Entry(key, pieces))
                path.pop()
            elif token.kind in ("text", "cdata") and path == ["data", "value"]:
                strings.styles.append((token.start, token.kind))
                pieces += xml_pieces(content, token)
        return [strings]


class Qt(XmlStrings):
    """The translations of messages beside their sources; what is unfinished and empty, or out of use, is left out."""

    name = "qt"
    suffixes = (".ts",)
    sure = False
    root = "TS"
    doctype = "TS"
    branched = False
    remedy = "for a program in TypeScript, add --input-format text"

    def tables(self, content: str, uri: str, root: Token, found: Iterator[Token]) -> list[Strings]:
        """As of `XmlStrings`."""
        attributes = root.attributes
        strings = Strings([], attributes.get("language"), attributes.get("sourcelanguage"))
        path: list[str] = []
        texts: dict[str, list[Piece]] = {}
        used = True
        context = ident = ""
        form = 0
        for token in found:
            name = token.name
            if token.kind == "start":
                path.append(name)
                if name == "message":
                    texts, ident, used, form = {}, token.attributes.get("id", ""), True, 0
                elif name == "translation":
                    used = token.attributes.get("type") not in ("obsolete", "vanished")
                if name == "byte" and len(path) > 1:
                    place = Span(token.start, token.end)
                    texts.setdefault(path[-2], []).append(Piece(_byte(token), None, spelled=place))
                elif name in ("source", "translation", "numerusform", "name"):
                    texts[name] = []
            elif token.kind == "end" and path:
                path.pop()
                if name == "name":
                    context = text_of(texts.get("name", ()))
                elif name in ("translation", "numerusform") and used and text_of(texts[name]).strip():
                    source = text_of(texts.get("source", ()))
                    key = ident or f"{context}|{source}"
                    if name == "numerusform":
                        key, form = f"{key}[{form}]", form + 1
                    strings.entries.append(Entry(key, texts[name], source or None))
                    texts[name] = []
            elif token.kind in ("text", "cdata") and path and path[-1] in texts:
                strings.styles.append((token.start, token.kind))
                texts[path[-1]] += xml_pieces(content, token)
        return [strings]


def _byte(token: Token) -> str:
    value = token.attributes.get("value", "")
    found = re.fullmatch(r"x([0-9a-fA-F]{1,4})|(\d{1,5})", value)
    number = int(found[1], 16) if found and found[1] else int(found[2]) if found else 0
    return chr(number) if 0 < number < 0xD800 else "\ufffd"


RESX, QT = Resx(), Qt()
