"""Markdown: the text as it reads, without its markup; code, comments, front matter, directives of site generators and
deleted text are left out. Raw HTML is read as HTML."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from mtqa.core.documents import BlockKind, Comment, Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.core.spans import Span
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, Piece, compose, has_prose, in_one_language, settled
from mtqa.formats.decoding import decode, readable
from mtqa.formats.directive_lines import front_matter
from mtqa.formats.directives import Shadow, shadow_of
from mtqa.formats.html_article import CELLS, kind_of_block
from mtqa.formats.html_blocks import HtmlReader
from mtqa.formats.html_tokens import Elements, comments_in
from mtqa.formats.kinds import kind_of, kind_of_cell, with_prose
from mtqa.formats.languages import told
from mtqa.formats.markdown_inline import Lines, is_only_image, read_inline

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["MARKDOWN", "MDX", "Markdown", "Mdx"]

_DEEPEST = 120  # open elements; the parser drops what lies deeper, and is recursive
_DEEPEST_INLINE = 12  # likewise of links and emphasis: each level reads all brackets once more
_LONGEST_INLINE = 8192  # characters of a paragraph that are parsed at once
_IN_FRONT = re.compile(r"[\\\"'\r\n]|:(?:\s|$)|(?:^|\s)#|^[\s>|&*!{}\[\]%@`,-]")
_LABELS = ("heading_open", "th_open", "admonition_title_open")
_CELLS = ("th_open", "td_open", "dt_open")


class Markdown(Format):
    """CommonMark with tables, strikethrough, lists of terms, admonitions and front matter."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown", ".mdown")
    mdx = False

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``. Front matter may declare the language (``lang: en``)."""
        content, encoding = decode(raw, uri)
        shadow = shadow_of(content, mdx=self.mdx)
        environment: dict[str, Any] = {}
        tokens = _parser(mdx=self.mdx).parse(shadow.text, environment)
        if any(token.nesting == 1 and token.level + 1 >= _DEEPEST for token in tokens):
            raise InputError(uri, f"lists or quotes nested deeper than {_DEEPEST // 2} levels; flatten them")
        said = told(language, shadow.language)
        own = said.language if said.declared else None
        reader = _Reader(shadow, environment, own)
        text, blocks, source_map = compose(with_prose(reader.chunks(tokens)), own=own)
        blocks, whole = in_one_language(blocks)
        said = told(language, whole) if whole else said
        return (
            Document(
                uri=uri,
                file=uri,
                format=self.name,
                language=said.language,
                declared=said.declared,
                misdeclared=said.misdeclared,
                text=readable(text, uri),
                blocks=blocks,
                content=content,
                raw=raw,
                encoding=encoding,
                source_map=source_map,
                comments=tuple(sorted((*reader.comments, *shadow.comments), key=lambda one: one.span)),
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied. Raises InputError, too, for one that a field of front matter cannot hold."""
        front = front_matter(document.content)

        def plain(text: str, at: int) -> str:
            if at < front and _IN_FRONT.search(text):
                raise InputError(document.uri, "quotes, colons and the like need care in front matter; edit it by hand")
            return text

        return edits_.apply(document, edits, escape=plain)


class Mdx(Markdown):
    """Markdown with components and expressions: no line is code because it is indented, or raw HTML because it begins
    with a tag."""

    name = "mdx"
    suffixes = (".mdx",)
    mdx = True


