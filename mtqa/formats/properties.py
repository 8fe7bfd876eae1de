"""Java's ``.properties``.

Source: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from pathlib import Path

from mtqa.core.errors import InputError
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.decoding import decode
from mtqa.formats.locales import is_locale
from mtqa.formats.string_files import UTF_16, Entry, StringFile, Strings, text_of, utf_16

__all__ = ["PROPERTIES", "Properties"]

_LINE = re.compile(
    r"[ \t\f]*+(?:(?P<comment>[#!][^\r\n]*+)"
    r"|(?P<key>(?:[^\\\s:=]|\\(?:\r\n|[\s\S]))++)[ \t\f]*+(?:[=:][ \t\f]*+)?"
    r"(?P<value>(?:[^\\\r\n]|\\(?:\r\n|[\s\S]))*+))?"
    r"[^\r\n]*+(?:\r\n|[\r\n]|\Z)"
)
_CHARACTER = re.compile(
    r"(?P<plain>[^\\']+|'(?!'))|(?P<quotes>'')|\\(?:(?P<goes_on>(?:\r\n|[\r\n])[ \t\f]*)"
    rf"|(?P<code>{UTF_16})|(?P<named>[\s\S])?)"
)
_NAMED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_ARGUMENT = re.compile(r"\{\d")
_TO_ESCAPE = re.compile(r"[\\\n\t\r\f\x00-\x1f\U00010000-\U0010ffff]")
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f"}
_MESSAGE = "message"


class Properties(StringFile):
    """Strings under keys. Those with ``{0}`` are patterns of MessageFormat, in which an apostrophe is doubled."""

    name = "properties"
    suffixes = (".properties",)
    errors = "backslashreplace"
    sure = False

    def strings(self, content: str, uri: str) -> list[Strings]:
        """As of `StringFile`."""
        found = Strings()
        at = 0
        while at < len(content) and (line := _LINE.match(content, at)):
            at = line.end()
            if line["key"] is not None:
                style = _MESSAGE if _ARGUMENT.search(line["value"]) else ""
                value = Span(*line.span("value"))
                found.styles.append((value.start, style))
                key = text_of(_pieces(content, Span(*line.span("key")), ""))
                found.entries.append(Entry(key, list(_pieces(content, value, style))))
        return [found]

    def escape(self, text: str, uri: str, style: str) -> str:
        """As of `StringFile`."""
        escaped = _TO_ESCAPE.sub(_escaped, text)
        return escaped.replace("'", "''") if style == _MESSAGE else escaped

    def decode(self, raw: bytes, uri: str) -> tuple[str, str]:
        """As UTF-8, or else as Latin-1, in which all others are."""
        try:
            return decode(raw, uri, guess=False)
        except InputError:
            return decode(raw, uri, declared="latin-1", guess=False)

    def takes(self, path: Path) -> bool:
        """Whether the name ends with a locale, or is that of others in the folder that do."""
        others = path.parent.glob(f"{glob.escape(path.stem)}_*.properties")
        return super().takes(path) or any(is_locale(other.stem[len(path.stem) + 1 :]) for other in others)


def _pieces(content: str, span: Span, style: str) -> Iterator[Piece]:
    for found in _CHARACTER.finditer(content, span.start, span.end):
        place = Span(*found.span())
        if found["plain"] or (found["quotes"] and style != _MESSAGE):
            yield Piece(found[0], place.start)
        elif found["goes_on"] is None:
            yield Piece(_character(found), None, spelled=place)


def _character(found: re.Match[str]) -> str:
    if found["quotes"]:
        return "'"
    if found["code"]:
        return utf_16(found["code"])
    return _NAMED.get(found["named"], found["named"] or "")


def _escaped(found: re.Match[str]) -> str:
    if found[0] in _ESCAPED:
        return _ESCAPED[found[0]]
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


PROPERTIES = Properties()
