"""Detector: whether a sentence reads like the output of a machine translator."""

from __future__ import annotations

from mtqa.core.details import MachineLogit
from mtqa.core.documents import Segment
from mtqa.core.findings import Evidence
from mtqa.core.protocols import SegmentScore
from mtqa.core.signals import Reading
from mtqa.signals.encoder import EncoderSignal, Judge

__all__ = ["DetectorSignal"]


class DetectorSignal(EncoderSignal):
    """The encoder's machine-translation logit of each sentence, in the context of its neighbours, and the logits of the
    languages that it may have come from. Nothing is decided without it."""

    name = "detector"
    needed = True

    def _judge(self, reading: Reading) -> Judge:
        return self._evidence

    def _evidence(self, segment: Segment, score: SegmentScore) -> Evidence:
        details = MachineLogit(logit=score.mt, origins=score.origins)
        return Evidence(signal=self.name, segment_id=segment.id, score=score.mt, details=details)
