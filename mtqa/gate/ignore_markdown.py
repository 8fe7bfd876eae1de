"""The HTML comments of a Markdown file, as CommonMark reads it: none in code, in linear time.

A line scanner keeps the open quotes and list items and the open leaf block; paragraphs go to the inline scanner, raw
HTML to that of ``ignore_html``. The parser itself belongs to the formats; the tests compare the two.
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
_ITEM = re.compile(r"(?:[-+*]|(?P<number>[0-9]{1,9})[.)])(?=[ \t]|$)")
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
    (
        re.compile(r"<(?:script|pre|style|textarea)(?=[\s>]|$)", re.I),
        re.compile(r"</(?:script|pre|style|textarea)>", re.I),
    ),
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
    """The open block: ``kind`` is text, html, fence, indented, heading (ends with its line), or empty for none."""

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

    def quote(self) -> None:
        """Passes a quote's mark and the one column of white space that belongs to it."""
        self.take(1)
        if self.indent:
            self.advance(1)


def markdown_comments(content: str) -> Iterator[tuple[int, int, str]]:
    """``(start, end, words)`` of each closed comment outside code, in order; ``words`` without the marks."""
    front = _FRONT_MATTER.match(content)
    blocks = _Blocks()
    for found in _LINE.finditer(content, front.end() if front else 0):
        blocks.add(_Line(found[1], found.start()))
        yield from blocks.take()
    blocks.close()
    yield from blocks.take()


class _Blocks:
    def __init__(self) -> None:
        self._stack: list[int] = []  # quotes, and the indentation that each list item asks for
        self._hollow = False  # whether the innermost one is a list item without words so far
        self._leaf = _Leaf()
        self._html = HtmlComments()
        self._found: list[tuple[int, int, str]] = []

    def take(self) -> list[tuple[int, int, str]]:
        """What was found since the last call."""
        found, self._found = self._found, []
        return found

    def add(self, line: _Line) -> None:
        matched = self._matched(line)
        if matched < len(self._stack) and self._leaf.kind != "text":
            self.close()
        leaf = self._leaf
        if leaf.kind == "fence":
            if line.indent < 4 and leaf.end.match(line.words, line.at):
                self._leaf = _Leaf()
            return
        if leaf.kind == "html" and not (line.blank and leaf.end is _BLANK):
            self._append(line)
            return
        if line.blank:
            self.close()
            del self._stack[matched - self._hollow if matched == len(self._stack) else matched :]
            self._hollow = False
            return
        opened = self._containers(line, matched)
        if opened:
            self.close()
            self._stack[matched:] = opened
            matched = len(self._stack)
        self._hollow = line.blank
        if line.blank:
            return
        begun = self._begin(line)
        if begun is None and self._leaf.kind == "text":
            self._append(line)
            if matched == len(self._stack) and line.indent < 4 and _UNDERLINE.match(line.words, line.at):
                self.close()
            return
        self.close()
        del self._stack[matched:]
        self._leaf = begun or _Leaf("text")
        self._append(line)

    def close(self) -> None:
        """Ends the open leaf and reads it."""
        leaf, self._leaf = self._leaf, _Leaf()
        if leaf.kind not in ("text", "heading", "html"):
            return
        text = "\n".join(words for _, words in leaf.pieces)
        if "<" not in text:
            return
        begins = [0]
        for _, words in leaf.pieces:
            begins.append(begins[-1] + len(words) + 1)
        comments = self._html.read(text) if leaf.kind == "html" else inline_comments(text, self._html)
        for start, end, words in comments:
            first, last = (bisect_right(begins, at) - 1 for at in (start, end - 1))
            self._found.append(
                (
                    leaf.pieces[first][0] + start - begins[first],
                    leaf.pieces[last][0] + end - begins[last],
                    words,
                )
            )

    def _matched(self, line: _Line) -> int:
        """How many of the open containers the line goes on with."""
        for number, container in enumerate(self._stack):
            if container == _QUOTE:
                if line.blank or line.indent > 3 or line.words[line.at] != ">":
                    return number
                line.quote()
            elif not line.blank:
                if line.indent < container:
                    return number
                line.advance(container)
        return len(self._stack)

    def _containers(self, line: _Line, matched: int) -> list[int]:
        """The quotes and list items that begin in the line."""
        goes_on = self._leaf.kind == "text" and matched == len(self._stack)
        opened: list[int] = []
        while not line.blank and line.indent < 4 and matched + len(opened) < _DEEPEST:
            if line.words[line.at] == ">":
                line.quote()
                opened.append(_QUOTE)
                continue
            mark = _ITEM.match(line.words, line.at)
            if not mark or _RULE.match(line.words, line.at):
                break
            if goes_on and not opened and (mark["number"] not in (None, "1") or not line.words[mark.end() :].strip()):
                break  # such an item cannot interrupt a paragraph
            width = line.indent + len(mark[0])
            line.take(len(mark[0]))
            gap = line.indent if not line.blank and line.indent < 5 else 1
            line.advance(gap)
            opened.append(width + gap)
        return opened

    def _begin(self, line: _Line) -> _Leaf | None:
        """The leaf that begins with the line; None for plain text."""
        goes_on = self._leaf.kind == "text"
        if line.indent > 3:
            return None if goes_on else _Leaf("indented")
        if fence := _FENCE.match(line.words, line.at):
            return _Leaf("fence", re.compile(rf"{fence[0][0]}{{{len(fence[0])},}}[ \t]*$"))
        if _RULE.match(line.words, line.at):
            return _Leaf()
        if _HEADING.match(line.words, line.at):
            return _Leaf("heading")
        if line.words[line.at] == "<":
            for begin, end in _HTML:
                if begin.match(line.words, line.at):
                    return _Leaf("html", end)
            if not goes_on and _TAG_ALONE.match(line.words, line.at):
                return _Leaf("html", _BLANK)
        return None

    def _append(self, line: _Line) -> None:
        leaf = self._leaf
        if leaf.kind in ("text", "heading", "html"):
            leaf.pieces.append((line.start + line.at, line.words[line.at :]))
        if leaf.kind == "heading" or (leaf.kind == "html" and leaf.end.search(line.words, line.at)):
            self.close()
