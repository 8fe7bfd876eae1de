"""HTML as tags, text and comments, and the elements that are open; any input is read, in linear time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from mtqa.core.documents import NO_LANGUAGE, Comment
from mtqa.core.spans import Span
from mtqa.core.tags import primary
from mtqa.formats.html_furniture import is_furniture
from mtqa.formats.languages import language_tag

__all__ = ["Elements", "comments_in", "tokens"]

_TOKEN = re.compile(
    r"""<!--(?:-?> | (?P<comment>.*?)(?:--!?>|(?P<unclosed>\Z)))
    | <[!?][^>]{0,4000}>
    | <(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]{0,60})(?P<attributes>(?:[^<>"']|"[^"]*"|'[^']*'){0,4000})>
    | (?P<text>[^<]+|<[!?][^>]{4001}|<[!?][^>]{0,4000}\Z|<[^<]*)""",
    re.VERBOSE | re.DOTALL,
)
_HIDDEN = re.compile(r"(?:^|\s)hidden(?:\s|=|/|$)", re.IGNORECASE)
_MARKS = re.compile(r"""(?:epub:type|role)\s*=\s*["'][^"']*\b(?:noteref|pagebreak|backlink)\b""", re.IGNORECASE)
"""Numbers of notes and of pages, and ways back, which are no words of the sentence that they stand in."""
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNREAD = {  # by element: its end; what is inside is no text, nor markup
    name: re.compile(rf"</{name}\b[^>]*(?:>|\Z)|\Z", re.IGNORECASE)
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
_NO_PROSE = frozenset("pre select option button noscript object audio video canvas datalist head rp rt".split())  # noqa: SIM905
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "summary")
_TONGUE = re.compile(
    r"""(?<![^\s"'/])(?:xml:)?(?:(?P<what>lang)|translate)\s*=\s*["']?(?P<value>[^\s"'>]*)|(?P<kept>\bnotranslate\b)""",
    re.IGNORECASE,
)
_DELETED = frozenset(("del", "s", "strike"))
_PAGE = frozenset(("html", "body"))
_SECTIONS = frozenset(("html", "body", "main", "article", "section", "div"))


def tokens(html: str) -> Iterator[re.Match[str]]:
    """The comments, tags and pieces of text of ``html``, by their groups: ``comment`` (``unclosed`` where it has no
    end), ``name`` with ``attributes`` or ``close``, ``text``. Elements whose content is neither are passed over."""
    at = 0
    while found := _TOKEN.match(html, at):
        at = found.end()
        unread = _UNREAD.get((found["name"] or "").lower())
        if unread is None:
            yield found
        elif not found["close"] and not found["attributes"].endswith("/"):
            end = unread.search(html, at)
            at = end.end() if end else len(html)


class _Open(NamedTuple):
    """An open element; ``furniture`` and ``section`` number the innermost such element, itself included. ``language``
    as of ``Elements``."""

    name: str
    hidden: bool
    furniture: int
    section: int
    language: str


class Elements:
    """The open elements, by the tags that were read, of a page in the language ``own``, if that is known."""

    def __init__(self, own: str | None = None) -> None:
        self._own = primary(own or "")
        self._open: list[_Open] = []
        self._count: Counter[str] = Counter()
        self._hidden = self._deleted = self._ordinal = 0

    def copy(self) -> Elements:
        """The same elements, for another reader."""
        other = Elements(self._own)
        other._open, other._count = list(self._open), Counter(self._count)
        other._hidden, other._deleted, other._ordinal = self._hidden, self._deleted, self._ordinal
        return other

    @property
    def innermost(self) -> str:
        """The one opened last; empty if none is open."""
        return self._open[-1].name if self._open else ""

    @property
    def hidden(self) -> bool:
        """Whether what stands here is not shown, or no prose."""
        return self._hidden > 0

    @property
    def deleted(self) -> bool:
        """Whether what stands here is marked as deleted."""
        return self._deleted > 0

    @property
    def furniture(self) -> int:
        """The ordinal of the innermost element that calls itself no part of an article; 0 if there is none."""
        return self._open[-1].furniture if self._open else 0

    @property
    def section(self) -> int:
        """The ordinal of the innermost element that holds paragraphs; 0 if there is none."""
        return self._open[-1].section if self._open else 0

    @property
    def language(self) -> str:
        """The BCP 47 tag of a different language from the page's that what stands here is declared to be in, or zxx
        where it is not to be translated; empty where it is neither."""
        return self._open[-1].language if self._open else ""

    def among(self, *names: str) -> bool:
        """Whether an element of one of these names is open."""
        return any(map(self._count.__getitem__, names))

    def open(self, name: str, attributes: str = "") -> None:
        """Reads an opening tag."""
        if name in _VOID or attributes.endswith("/"):
            return
        # The word "hidden" inside a value, as of title or class, hides nothing.
        folds = name == "button" and any(self._count[heading] for heading in _HEADINGS)  # what is below it
        hidden = (name in _NO_PROSE and not folds) or bool(
            _NOT_DISPLAYED.search(attributes)
            or _MARKS.search(attributes)
            or _HIDDEN.search(_VALUE.sub('""', attributes))
        )
        self._ordinal += 1
        furniture = self._ordinal if is_furniture(name, attributes) else self.furniture
        section = self._ordinal if name in _SECTIONS else self.section
        language = self._language(name, attributes) if attributes else self.language
        self._open.append(_Open(name, hidden, furniture, section, language))
        self._count[name] += 1
        self._hidden += hidden
        self._deleted += name in _DELETED

    def _language(self, name: str, attributes: str) -> str:
        """The language of an element that is opened. What a page says of itself as a whole is for browsers, which offer
        to translate it."""
        language, lower = self.language, attributes.lower()
        if name in _PAGE or not ("lang" in lower or "translate" in lower):
            return language
        for found in _TONGUE.finditer(attributes):
            if found["kept"] or (not found["what"] and found["value"].lower() == "no"):
                return NO_LANGUAGE
            if not found["what"]:
                language = ""
            elif language != NO_LANGUAGE:
                tag = language_tag(found["value"])
                if tag or not found["value"]:
                    language = tag if tag and primary(tag) != self._own else ""
        return language

    def close(self, name: str) -> None:
        """Reads a closing tag: it closes all that is open inside the element, and nothing if that is not open."""
        if self._count[name]:
            while self.pop() != name:
                pass

    def pop(self) -> str:
        """Closes the innermost element, and says which that was."""
        closed = self._open.pop()
        self._count[closed.name] -= 1
        self._hidden -= closed.hidden
        self._deleted -= closed.name in _DELETED
        return closed.name


def comments_in(html: str, elements: Elements) -> Iterator[Comment]:
    """The closed comments outside code, in order; their spans are of ``html``. Elements that it leaves open stay open
    in ``elements``."""
    for found in tokens(html):
        if name := (found["name"] or "").lower():
            if found["close"]:
                elements.close(name)
            else:
                elements.open(name, found["attributes"])
        elif found["comment"] is not None and found["unclosed"] is None and not elements.among("code", "pre"):
            yield Comment(Span(*found.span()), found["comment"])
