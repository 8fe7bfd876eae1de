"""Detector: whether a sentence reads like the output of a machine translator."""

from __future__ import annotations

from collections.abc import Sequence

from mtqa.core.calibration import Calibration
from mtqa.core.documents import Segment
from mtqa.core.findings import ORIGIN, Evidence
from mtqa.core.protocols import Models, Passage

__all__ = ["DetectorSignal"]


class DetectorSignal:
    """The encoder's machine-translation logit of each sentence, in the context of its neighbours; its measurements are
    the logits of the languages that it may have come from."""

    name = "detector"

    def __init__(self, models: Models, calibration: Calibration) -> None:
        self._models = models
        self._calibration = calibration

    def score(self, segments: Sequence[Segment]) -> list[Evidence]:
        """One Evidence for each segment; the score is a logit. Abstains from languages the model does not speak."""
        scores = self._models.encode([[Passage(s.text, s.source) for s in segments]])[0]
        return [
            Evidence(
                signal=self.name,
                segment_id=segment.id,
                score=score.mt,
                measurements={f"{ORIGIN}{tag}": logit for tag, logit in score.origins.items()},
            )
            if self._calibration.speaks(segment.language)
            else Evidence(signal=self.name, segment_id=segment.id, score=None, abstained=_unknown(segment))
            for segment, score in zip(segments, scores, strict=True)
        ]


def _unknown(segment: Segment) -> str:
    return f"no model for language '{segment.language}'"
