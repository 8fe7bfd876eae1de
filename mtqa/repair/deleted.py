"""What goes with sentences that are deleted: a gap each, so that none is left at an end of a paragraph or beside
another."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from mtqa.core.documents import Document
from mtqa.core.spans import Span

__all__ = ["with_gaps"]

_GAP = re.compile(r"\s*")
_LINE_END = re.compile(r"[\r\n]")


def with_gaps(document: Document, texts: Mapping[Span, str]) -> dict[Span, Span]:
    """The segments of a document that ``texts`` replace by nothing, each with what goes with it: its words and the gap
    behind them or, where nothing is left behind them in their block or a line ends there, the gap before them."""
    found = {}
    for block, run in _runs(document, sorted(span for span, after in texts.items() if not after)):
        gaps = [_gaps(document.text, block, span) for span in run]
        before, behind = Span(gaps[0].start, run[0].start), Span(run[-1].end, gaps[-1].end)
        ends_line = _ends_line(behind.of(document.text)) and not _ends_line(before.of(document.text))
        back = bool(before) and (behind.end == block.end or ends_line)
        for span, gap in zip(run, gaps, strict=True):
            found[span] = Span(gap.start, span.end) if back else Span(span.start, gap.end)
    return found


def _runs(document: Document, spans: list[Span]) -> Iterator[tuple[Span, list[Span]]]:
    """Segments between which nothing is left, with the span of their block."""
    run: list[Span] = []
    for span, following in zip(spans, (*spans[1:], None), strict=False):
        run.append(span)
        block = _block(document, span)
        between = following and document.text[span.end : following.start]
        if following is None or not block.contains(following) or (between and not between.isspace()):
            yield block, run
            run = []


def _block(document: Document, span: Span) -> Span:
    at = bisect_right(document.blocks, span.start, key=lambda block: block.span.start) - 1
    return document.blocks[at].span if at >= 0 else span


def _gaps(text: str, block: Span, span: Span) -> Span:
    """The span with the white space around it."""
    behind = _GAP.match(text, span.end, block.end)
    start = span.start
    while start > block.start and text[start - 1].isspace():
        start -= 1
    return Span(start, behind.end() if behind else span.end)


def _ends_line(gap: str) -> bool:
    return _LINE_END.search(gap) is not None
