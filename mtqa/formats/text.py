"""Plain text: the document's text is the file itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from mtqa.core.documents import Block, BlockKind, Document
from mtqa.core.findings import Edit
from mtqa.core.folding import Folding
from mtqa.core.protocols import Format
from mtqa.core.spans import SourceMap, Span
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import addresses
from mtqa.formats.decoding import decode, readable, without_surrogates
from mtqa.formats.kinds import is_boilerplate, kind_of, with_prose

__all__ = ["TEXT", "PlainText", "blocks_of", "document", "with_source"]

_LINE = re.compile(r"[^\r\n]+")
_PARAGRAPH_GAP = re.compile(r"(?>\r\n|\n|\r)[ \t]*[\r\n]\s*")  # atomic: one CR LF is not two line ends
_MARKER = re.compile(r"\s*(?:[-*•‣▪–—]|\(?(?:\d{1,3}|[a-z])[.)])\s+(?=\S)")
_SAID = re.compile(
    r"^\[(?:[\d./-]{6,10},? )?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?\] "
    r"(?!<?(?i:INFO|WARN|WARNING|ERROR|DEBUG|TRACE|FATAL|CRITICAL|NOTICE)\b)"  # what programs say of themselves
    r"(?:<[^<>\r\n]{1,40}>|[^\s:\[\]][^:\[\]\r\n]{0,39}:) +(?=\S)",
    re.MULTILINE,
)
_FEWEST_SAID = 3  # lines that make a text a log of what people said, each after a time in brackets and a name
_QUOTED = re.compile(r"\s*>+\s?")
_ENDED = re.compile(r"""[.!?…:。！？]["'”’»)\]]*\s*$""")
_WRAPS = range(40, 101)  # characters; the width of lines that are wrapped by hand


class PlainText(Format):
    """Paragraphs between empty lines or, where lines are not wrapped by hand, a paragraph a line."""

    name = "text"
    suffixes = (".txt", ".text")

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``."""
        content, encoding = decode(raw, uri)
        return (_document(content, uri, language, raw, encoding),)

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied."""
        return edits_.apply(document, edits)


def document(text: str, uri: str, language: str | None, source: str | None = None) -> Document:
    """A document whose text is ``text``, with lone surrogates as U+FFFD. Raises InputError where it is empty."""
    content = readable(text, uri)
    found = _document(content, uri, language, content.encode(), "utf-8")
    return replace(found, blocks=with_source(found.blocks, source and without_surrogates(source)))


def with_source(blocks: tuple[Block, ...], source: str | None) -> tuple[Block, ...]:
    """``blocks`` with their source text: the row's where there is one block, else its paragraphs if as many."""
    if source is None:
        return blocks
    parts = [source] if len(blocks) == 1 else [block.span.of(source) for block in blocks_of(source)]
    if len(parts) != len(blocks):
        return blocks
    return tuple(replace(block, source=part) for block, part in zip(blocks, parts, strict=True))


def _document(content: str, uri: str, language: str | None, raw: bytes, encoding: str) -> Document:
    return Document(
        uri=uri,
        file=uri,
        format=TEXT.name,
        language=language or "und",
        declared=language is not None,
        text=content,
        blocks=blocks_of(content),
        content=content,
        raw=raw,
        encoding=encoding,
        source_map=SourceMap.identity(len(content)),
    )


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of plain text. List and quotation markers lie outside, and so do the times and names in front of what
    people say in a log; addresses are masked."""
    folding = Folding.of(text)
    return tuple(
        replace(block, span=folding.original(block.span), masked=tuple(map(folding.original, block.masked)))
        for block in with_prose(_blocks(folding.text))
    )


def _blocks(text: str) -> Iterator[Block]:
    found = 0
    log = len(list(islice(_SAID.finditer(text), _FEWEST_SAID))) == _FEWEST_SAID
    for start, end in _paragraphs(text):
        kind = None
        if log and (said := _SAID.match(text, start, end)):
            start, kind = said.end(), BlockKind.PARAGRAPH
        if quoted := _QUOTED.match(text, start, end):
            start, kind = quoted.end(), BlockKind.QUOTE
        if marker := _MARKER.match(text, start, end):
            start, kind = marker.end(), BlockKind.LIST_ITEM
        words = text[start:end]
        start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
        if start >= end:
            continue
        words = words.strip()
        told = kind_of(words)
        if kind is None or told in (BlockKind.BOILERPLATE, BlockKind.CAPTION):
            kind = told
        masked = tuple(found.shift(start) for found in addresses(words))
        yield Block(span=Span(start, end), kind=kind, key=str(found), masked=masked)
        found += 1


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _PARAGRAPH_GAP.finditer(text):
        yield from _unwrapped(text, start, gap.start())
        start = gap.end()
    yield from _unwrapped(text, start, len(text))


def _unwrapped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The paragraphs among lines that no empty line parts: a line that could have held the next one's first word was
    ended on purpose."""
    lines = [(line.start(), line.end()) for line in _LINE.finditer(text, start, end) if not line[0].isspace()]
    if not lines:
        return
    widths = [last - first for first, last in lines if " " in text[first:last].strip()]
    width = max(widths, default=0)
    begin = lines[0][0]
    for (first, last), (next_first, next_last) in pairwise(lines):
        if _ends_paragraph(text[first:last], text[next_first:next_last], width):
            yield begin, last
            begin = next_first
    yield begin, lines[-1][1]


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    if (
        _MARKER.match(following)
        or _SAID.match(following)
        or bool(_QUOTED.match(line)) != bool(_QUOTED.match(following))
    ):
        return True
    indented, already = following[:1].isspace(), line[:1].isspace()
    if indented and not already and not _MARKER.match(line):
        return True
    if is_boilerplate(line.strip()) or is_boilerplate(following.strip()):
        return True
    words = following.split(maxsplit=1)
    if width in _WRAPS and len(line.rstrip()) + 1 + len(words[0]) > width:
        return False
    return not words[0][0].islower() or bool(_ENDED.search(line))


TEXT = PlainText()
