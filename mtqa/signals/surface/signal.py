"""Runs the surface rules over a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mtqa.core.details import Measured
from mtqa.core.documents import Segment
from mtqa.core.errors import UnknownName
from mtqa.core.findings import MQM_WEIGHTS, Applicability, Edit, ErrorSpan, Evidence, Severity
from mtqa.core.limits import check_time
from mtqa.core.placeholders import cuts
from mtqa.core.signals import Reading, Signal
from mtqa.core.spans import Span
from mtqa.languages import pack_of
from mtqa.languages.rule import Hit, Rule
from mtqa.languages.sentence import Sentence, Surroundings
from mtqa.signals.surface.registry import ANY, RULES

__all__ = ["MQM_WEIGHTS", "SurfaceSignal"]


class SurfaceSignal(Signal):
    """Evidence from rules about the letters alone; no model, no context beyond the document.

    The score of a segment is the sum of its findings' weights, 0.0 when it is clean. The rules of its language's pack
    run, and those that hold in any language; where there are none, the signal abstains.

    Args:
        rules: names of the rules to run, all by default. Raises UnknownName.
        weights: penalty of a finding, by severity.
    """

    name = "surface"

    def __init__(self, rules: Sequence[str] | None = None, weights: Mapping[Severity, float] = MQM_WEIGHTS) -> None:
        self._names = tuple(RULES if rules is None else rules)
        for name in self._names:
            if name not in RULES:
                raise UnknownName("rule", name, RULES)
        self._weights = weights

    def rules(self, language: str) -> tuple[Rule, ...]:
        """The rules it runs on text in ``language``, imported on first use."""
        own = pack_of(language).rules
        return tuple(RULES[name] for name in self._names if name in own or name in ANY)

    def read(self, reading: Reading) -> list[Evidence]:
        """One Evidence for each segment."""
        return self.evidence(reading.segments)

    def evidence(self, segments: Sequence[Segment]) -> list[Evidence]:
        """The same, of consecutive segments of one document: no rule asks a model."""
        rules = {language: self.rules(language) for language in {s.language for s in segments}}
        return [self._judge(each, rules[each.segment.language]) for each in Surroundings(segments).sentences]

    def _judge(self, sentence: Sentence, rules: Sequence[Rule]) -> Evidence:
        check_time()
        segment = sentence.segment
        if not rules:
            return self.abstain(segment, f"no rule for the language '{segment.language}'")
        spans = tuple(sorted(self._spans(sentence, rules), key=lambda found: (found.span, found.rule)))
        counts = {severity: sum(found.severity is severity for found in spans) for severity in Severity}
        return Evidence(
            signal=self.name,
            segment_id=segment.id,
            score=sum((self._weights[severity] * count for severity, count in counts.items()), 0.0),
            spans=spans,
            details=Measured(numbers={severity.value: float(count) for severity, count in counts.items()}),
        )

    def _spans(self, sentence: Sentence, rules: Sequence[Rule]) -> Iterator[ErrorSpan]:
        offset = sentence.segment.span.start
        for rule in rules:
            for hit in rule.find(sentence):
                error = _error_span(rule, hit, offset)
                if (rule.prose and sentence.addressed(hit.span)) or cuts(hit.span, sentence.placeholders):
                    continue
                if not _is_masked(error.span, sentence.segment.masked, prose=rule.prose):
                    yield error


def _is_masked(span: Span, masks: Sequence[Span], *, prose: bool) -> bool:
    """Whether a hit is about no prose: what touches a mask is none about words, and what masks begin and end
    ("[", "](address)") is no markup that was left over."""
    if prose:
        return any(mask.overlaps(span) for mask in masks)
    ends = (Span(span.start, span.start + 1), Span(span.end - 1, span.end))
    return all(any(mask.contains(end) for mask in masks) for end in ends)


def _error_span(rule: Rule, hit: Hit, offset: int) -> ErrorSpan:
    span = hit.span.shift(offset)
    edits: tuple[Edit, ...] = ()
    if hit.replacement is not None:
        applicability = Applicability.SAFE if hit.safe else Applicability.UNSAFE
        edits = (Edit(span=span, text=hit.replacement, applicability=applicability),)
    return ErrorSpan(
        span=span,
        rule=rule.name,
        category=rule.category,
        severity=hit.severity or rule.severity,
        message=hit.message,
        edits=edits,
    )
