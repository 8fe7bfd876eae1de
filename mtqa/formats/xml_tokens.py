"""XML to tokens that know where they stand in the file, by expat: no DTD, no entities of the file's own, no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.parsers import expat

from mtqa.core.errors import InputError

__all__ = ["Token", "tokens"]

_DEEPEST = 200  # open elements
_AT_ONCE, _MOST_AT_ONCE = 2**16, 2**20  # characters


class Token(NamedTuple):
    """A run of characters of the file.

    Attributes:
        kind: ``start`` or ``end`` of an element, ``text``, ``cdata`` (text inside a CDATA section), or ``other``.
        start, end: offsets in the file; an empty element's end token is empty.
        name: of the element: its namespace, a space, its local name.
        attributes: likewise named, of a start token.
    """

    kind: str
    start: int
    end: int
    name: str = ""
    attributes: Mapping[str, str] = {}


def tokens(content: str, uri: str, *, doctype: str = "") -> Iterator[Token]:
    """All tokens of ``content`` up to its last tag, in order.

    Args:
        content: the file.
        uri: its name, for errors.
        doctype: of which it may be. What that is, is never looked up, and entities that it may define are refused.

    Raises:
        InputError: ``content`` is not well-formed, has another DOCTYPE or one with declarations, or elements nested
            deeper than 200.
    """
    lexer = _Lexer(content, uri, doctype)
    start, count = 0, _AT_ONCE
    while start < len(content):
        lexer.heard = False
        lexer.feed(content[start : start + count], final=start + count >= len(content))
        yield from lexer.ready
        lexer.ready.clear()
        start += count
        count = _AT_ONCE if lexer.heard else min(2 * count, _MOST_AT_ONCE)  # expat reads a tag anew until it ends


class _Lexer:
    """Expat says where a token begins; it ends where the next one begins."""

    def __init__(self, content: str, uri: str, doctype: str) -> None:
        self.ready: list[Token] = []
        self.heard = False  # of anything new
        self._uri, self._known = uri, doctype
        self._raw = None if content.isascii() else content.encode()
        self._bytes = self._chars = 0
        self._depth = 0
        self._text = "text"
        self._open: Token | None = None
        parser = self._parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = lambda _: self._next(self._text)
        parser.StartCdataSectionHandler = lambda: self._cdata("cdata")
        parser.EndCdataSectionHandler = lambda: self._cdata("text")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.SkippedEntityHandler = self._skipped
        parser.DefaultHandler = lambda _: self._next("other")

    def feed(self, content: str, *, final: bool) -> None:
        try:
            self._parser.Parse(content, final)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise InputError(
                self._uri, f"not well-formed XML at line {error.lineno} ({reason}); repair it, or export it again"
            ) from None

    def _next(self, kind: str, name: str = "", attributes: Mapping[str, str] | None = None) -> None:
        last, self.heard = self._open, True
        if last is not None and last.kind == kind and kind in ("text", "cdata"):
            return
        at = self._at()
        if last is not None:
            self.ready.append(last._replace(end=at))
        self._open = Token(kind, at, at, name, attributes or {})

    def _at(self) -> int:
        here = self._parser.CurrentByteIndex
        if self._raw is None:
            return here
        self._chars += len(self._raw[self._bytes : here].decode())
        self._bytes = here
        return self._chars

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InputError(self._uri, f"elements nested deeper than {_DEEPEST} levels; flatten them")
        self._next("start", name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._next("end", name)

    def _cdata(self, inside: str) -> None:
        self._next("other")
        self._text = inside

    def _doctype(self, name: str, _system: str | None, _public: str | None, declares: bool) -> None:
        if name != self._known or declares:
            raise InputError(self._uri, "it has a DOCTYPE, which may define entities; remove it")

    def _skipped(self, name: str, _: bool) -> None:
        raise InputError(self._uri, f"the entity '{name[:40]}' is not one of XML's own; write the character itself")
