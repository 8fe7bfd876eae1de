"""HTML to blocks of characters that know where they stand in the file; any input is read, in linear time."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.html_tokens import Elements, tokens

__all__ = ["HtmlBlock", "blocks_of", "declared_language"]

_CHARACTERS = re.compile(
    r"(?P<space>\r\n|[^\S\xa0])(?:[^\S\xa0]*)|(?P<entity>&(?:\#[0-9]{1,8}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,40});?)"
    r"|(?P<plain>(?:[^&\s]|\xa0)+|&)"
)
_LANGUAGE = re.compile(r"<html\b[^>]{0,2000}?\blang\s*=\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\b", re.IGNORECASE)
_OUTSIDE = ("nav", "footer", "aside", "menu", "dialog")
_CODE = ("code", "kbd", "samp", "var", "tt")
_BLOCKS = frozenset(
    (  # noqa: SIM905
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol option p pre search "
        "section summary table tbody td tfoot th thead tr ul"
    ).split()
)
_OWN_KIND = ("h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "caption", "li", "dd", "dt", "th", "td", "blockquote")
_CLOSED_BY_NEXT = {"p": _BLOCKS, "li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}, "td": {"td", "th", "tr"}}


@dataclass(slots=True)
class HtmlBlock:
    """Characters between two block-level tags.

    Attributes:
        element: the innermost open element that says what the block is, or ``"p"``.
        outside: whether it lies in navigation, a footer or the like.
    """

    element: str
    outside: bool
    pieces: list[Piece] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def letters(self) -> str:
        """Its letters and digits alone."""
        return "".join(filter(str.isalnum, self.text))


def declared_language(content: str) -> str | None:
    """The BCP 47 tag that the page's ``html`` element declares."""
    found = _LANGUAGE.search(content)
    return found[1] if found else None


def blocks_of(content: str) -> list[HtmlBlock]:
    """The blocks of readable text, in order."""
    reader = _Reader()
    for found in tokens(content):
        if found["text"]:
            reader.text(content, *found.span())
        elif name := (found["name"] or "").lower():
            if found["close"]:
                reader.close(name)
            else:
                reader.open(name, found["attributes"])
    reader.flush()
    return reader.blocks


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[HtmlBlock] = []
        self._pieces: list[Piece] = []
        self._elements = Elements()

    def open(self, name: str, attributes: str) -> None:
        if name == "br":
            if self._pieces and self._pieces[-1].text == "\n" and self._pieces[-1].at is None:
                self.flush()  # two in a row part paragraphs
            else:
                self._pieces.append(Piece("\n", None))
            return
        if name in _BLOCKS:
            self.flush()
        if name in _CLOSED_BY_NEXT.get(self._elements.innermost, ()):
            self._elements.pop()
        self._elements.open(name, attributes)

    def close(self, name: str) -> None:
        if name in _BLOCKS:
            self.flush()
        self._elements.close(name)

    def text(self, content: str, start: int, end: int) -> None:
        if self._elements.hidden:
            return
        code = self._elements.among(*_CODE)
        for found in _CHARACTERS.finditer(content, start, end):
            if space := found["space"]:
                if self._pieces and not self._pieces[-1].text[-1].isspace():
                    self._pieces.append(Piece(space, found.start()))
            elif entity := found["entity"]:
                plain = html.unescape(entity)
                if plain == entity:
                    self._pieces.append(Piece(plain, found.start(), code))
                else:
                    self._pieces.append(Piece(plain, None, code, Span(*found.span())))
            else:
                self._pieces.append(Piece(found["plain"], found.start(), code))

    def flush(self) -> None:
        if any(not piece.text.isspace() for piece in self._pieces):
            element = next((name for name in _OWN_KIND if self._elements.among(name)), "p")
            outside = self._elements.among(*_OUTSIDE)
            self.blocks.append(HtmlBlock(element, outside, self._pieces))
        self._pieces = []
