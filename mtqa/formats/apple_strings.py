"""Apple's ``.strings`` and ``.stringsdict``: the old text format, and property lists in XML.

Source: https://developer.apple.com/library/archive/documentation/Cocoa/Conceptual/LoadingResources/Strings/Strings.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.errors import InputError
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.string_files import UTF_16, Entry, StringFile, Strings, text_of, utf_16
from mtqa.formats.string_tables import joined_key
from mtqa.formats.xml_text import escape_xml, xml_pieces
from mtqa.formats.xml_tokens import tokens

__all__ = ["STRINGS", "STRINGSDICT", "AppleStrings", "Stringsdict"]

_SPACE = re.compile(r"(?:\s++|//[^\r\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+")
_WORD = re.compile(r'"(?P<quoted>(?:[^"\\]|\\[\s\S])*+)"|(?P<bare>[\w.$/:-]++)')
_CHARACTER = re.compile(
    rf"(?P<plain>[^\\]+)|\\(?:(?P<code>{UTF_16})"
    r"|(?P<octal>[0-7]{1,3})|(?P<named>[\s\S]))"
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_TO_ESCAPE = re.compile(r'["\\\n\t\r]')
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_XML = re.compile(r"\s*<")
_VARIABLE = re.compile(r"%(?:\d{1,2}\$)?#@\w+@")
_DEEPEST = 20
_SAID = frozenset(("NSStringFormatSpecTypeKey", "NSStringFormatValueTypeKey"))


class AppleStrings(StringFile):
    """Strings under keys, with comments."""

    name = "strings"
    suffixes = (".strings",)
    errors = "strict"
    branched = False

    def strings(self, content: str, uri: str) -> list[Strings]:
        """As of `StringFile`."""
        if _XML.match(content):
            return [_of_property_list(content, uri)]
        found = Strings()
        at = _after_space(content, 0)
        while at < len(content):
            key = _WORD.match(content, at)
            sign = _after_space(content, key.end()) if key else at
            value = None
            if key and content[sign : sign + 1] == "=":
                value = _WORD.match(content, _after_space(content, sign + 1))
                sign = _after_space(content, value.end()) if value else sign
            if key is None or content[sign : sign + 1] != ";":
                line = content.count("\n", 0, at) + 1
                raise InputError(
                    uri, f'not "key" = "value"; at line {line}; put it right, or let plutil -lint say more'
                )
            said = value or key  # a key alone stands for itself
            if said["quoted"] is not None:
                name = text_of(_pieces(content, key))
                found.entries.append(Entry(name, list(_pieces(content, said))))
            at = _after_space(content, sign + 1)
        return [found]

    def escape(self, text: str, uri: str, style: str) -> str:
        """As of `StringFile`."""
        if style:
            return escape_xml(text, uri, cdata=style == "cdata")
        return _TO_ESCAPE.sub(lambda found: _ESCAPED[found[0]], text)


class Stringsdict(StringFile):
    """Plurals: each case of a variable is a string."""

    name = "stringsdict"
    suffixes = (".stringsdict",)
    branched = False

    def strings(self, content: str, uri: str) -> list[Strings]:
        """As of `StringFile`."""
        return [_of_property_list(content, uri)]

    def escape(self, text: str, uri: str, style: str) -> str:
        """As of `StringFile`."""
        return escape_xml(text, uri, cdata=style == "cdata")


def _after_space(content: str, at: int) -> int:
    return _SPACE.match(content, at).end()  # type: ignore[union-attr]  # it always matches


def _pieces(content: str, word: re.Match[str]) -> Iterator[Piece]:
    if word["bare"] is not None:
        yield Piece(word["bare"], word.start())
        return
    for found in _CHARACTER.finditer(content, *word.span("quoted")):
        if found["plain"]:
            yield Piece(found[0], found.start())
        else:
            yield Piece(_character(found), None, spelled=Span(*found.span()))


def _character(found: re.Match[str]) -> str:
    if found["code"]:
        return utf_16(found["code"])
    if found["octal"]:
        return chr(int(found["octal"], 8)) if int(found["octal"], 8) else "\ufffd"
    return _NAMED.get(found["named"], found["named"])


def _of_property_list(content: str, uri: str) -> Strings:
    """The strings in the dictionaries of a property list. Raises InputError where ``content`` is none."""
    found = Strings()
    path: list[str] = []
    name = ""
    key: list[Piece] = []
    pieces: list[Piece] = []
    for token in tokens(content, uri, doctype="plist"):
        tag = token.name
        if token.kind == "start":
            if not path and not name and tag != "plist":
                raise InputError(uri, "XML, but not a property list; export it again")
            name = tag
            if tag == "dict":
                if len(path) >= _DEEPEST:
                    raise InputError(uri, f"nested more than {_DEEPEST} deep; make it flatter")
                path.append("")
            elif tag == "key":
                key = []
            elif tag == "string":
                pieces = []
        elif token.kind in ("text", "cdata") and name in ("key", "string"):
            found.styles.append((token.start, token.kind))
            (key if name == "key" else pieces).extend(xml_pieces(content, token))
        elif token.kind == "end":
            if tag == "dict":
                path.pop()
            elif tag == "key" and path:
                path[-1] = text_of(key)
            elif tag == "string" and path and path[-1] not in _SAID:
                text = text_of(pieces)
                if any(map(str.isalpha, _VARIABLE.sub("", text))):
                    found.entries.append(Entry(joined_key(path), pieces))
            name = "plist"
    return found


STRINGS, STRINGSDICT = AppleStrings(), Stringsdict()
