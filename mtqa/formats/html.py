"""HTML: the main article as it reads. What trafilatura takes for the page around it is left out."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from mtqa.core.documents import BlockKind, Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, compose
from mtqa.formats.decoding import decode
from mtqa.formats.html_blocks import HtmlBlock, blocks_of, declared_language
from mtqa.formats.html_tokens import Elements, comments_in
from mtqa.formats.kinds import kind_of, with_prose

__all__ = ["HTML", "Html"]

_CHARSET = re.compile(rb"<meta\b[^>]{0,200}\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD = 4096  # bytes in which a page must declare its encoding
_LARGEST_ARTICLE = 400_000  # letters and digits; trafilatura takes too long for more, so the page is read whole
_MOST_TAGS = 100_000  # likewise
_DEEPEST = 200  # open elements; libxml2, which trafilatura parses with, silently drops what lies deeper than 255
_NESTING = re.compile(r"<(/?)(?!(?:p|li|d[dt]|t[dhr]|thead|tbody|tfoot|option|html|head|body)\b)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_SURE = 25  # letters and digits from which words found in the article are no coincidence
_REACH = 50_000  # letters and digits looked ahead for a block
_ENOUGH = 0.2  # of the page's prose: with less, the extraction is not trusted
_KINDS = {
    "h1": BlockKind.HEADING,
    "h2": BlockKind.HEADING,
    "h3": BlockKind.HEADING,
    "h4": BlockKind.HEADING,
    "h5": BlockKind.HEADING,
    "h6": BlockKind.HEADING,
    "th": BlockKind.HEADING,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
    "blockquote": BlockKind.QUOTE,
    "li": BlockKind.LIST_ITEM,
    "dd": BlockKind.LIST_ITEM,
}


class Html:
    """The file's own characters are kept for everything but entities and runs of white space."""

    name = "html"
    suffixes = (".html", ".htm", ".xhtml")

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``. The page may declare its encoding and its language."""
        charset = _CHARSET.search(raw[:_HEAD])
        content, encoding = decode(raw, uri, declared=charset[1].decode("ascii") if charset else None)
        language = language or declared_language(content)
        text, blocks, source_map = compose(_article(blocks_of(content), content), uri)
        if not text:
            raise InputError(f"{uri}: the page has no text; save the article's own page, or its text as .txt")
        return (
            Document(
                uri=uri,
                format=self.name,
                language=language or "und",
                declared=language is not None,
                text=text,
                blocks=with_prose(blocks),
                content=content,
                raw=raw,
                encoding=encoding,
                source_map=source_map,
                comments=tuple(comments_in(content, Elements())),
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied, their text escaped."""
        return edits_.apply(document, edits, escape=_escape, errors="xmlcharrefreplace")


def _escape(text: str, _: int) -> str:
    return html.escape(text, quote=False)


def _article(blocks: Sequence[HtmlBlock], content: str) -> list[Chunk]:
    """The blocks of the article, from its first to its last; those in between that trafilatura does not take for
    article are boilerplate. Every block outside navigation where trafilatura finds no article."""
    inside = [block for block in blocks if not block.outside]
    chosen = _chosen(inside, content)
    prose = sum(len(block.letters) for block in inside)
    if sum(len(inside[i].letters) for i in chosen) < _ENOUGH * prose:
        chosen = set(range(len(inside)))
    if not chosen:
        return []
    title = next((i for i, block in enumerate(inside) if block.element == "h1"), max(chosen))
    chunks: list[Chunk] = []
    for i in (
        range(min(*chosen, title), max(chosen) + 1) if title not in chosen else range(min(chosen), max(chosen) + 1)
    ):
        kind = _kind(inside[i])
        if i not in chosen and kind not in (BlockKind.HEADING, BlockKind.CAPTION):
            kind = BlockKind.BOILERPLATE
        chunks.append(Chunk(kind, inside[i].pieces))
    return chunks


def _kind(block: HtmlBlock) -> BlockKind:
    told = kind_of(block.text)
    by_element = _KINDS.get(block.element)
    if by_element is None or told is BlockKind.BOILERPLATE or (told is BlockKind.CAPTION and by_element.judged):
        return told
    return by_element


def _chosen(blocks: Sequence[HtmlBlock], content: str) -> set[int]:
    """Which blocks trafilatura takes for the article: those whose letters stand in its text, in order."""
    if not 0 < sum(len(block.letters) for block in blocks) <= _LARGEST_ARTICLE or content.count("<") > _MOST_TAGS:
        return set()
    if _depth(content) > _DEEPEST:
        return set()
    from trafilatura import extract

    text = extract(content, include_comments=False, include_formatting=False, deduplicate=False) or ""
    lines = ["".join(filter(str.isalnum, line)) for line in text.splitlines()]
    whole, known = "".join(lines), set(lines)
    chosen: set[int] = set()
    at = 0
    for i, block in enumerate(blocks):
        letters = block.letters
        sure = len(letters) >= _SURE
        found = whole.find(letters, at, at + len(letters) + (_REACH if sure else 0)) if letters else -1
        if found >= 0:
            chosen.add(i)
            at = found + len(letters)
        elif letters and not sure and letters in known:
            chosen.add(i)
    return chosen


def _depth(content: str) -> int:
    """The most elements open at once, of those that are closed by a tag of their own."""
    depth = deepest = 0
    for close, name in _NESTING.findall(content):
        if name.lower() not in _VOID:
            depth = max(0, depth - 1) if close else depth + 1
            deepest = max(deepest, depth)
    return deepest


HTML = Html()
