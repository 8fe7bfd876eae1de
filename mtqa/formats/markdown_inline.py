"""A paragraph of Markdown to its readable characters, each with its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from mtqa.core.documents import Comment
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.html_blocks import CODE
from mtqa.formats.html_tokens import Elements, comments_in

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["Lines", "is_only_image", "read_inline"]

_LINE_END = re.compile(r"\r\n|\n|\r")
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_TARGET = re.compile(r"\](?:\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|\[[^\]]*\])?", re.DOTALL)
_IMAGE = re.compile(rf"!\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*{_TARGET.pattern}", re.DOTALL)


def is_only_image(token: Token) -> bool:
    """Whether an inline token is one image."""
    children = [child for child in token.children or () if child.type != "text" or child.content.strip()]
    return len(children) == 1 and children[0].type == "image"


class Lines:
    """The lines of the file, by number, and where table cells were found so far."""

    def __init__(self, content: str) -> None:
        ends = list(_LINE_END.finditer(content))
        self.starts = [0, *(end.end() for end in ends)]
        self.stops = [*(end.start() for end in ends), len(content)]
        self.content = content
        self._number = -1
        self._found = self._stop = 0  # in that line: where the last words end, and the line without white space

    def place(self, number: int, words: str) -> int | None:
        """Where ``words`` begin in the line; each further call for one line looks behind the last."""
        if self._number != number:
            self._number, self._found = number, self.starts[number]
            line = self.content[self._found : self.stops[number]]
            self._stop = self._found + len(line.rstrip())
        # Words end their line, but for the closing marks of a heading or a table's next cell.
        if self.content.endswith(words, self._found, self._stop):
            at = self._stop - len(words)
        else:
            at = self.content.find(words, self._found, self.stops[number])
        if at < 0:  # the pipes of a cell are escaped
            escaped = words.replace("|", "\\|")
            passed = self.content.find(escaped, self._found, self.stops[number])
            self._found = max(self._found, passed + len(escaped)) if passed >= 0 else self._found
            return None
        self._found = at + len(words)
        return at


class _Source:
    """The source of an inline token, read from left to right, and where each of its lines stands in the file."""

    def __init__(self, token: Token, lines: Lines) -> None:
        self.text = token.content
        self.at = 0
        self._flat = self.text.replace("\n", " ")  # as code spans have it
        self._lines = lines
        self._first = token.map[0] if token.map else 0
        words = self.text.split("\n")
        self._starts = list(accumulate((len(line) + 1 for line in words), initial=0))[:-1]
        self._bases = [
            lines.place(number, line) if number < len(lines.starts) else None
            for number, line in enumerate(words, start=self._first)
        ]

    def find(self, words: str) -> int | None:
        """Where ``words`` come next, which are passed."""
        found = self._flat.find(words.replace("\n", " "), self.at)
        if found < 0:
            return None
        self.at = found + len(words)
        return found

    def place(self, at: int, words: str) -> int | None:
        """Where ``words``, found at ``at``, stand in the file; None if not as they are."""
        row = bisect_right(self._starts, at) - 1
        base = self._bases[row]
        place = None if base is None else base + at - self._starts[row]
        return place if place is not None and self._lines.content.startswith(words, place) else None

    def nearest(self, at: int) -> int:
        """The place in the file of what stands at ``at``, or else of its line."""
        row = bisect_right(self._starts, at) - 1
        base = self._bases[row]
        return self._lines.starts[self._first + row] if base is None else base + at - self._starts[row]

    def extent(self, start: int, length: int) -> Span:
        """As ``nearest``, of a span."""
        low = self.nearest(start)
        return Span(low, max(low, self.nearest(start + length - 1) + 1))

    def line_end(self) -> Piece:
        """Passes the end of a line."""
        self.at = self.text.find("\n", self.at) + 1 or self.at
        row = self._first + max(bisect_right(self._starts, self.at) - 1, 1)
        stop = self._lines.stops[row - 1]
        return Piece(self._lines.content[stop : self._lines.starts[row]], stop)

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Passes the next match of ``pattern``, if there is one."""
        if found := pattern.search(self.text, self.at):
            self.at = found.end()


def read_inline(token: Token, lines: Lines, elements: Elements) -> tuple[list[list[Piece]], list[Comment]]:
    """The readable characters of an inline token, in the parts that empty lines of HTML make of it, and its comments.
    What it opens of ``elements`` is closed."""
    reader = _Reader(_Source(token, lines), elements)
    children = token.children or ()
    if is_only_image(token):
        children = [image for child in children for image in child.children or ()]
    elements.open("p")
    for child in children:
        reader.read(child)
    elements.close("p")
    return reader.parts, reader.comments


class _Reader:
    def __init__(self, source: _Source, elements: Elements) -> None:
        self.parts: list[list[Piece]] = [[]]
        self.comments: list[Comment] = []
        self._source = source
        self._elements = elements
        self._deleted = 0

    def read(self, child: Token) -> None:
        source = self._source
        match child.type:
            case "softbreak" | "hardbreak":
                end = source.line_end()
                if not self._at_break():
                    self._add(end)
            case "link_close" if child.info != "auto":
                source.skip(_TARGET)
            case "image":
                source.skip(_IMAGE)
                self._add(Piece(child.content, None, gone=True))
            case "s_open" | "s_close":
                self._deleted += child.nesting
            case "text" | "code_inline" if child.content:
                found, words = source.find(child.content), child.content
                place = None if found is None else source.place(found, words)
                self._add(Piece(words, place, child.type == "code_inline" or self._elements.among(*CODE)))
            case "text_special":
                found = source.find(child.markup)
                place = None if found is None else source.place(found, child.markup)
                spelled = None if place is None else Span(place, place + len(child.markup))
                self._add(Piece(child.content, None, spelled=spelled))
            case "html_inline":
                self._html(child.content)

    def _add(self, piece: Piece) -> None:
        if self._elements.hidden:
            piece = Piece("", None, gone=True)
        elif self._deleted or self._elements.deleted:
            piece = piece._replace(gone=True)
        elif language := self._elements.language:
            piece = piece._replace(language=language)
        self.parts[-1].append(piece)

    def _at_break(self) -> bool:
        part = self.parts[-1]
        return bool(part) and part[-1].text == "\n" and part[-1].at is None

    def _html(self, words: str) -> None:
        start = self._source.find(words) or 0
        for comment in comments_in(words, self._elements):
            place = self._source.extent(start + comment.span.start, len(comment.span))
            self.comments.append(Comment(place, comment.text))
        if not _BREAK.fullmatch(words):
            self._add(Piece("", None, gone=True))
        elif self._at_break():
            self.parts.append([])  # two in a row part paragraphs
        else:
            self._add(Piece("\n", None, spelled=self._source.extent(start, len(words))))
