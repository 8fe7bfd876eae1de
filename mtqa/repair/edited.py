"""A document as it reads with some of its sentences replaced, and what the checker says of one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mtqa.checker import Checker
from mtqa.core.documents import Block, BlockKind, Document
from mtqa.core.findings import Flag, Verdict
from mtqa.core.folding import Folding, folded
from mtqa.core.report import DocumentReport
from mtqa.core.spans import SourceMap, Span
from mtqa.repair.deleted import with_gaps
from mtqa.segmentation import segment
from mtqa.signals.surface import SurfaceSignal

__all__ = ["Judged", "as_edited", "judged_as_read", "rejudged"]

_WINDOW = 1200
"""Characters around a sentence that it is judged among: half of what the encoder reads at once, as fast as a person
notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is said of a sentence as it reads now.

    Attributes:
        report: that holds it: on the whole document, or on a window around an edited sentence.
        span: of the sentence, in the report's document.
        verdicts: on it; several where an edit made several sentences of it.
        flags: in text order.
        p_repair: probability that a careful editor would have to repair it.
    """

    report: DocumentReport
    span: Span
    verdicts: tuple[Verdict, ...]
    flags: tuple[Flag, ...]
    p_repair: float


def judged_as_read(report: DocumentReport, number: int) -> Judged:
    """What a report says of its segment ``number``."""
    verdict = report.verdicts[number]
    return Judged(
        report=report, span=verdict.segment.span, verdicts=(verdict,), flags=verdict.flags, p_repair=verdict.p_repair
    )


def as_edited(
    document: Document, texts: Mapping[Span, str], *, blocks: Sequence[Block] | None = None, focus: Span | None = None
) -> tuple[Document, Span]:
    """A document, or some consecutive ``blocks`` of it, with segments replaced, and where the segment ``focus`` then
    stands. With a focus, its block alone counts as running text: the rest is context."""
    kept = document.blocks if blocks is None else blocks
    gone = with_gaps(document, texts)
    texts = {gone.get(span, span): after for span, after in texts.items()}
    focus = focus and gone.get(focus, focus)
    text, made, found = "", [], Span(0, 0)
    for block in kept:
        text += "\n\n" if text else ""
        start = len(text)
        masked: list[Span] = []
        at = block.span.start
        for span, after in [*((s, t) for s, t in sorted(texts.items()) if block.span.contains(s)), (None, "")]:
            stop = block.span.end if span is None else span.start
            by = len(text) - at
            masked += [
                Span(mask.start + by, mask.end + by) for mask in block.masked if at <= mask.start and mask.end <= stop
            ]
            if focus is not None and at <= focus.start and focus.end <= stop:
                found = Span(focus.start + by, focus.end + by)
            text += document.text[at:stop]
            if span is not None:
                if span == focus:
                    found = Span(len(text), len(text) + len(after))
                text += after
                at = span.end
        kind = block.kind
        if focus is not None and not block.span.contains(focus) and kind.judged:
            kind = BlockKind.CAPTION
        made.append(replace(block, span=Span(start, len(text)), kind=kind, masked=tuple(masked)))
    edited = replace(
        document,
        declared=True,
        format="text",
        text=text,
        blocks=tuple(made),
        content=text,
        raw=text.encode("utf-8", "replace"),
        encoding="utf-8",
        source_map=SourceMap.identity(len(text)),
    )
    return edited, found


def rejudged(checker: Checker, report: DocumentReport, number: int, texts: Mapping[Span, str]) -> Judged:
    """What the checker says of segment ``number`` with segments replaced, read among its neighbours alone: its time
    does not grow with the document."""
    document = report.document
    before = report.verdicts[number].segment
    blocks = _around(document, before.block)
    window, span = as_edited(document, texts, blocks=blocks, focus=before.span)
    (found,) = checker.reports([window])
    verdicts = tuple(v for v in found.verdicts if v.segment.span.overlaps(span))
    others = {span_: after for span_, after in texts.items() if span_ != before.span}
    cut = _of_the_cut(report, number, *as_edited(document, others, blocks=blocks, focus=before.span))
    flags = tuple(
        flag
        for verdict in verdicts
        for flag in verdict.flags
        if flag.span.overlaps(span) and _key(flag, window) not in cut
    )
    p_repair = max((_without(v, flags) for v in verdicts), default=0.0)
    return Judged(report=found, span=span, verdicts=verdicts, flags=flags, p_repair=p_repair)


def _around(document: Document, ordinal: int) -> Sequence[Block]:
    """The block and its neighbours up to the window's size."""
    low, high = ordinal, ordinal + 1
    size = len(document.blocks[ordinal].span)
    while low > 0 or high < len(document.blocks):
        for at in (low - 1, high):
            if 0 <= at < len(document.blocks):
                size += len(document.blocks[at].span)
                if size > _WINDOW:
                    return document.blocks[low:high]
                low, high = min(low, at), max(high, at + 1)
    return document.blocks[low:high]


def _of_the_cut(report: DocumentReport, number: int, window: Document, span: Span) -> set[tuple[str, str]]:
    """What the rules find in the unedited sentence only because the window ends somewhere: in the whole document the
    quotation is closed, the name occurs again."""
    known = {_key(flag, report.document) for flag in report.verdicts[number].flags}
    read = [folded(each) for each in segment(window)]
    return {
        (error.rule, error.span.shift(-each.span.start).of(each.text))
        for each, evidence in zip(read, SurfaceSignal().evidence(read), strict=True)
        for error in evidence.spans
        if error.span.overlaps(span)
    } - known


def _key(flag: Flag, document: Document) -> tuple[str, str]:
    return flag.rule, Folding.of(flag.span.of(document.text)).text


def _without(verdict: Verdict, flags: Sequence[Flag]) -> float:
    """The probability of repair without the flags that are none; evidence counts as independent."""
    p = verdict.p_repair
    for flag in verdict.flags:
        if flag not in flags and flag.probability < 1:
            p = max(0.0, 1 - (1 - p) / (1 - flag.probability))
    return p
