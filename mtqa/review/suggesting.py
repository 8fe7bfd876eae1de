"""Suggestions, as the page asks for them, and the ones that the rules' own edits make."""

from __future__ import annotations

from typing import Protocol

from mtqa.core.findings import Applicability
from mtqa.core.report import DocumentReport
from mtqa.core.suggestions import Origin, Suggestion, Suggestions

__all__ = ["Suggest", "from_rules"]


class Suggest(Protocol):
    """Makes suggestions. It is called in a thread of its own, for one sentence at a time, while the checker may judge
    others: it must not share models with it that two threads cannot use at once."""

    def __call__(self, report: DocumentReport, segment_id: int) -> Suggestions:
        """For the segment with that id in ``report``, which may be on a window of the article."""


def from_rules(report: DocumentReport, segment_id: int) -> Suggestions:
    """The sentence with all edits that the rules propose for it; and with the safe ones alone, where they differ."""
    verdict = report.verdicts[segment_id]
    segment = verdict.segment
    kept: list[Suggestion] = []
    for levels in ((Applicability.SAFE, Applicability.UNSAFE), (Applicability.SAFE,)):
        text, end, rules, messages = "", segment.span.start, [], []
        gain = 0.0
        for flag in verdict.flags:
            for edit in sorted(flag.edits, key=lambda edit: edit.span):
                if edit.applicability in levels and end <= edit.span.start and edit.span.end <= segment.span.end:
                    text += report.document.text[end : edit.span.start] + edit.text
                    end = edit.span.end
                    rules.append(flag.rule)
                    messages.append(flag.message)
                    gain = max(gain, flag.probability)
        text += report.document.text[end : segment.span.end]
        if rules and text != segment.text and all(text != other.text for other in kept):
            kept.append(
                Suggestion(
                    text=text,
                    origin=Origin.RULE,
                    by=", ".join(dict.fromkeys(rules)),
                    gain=gain,
                    similarity=1.0,
                    reasons=tuple(dict.fromkeys(messages)),
                )
            )
    return Suggestions(span=segment.span, kept=tuple(kept))
