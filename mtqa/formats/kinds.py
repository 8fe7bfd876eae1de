"""What a line of an article is to its reader, told from its words alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from mtqa.core.documents import Block, BlockKind
from mtqa.core.folding import Folding
from mtqa.formats.chunks import Chunk
from mtqa.languages import PACKS

__all__ = [
    "is_boilerplate",
    "is_caption",
    "is_heading",
    "kind_of",
    "kind_of_cell",
    "kind_of_message",
    "kind_of_string",
    "with_prose",
]

_AnyBlock = TypeVar("_AnyBlock", Block, Chunk)

_MAX_BOILERPLATE = 400  # characters: nothing longer is looked at
_MAX_CAPTION = 700
_MAX_HEADING = 140
_MAX_HEADING_WORDS = 20
_FEWEST_GAPS = 2  # between the words of a cell that is a sentence
_SHORTEST_UNSPACED = 8  # characters of one, in scripts that put no space between words
_MAX_HEADING_UNSPACED = 40  # characters, in scripts that put no space between words

_FINAL = re.compile(r"""[.!?…:;,。！？：；，।؟۔][\s"'”’»“)\]*_]*$""")
_ENDED = re.compile(r"""[.!?…。！？؟۔।][\s"'”’»“)\]*_]*$""")
_HEADLINE_QUESTION = re.compile(r"[^.!?“\"]{8,}:\s[^.!?“\"]+\?")
_SENTENCE_INSIDE = re.compile(r"\w{3}[.!?][\"'”’)]*\s+[\"'“‘(]*[A-Z]")
_SPACES = re.compile(r"\s+")


def kind_of(text: str) -> BlockKind:
    """The kind of a block of plain text: boilerplate, caption, heading, else paragraph."""
    text = Folding.of(text).text
    line = _SPACES.sub(" ", text.strip()) if len(text) <= _MAX_CAPTION else text
    if is_boilerplate(line):
        return BlockKind.BOILERPLATE
    if is_caption(line):
        return BlockKind.CAPTION
    return BlockKind.HEADING if is_heading(line) else BlockKind.PARAGRAPH


def kind_of_message(text: str) -> BlockKind:
    """The kind of a unit of a translation file: as ``kind_of``, but a button's label is there to be translated too."""
    told = kind_of(text)
    return BlockKind.HEADING if told is BlockKind.BOILERPLATE else told


def kind_of_cell(text: str) -> BlockKind:
    """The kind of a cell of a table or of a term in a list of terms: as ``kind_of``, but words that are no sentence are
    a label."""
    told = kind_of(text)
    line = _SPACES.sub(" ", Folding.of(text).text.strip())
    if told is not BlockKind.PARAGRAPH or _SENTENCE_INSIDE.search(line):
        return told
    long = line.count(" ") >= _FEWEST_GAPS or (not line.isascii() and len(line) >= _SHORTEST_UNSPACED)
    return told if long and _ENDED.search(line) else BlockKind.HEADING


def kind_of_string(text: str) -> BlockKind:
    """The kind of a string of a program: as ``kind_of_cell``, but a button's label is there to be read, too."""
    told = kind_of_cell(text)
    return BlockKind.HEADING if told is BlockKind.BOILERPLATE else told


def is_boilerplate(line: str) -> bool:
    """Whether the line belongs to the page and not to the article, in any language that mtqa knows: buttons, bylines,
    credits, notices."""
    return len(line) <= _MAX_BOILERPLATE and any(pack.is_boilerplate(line) for pack in PACKS.values())


def is_caption(line: str) -> bool:
    """Whether the line names the source of a picture, in any language that mtqa knows."""
    return len(line) <= _MAX_CAPTION and any(pack.is_caption(line) for pack in PACKS.values())


def is_heading(line: str) -> bool:
    """Whether the line is short, capitalised and ends like no sentence: a title, or a teaser of another article."""
    words = line.count(" ") + 1
    if not 0 < len(line) <= _MAX_HEADING or words > _MAX_HEADING_WORDS or not any(map(str.isalpha, line)):
        return False
    if line[0].islower() or line[0] in "-–—" or (words == 1 and len(line) > _MAX_HEADING_UNSPACED):
        return False
    if line.isupper() and words > 1:
        return True
    if _HEADLINE_QUESTION.fullmatch(line):
        return True
    return not _FINAL.search(line) and not _SENTENCE_INSIDE.search(line)


def with_prose(blocks: Iterable[_AnyBlock]) -> tuple[_AnyBlock, ...]:
    """``blocks``, headings made paragraphs where nothing else is judged: a lone sentence without its full stop."""
    blocks = tuple(blocks)
    if any(block.kind.judged for block in blocks):
        return blocks
    return tuple(
        replace(block, kind=BlockKind.PARAGRAPH)
        if block.kind is BlockKind.HEADING and not (isinstance(block, Chunk) and block.fragment)
        else block
        for block in blocks
    )
