"""Evidence on one segment to its verdict: calibrated probabilities and merged flags."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from mtqa.core.calibration import Calibration, sigmoid
from mtqa.core.documents import Segment
from mtqa.core.findings import Edit, ErrorSpan, Evidence, Flag, Severity, Verdict
from mtqa.core.spans import Span

__all__ = ["CalibratedCombiner"]

_WORD = re.compile(r"\w+(?:['’\-]\w+)*|[^\w\s]")


class CalibratedCombiner:
    """Platt-scaled logits of the detector and the error model, joined with what the rules say.

    Evidence from different signals counts as independent: the probability that words need repair is one minus the
    product of the probabilities that they do not. A sentence needs repair at least as likely as any word of it.
    """

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    def judge(self, segment: Segment, evidence: Sequence[Evidence]) -> Verdict:
        """The joint judgement of one segment."""
        scores = {e.signal: e.score for e in evidence if e.score is not None}
        tokens = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(segment.text)]
        flags = tuple(self._flag(segment, tokens, group) for group in _overlapping(_pointed(segment, evidence)))
        p_mt = self._calibration.sentence_mt(scores["detector"]) if "detector" in scores else None
        p_edit = None
        if "errors" in scores:
            of_model = [self._probability(span) for e in evidence if e.signal == "errors" for span in e.spans]
            of_others = [
                self._probability(span)
                for e in evidence
                if e.signal != "errors"
                for span in e.spans
                if span.severity is not Severity.NEUTRAL
            ]
            p_edit = _either([max(sigmoid(scores["errors"]), *of_model, 0.0), *of_others])
        return Verdict(segment=segment, p_mt=p_mt, p_edit=p_edit, flags=flags, evidence=tuple(evidence))

    def _flag(self, segment: Segment, tokens: Sequence[tuple[int, int, str]], spans: Sequence[ErrorSpan]) -> Flag:
        # A rule knows what is wrong; the model only that something is.
        lead = max(spans, key=lambda s: (s.probability is None, s.severity.rank, s.probability or 0.0))
        whole = lead.span
        for span in spans:
            whole = whole.join(span.span)
        severity = max((s.severity for s in spans), key=lambda s: s.rank)
        probability = _either(self._probability(s) for s in spans)
        reasons = tuple(dict.fromkeys(s.message for s in (lead, *spans)))
        rules = tuple(dict.fromkeys(s.rule for s in (lead, *spans)))
        edits: list[Edit] = []
        for span in spans:
            edits += [e for e in span.edits if not any(e.span.overlaps(other.span) for other in edits)]
        return Flag(
            rule=lead.rule,
            span=whole,
            category=lead.category,
            severity=severity,
            probability=probability,
            message=lead.message,
            reasons=reasons,
            fingerprint=_fingerprint(segment, tokens, lead.rule, whole),
            edits=tuple(edits),
            rules=rules if len(rules) > 1 else (),
        )

    def _probability(self, span: ErrorSpan) -> float:
        return self._calibration.rule_prior[span.severity] if span.probability is None else span.probability


def _either(probabilities: Iterable[float]) -> float:
    neither = 1.0
    for p in probabilities:
        neither *= 1 - p
    return 1 - neither


def _pointed(segment: Segment, evidence: Sequence[Evidence]) -> list[ErrorSpan]:
    """The spans to make flags of: the model's word that a sentence is odd as a whole adds nothing where other evidence
    points at words of it."""
    spans = [span for e in evidence for span in e.spans]
    words = [s for e in evidence for s in e.spans if e.signal != "errors" or s.span != segment.span]
    return words or spans


def _overlapping(spans: Iterable[ErrorSpan]) -> list[list[ErrorSpan]]:
    """Spans grouped so that those of different groups share no character; groups in text order."""
    groups: list[list[ErrorSpan]] = []
    end = -1
    for span in sorted(spans, key=lambda s: (s.span, s.rule)):
        if groups and span.span.start < end:
            groups[-1].append(span)
        else:
            groups.append([span])
            end = span.span.end
        end = max(end, span.span.end)
    return groups


def _fingerprint(segment: Segment, tokens: Sequence[tuple[int, int, str]], rule: str, span: Span) -> str:
    """Identity of a flag that survives moving its paragraph: the rule, the words, two tokens on each side."""
    local = span.shift(-segment.span.start)
    first = bisect_right(tokens, local.start, key=lambda token: token[1])
    last = bisect_left(tokens, local.end, key=lambda token: token[0])
    before = [text for _, _, text in tokens[max(0, first - 2) : first]]
    after = [text for _, _, text in tokens[last : last + 2]]
    key = "\x1f".join((rule, *before, "\x1e", local.of(segment.text), "\x1e", *after))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
