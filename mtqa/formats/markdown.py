"""Markdown: the text as it reads, without its markup; code, raw HTML, comments and front matter are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from mtqa.core.documents import BlockKind, Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.spans import Span
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, Piece, compose
from mtqa.formats.decoding import decode, readable
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
        text, blocks, source_map = compose(_chunks(tokens, content), uri)
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


def _chunks(tokens: Sequence[Token], content: str) -> Iterator[Chunk]:
    lines = _Lines(content)
    open_blocks: list[str] = []
    for token in tokens:
        if token.nesting == 1:
            open_blocks.append(token.type)
        elif token.nesting == -1:
            open_blocks.pop()
        elif token.type == "inline" and token.map:
            pieces = _pieces(token, lines)
            yield Chunk(_kind(token, open_blocks, "".join(piece.text for piece in pieces)), pieces)


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


def _pieces(token: Token, lines: _Lines) -> list[Piece]:
    """The readable characters of an inline token and where they stand in the file."""
    source = token.content
    first = token.map[0] if token.map else 0
    bases: list[tuple[int, int | None]] = []  # start in source, start in the file
    start = 0
    for number, words in enumerate(source.split("\n"), start=first):
        place = lines.place(number, words) if number < len(lines.starts) else None
        bases.append((start, place))
        start += len(words) + 1
    if _only_image(token):
        children = [image for child in token.children or () for image in child.children or ()]
    else:
        children = list(token.children or ())

    pieces: list[Piece] = []
    at = row = 0
    dropped = False
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            at = source.find("\n", at) + 1 or at
            row = min(row + 1, len(bases) - 1)
            stop = lines.stops[first + row - 1]
            pieces.append(Piece(lines.content[stop : lines.starts[first + row]], stop))
        elif child.type == "link_close" and child.info != "auto":
            target = _TARGET.search(source, at)
            if target:
                at = target.end()
        elif child.type == "image":
            image = _IMAGE.search(source, at)
            at = image.end() if image else at
            dropped = True
        elif child.type in ("text", "code_inline") and child.content:
            found = source.find(child.content, at)
            while row + 1 < len(bases) and found >= bases[row + 1][0]:
                row += 1
            start, base = bases[row]
            place = base + found - start if found >= 0 and base is not None else None
            if place is not None and not lines.content.startswith(child.content, place):
                place = None
            words = child.content
            if dropped and words[0] == " " and pieces and pieces[-1].text.endswith(" "):  # one space is enough
                words, place = words[1:], None if place is None else place + 1
            dropped = False
            if words:
                pieces.append(Piece(words, place, masked=child.type == "code_inline"))
            at = found + len(child.content) if found >= 0 else at
        elif child.type == "text_special":
            found = source.find(child.markup, at)
            while row + 1 < len(bases) and found >= bases[row + 1][0]:
                row += 1
            start, base = bases[row]
            place = base + found - start if found >= 0 and base is not None else None
            spelled = None
            if place is not None and lines.content.startswith(child.markup, place):
                spelled = Span(place, place + len(child.markup))
            pieces.append(Piece(child.content, None, spelled=spelled))
            at = found + len(child.markup) if found >= 0 else at
        elif child.type == "html_inline":
            dropped = True
            found = source.find(child.content, at)
            at = found + len(child.content) if found >= 0 else at
    return pieces


MARKDOWN = Markdown()
