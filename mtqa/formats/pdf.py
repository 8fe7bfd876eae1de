"""PDF, read only: paragraphs put together again from lines, without what stands at the edge of every page."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import pairwise
from statistics import median

from mtqa.core.documents import BlockKind, Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.formats.chunks import Chunk, Piece, compose
from mtqa.formats.kinds import kind_of, with_prose
from mtqa.formats.pdf_lines import Line, Page, pages_of
from mtqa.languages import PACKS
from mtqa.languages.frequencies import zipf

__all__ = ["PDF"]

_EDGE = 0.1  # of the height of a page, at its top and at its foot
_RUNNING = 3  # pages on which a line there is no part of the text
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"[-–—\s]*(?:\d+|[ivxlc]+)(?:\s*(?:/|of)\s*\d+)?[-–—\s]*", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?){5}")
_ITEM = re.compile(r"[•‣▪–—*◦]\s|\(?(?:\d{1,3}|[a-z])[.)]\s")
_ENDED = re.compile(r"""[.!?…:;。！？][\d"'”’»)\]]*$""")
_PARTED = re.compile(r"(?<!\w)(?P<before>\w{0,60})[\x02\xad\ufffe]\s*(?=(?P<after>\w{0,60}))")
_LEADING = 1.25  # times the usual distance of lines: more begins a paragraph
_INDENT = 0.8  # times the size of letters, likewise
_FULL = 0.85  # of the width of a paragraph: a line that ends before, with its sentence, is the last
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


class Pdf(Format):
    """Text of PDF, in paragraphs with the numbers of their pages."""

    name = "pdf"
    suffixes = (".pdf",)
    text = False

    @property
    def installed(self) -> bool:  # type: ignore[override]
        """Whether PDFium is."""
        return find_spec("pypdfium2") is not None

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``."""
        text, blocks, source_map = compose(map(_chunk, _paragraphs(pages_of(raw, uri))))
        return (
            Document(
                uri=uri,
                file=uri,
                format=self.name,
                language=language or "und",
                declared=language is not None,
                text=text,
                blocks=with_prose(blocks),
                content=text,
                raw=raw,
                source_map=source_map,
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file as it is. Raises InputError where anything is to be edited."""
        if edits:
            raise InputError(document.uri, "a PDF is only read; repair the file that it was made from by hand")
        return document.raw


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, how far they reach, and the page that they begin on."""

    page: int
    lines: list[Line] = field(default_factory=list)
    left: float = math.inf
    right: float = -math.inf

    def add(self, line: Line) -> None:
        """As its last."""
        self.lines.append(line)
        self.left, self.right = min(self.left, line.left), max(self.right, line.right)

    @property
    def text(self) -> str:
        """Their words, those that were parted whole again."""
        joined = "".join(
            line.text + ("" if line.text.endswith(("\x02", "\xad", "\ufffe")) else " ") for line in self.lines
        )
        whole = _PARTED.sub(lambda found: _begun(found["before"], found["after"]), joined.translate(_LIGATURES))
        return " ".join(whole.split())


def _begun(before: str, after: str) -> str:
    """The first part of a word that was parted at the end of a line, with the hyphen that it has elsewhere, too."""
    if not before or not after[:1].islower():
        return f"{before}-"
    known = [max(zipf(word, tag, "large") for tag in PACKS) for word in (before + after, before, after)]
    return f"{before}-" if known[0] < min(known[1:]) else before


def _paragraphs(pages: Sequence[Page]) -> Iterator[_Paragraph]:
    running = _running(pages)
    now: _Paragraph | None = None
    for number, page in enumerate(pages, 1):
        lines = [line for line in page.lines if not _is_running(line, page, running)]
        usual = _usual(lines)
        before: Line | None = None
        for line in lines:
            if line.code:
                before = None
                if now is not None:
                    yield now
                now = None
                continue
            if now is not None and _goes_on(now, line, usual, same_page=before is not None):
                now.add(line)
            else:
                if now is not None:
                    yield now
                now = _Paragraph(number)
                now.add(line)
            before = line
    if now is not None:
        yield now


def _goes_on(now: _Paragraph, line: Line, usual: float, *, same_page: bool) -> bool:
    """Whether a paragraph goes on in a line."""
    last = now.lines[-1]
    if abs(last.size - line.size) > 0.1 * last.size or _ITEM.match(line.text) or _LEADERS.search(last.text):
        return False
    down = last.end - line.begin
    if not same_page or down < -line.size:  # the next page or column
        return not _ENDED.search(last.text) and line.text[:1].islower()
    if abs(down) < line.size / 2:  # the same row
        return 0 <= line.left - last.right < 2 * line.size
    if down > _LEADING * usual or line.left > now.right or line.right < now.left:
        return False
    if line.left > last.left + _INDENT * line.size and not _ITEM.match(now.lines[0].text):
        return False
    left, right = min(now.left, line.left), max(now.right, line.right)
    return not (_ENDED.search(last.text) and last.right - left < _FULL * (right - left))


def _usual(lines: Sequence[Line]) -> float:
    """The distance from line to line on a page."""
    steps = [a.end - b.begin for a, b in pairwise(lines) if 0.5 * b.size < a.end - b.begin < 2 * b.size]
    return median(steps) if steps else max((1.3 * line.size for line in lines), default=0.0)


def _is_edge(line: Line, page: Page) -> bool:
    return not _EDGE * page.height < line.begin < (1 - _EDGE) * page.height


def _running(pages: Sequence[Page]) -> set[str]:
    """What stands at the edge of several pages, but for numbers."""
    found = Counter(
        key for page in pages for key in {_DIGITS.sub("0", line.text) for line in page.lines if _is_edge(line, page)}
    )
    return {key for key, count in found.items() if count >= _RUNNING}


def _is_running(line: Line, page: Page, running: set[str]) -> bool:
    return _is_edge(line, page) and (_NUMBER.fullmatch(line.text) is not None or _DIGITS.sub("0", line.text) in running)


def _chunk(paragraph: _Paragraph) -> Chunk:
    """As a block whose text the file does not have as it stands."""
    text = paragraph.text
    marker = _ITEM.match(text)
    kind = BlockKind.BOILERPLATE if _LEADERS.search(text) else kind_of(text)
    if marker and kind is BlockKind.PARAGRAPH:
        kind = BlockKind.LIST_ITEM
    return Chunk(kind, [Piece(text[marker.end() :] if marker else text, None)], place=f"page {paragraph.page}")


PDF = Pdf()
