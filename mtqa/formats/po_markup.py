"""What messages of documents are, and the markup inside them: po4a names the kind of each (``#. type: Table``) and
leaves AsciiDoc, Markdown, man pages and POD as they are.

Source: https://po4a.org/man/man3pm/Locale::Po4a::AsciiDoc.3pm.php and its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mtqa.core.documents import BlockKind
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.kinds import kind_of_cell, kind_of_message
from mtqa.formats.placeholders import no_prose

__all__ = ["cells", "is_code", "is_table", "kind_of_part", "markup"]

_CODE = re.compile(
    r"delimited block [-.+]|verbatim|listing|(?:fenced )?code(?: block)?(?: \(.*\))?|source|literal|"
    r"attribute :.*:|yaml .*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:title|block title|sh|ss|th|=head\d|positional|named|target|attribute)\b", re.IGNORECASE)
_ROW = re.compile(r"\s*\|")
_BORDER = re.compile(r"\|(?:={3,})?|\n")
_MARKUP = re.compile(
    r"""<<(?:[^<>,\n]{1,200},\ ?(?P<reference>[^<>\n]{1,200})|[^<>,\n]{1,200})>>
    | \b(?:footnote|link|https?|mailto|xref|anchor|term|pass):{1,2}[^\s\[\]<>]{0,300}\[(?P<macro>[^\[\]\n]{1,300})\]
    | \b[a-z][\w-]{1,30}:{1,2}[^\s\[\]<>]{0,300}\[[^\[\]\n]{0,300}\]
    | \b(?:[BI]<(?P<pod>[^<>\n]{1,200})>|[CEFLSXZ]<[^<>\n]{1,200}>)
    | !?\[(?P<link>[^\[\]\n]{1,300})\]\([^()\n]{0,500}\)
    | (?<![\w*])\*{1,3}(?=[^\s*]) | (?<=[^\s*])\*{1,3}(?![\w*]) | (?<!\w)_{1,2}(?=[^\s_]) | (?<=[^\s_])_{1,2}(?!\w)
    | ^\.[A-Z]{1,2}\b | ^={1,6}[ ] | ^[.*-]{1,5}[ ]
    | \\(?:f(?:[BIRPCW]|\(\w\w|\[\w{0,12}\])|\*?\(\S\S|\*?\[[\w'-]{1,12}\]|[-&|^%/,~0]) | \[\[[^\[\]\n]{1,100}\]\]
    """,
    re.VERBOSE | re.MULTILINE,
)


def is_code(kind: str) -> bool:
    """Whether a message of this kind is a listing or the like: nobody's prose."""
    return bool(_CODE.fullmatch(kind))


def is_table(kind: str, text: str) -> bool:
    """Whether a message is a table: by its kind, or as its lines begin with cells."""
    return kind.lower() == "table" or all(map(_ROW.match, text.splitlines() or [""]))


def kind_of_part(kind: str, text: str, *, cell: bool) -> BlockKind:
    """The kind of a message, or of a cell of one."""
    if _LABEL.match(kind):
        return BlockKind.HEADING
    told = kind_of_cell(text) if cell else kind_of_message(text)
    return BlockKind.HEADING if told is BlockKind.BOILERPLATE else told


def cells(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The cells of a table, empty ones left out."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        at = 0
        for border in _BORDER.finditer(piece.text):
            found[-1].append(_part(piece, at, border.start()))
            found.append([])
            at = border.end()
        found[-1].append(_part(piece, at, len(piece.text)))
    return [cell for cell in found if any(piece.text.strip() for piece in cell)]


def _part(piece: Piece, start: int, end: int) -> Piece:
    return piece._replace(text=piece.text[start:end], at=None if piece.at is None else piece.at + start)


def markup(text: str) -> list[Span]:
    """What is no prose in a message: as ``no_prose``, and the marks of AsciiDoc, Markdown, man pages and POD. The words
    that a link or a footnote shows are prose."""
    found = no_prose(text)
    for mark in _MARKUP.finditer(text):
        shown = mark.lastgroup
        if shown is None:
            found.append(Span(*mark.span()))
        else:
            found += [Span(mark.start(), mark.start(shown)), Span(mark.end(shown), mark.end())]
    return found
