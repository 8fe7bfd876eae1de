"""What a language model of the user's own says of marked lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtqa.bench.editor.columns import Said
from mtqa.bench.editor.marks import Mark, MarkedDocument, MarkedLine, letter_of, over_words
from mtqa.core.details import SecondOpinion
from mtqa.core.findings import ErrorSpan, Verdict
from mtqa.core.report import DocumentReport
from mtqa.core.spans import Span

__all__ = ["mark_of", "opinion_on", "places", "spans_on"]


def places(document: MarkedDocument, report: DocumentReport) -> list[Span]:
    """Of each line in the text that was judged. Raises ValueError where one is not there."""
    at, found = 0, []
    for line in document.lines:
        start = report.document.text.index(line.text, at)
        at = start + len(line.text)
        found.append(Span(start, at))
    return found


def opinion_on(line: MarkedLine, place: Span, verdicts: Sequence[Verdict]) -> Said | None:
    """What the language model alone says of a line, which the verdicts overlap; None where it did not judge all of it.
    The score is the level of its worst mark."""
    scores = [e.score for v in verdicts for e in v.evidence if isinstance(e.details, SecondOpinion)]
    if not scores or len(scores) < len(verdicts) or None in scores:
        return None
    level = max(score for score in scores if score is not None)
    marks = [mark_of(span, place) for span in spans_on(verdicts, place)]
    return Said(flagged=level > 0, score=level, words=over_words(line.text, marks))


def spans_on(verdicts: Sequence[Verdict], place: Span) -> Iterator[ErrorSpan]:
    """What it marks, but for whole sentences."""
    for verdict in verdicts:
        for evidence in verdict.evidence:
            if isinstance(evidence.details, SecondOpinion):
                yield from (s for s in evidence.spans if s.span.overlaps(place) and s.span != verdict.segment.span)


def mark_of(found: ErrorSpan, place: Span) -> Mark:
    """A span of the document as a mark on the line at ``place``."""
    inside = Span(max(found.span.start, place.start), min(found.span.end, place.end)).shift(-place.start)
    return Mark(inside, found.severity.rank, letter_of(found.category))
