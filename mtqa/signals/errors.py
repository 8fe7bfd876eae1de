"""Errors: whether an editor would have to repair a sentence, and which words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from mtqa.core.calibration import Calibration
from mtqa.core.documents import Segment
from mtqa.core.findings import Category, ErrorSpan, Evidence, Severity
from mtqa.core.protocols import Models
from mtqa.core.spans import Span

__all__ = ["ErrorSignal"]

_MESSAGE = "an editor would probably reword this"


class ErrorSignal:
    """The encoder's repair logit of each sentence and the words it takes for errors.

    The same odd words are more often an error where the whole document reads like a machine's, so the mean
    machine-translation logit of the running text takes part. Neighbouring words above the threshold make one span, as
    probable as its worst word. The model says where, not what: the category is that of an unusual choice of words.
    """

    name = "errors"

    def __init__(self, models: Models, calibration: Calibration) -> None:
        self._models = models
        self._calibration = calibration

    def score(self, segments: Sequence[Segment]) -> list[Evidence]:
        """One Evidence for each segment; the score is the log-odds that it needs repair. Abstains from languages the
        model does not speak."""
        scores = self._models.encode([[s.text for s in segments]])[0]
        running = [score.mt for s, score in zip(segments, scores, strict=True) if s.kind.judged]
        mean = sum(running) / len(running) if running else sum(s.mt for s in scores) / max(1, len(scores))
        found: list[Evidence] = []
        for segment, score in zip(segments, scores, strict=True):
            if not self._calibration.speaks(segment.language):
                reason = f"no model for language '{segment.language}'"
                found.append(Evidence(signal=self.name, segment_id=segment.id, score=None, abstained=reason))
                continue
            words = [(w.span, self._calibration.word(w.score, score.edit, mean)) for w in score.tokens]
            spans = tuple(
                span
                for span in self._spans(segment, words)
                if not any(mask.overlaps(span.span) for mask in segment.masked)
            )
            odds = self._calibration.sentence_edit.odds(score.edit, mean)
            found.append(Evidence(signal=self.name, segment_id=segment.id, score=odds, spans=spans))
        return found

    def _spans(self, segment: Segment, words: Sequence[tuple[Span, float]]) -> Iterator[ErrorSpan]:
        for flagged, run in groupby(words, key=lambda word: word[1] >= self._calibration.word_minor):
            if not flagged:
                continue
            spans, probabilities = zip(*run, strict=True)
            worst = max(probabilities)
            yield ErrorSpan(
                span=Span(spans[0].start, spans[-1].end).shift(segment.span.start),
                rule="garbled",
                category=Category.AWKWARD,
                severity=Severity.MAJOR if worst >= self._calibration.word_major else Severity.MINOR,
                message=_MESSAGE,
                probability=worst,
            )
