"""Documents to segments: one sentence each, found by sentencex inside every block."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from importlib.metadata import version
from itertools import islice, takewhile

import sentencex

from mtqa.core.documents import Block, Document, Segment
from mtqa.core.folding import Folding, single_spaced
from mtqa.core.limits import check_time
from mtqa.core.spans import Span
from mtqa.core.tags import primary
from mtqa.languages import pack_of
from mtqa.languages.scripts import UNSPACED

__all__ = ["LONGEST", "segment", "signature"]

LONGEST = 1000
"""Visible characters of a segment; what has no boundary for longer is parted, at a pause or at least at white space: a
model must read it."""

_WINDOW = 5000  # characters that sentencex sees at a time: it is quadratic on unclosed quotation marks
_LONG_QUOTE = 80  # characters from which a quotation of several sentences is parted into them
_NEAR = 40  # characters on either side of a boundary that can say that it is none
_OTHER_SPACE = re.compile(r"[^\S ]")
_QUOTE = re.compile(r"[\"“”„«»]")
_GLUED = re.compile(r"[\"“‘(\[]?[^\W\d_]")
_ORDINAL = re.compile(r"(?<![\w.,:/-])\d{1,3}\.\s+$")
_PAUSES = re.compile(r".*(?:[;:]\s|[；：])", re.DOTALL), re.compile(r".*(?:,\s|[，、])", re.DOTALL)
_TRAILING_OFF = re.compile(r"(?:…|\.\.)[\"”’»)]*\s*$")


def signature() -> str:
    """Name and version of the segmenter, for report signatures."""
    return f"sentencex {version('sentencex')}"


def segment(document: Document) -> tuple[Segment, ...]:
    """The sentences of every block, in order; each character of a block that a reader sees lies in exactly one."""
    language = "en" if document.language == "und" else primary(document.language)
    segments: list[Segment] = []
    for ordinal, block in enumerate(document.blocks):
        check_time()
        spans = list(_sentences(document.text, block, language))
        apart = block.language is not None and primary(block.language) != language
        for span, source in zip(spans, _sources(block, len(spans), document.source_language), strict=True):
            segments.append(
                Segment(
                    id=len(segments),
                    span=span,
                    text=span.of(document.text),
                    language=block.language if apart and block.language else document.language,
                    kind=block.kind,
                    block=ordinal,
                    source=source,
                    references=block.references,
                    masked=_masked(block, span),
                    apart=apart,
                )
            )
    return tuple(segments)


def _sources(block: Block, count: int, language: str | None) -> list[str | None]:
    """What each of the ``count`` sentences of a block was translated from, where its source has as many."""
    if block.source is None or count < 2:
        return [block.source] * count
    whole = Block(span=Span(0, len(block.source)))
    spans = _sentences(block.source, whole, primary(language or "en"))
    found: list[str | None] = [span.of(block.source) for span in spans]
    return found if len(found) == count else [None] * count


def _masked(block: Block, span: Span) -> tuple[Span, ...]:
    if not block.masked:
        return ()
    first = bisect_right(block.masked, span.start, key=lambda mask: mask.end)
    inside = takewhile(lambda mask: mask.start < span.end, islice(block.masked, first, None))
    return tuple(Span(max(mask.start, span.start), min(mask.end, span.end)) for mask in inside)


def _sentences(document_text: str, block: Block, language: str) -> Iterator[Span]:
    offset = block.span.start
    folding = Folding.of(block.span.of(document_text))
    text, places = single_spaced(_OTHER_SPACE.sub(" ", folding.text))  # sentencex reads only blanks without fault
    # Nor does it take "…" for an end, and it takes some words for abbreviations.
    plain = text.replace("…", ".")
    plain = pack_of(language).unabbreviated.sub(lambda word: "x" * len(word[0]), plain)
    parts: list[str] = []
    at = 0
    for mask in folding.masks([mask.shift(-offset) for mask in block.masked]):
        start, end = bisect_left(places, mask.start), bisect_left(places, mask.end)
        parts += (plain[at:start], "x" * (end - start))
        at = end
    plain = "".join((*parts, plain[at:]))
    for start, end in _short(text, _whole(text, plain, language)):
        words = text[start:end]
        low = start + len(words) - len(words.lstrip())
        high = start + len(words.rstrip())
        if low < high:
            yield folding.original(Span(places[low], places[high - 1] + 1)).shift(offset)


def _whole(text: str, plain: str, language: str) -> list[tuple[int, int]]:
    """Ranges of ``text``, one a sentence, that sentencex and the rules it lacks agree on."""
    found: list[tuple[int, int]] = []
    for start, end in _boundaries(plain, 0, len(plain), language):
        parts = [(start, end)]
        if end - start > _LONG_QUOTE and _QUOTE.search(plain, start, end):
            parts = _inside_quotes(text, plain, start, end, language)
        for low, high in parts:
            if found and _continues(text, found[-1], (low, high), language):
                found[-1] = found[-1][0], high
            else:
                found.append((low, high))
    return found


def _boundaries(plain: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    while start < end:
        window = plain[start : min(end, start + _WINDOW)]
        pieces = sentencex.segment(language, window)
        if start + len(window) < end:  # the last piece may go on behind the window
            pieces = pieces[:-1] or [window[: _cut(window, 0, _WINDOW)]]
        for piece in pieces:
            yield start, start + len(piece)
            start += len(piece)


def _inside_quotes(text: str, plain: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """The sentences of a quotation: sentencex keeps a quotation in one piece, so it is read without its marks."""
    bare = _QUOTE.sub(" ", plain[start:end])
    found: list[tuple[int, int]] = []
    low = start
    for _, cut in _boundaries(bare, 0, len(bare), language):
        high = start + cut
        # Opening marks before the boundary belong to the next sentence.
        bare_high = high
        while bare_high > low and _QUOTE.match(text, bare_high - 1):
            bare_high -= 1
        if low < bare_high < high < end and text[bare_high - 1].isspace():
            high = bare_high
        if found and _first_letter(text[low:high]).islower():
            found[-1] = found[-1][0], high
        else:
            found.append((low, high))
        low = high
    return found


def _first_letter(text: str) -> str:
    return next((char for char in text if char.isalnum()), "")


def _continues(text: str, before: tuple[int, int], here: tuple[int, int], language: str) -> bool:
    first = _first_letter(text[slice(*here)])
    if not first:  # closing marks alone
        return True
    tail = text[max(before[0], before[1] - _NEAR) : before[1]]
    if language not in UNSPACED and not tail[-1].isspace() and _GLUED.match(text, here[0]):
        return True  # the space that belongs here is missing, which is for a rule to find
    if first.islower() and (_TRAILING_OFF.search(tail) or _ORDINAL.search(tail)):
        return True
    return pack_of(language).goes_on(tail, text[here[0] : here[0] + _NEAR])


def _short(text: str, ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in ranges:
        while end - start > LONGEST:
            cut = _cut(text, start, LONGEST)
            yield start, cut
            start = cut
        yield start, end


def _cut(text: str, start: int, most: int) -> int:
    """Where to part what begins at ``start`` and is longer than ``most``: at the last pause of the second half, else at
    the last white space."""
    end = start + most
    pause = next((found for each in _PAUSES if (found := each.match(text, start + most // 2, end))), None)
    return pause.end() if pause else max(text.rfind(space, start + 1, end) for space in " \n\t") + 1 or end
