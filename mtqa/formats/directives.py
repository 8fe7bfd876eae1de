"""What site generators put into Markdown that is no Markdown: shortcodes, containers, front matter, code of MDX, maths.

A shadow of the file has other characters in their place, as many, so that the parser of Markdown finds nothing but
prose and every offset holds: an empty line for a line of them, a heading for a container's title, and inert characters
inside a line. Those are left out of the text, or stand in it as no prose where a sentence cannot do without.

Sources: the manuals of Hugo, Jekyll, MDX, Docusaurus, VitePress, Material for MkDocs, MyST, Pandoc, kramdown, Obsidian.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtqa.core.documents import Comment
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.directive_lines import ShadowLines
from mtqa.formats.jsx import end_of_expression

__all__ = ["Shadow", "shadow_of"]

_INERT = "\ue000"  # neither white space nor punctuation nor a letter
_QUOTED = r"\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'"
_INLINE = re.compile(
    rf"""(?P<ticks>`+)
    | <!-- | \{{/\*
    | (?P<code>\{{[%{{][<%]?[-\s]*(?P<paired>highlight|comment|code(?:block|-[\w-]{{1,30}})?|mermaid|katex|math)\b)
    | (?P<dropped>
        \{{\{{[-<%#>/!](?:[^{{}}"']|{_QUOTED}){{0,1000}}\}}\}} | \{{%(?:[^{{}}"']|{_QUOTED}){{0,1000}}%\}}
      | \{{\#[^{{}}]{{0,300}}\#\}} | <%[^<>%]{{0,300}}%>
      | \[\^[^\]\s]{{1,40}}\] | !\[\[[^\[\]\n]{{1,200}}\]\]
      | \{{:?(?:\s?[.#][\w-]{{1,60}}|\s?[\w-]{{1,40}}=(?:{_QUOTED}|[\w.%-]{{1,60}})){{1,20}}\s?\}}
      | \{{[a-z][\w:.-]{{0,40}}\}}(?=`)
      )
    | (?P<kept>
        \{{\{{[^{{}}\n]{{1,300}}\}}\}} | [$%\#]?\{{[A-Za-z_$][\w.$()\[\]'"?-]{{0,80}}\}}
      | \$\$[^$\n]{{1,300}}\$\$ | (?<![\w$\\])\$(?=[^\s$])(?:[^$\\\n]|\\.){{1,200}}(?<=\S)\$(?![\d$])
      | \\\([^\n]{{1,200}}?\\\)
      | (?<![\w:]):[a-z][a-z0-9_+-]{{1,40}}:(?![\w:]) | (?<![\w+])\+\+[\w+"'-]{{1,40}}\+\+(?![\w+])
      | \[-?@[\w:.-][^\]\n]{{0,200}}\]
      )
    | (?<![=\w])(?P<mark>==)(?=[^\s=])(?P<marked>[^=\n]{{1,300}})(?<=\S)==(?![=\w])
    | (?<=\w)(?P<raised>[~^])\w{{1,12}}(?P=raised)
    | (?<!\[)\[\[(?P<page>[^\[\]|\n]{{1,200}}\|)?(?P<shown>[^\[\]|\n]{{1,200}})\]\](?!\])
    | \\.
    | (?P<expression>\{{)
    | (?P<tag><[A-Za-z][\w.]{{0,60}}(?=[^<>]{{0,1000}}=\{{))
    """,
    re.VERBOSE | re.DOTALL,
)
_PRICES = re.compile(r"\$[^${].{4}|\\\(", re.DOTALL)  # what may be maths, or two prices, or an aside
_MATHS = re.compile(r"[\\^_{}=+*/<>]")
_PARAGRAPH_END = re.compile(r"\n[ \t>]*\r?\n")
_TICKS = re.compile("`+")
_DEEPEST_BRACES = 8
_LONGEST_EXPRESSION = 1000
_BRACE_OR_END = re.compile(r"[{}\"'`>]")


@dataclass(frozen=True, slots=True)
class Shadow:
    """A file as the parser is to see it.

    Attributes:
        text: as long as the file.
        content: the file.
        language: as front matter names it.
        comments: those of MDX.
    """

    text: str
    content: str
    language: str | None
    comments: tuple[Comment, ...]
    _spans: Sequence[tuple[int, int, bool]]  # start, end, whether it stands in the text

    def restored(self, pieces: Sequence[Piece]) -> list[Piece]:
        """``pieces`` of the shadow as pieces of the file."""
        found: list[Piece] = []
        for piece in pieces:
            if piece.at is None:
                found.append(piece._replace(text=piece.text.replace(_INERT, "")))
            elif _INERT in piece.text:
                found += self._parts(piece, piece.at)
            else:  # code may hold a line that has been rewritten
                found.append(piece._replace(text=self.content[piece.at : piece.at + len(piece.text)]))
        return found

    def _parts(self, piece: Piece, at: int) -> Iterator[Piece]:
        end = at + len(piece.text)
        number = max(bisect_right(self._spans, at, key=lambda span: span[0]) - 1, 0)
        while at < end and number < len(self._spans):
            start, stop, kept = self._spans[number]
            number += 1
            if stop <= at:
                continue
            if start >= end:
                break
            if at < start:
                yield piece._replace(text=self.content[at:start], at=at)
            at, stop = max(at, start), min(stop, end)
            yield Piece(self.content[at:stop], at, masked=True, gone=not kept)
            at = stop
        if at < end:
            yield piece._replace(text=self.content[at:end], at=at)


def shadow_of(content: str, *, mdx: bool = False) -> Shadow:
    """The shadow of a file of Markdown, or of MDX."""
    lines = ShadowLines(content, mdx=mdx)
    text, spans = lines.text, list(lines.inert)
    for start, end in lines.prose:
        spans += _inline(text, start, end, mdx=mdx)
    spans.sort()
    parts: list[str] = []
    merged: list[tuple[int, int, bool]] = []
    at = 0
    for start, stop, kept in spans:
        if start < at:  # inside what is replaced already
            continue
        parts += (text[at:start], _inert(text[start:stop]))
        merged.append((start, stop, kept))
        at = stop
    parts.append(text[at:])
    notes = [*lines.notes, *((start, stop) for start, stop, _ in merged if content.startswith("{/*", start))]
    comments = tuple(Comment(Span(*note), content[note[0] + 3 : note[1] - 3]) for note in notes)
    return Shadow("".join(parts), content, lines.language, comments, merged)


def _inert(text: str) -> str:
    """Line ends stay: they are what the parser counts."""
    return "".join(char if char in "\r\n" else _INERT for char in text)


def _inline(text: str, start: int, end: int, *, mdx: bool) -> Iterator[tuple[int, int, bool]]:
    """What is no prose in a stretch without fenced code."""
    ticks = _code(text, start, end)
    comments = notes = closes = True
    unclosed = 0  # no expression is looked for before this
    at = start
    while found := _INLINE.search(text, at, end):
        at = found.end()
        if found["ticks"]:
            at = ticks.get(found.start(), at)
        elif found[0] == "<!--":
            close = text.find("-->", at, end) if comments else -1
            comments = close >= 0
            at = close + 3 if comments else at
        elif found[0] == "{/*":
            close = text.find("*/}", at, end) if notes else -1
            notes = close >= 0
            if notes:
                yield found.start(), close + 3, False
                at = close + 3
        elif paired := found["paired"]:
            close = _end_of(text, paired, at, end) if closes else -1
            closes = close >= 0
            if closes:
                yield found.start(), close, False
                at = close
        elif found["dropped"]:
            yield *found.span(), False
        elif found["kept"]:
            if not _PRICES.match(found[0]) or _MATHS.search(found[0][2:-2]):
                yield *found.span(), True
            else:
                at = found.start() + 1
        elif found["mark"]:
            yield found.start(), found.start() + 2, False
            yield at - 2, at, False
            at = found.start() + 2
        elif found["raised"]:
            yield found.start(), found.start() + 1, False
            yield at - 1, at, False
        elif found["shown"]:
            yield found.start(), found.start("shown"), False
            yield at - 2, at, False
        elif found["expression"]:
            if not mdx or found.start() < unclosed:
                continue
            paragraph = _PARAGRAPH_END.search(text, at, end)
            stop = paragraph.start() if paragraph else end
            close = end_of_expression(text, found.start(), min(_LONGEST_EXPRESSION, stop - found.start()))
            if close:
                yield found.start(), close, bool(text[at : close - 1].strip(" \t'\"`"))
                at = close
            else:
                unclosed = stop
        elif found["tag"]:
            close = _end_of_tag(text, at, end)
            if close:
                yield found.start(), close, False
                at = close


def _code(text: str, start: int, end: int) -> dict[int, int]:
    """Where code begins and ends: a run of backticks is closed by the next one as long in the same paragraph."""
    breaks = [found.end() for found in _PARAGRAPH_END.finditer(text, start, end)]
    closing: dict[int, tuple[int, int]] = {}  # by length: the end of the next run, and its paragraph
    found: dict[int, int] = {}
    for run in reversed(list(_TICKS.finditer(text, start, end))):
        paragraph, length = bisect_right(breaks, run.start()), len(run[0])
        if closing.get(length, (0, -1))[1] == paragraph:
            found[run.start()] = closing[length][0]
        closing[length] = run.end(), paragraph
    return found


def _end_of(text: str, name: str, at: int, end: int) -> int:
    """Where a pair of template tags around code ends, or -1."""
    closed = re.compile(rf"\{{[%{{][<%]?[-\s]*(?:end|/)\s?{name}\b[^{{}}]{{0,100}}\}}").search(text, at, end)
    return closed.end() if closed else -1


def _end_of_tag(text: str, at: int, end: int) -> int:
    """Where a tag with attributes in braces ends; 0 where it does not within reach."""
    end = min(end, at + 4000)
    depth = 0
    while found := _BRACE_OR_END.search(text, at, end):
        at = found.end()
        char = found[0]
        if char in "\"'`":
            close = text.find(char, at, end)
            if close < 0:
                return 0
            at = close + 1
        elif char == ">":
            if not depth:
                return at
        else:
            depth += 1 if char == "{" else -1
            if not 0 <= depth <= _DEEPEST_BRACES:
                return 0
    return 0
