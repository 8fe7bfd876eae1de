"""Flags written into the translation file they point at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mtqa.core.documents import Document, Segment
from mtqa.core.excerpts import excerpt
from mtqa.core.findings import Flag, Severity
from mtqa.core.registry import Registry
from mtqa.core.report import DocumentReport
from mtqa.core.spans import Span
from mtqa.formats.decoding import encode

__all__ = ["ANNOTATORS", "Annotator", "Remark", "annotated"]

_LONGEST_WORDS = 80  # characters of the flagged words that a remark repeats


@dataclass(frozen=True, slots=True)
class Remark:
    """A flag; ``place`` is where its words stand in the file, ``text`` one line for a person."""

    place: Span
    flag: Flag
    text: str


Annotator = Callable[[Document, Sequence[Remark]], list[tuple[int, int, str]]]
"""``(start, end, text)`` of what is to be replaced in the file, in any order: earlier annotations by nothing."""

ANNOTATORS: Registry[Annotator] = Registry(
    "format with annotations",
    {
        "xliff": "mtqa.formats.xliff_annotations:replacements",
        "po": "mtqa.formats.po_annotations:replacements",
    },
)


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
    replaced = sorted(ANNOTATORS[document.format](document, remarks), key=lambda one: one[:2])
    return encode(document, replaced, errors="xmlcharrefreplace" if document.format == "xliff" else "replace")


def _line(flag: Flag, segment: Segment, text: str) -> str:
    """``minor, awkward style (garbled): "words": what is wrong; further reasons``."""
    words = "" if flag.is_whole(segment) else excerpt(flag.span.of(text), _LONGEST_WORDS, "...")
    quoted = f'"{words}": ' if words else ""
    said = "; ".join(dict.fromkeys((flag.message, *flag.reasons)))
    line = f"{flag.severity.value}, {flag.category.label} ({flag.rule}): {quoted}{said}"
    return " ".join("".join(char if char.isprintable() else " " for char in line).split())
