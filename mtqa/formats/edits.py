"""Edits of a document's text, written back into its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.spans import Span
from mtqa.formats.decoding import encode

__all__ = ["apply"]


def apply(
    document: Document,
    edits: Sequence[Edit],
    *,
    escape: Callable[[str, int], str] = lambda text, _: text,
    errors: str = "strict",
) -> bytes:
    """The file with ``edits`` applied; ``escape`` turns their text into what the format writes for it at an offset.

    Raises:
        InputError: edits overlap, or the text of one does not stand in one piece in the file.
    """
    replacements: list[tuple[int, int, str]] = []
    for edit in sorted(edits, key=lambda edit: edit.span):
        place = _place(document, edit.span)
        if replacements and place.start < replacements[-1][1]:
            raise InputError(f"{document.uri}: two edits overlap at line {_line(document, edit)}; apply one of them")
        replacements.append((place.start, place.end, escape(edit.text, place.start)))
    return encode(document, replacements, errors=errors)


def _place(document: Document, span: Span) -> Span:
    """The one range of the file that ``span`` is; for an empty span, the gap between its neighbours."""
    if len(span):
        ranges = {found for _, found in document.source_map.to_file(span) if len(found) == len(span)}
    else:
        before, after = Span(max(0, span.start - 1), span.start), Span(span.start, span.start + 1)
        ends = {found.end for _, found in document.source_map.to_file(before)}
        starts = {found.start for _, found in document.source_map.to_file(after)}
        ranges = {Span(gap, gap) for gap in ends | starts}
    if len(ranges) != 1:
        line = document.locate(span).line
        raise InputError(f"{document.uri}: the text at line {line} has markup inside; edit the file by hand")
    return ranges.pop()


def _line(document: Document, edit: Edit) -> int:
    return document.locate(edit.span).line
