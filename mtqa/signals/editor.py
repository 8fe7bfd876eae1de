"""The careful editor: which sentences a copy editor would have to repair, which words, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from mtqa.core.calibration import Calibration
from mtqa.core.protocols import Models, Proofreader
from mtqa.core.settings import CheckerSettings, Editor, Strictness
from mtqa.core.signals import Reading, Said, Signal
from mtqa.signals.marking import Marker, recurring

__all__ = ["EditorSignal"]


class EditorSignal(Signal):
    """What a copy editor would mark, as a network learned it from copy editors' marks; `Marker` turns its numbers into
    flags."""

    name = "editor"

    def __init__(self, proofreader: Proofreader, strictness: Strictness) -> None:
        self._proofreader = proofreader
        self._strictness = strictness
        self._marker = Marker(self.name, proofreader.calibration, strictness)

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self | None:
        """Where the careful editor is asked for."""
        proofreader = models.proofreader() if settings.editor is Editor.CAREFUL else None
        return None if proofreader is None else cls(proofreader, settings.strictness)

    @property
    def signature(self) -> tuple[str, ...]:
        """The network, how strict it is, and what it was calibrated on."""
        return (
            f"editor:{self._proofreader.signature}",
            f"flags:{self._strictness}",
            f"ecal:{self._proofreader.calibration.name}",
        )

    def prepare(self) -> None:
        """Begins to read the weights."""
        self._proofreader.prepare()

    def score(self, readings: Sequence[Reading]) -> Said:
        """One Evidence for each segment; the score is the log-odds that it must be repaired. Segments in languages that
        the network does not read are abstained from, and are no context for the others."""
        speaks = self._proofreader.calibration.speaks
        spoken = [[s for s in reading.segments if speaks(s.language)] for reading in readings]
        proofread = self._proofreader.proofread([[s.text for s in segments] for segments in spoken])
        said = [
            dict(zip((s.id for s in read), found, strict=True)) for read, found in zip(spoken, proofread, strict=True)
        ]
        names = [recurring(segments) for segments in spoken]
        return [
            [
                self._marker.evidence(s, marks[s.id], recur) if s.id in marks else self.unread(s)
                for s in reading.segments
            ]
            for reading, marks, recur in zip(readings, said, names, strict=True)
        ]
