"""Edits of the words of an OpenDocument text, as what is to be replaced in its parts.

LibreOffice puts what was typed at one time into a span whose style says nothing but when that was, and so cuts words in
two. Such spans are no seams to an edit: the new words stand in the first piece.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mtqa.core.documents import Document
from mtqa.core.findings import Edit
from mtqa.core.spans import Span
from mtqa.formats.edits import replacements
from mtqa.formats.xml_text import escape_xml

__all__ = ["in_file"]

_SAYS_NOTHING = re.compile(
    r"<style:style style:name=\"([^\"<>]*)\" style:family=\"text\">\s*"
    r"<style:text-properties(?:\s+officeooo:(?:paragraph-)?rsid=\"[^\"<>]*\")*\s*/>\s*</style:style>"
)
_SEAM = re.compile(
    r"(?P<closed></text:span>)?(?:<text:(?:soft-page-break|bookmark(?:-start|-end)?)\b[^<>]*/>)*"
    r"(?:<text:span text:style-name=\"(?P<style>[^\"<>]*)\">)?"
)
_SPAN = re.compile(r"<text:span text:style-name=\"(?P<style>[^\"<>]*)\">")
_FARTHEST = 4000  # characters from the begin of a span to text in it


def in_file(document: Document, edits: Sequence[Edit]) -> list[tuple[int, int, str]]:
    """``(start, end, text)`` of what ``edits`` replace in the content of ``document``, in order. Errors as of
    `mtqa.formats.edits.replacements`."""
    content = document.content
    plain: set[str] = set()

    def seamless(one: Span, other: Span) -> bool:
        if not plain:
            plain.update(_SAYS_NOTHING.findall(content))
        found = _SEAM.fullmatch(content, one.end, other.start)
        if found is None or (found["style"] is not None and found["style"] not in plain):
            return False
        return not found["closed"] or _opened(content, one.start) in plain

    return replacements(document, edits, escape=lambda text, _: escape_xml(text, document.uri), seamless=seamless)


def _opened(content: str, at: int) -> str | None:
    """The style of the span around the text at ``at``, where nothing else stands between its tag and that."""
    start = content.rfind("<", max(0, at - _FARTHEST), at)
    found = _SPAN.match(content, start) if start >= 0 else None
    return found["style"] if found else None
