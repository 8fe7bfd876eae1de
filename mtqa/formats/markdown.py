"""Markdown: the text as it reads, without its markup; code, raw HTML, comments and front matter are left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from mtqa.core.documents import BlockKind, Comment, Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.spans import Span
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, Piece, compose
from mtqa.formats.decoding import decode, readable
from mtqa.formats.html_tokens import Elements, comments_in
from mtqa.formats.kinds import kind_of, with_prose

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["MARKDOWN", "Markdown"]

_LINE_END = re.compile(r"\r\n|\n|\r")
_FRONT_LANGUAGE = re.compile(
    r"^lang(?:uage)?\s*:\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)[\"']?\s*$", re.MULTILINE
)
_TARGET = re.compile(r"\](?:\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|\[[^\]]*\])?", re.DOTALL)
_IMAGE = re.compile(rf"!\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*{_TARGET.pattern}", re.DOTALL)


_DEEPEST = 120  # open elements; the parser drops what lies deeper, and is recursive


class Markdown:
    """CommonMark with tables, strikethrough and front matter."""

    name = "markdown"
    suffixes = (".md", ".markdown", ".mdown")

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``. Front matter may declare the language (``lang: en``)."""
        content, encoding = decode(raw, uri)
        tokens = _parser().parse(content)
        if any(token.nesting == 1 and token.level + 1 >= _DEEPEST for token in tokens):
            raise InputError(f"{uri}: lists or quotes nested deeper than {_DEEPEST // 2} levels; flatten them")
        if tokens and tokens[0].type == "front_matter" and not language:
            found = _FRONT_LANGUAGE.search(tokens[0].content)
            language = found[1] if found else None
        comments: list[Comment] = []
        text, blocks, source_map = compose(_chunks(tokens, content, comments), uri)
        return (
            Document(
                uri=uri,
                format=self.name,
                language=language or "und",
                declared=language is not None,
                text=readable(text, uri),
                blocks=with_prose(blocks),
                content=content,
                raw=raw,
                encoding=encoding,
                source_map=source_map,
                comments=tuple(comments),
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied."""
        return edits_.apply(document, edits)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = (
        MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"]).use(front_matter_plugin)
    )
    return parser.disable("text_join")  # it hides which characters were entities and escapes


def _chunks(tokens: Sequence[Token], content: str, comments: list[Comment]) -> Iterator[Chunk]:
    """The blocks, in order; puts what comments it passes into ``comments``."""
    lines = _Lines(content)
    elements = Elements()
    open_blocks: list[str] = []
    for token in tokens:
        if token.nesting == 1:
            open_blocks.append(token.type)
        elif token.nesting == -1:
            open_blocks.pop()
        elif token.type == "html_block" and token.map:
            comments += _in_block(token, lines, elements)
        elif token.type == "inline" and token.map:
            pieces, inside = _pieces(token, lines, elements)
            comments += inside
            yield Chunk(_kind(token, open_blocks, "".join(piece.text for piece in pieces)), pieces)


def _in_block(token: Token, lines: _Lines, elements: Elements) -> Iterator[Comment]:
    """The comments in a block of raw HTML."""
    words = token.content.split("\n")
    starts = list(accumulate((len(line) + 1 for line in words), initial=0))
    first = token.map[0] if token.map else 0

    def place(at: int) -> int:
        row = bisect_right(starts, at) - 1
        # A line's end stands in the file as it is; its begin may be the mark of a quote or a list.
        return max(lines.stops[first + row] - (len(words[row]) - (at - starts[row])), lines.starts[first + row])

    for found in comments_in(token.content, elements):
        yield Comment(Span(place(found.span.start), place(found.span.end)), found.text)


def _kind(token: Token, open_blocks: Sequence[str], text: str) -> BlockKind:
    if "heading_open" in open_blocks or "th_open" in open_blocks:
        return BlockKind.HEADING
    if _only_image(token):
        return BlockKind.CAPTION
    told = kind_of(text)
    if told in (BlockKind.BOILERPLATE, BlockKind.CAPTION):
        return told
    if "list_item_open" in open_blocks:
        return BlockKind.LIST_ITEM
    if "blockquote_open" in open_blocks:
        return BlockKind.QUOTE
    return told


def _only_image(token: Token) -> bool:
    children = [child for child in token.children or () if child.type != "text" or child.content.strip()]
    return len(children) == 1 and children[0].type == "image"


class _Lines:
    """The lines of the file, by number, and where table cells were found so far."""

    def __init__(self, content: str) -> None:
        ends = list(_LINE_END.finditer(content))
        self.starts = [0, *(end.end() for end in ends)]
        self.stops = [*(end.start() for end in ends), len(content)]
        self.content = content
        self._found: tuple[int, int] = (-1, 0)

    def place(self, number: int, words: str) -> int | None:
        """Where ``words`` begin in the line; each further call for one line looks behind the last."""
        begin = self._found[1] if self._found[0] == number else self.starts[number]
        line = self.content[begin : self.stops[number]]
        # Words end their line, but for the closing marks of a heading or a table's next cell.
        at = len(line.rstrip()) - len(words) if line.rstrip().endswith(words) else line.find(words)
        if at < 0:
            return None
        self._found = (number, begin + at + len(words))
        return begin + at


class _Source:
    """The source of an inline token, read from left to right, and where each of its lines stands in the file."""

    def __init__(self, token: Token, lines: _Lines) -> None:
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


def _pieces(token: Token, lines: _Lines, elements: Elements) -> tuple[list[Piece], list[Comment]]:
    """The readable characters of an inline token and where they stand in the file, and the comments among them."""
    source = _Source(token, lines)
    children = token.children or ()
    if _only_image(token):
        children = [image for child in children for image in child.children or ()]
    pieces: list[Piece] = []
    comments: list[Comment] = []
    dropped = False
    elements.open("p")
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            pieces.append(source.line_end())
        elif child.type == "link_close" and child.info != "auto":
            source.skip(_TARGET)
        elif child.type == "image":
            source.skip(_IMAGE)
            dropped = True
        elif child.type in ("text", "code_inline") and child.content:
            found, words = source.find(child.content), child.content
            place = None if found is None else source.place(found, words)
            if dropped and words[0] == " " and pieces and pieces[-1].text.endswith(" "):  # one space is enough
                words, place = words[1:], None if place is None else place + 1
            dropped = False
            if words:
                pieces.append(Piece(words, place, masked=child.type == "code_inline"))
        elif child.type == "text_special":
            found = source.find(child.markup)
            place = None if found is None else source.place(found, child.markup)
            spelled = None if place is None else Span(place, place + len(child.markup))
            pieces.append(Piece(child.content, None, spelled=spelled))
        elif child.type == "html_inline":
            dropped = True
            start = source.find(child.content)
            for comment in comments_in(child.content, elements):
                where = Span(*(source.nearest((start or 0) + at) for at in (comment.span.start, comment.span.end - 1)))
                comments.append(Comment(Span(where.start, where.end + 1), comment.text))
    elements.close("p")
    return pieces, comments


MARKDOWN = Markdown()