@lru_cache(maxsize=2)
def _parser(*, mdx: bool) -> MarkdownIt:
    """Of blocks alone."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.deflist import deflist_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")
    parser.use(admon_plugin).use(deflist_plugin).disable("inline")
    return parser.disable(["code", "html_block"]) if mdx else parser


@lru_cache(maxsize=1)
def _inline_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST_INLINE}).enable("strikethrough")
    return parser.disable("text_join")  # it hides which characters were entities and escapes


def _windows(content: str) -> Iterator[str]:
    """Parts of a paragraph, cut at the end of a line or between words: the parser is quadratic in each."""
    at = 0
    while len(content) - at > _LONGEST_INLINE:
        end = at + _LONGEST_INLINE
        cut = max(content.rfind("\n", at, end), content.rfind(" ", end - _LONGEST_INLINE // 8, end)) + 1 or end
        yield content[at:cut]
        at = cut
    yield content[at:]


class _Reader:
    """Tokens to blocks. Elements of raw HTML stay open from one block to the next."""

    def __init__(self, shadow: Shadow, environment: dict[str, Any], language: str | None) -> None:
        self.comments: list[Comment] = []
        self._shadow = shadow
        self._environment = environment
        self._lines = Lines(shadow.text)
        self._elements = Elements(language)
        self._open: list[str] = []

    def chunks(self, tokens: Sequence[Token]) -> Iterator[Chunk]:
        """The blocks, in order; puts what comments it passes into ``comments``."""
        for token in tokens:
            if token.nesting == 1:
                self._open.append(token.type)
            elif token.nesting == -1:
                self._open.pop()
            elif token.type == "html_block" and token.map:
                yield from self._html(token, token.map[0])
            elif token.type == "inline" and token.map:
                yield from self._inline(token)

    def _inline(self, token: Token) -> Iterator[Chunk]:
        parser = _inline_parser()
        token.children = []
        for words in _windows(token.content):
            children: list[Token] = []
            parser.inline.parse(words, parser, self._environment, children)
            token.children += children
        only_image = is_only_image(token)
        parts, comments = read_inline(token, self._lines, self._elements)
        self.comments += comments
        for part in parts:
            pieces = settled(self._shadow.restored(part))
            if "admonition_title_open" in self._open and all(piece.at is None for piece in pieces):
                continue  # the parser's own word for a box without a title
            yield Chunk(
                self._kind(pieces, only_image=only_image), pieces, fragment=self._in_cell or not has_prose(pieces)
            )

    def _kind(self, pieces: Sequence[Piece], *, only_image: bool) -> BlockKind:
        if not self._open_any(*_LABELS) and not self._elements.among("th", "summary"):
            if only_image:
                return BlockKind.CAPTION
            if has_prose(pieces):
                return self._kind_of_text("".join(piece.text for piece in pieces))
        return BlockKind.HEADING

    def _kind_of_text(self, text: str) -> BlockKind:
        if self._in_cell:
            return kind_of_cell(text)
        told = kind_of(text)
        if told in (BlockKind.BOILERPLATE, BlockKind.CAPTION):
            return told
        if self._open_any("list_item_open", "dd_open"):
            return BlockKind.LIST_ITEM
        if self._open_any("blockquote_open"):
            return BlockKind.QUOTE
        return told

    @property
    def _in_cell(self) -> bool:
        return self._open_any(*_CELLS) or self._elements.among(*CELLS)

    def _open_any(self, *types: str) -> bool:
        return any(type_ in self._open for type_ in types)

    def _html(self, token: Token, first: int) -> Iterator[Chunk]:
        """The blocks and the comments in raw HTML."""
        words = token.content.split("\n")
        starts = list(accumulate((len(line) + 1 for line in words), initial=0))
        lines = self._lines

        def place(at: int) -> int:
            row = bisect_right(starts, at) - 1
            # A line's end stands in the file as it is; its begin may be the mark of a quote or a list.
            return max(lines.stops[first + row] - (len(words[row]) - (at - starts[row])), lines.starts[first + row])

        def placed(piece: Piece) -> Piece:
            spelled = piece.spelled and Span(place(piece.spelled.start), place(piece.spelled.end - 1) + 1)
            at = None if piece.at is None else place(piece.at)
            if at is not None and not lines.content.startswith(piece.text, at):
                at = None
            return piece._replace(at=at, spelled=spelled)

        before = self._elements.copy()
        for found in comments_in(token.content, before):
            self.comments.append(Comment(Span(place(found.span.start), place(found.span.end)), found.text))
        reader = HtmlReader(self._elements)
        reader.feed(token.content)
        for block in reader.blocks:
            pieces = settled(self._shadow.restored([placed(piece) for piece in block.pieces]))
            kind = kind_of_block(block)
            if kind is BlockKind.PARAGRAPH and self._open_any("list_item_open", "dd_open"):
                kind = BlockKind.LIST_ITEM
            fragment = block.element in CELLS or not has_prose(pieces)
            yield Chunk(kind if has_prose(pieces) else BlockKind.HEADING, pieces, fragment=fragment)


MARKDOWN = Markdown()
MDX = Mdx()
