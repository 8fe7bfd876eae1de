"""The fast editor: what the encoder says in its one pass, of which sentences and words an editor would repair."""

from __future__ import annotations

from typing import Self

from mtqa.core.calibration import Calibration
from mtqa.core.documents import Segment
from mtqa.core.findings import Evidence
from mtqa.core.proofreading import ABSENT, FAST, MISSING, ProofCalibration
from mtqa.core.protocols import Models, SegmentScore
from mtqa.core.settings import CheckerSettings, Editor, Strictness
from mtqa.core.signals import Reading
from mtqa.core.tags import language_name
from mtqa.signals.encoder import EncoderSignal, Judge
from mtqa.signals.marking import Marker, recurring

__all__ = ["ErrorSignal"]


class ErrorSignal(EncoderSignal):
    """What a copy editor would mark, as the encoder learned it; where it knows the source of a sentence, as experts who
    saw the source would. `Marker` turns its numbers into flags."""

    name = "errors"

    def __init__(
        self,
        calibration: Calibration,
        strictness: Strictness,
        *,
        instead: bool = False,
        careful: ProofCalibration | None = None,
    ) -> None:
        super().__init__(calibration)
        self._strictness = strictness
        self._instead = instead
        self._careful = careful
        self._blind, self._sourced = (
            Marker(self.name, each, strictness) for each in (calibration.editor, calibration.sourced_editor)
        )

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self | None:
        """Where it is not asked for, it stands in for the careful editor: if that is missing, or in languages that it
        does not read."""
        instead = settings.editor is not Editor.FAST
        proofreader = models.proofreader() if instead else None
        careful = proofreader.calibration if proofreader else None
        return cls(calibration, settings.strictness, instead=instead, careful=careful)

    @property
    def signature(self) -> tuple[str, ...]:
        """That it was asked for, or that the careful editor was wanted and is missing; how strict it is, and what it
        was calibrated on. None where it only stands in for the careful one in some languages."""
        if self._careful is not None:
            return ()
        return (
            MISSING if self._instead else FAST,
            f"flags:{self._strictness}",
            f"ecal:{self._calibration.editor.name}",
        )

    def read(self, reading: Reading) -> list[Evidence]:
        """One Evidence for each segment, or for each that nobody else judges."""
        found = super().read(reading)
        if self._careful is None:
            return found
        left = {s.id for s in reading.segments if not self._careful.speaks(s.language)}
        return [said for said in found if said.segment_id in left and said.score is not None]

    def speaks(self, language: str) -> bool:
        """Whether the encoder reads ``language``, and has learned of editors what is wrong in it."""
        return super().speaks(language) and self._calibration.editor.speaks(language)

    def _judge(self, reading: Reading) -> Judge:
        names = recurring(reading.segments)

        def judge(segment: Segment, score: SegmentScore) -> Evidence:
            marker = self._sourced if score.sourced else self._blind
            alone = self._careful is None and not score.sourced  # where sources are known, that was not measured
            return marker.evidence(segment, score.proofread, names, why=alone, instead=self._why(segment))

        return judge

    def _why(self, segment: Segment) -> str:
        """Why it is asked instead of the careful editor; empty where it is not."""
        if not self._instead:
            return ""
        if self._careful is None:
            return ABSENT
        return f"the careful editor does not read {language_name(segment.language)}"
