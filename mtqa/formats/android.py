"""Android's ``strings.xml``.

Source: https://developer.android.com/guide/topics/resources/string-resource
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from mtqa.formats.chunks import Piece
from mtqa.formats.messages import cut, place_of
from mtqa.formats.string_files import UTF_16, Entry, Strings, text_of, utf_16
from mtqa.formats.xml_strings import XmlStrings
from mtqa.formats.xml_text import escape_xml, xml_pieces
from mtqa.formats.xml_tokens import Token

__all__ = ["ANDROID", "Android"]

_XLIFF = "urn:oasis:names:tc:xliff:document:"
_MARK = re.compile(rf"\\(?:(?P<space>[\r\n])|(?P<code>{UTF_16})|(?P<named>[\s\S]))|(?P<quote>\")")
_NAMED = {"n": "\n", "t": "\t"}
_REFERENCE = re.compile(r"\s*[@?](?:\+?[\w.:]+/[\w.]+|null|empty)\s*")
_TO_ESCAPE = re.compile(r"[\\\"'\n\t]")
_ESCAPED = {"\\": "\\\\", '"': '\\"', "'": "\\'", "\n": "\\n", "\t": "\\t"}
_QUOTED = "quoted"


class Android(XmlStrings):
    """Strings, plurals and arrays. What is not to be translated and what refers to another resource is left out, and
    text in ``xliff:g`` is masked."""

    name = "android"
    suffixes = (".xml",)
    sure = False
    root = "resources"
    branched = False
    remedy = "mtqa reads no other XML; to judge it as text, add --input-format text"

    def tables(self, content: str, uri: str, root: Token, found: Iterator[Token]) -> list[Strings]:
        """As of `XmlStrings`."""
        strings = Strings()
        open_: list[Token] = []
        key, wanted, masked = "", False, 0
        pieces: list[Piece] | None = None
        count = 0
        quotes: list[tuple[int, str]] = []
        for token in found:
            if token.kind == "start":
                open_.append(token)
                is_item = len(open_) == 2 and token.name == "item" and open_[0].name in ("plurals", "string-array")
                if len(open_) == 1:
                    key, count = token.attributes.get("name", ""), 0
                    wanted = "no" not in (_translatable(root), _translatable(token))
                if wanted and (is_item or (len(open_) == 1 and token.name == "string")):
                    pieces = []
                    quotes.append((token.end, ""))
                masked += _is_kept(token)
            elif token.kind == "end" and open_:
                started = open_.pop()
                masked -= _is_kept(started)
                if pieces is not None and (not open_ or (len(open_) == 1 and started.name == "item")):
                    name = key
                    if started.name == "item":
                        name = f"{key}[{started.attributes.get('quantity', count)}]"
                        count += 1
                    if not _REFERENCE.fullmatch(text_of(pieces)):
                        strings.entries.append(Entry(name, list(_unescaped(pieces, quotes))))
                    pieces = None
            elif token.kind in ("text", "cdata") and pieces is not None:
                strings.styles.append((token.start, token.kind))
                pieces += xml_pieces(content, token, masked=masked > 0)
        strings.styles = list(_styles(strings.styles, quotes))
        return [strings]

    def escape(self, text: str, uri: str, style: str) -> str:
        """As of `StringFile`."""
        quoted = style.startswith(_QUOTED)
        escaped = _TO_ESCAPE.sub(lambda sign: "'" if quoted and sign[0] == "'" else _ESCAPED[sign[0]], text)
        return escape_xml(escaped, uri, cdata=style.endswith("cdata"))


def _translatable(token: Token) -> str:
    return "no" if token.attributes.get("translatable") == "false" else ""


def _is_kept(token: Token) -> bool:
    namespace, _, name = token.name.rpartition(" ")
    return name == "g" and namespace.startswith(_XLIFF)


def _unescaped(pieces: Sequence[Piece], quotes: list[tuple[int, str]]) -> Iterator[Piece]:
    """``pieces`` with escapes read, and quotation marks, between which white space stays as it is, left out."""
    text = text_of(pieces)
    starts = [0, *accumulate(len(piece.text) for piece in pieces)]
    done = 0
    quoted = False
    for mark in _MARK.finditer(text):
        yield from cut(pieces, starts, done, mark.start())
        done = mark.end()
        covered = cut(pieces, starts, mark.start(), mark.end())
        place = place_of(covered[0]).join(place_of(covered[-1]))
        if mark["quote"]:
            quoted = not quoted
            quotes.append((place.end, _QUOTED if quoted else ""))
        elif not mark["space"]:
            character = utf_16(mark["code"]) if mark["code"] else _NAMED.get(mark["named"], mark["named"])
            yield Piece(character, None, covered[0].masked, place)
    yield from cut(pieces, starts, done, len(text))


def _styles(texts: Sequence[tuple[int, str]], quotes: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Where text is in CDATA sections, where between quotation marks, and where both."""
    kind = quoted = ""
    for at, style in sorted([*texts, *quotes]):
        if style in ("text", "cdata"):
            kind = style
        else:
            quoted = style
        yield at, f"{quoted} {kind}"


ANDROID = Android()
