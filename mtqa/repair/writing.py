"""What a language model of the user's own would make of a segment, when it is asked."""

from __future__ import annotations

from mtqa.core.documents import Segment
from mtqa.core.findings import Verdict
from mtqa.core.folding import Folding
from mtqa.core.llm import LlmSettings
from mtqa.core.report import DocumentReport
from mtqa.core.suggestions import Origin, Rejected
from mtqa.core.tags import language_name
from mtqa.repair.candidates import Candidate

__all__ = ["written"]


def written(llm: LlmSettings, report: DocumentReport, verdict: Verdict) -> tuple[list[Candidate], list[Rejected]]:
    """The segment with a language model's repairs, or why there are none. The model sees the segment, its neighbours,
    its source and the flagged words. Raises ModelError and ConfigError where it is set up wrong."""
    from mtqa.llm import engine_of
    from mtqa.llm.engine import Unanswered, waited
    from mtqa.llm.writer import repairs

    segments = [each.segment for each in report.verdicts if each.segment.read or each is verdict]
    segment, place = verdict.segment, segments.index(verdict.segment)
    around = [_plain(each) for each in (*segments[max(place - 1, 0) : place], *segments[place + 1 : place + 2])]
    engine = engine_of(llm)
    try:
        texts = waited(
            repairs(
                engine,
                segment.text,
                language=language_name(segment.language),
                doubtful=[flag.span.shift(-segment.span.start).of(segment.text) for flag in verdict.flags],
                before=around[0] if place else "",
                after=around[-1] if place + 1 < len(segments) else "",
                source=segment.source,
            )
        )
    except Unanswered as reason:
        return [], [Rejected(text="", origin=Origin.LANGUAGE_MODEL, by=llm.label, reason=str(reason))]
    return [Candidate(text=text, origin=Origin.LANGUAGE_MODEL, by=llm.label) for text in texts], []


def _plain(segment: Segment) -> str:
    return Folding.of(segment.text).text
