"""HTML to blocks of characters that know where they stand in the file; any input is read, in linear time."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece, settled
from mtqa.formats.html_tokens import Elements, tokens

__all__ = ["CODE", "HtmlBlock", "HtmlReader", "blocks_of", "declared_language"]

CODE = ("code", "kbd", "samp", "var", "tt")
"""The elements whose text is no prose."""


_CHARACTERS = re.compile(
    r"(?P<space>\r\n|[^\S\xa0])(?:[^\S\xa0]*)|(?P<entity>&(?:\#[0-9]{1,8}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,40});?)"
    r"|(?P<plain>(?:[^&\s]|\xa0)+|&)"
)
_LANGUAGE = re.compile(
    r"<html\b[^<>]{0,2000}?\blang\s*=\s*(?:\"([^\"<>]{0,99})\"|'([^'<>]{0,99})'|([^\s\"'<>]{1,99}))", re.IGNORECASE
)
_OUTSIDE = ("nav", "footer", "aside", "menu", "dialog")
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
        outside: the element that it lies in, where that is navigation, a footer or the like; else empty.
        furniture: the ordinal of the innermost element around it that calls itself no part of an article, or 0.
        section: the ordinal of the innermost element around it that holds paragraphs, or 0.
        linked: how many of its letters and digits are links.
    """

    element: str
    outside: str
    furniture: int = 0
    section: int = 0
    linked: int = 0
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
    """The language that the page's ``html`` element names."""
    found = _LANGUAGE.search(content)
    return found[found.lastindex] if found and found.lastindex else None


def blocks_of(content: str, language: str | None) -> list[HtmlBlock]:
    """The blocks of readable text of a page in ``language``, if that is known; in order."""
    reader = HtmlReader(Elements(language))
    reader.feed(content)
    return reader.blocks


class HtmlReader:
    """Reads HTML, in one part or in several that stay inside the elements that the earlier ones left open."""

    def __init__(self, elements: Elements) -> None:
        self.blocks: list[HtmlBlock] = []
        self._pieces: list[Piece] = []
        self._linked = 0
        self._elements = elements

    def feed(self, content: str) -> None:
        """Reads ``content``; the offsets of its pieces count from its begin."""
        for found in tokens(content):
            if found["text"]:
                self._text(content, *found.span())
            elif name := (found["name"] or "").lower():
                if found["close"]:
                    self._close(name)
                else:
                    self._start(name, found["attributes"], Span(*found.span()))
        self._flush()

    def _start(self, name: str, attributes: str, place: Span) -> None:
        if name == "br":
            if self._elements.hidden:
                return
            if self._pieces and self._pieces[-1].text == "\n" and self._pieces[-1].at is None:
                self._flush()  # two in a row part paragraphs
            else:
                gone, language = self._elements.deleted, self._elements.language
                self._pieces.append(Piece("\n", None, spelled=place, gone=gone, language=language))
            return
        if name in _BLOCKS:
            self._flush()
        if name in _CLOSED_BY_NEXT.get(self._elements.innermost, ()):
            self._elements.pop()
        self._elements.open(name, attributes)

    def _close(self, name: str) -> None:
        if name in _BLOCKS:
            self._flush()
        self._elements.close(name)

    def _text(self, content: str, start: int, end: int) -> None:
        if self._elements.hidden:
            return
        code, linked, gone = self._elements.among(*CODE), self._elements.among("a"), self._elements.deleted
        language = self._elements.language
        for found in _CHARACTERS.finditer(content, start, end):
            if space := found["space"]:
                if self._pieces and (not self._pieces[-1].text[-1].isspace() or self._pieces[-1].gone != gone):
                    self._pieces.append(Piece(space, found.start(), gone=gone, language=language))
                continue
            words, place = found[0], found.start()
            if found["entity"]:
                words = html.unescape(words)
                if not words:  # a reference to a control character stands for nothing
                    continue
            if words == found[0]:
                self._pieces.append(Piece(words, place, code, None, gone, language))
            else:
                self._pieces.append(Piece(words, None, code, Span(*found.span()), gone, language))
            if linked and not gone:
                self._linked += sum(map(str.isalnum, words))

    def _flush(self) -> None:
        pieces = settled(self._pieces)
        if any(not piece.text.isspace() for piece in pieces):
            among = self._elements.among
            element = next((name for name in _OWN_KIND if among(name)), "p")
            block = HtmlBlock(
                element,
                next((name for name in _OUTSIDE if among(name)), ""),
                self._elements.furniture,
                self._elements.section,
                self._linked,
                pieces,
            )
            self.blocks.append(block)
        self._pieces, self._linked = [], 0
