"""Suggestions as text and as JSON: each flagged segment with the texts to choose from, differing words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from mtqa.core.differences import differences
from mtqa.core.findings import Verdict
from mtqa.core.report import DocumentReport, Signature
from mtqa.core.suggestions import Rejected, Suggestion, Suggestions
from mtqa.renderers import wording
from mtqa.renderers.json import dump, location_json, number_json, signature_json, span_json
from mtqa.renderers.page import Page
from mtqa.renderers.wording import (
    CAUTIONS,
    alike,
    certainty,
    counted,
    gained,
    probability,
    provenance,
    standing,
    to_do,
    visible,
)

__all__ = ["render_suggestions_json", "render_suggestions_text"]

SCHEMA = "mtqa.suggestions/1"

_CARE = (
    "A suggestion may be worse than the text, or say something else: check it against the source, or against what the "
    "article says elsewhere. mtqa never applies one by itself."
)

Found = Sequence[tuple[DocumentReport, Mapping[int, Suggestions]]]
"""Documents, and the suggestions for their flagged segments by the segments' ids."""


def render_suggestions_text(
    found: Found,
    signature: Signature,
    *,
    remark: str = "",
    dropped: bool = False,
    width: int = 80,
    colour: bool = False,
) -> str:
    """For a terminal: the segments likeliest to need repair first.

    Args:
        found: what to show.
        signature: of the report.
        remark: on all of it, such as why there are few suggestions, in a sentence.
        dropped: also show the texts that are not proposed, and why.
        width: columns of the terminal.
        colour: whether to add ANSI colours.
    """
    page = Page(width)
    for report, by_segment in found:
        page.gap()
        page.write(Text(visible(report.document.uri), "bold"))
        flagged = [verdict for verdict in report.worth_reading() if verdict.segment.id in by_segment]
        helped = sum(bool(by_segment[verdict.segment.id].kept) for verdict in flagged)
        if flagged:
            page.write(Text(f"{counted(len(flagged), 'flagged sentence')}, suggestions for {helped}"), first="  ")
        else:
            sure = f"{wording.verdict(report)}. {certainty(report, signature.fpr)}"
            page.write(Text(f"{sure} {to_do(report, signature.recall)}"), first="  ")
        for rank, verdict in enumerate(flagged, 1):
            _segment(page, report, verdict, by_segment[verdict.segment.id], rank, dropped)
    page.gap()
    if remark and any(by_segment for _, by_segment in found):
        page.write(Text(standing(remark)))
    if any(each.kept for _, by_segment in found for each in by_segment.values()):
        page.write(Text(_CARE, "dim"))
    page.write(Text(visible(str(signature)), "dim"), breaks="|")
    return page.text(colour)


def _segment(
    page: Page, report: DocumentReport, verdict: Verdict, found: Suggestions, rank: int, dropped: bool
) -> None:
    indent = "     "
    page.gap()
    where = visible(report.document.locate(verdict.segment.span).name)
    head = f"{where}  p(repair) {probability(verdict.p_repair)}"
    page.write(Text(head, "bold"), first=f"{rank:>3}  ")
    if not found.kept:
        page.write(Text(visible(verdict.segment.text)), first=indent)
        rejected = f"; {counted(len(found.dropped), 'text')} rejected" if found.dropped else ""
        why = "; --dropped shows why" if rejected and not dropped else ""
        page.write(Text(f"no suggestion{rejected}{why}", "dim"), first=indent)
    for number, suggestion in enumerate(found.kept, 1):
        page.aligned(("text", verdict.segment.text), (f"{number}", suggestion.text), indent)
        about = (
            f"{provenance(suggestion)}{CAUTIONS[suggestion.caution]}: {gained(suggestion.gain)}, "
            f"{alike(suggestion.similarity)}"
        )
        page.write(Text(visible(about), "dim"), first=f"{indent}      ")
    for each in found.dropped if dropped else ():
        text = f"{each.text}: " if each.text else ""
        about = f"{text}{each.reason}  [{provenance(each)}]"
        page.write(Text(visible(about), "dim"), first=f"{indent}dropped  ")


def render_suggestions_json(found: Found, signature: Signature) -> str:
    """One object with everything, dropped texts and their reasons included."""
    documents = [
        {
            "uri": report.document.uri,
            "segments": [
                _segment_json(report, verdict, by_segment[verdict.segment.id])
                for verdict in report.verdicts
                if verdict.segment.id in by_segment
            ],
        }
        for report, by_segment in found
    ]
    return dump({"schema": SCHEMA, "signature": signature_json(signature), "documents": documents}, indent=2)


def _segment_json(report: DocumentReport, verdict: Verdict, found: Suggestions) -> dict[str, Any]:
    text = verdict.segment.text
    return {
        "id": verdict.segment.id,
        **span_json(found.span),
        "location": location_json(report.document.locate(found.span)),
        "text": text,
        "p_edit": number_json(verdict.p_edit),
        "suggestions": [_suggestion_json(text, suggestion) for suggestion in found.kept],
        "dropped": [_dropped_json(rejected) for rejected in found.dropped],
    }


def _suggestion_json(text: str, suggestion: Suggestion) -> dict[str, Any]:
    of_text, of_other = differences(text, suggestion.text)
    return {
        "text": suggestion.text,
        "origin": suggestion.origin.value,
        "by": suggestion.by,
        "gain": number_json(suggestion.gain),
        "applicability": suggestion.caution.value,
        "similarity": number_json(suggestion.similarity),
        "reasons": list(suggestion.reasons),
        "text_differs": [[span.start, span.end] for span in of_text],
        "suggestion_differs": [[span.start, span.end] for span in of_other],
    }


def _dropped_json(rejected: Rejected) -> dict[str, Any]:
    return {
        "text": rejected.text,
        "origin": rejected.origin.value,
        "by": rejected.by,
        "reason": rejected.reason,
    }
