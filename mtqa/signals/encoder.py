"""What signals have in common that say of each sentence what the encoder does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from mtqa.core.calibration import Calibration
from mtqa.core.documents import Segment
from mtqa.core.findings import Evidence
from mtqa.core.protocols import Models, SegmentScore
from mtqa.core.settings import CheckerSettings
from mtqa.core.signals import Reading, Signal

__all__ = ["EncoderSignal", "Judge"]

Judge = Callable[[Segment, SegmentScore], Evidence]


class EncoderSignal(Signal):
    """Evidence on each sentence from its score. Abstains from languages that the model does not speak, and from
    documents without a letter."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self | None:
        """It asks no other model."""
        return cls(calibration)

    def read(self, reading: Reading) -> list[Evidence]:
        """One Evidence for each segment."""
        judge = self._judge(reading)
        scores = reading.scores or [None] * len(reading.segments)
        return [self._said(segment, score, judge) for segment, score in zip(reading.segments, scores, strict=True)]

    def speaks(self, language: str) -> bool:
        """Whether something is said of segments in ``language``."""
        return self._calibration.speaks(language)

    def _said(self, segment: Segment, score: SegmentScore | None, judge: Judge) -> Evidence:
        if not self.speaks(segment.language):
            return self.unread(segment)
        return self.abstain(segment, "no words") if score is None else judge(segment, score)

    def _judge(self, reading: Reading) -> Judge:
        """What makes evidence of each segment of a document."""
        raise NotImplementedError
