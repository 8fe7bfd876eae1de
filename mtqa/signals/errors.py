"""Errors: whether an editor would have to repair a sentence, and which words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtqa.core.calibration import Calibration
from mtqa.core.documents import Segment
from mtqa.core.findings import Category, ErrorSpan, Evidence, Severity
from mtqa.core.protocols import Models, TokenScore
from mtqa.core.spans import Span

__all__ = ["ErrorSignal"]

_MESSAGE = "an editor would probably reword this"


class ErrorSignal:
    """The encoder's repair logit of each sentence and the words it takes for errors.

    Neighbouring words above the threshold make one span, named after its worst word. The model says where, not what:
    the category is that of an unusual choice of words.
    """

    name = "errors"

    def __init__(self, models: Models, calibration: Calibration) -> None:
        self._models = models
        self._calibration = calibration

    def score(self, segments: Sequence[Segment]) -> list[Evidence]:
        """One Evidence for each segment; the score is a logit. Abstains from languages the model does not speak."""
        scores = self._models.encode([[s.text for s in segments]])[0]
        found: list[Evidence] = []
        for segment, score in zip(segments, scores, strict=True):
            if not self._calibration.speaks(segment.language):
                reason = f"no model for language '{segment.language}'"
                found.append(Evidence(signal=self.name, segment_id=segment.id, score=None, abstained=reason))
                continue
            spans = tuple(
                span
                for span in self._spans(segment, score.tokens)
                if not any(mask.overlaps(span.span) for mask in segment.masked)
            )
            found.append(Evidence(signal=self.name, segment_id=segment.id, score=score.edit, spans=spans))
        return found

    def _spans(self, segment: Segment, words: Sequence[TokenScore]) -> Iterator[ErrorSpan]:
        for run in self._runs(words):
            probability = max(p for _, p in run)
            severity = Severity.MAJOR if probability >= self._calibration.word_major else Severity.MINOR
            yield ErrorSpan(
                span=Span(run[0][0].start, run[-1][0].end).shift(segment.span.start),
                rule="garbled",
                category=Category.AWKWARD,
                severity=severity,
                message=_MESSAGE,
                probability=probability,
            )

    def _runs(self, words: Sequence[TokenScore]) -> Iterator[list[tuple[Span, float]]]:
        run: list[tuple[Span, float]] = []
        for word in words:
            probability = self._calibration.word(word.score)
            if probability >= self._calibration.word_minor:
                run.append((word.span, probability))
            elif run:
                yield run
                run = []
        if run:
            yield run
