"""The HTML comments of a Markdown file, as CommonMark reads it: none in code, in linear time.

A line scanner keeps the open quotes and list items and the open leaf block; paragraphs go to the inline scanner, raw HTML
to that of ``ignore_html``. The parser itself belongs to the formats; the tests compare the two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from mtqa.gate.ignore_html import HtmlComments
from mtqa.gate.ignore_inline import inline_comments

__all__ = ["markdown_comments"]

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_FRONT_MATTER = re.compile(
    r"(-{3,}+)[^\r\n]*(?:\r\n|\n|\r)(?s:.*?)(?<=[\r\n])[ ]{0,3}(?:\1-*|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)"
)
_BULLET = re.compile(r"[-+*](?=[ \t]|$)")
_ORDINAL = re.compile(r"(\d{1,9})[.)](?=[ \t]|$)")
_RULE = re.compile(r"(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,})$")
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_FENCE = re.compile(r"`{3,}+(?=[^`]*$)|~{3,}+")
_BLOCK_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|"
    "fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|"
    "menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|"
    "track|ul"
)
_BLANK = re.compile(r"$^")  # no line with words ends such a block
_HTML = (  # how a block begins and ends
    (re.compile(r"<(?:script|pre|style|textarea)(?=[\s>]|$)", re.I), re.compile(r"</(?:script|pre|style|textarea)>", re.I)),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(rf"</?(?:{_BLOCK_NAMES})(?=\s|/?>|$)", re.I), _BLANK),
)
_ATTRIBUTE = r"""(?:[ \t]++[a-zA-Z_:][\w:.-]*+(?:[ \t]*+=[ \t]*+(?:[^"'=<>`\s]++|'[^']*+'|"[^"]*+"))?)"""
_TAG_ALONE = re.compile(rf"(?:<[A-Za-z][A-Za-z0-9-]*+{_ATTRIBUTE}*+[ \t]*+/?>|</[A-Za-z][A-Za-z0-9-]*+[ \t]*+>)[ \t]*$")
_DEEPEST = 100  # open quotes and list items; what lies deeper is read as text
_QUOTE = -1


@dataclass(slots=True)
class _Leaf:
    """The open block of text: ``kind`` is text, html, fence, indented, or empty for none."""

    kind: str = ""
    end: re.Pattern[str] = _BLANK
    pieces: list[tuple[int, str]] = field(default_factory=list)


class _Line:
    """One line of the file and how much of its indentation is used up. Columns count from 0, a tab goes to the next
    multiple of 4."""

    __slots__ = ("_stop", "at", "column", "indent", "start", "words")

    def __init__(self, words: str, start: int) -> None:
        self.words, self.start = words, start
        self.column = self._stop = self.at = self.indent = 0
        self._skip()

    def _skip(self) -> None:
        while self.at < len(self.words) and self.words[self.at] in " \t":
            self._stop += 4 - self._stop % 4 if self.words[self.at] == "\t" else 1
            self.at += 1
        self.indent = self._stop - self.column

    @property
    def blank(self) -> bool:
        return self.at == len(self.words)

    def advance(self, columns: int) -> None:
        """Uses up so much of the indentation."""
        self.column += columns
        self.indent -= columns

    def take(self, characters: int) -> None:
        """Passes a mark and finds the next character that is not white space."""
        self.at += characters
        self._stop += characters
        self.column = self._stop
        self._skip()


def markdown_comments(content: str) -> Iterator[tuple[int, int, str]]:
    """``(start, end, words)`` of each closed comment outside code, in order; ``words`` without the marks."""
    front = _FRONT_MATTER.match(content)
    scanner = _Scanner()
    for found in _LINE.finditer(content, front.end() if front else 0):
        yield from scanner.line(_Line(found[1], found.start()))
    yield from scanner.flush()


class _Scanner:
    def __init__(self) -> None:
        self._stack: list[int] = []  # quotes, and the indentation that each list item asks for
        self._hollow = False  # whether the innermost list item has no words yet
        self._leaf = _Leaf()
        self._html = HtmlComments()

    def line(self, line: _Line) -> Iterator[tuple[int, int, str]]:
        """What ends with this line."""
        matched = self._matched(line)
        leaf = self._leaf
        if matched == len(self._stack) and leaf.kind in ("fence", "html"):
            if not (leaf.kind == "html" and leaf.end is _BLANK and line.blank):
                self._continue(line)
                if not leaf.kind:
                    yield from self.flush()
                return
            yield from self.flush()
        if line.blank:
            if self._leaf.kind != "indented":
                yield from self.flush()
            if self._hollow and matched == len(self._stack):
                matched -= 1
            if matched < len(self._stack):
                yield from self.flush()
            self._close(matched)
            return
        if matched < len(self._stack) and leaf.kind != "text":
            yield from self.flush()
        opened = self._containers(line, matched)
        if opened:
            yield from self.flush()
            self._close(matched)
            self._stack += opened
            self._hollow = line.blank
            if line.blank:
                return
        else:
            begun = self._begin(line, lazy=matched < len(self._stack))
            if self._leaf.kind == "text" and begun is None:
                self._leaf.pieces.append((line.start + line.at, line.words[line.at :]))
                if matched == len(self._stack) and line.indent < 4 and _UNDERLINE.match(line.words, line.at):
                    yield from self.flush()
                return
            if self._leaf.kind == "indented" and begun is not None and begun.kind == "indented":
                return
            yield from self.flush()
            self._close(matched)
        self._hollow = False
        self._leaf = self._begin(line, lazy=False) or _Leaf("text", pieces=[(line.start + line.at, line.words[line.at :])])
        if self._leaf.kind == "html":
            self._continue(line)
        if not self._leaf.kind or _HEADING.match(line.words, line.at):
            yield from self.flush()

    def flush(self) -> Iterator[tuple[int, int, str]]:
        """Ends the open leaf."""
        raise NotImplementedError
