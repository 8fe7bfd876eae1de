"""HTML to blocks of characters that know where they stand in the file; any input is read, in linear time."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field

from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece

__all__ = ["HtmlBlock", "blocks_of", "declared_language"]

_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z) | <[!?][^>]{0,4000}>
    | <(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]{0,60})(?P<attributes>(?:[^<>"']|"[^"]*"|'[^']*'){0,4000})>
    | (?P<text>[^<]+|<[^<]*)""",
    re.VERBOSE | re.DOTALL,
)
_CHARACTERS = re.compile(
    r"(?P<space>\r\n|[^\S\xa0])(?:[^\S\xa0]*)|(?P<entity>&(?:\#[0-9]{1,8}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,40});?)"
    r"|(?P<plain>(?:[^&\s]|\xa0)+|&)"
)
_LANGUAGE = re.compile(r"<html\b[^>]{0,2000}?\blang\s*=\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\b", re.IGNORECASE)
_HIDDEN = re.compile(r"(?:^|\s)hidden(?:\s|=|/|$)", re.IGNORECASE)
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNREAD = {  # by element: its end; what is inside is no text, nor markup
    name: re.compile(rf"</{name}\b[^>]*>|\Z", re.IGNORECASE)
    for name in (
        "script",
        "style",
        "textarea",
        "title",
        "xmp",
        "iframe",
        "noembed",
        "noframes",
        "svg",
        "math",
        "template",
    )
}
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_NO_PROSE = frozenset("pre select option button noscript object audio video canvas datalist head".split())  # noqa: SIM905
_OUTSIDE = frozenset("nav footer aside menu dialog".split())  # noqa: SIM905
_CODE = frozenset("code kbd samp var tt".split())  # noqa: SIM905
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
    at = 0
    while found := _TOKEN.match(content, at):
        at = found.end()
        if found["text"]:
            reader.text(content, found.start(), at)
        elif name := (found["name"] or "").lower():
            if found["close"]:
                reader.close(name)
            elif name in _UNREAD:
                if not found["attributes"].endswith("/"):
                    end = _UNREAD[name].search(content, at)
                    at = end.end() if end else len(content)
            else:
                reader.open(name, found["attributes"])
    reader.flush()
    return reader.blocks


def _is_hidden(attributes: str) -> bool:
    # The word "hidden" inside a value, as of title or class, hides nothing.
    return bool(_NOT_DISPLAYED.search(attributes) or _HIDDEN.search(_VALUE.sub('""', attributes)))


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[HtmlBlock] = []
        self._pieces: list[Piece] = []
        self._open: list[tuple[str, bool]] = []  # element, whether hidden
        self._count: Counter[str] = Counter()
        self._hidden = 0

    def open(self, name: str, attributes: str) -> None:
        if name == "br":
            if self._pieces and self._pieces[-1].text == "\n" and self._pieces[-1].at is None:
                self.flush()  # two in a row part paragraphs
            else:
                self._pieces.append(Piece("\n", None))
            return
        if name in _BLOCKS:
            self.flush()
        if self._open and name in _CLOSED_BY_NEXT.get(self._open[-1][0], ()):
            self._pop()
        if name in _VOID or attributes.endswith("/"):
            return
        hidden = name in _NO_PROSE or _is_hidden(attributes)
        self._open.append((name, hidden))
        self._count[name] += 1
        self._hidden += hidden

    def close(self, name: str) -> None:
        if name in _BLOCKS:
            self.flush()
        if self._count[name]:
            while self._pop() != name:
                pass

    def text(self, content: str, start: int, end: int) -> None:
        if self._hidden:
            return
        code = any(map(self._count.__getitem__, _CODE))
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
            element = next((name for name in _OWN_KIND if self._count[name]), "p")
            outside = any(self._count[name] for name in _OUTSIDE)
            self.blocks.append(HtmlBlock(element, outside, self._pieces))
        self._pieces = []

    def _pop(self) -> str:
        name, hidden = self._open.pop()
        self._count[name] -= 1
        self._hidden -= hidden
        return name
