"""Edits of a document's text, written back into its file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise, starmap

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.spans import Span
from mtqa.formats.decoding import encode

__all__ = ["apply", "crosses_markup", "replacements"]


def apply(
    document: Document,
    edits: Sequence[Edit],
    *,
    escape: Callable[[str, int], str] = lambda text, _: text,
    errors: str = "strict",
) -> bytes:
    """The file with ``edits`` applied, for a format whose content is the decoded file. Arguments and errors as of
    ``replacements``, and of ``encode``."""
    return encode(document, replacements(document, edits, escape=escape), errors=errors)


def replacements(
    document: Document,
    edits: Sequence[Edit],
    *,
    escape: Callable[[str, int], str] = lambda text, _: text,
    seamless: Callable[[Span, Span], bool] = lambda one, other: False,
) -> list[tuple[int, int, str]]:
    """``(start, end, text)`` of what ``edits`` replace in the document's content, in order; ``escape`` turns their text
    into what the format writes for it at an offset. Where two ranges of the content that follow each other are
    ``seamless``, text in both stands in one piece.

    Raises:
        InputError: edits overlap, or the text of one does not stand in one piece in the file.
    """
    found: list[tuple[int, int, str]] = []
    for edit in sorted(edits, key=lambda edit: edit.span):
        first, *others = _places(document, edit.span, seamless)
        if found and first.start < found[-1][1]:
            where = document.locate(edit.span).name
            raise InputError(document.uri, f"two edits overlap at {where}; apply one of them")
        found.append((first.start, first.end, escape(edit.text, first.start)))
        found += ((other.start, other.end, "") for other in others)
    return found


def crosses_markup(document: Document, span: Span) -> bool:
    """Whether an edit of ``span`` would touch anything but prose that stands in the file in one piece."""
    first = max(0, bisect_right(document.blocks, span.start, key=lambda block: block.span.start) - 1)
    for block in document.blocks[first : first + 2]:
        if any(mask.start < span.end and span.start < mask.end for mask in block.masked):
            return True
    return len(_ranges(document, span)) != 1


def _places(document: Document, span: Span, seamless: Callable[[Span, Span], bool]) -> list[Span]:
    """The one range of the file that ``span`` is, or several without a seam. Raises InputError where it is neither."""
    ranges = sorted(_ranges(document, span))
    if len(ranges) == 1:
        return ranges
    pieces = document.source_map.to_file(span)
    if len(span) and sum(map(len, pieces)) == len(span) and all(starmap(seamless, pairwise(pieces))):
        return list(pieces)
    place = document.locate(span).name
    raise InputError(document.uri, f"the text at {place} has markup inside; edit the file by hand")


def _ranges(document: Document, span: Span) -> set[Span]:
    """The ranges of the file that ``span`` may be; of an empty span, the gaps between its neighbours."""
    if len(span):
        return {found for found in document.source_map.to_file(span) if len(found) == len(span)}
    before, after = Span(max(0, span.start - 1), span.start), Span(span.start, span.start + 1)
    ends = {found.end for found in document.source_map.to_file(before)}
    starts = {found.start for found in document.source_map.to_file(after)}
    return {Span(gap, gap) for gap in ends | starts}
