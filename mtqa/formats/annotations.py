"""Flags written into the file they point at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mtqa.core.documents import Document, Segment
from mtqa.core.excerpts import excerpt
from mtqa.core.findings import Flag, Revision, Severity
from mtqa.core.registry import Registry
from mtqa.core.report import DocumentReport
from mtqa.core.spans import Span

__all__ = ["ANNOTATORS", "OWN", "TRACKERS", "Annotator", "Remark", "Tracker", "annotated"]

OWN = "mtqa"
"""The author of mtqa's notes and comments, and the beginning of the ids of its marks."""

_LONGEST_WORDS = 80  # characters of the flagged words that a remark repeats


@dataclass(frozen=True, slots=True)
class Remark:
    """A flag; ``place`` is where its words stand in the file, ``text`` one line for a person."""

    place: Span
    flag: Flag
    text: str


Annotator = Callable[[Document, Sequence[Remark]], bytes]
"""The file with remarks, which are in the order of their places; earlier annotations are gone."""

ANNOTATORS: Registry[Annotator] = Registry(
    "format with annotations",
    {
        "xliff": "mtqa.formats.xliff_annotations:annotated",
        "po": "mtqa.formats.po_annotations:annotated",
        "docx": "mtqa.formats.docx_revisions:annotated",
    },
)

Tracker = Callable[[Document, Sequence[Revision]], bytes]
"""The file with revisions as tracked changes."""

TRACKERS: Registry[Tracker] = Registry("format with tracked changes", {"docx": "mtqa.formats.docx_revisions:tracked"})


def annotated(reports: Sequence[DocumentReport], min_level: Severity) -> bytes:
    """What ``mtqa.formats.annotate`` gives."""
    document = reports[0].document
    remarks = [
        Remark(report.document.source_map.nearest(flag.span), flag, _line(flag, verdict.segment, report.document.text))
        for report in reports
        for verdict in report.verdicts
        for flag in verdict.flags
        if flag.severity.rank >= min_level.rank
    ]
    remarks.sort(key=lambda remark: remark.place)
    return ANNOTATORS[document.format](document, remarks)


def _line(flag: Flag, segment: Segment, text: str) -> str:
    """``minor, awkward style (garbled): "words": what is wrong; further reasons``."""
    words = "" if flag.is_whole(segment) else excerpt(flag.span.of(text), _LONGEST_WORDS, "...")
    quoted = f'"{words}": ' if words else ""
    said = "; ".join(dict.fromkeys((flag.message, *flag.reasons)))
    line = f"{flag.severity.value}, {flag.category.label} ({flag.rule}): {quoted}{said}"
    return " ".join("".join(char if char.isprintable() else " " for char in line).split())
