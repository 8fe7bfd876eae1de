"""The careful editor: which sentences a copy editor would have to repair, which words, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Self

from mtqa.core.calibration import Calibration
from mtqa.core.documents import Segment
from mtqa.core.findings import Evidence
from mtqa.core.protocols import Models, Proofreader
from mtqa.core.settings import CheckerSettings, Editor, Strictness
from mtqa.core.signals import Reading, Said, Signal
from mtqa.signals.marking import Marker, recurring

__all__ = ["EditorSignal"]

_CONTEXT = 50  # segments: more than a network reads as neighbours of what it judges


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
        """Where the careful editor is wanted."""
        proofreader = None if settings.editor is Editor.FAST else models.proofreader()
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
        the network does not read are abstained from, and are no context for the others; so are those inside a long list
        of single words or figures, in which there is nothing to point at."""
        speaks = self._proofreader.calibration.speaks
        spoken = [[s for s in reading.segments if speaks(s.language)] for reading in readings]
        stretches = [list(_stretches(segments)) for segments in spoken]
        proofread = iter(self._proofreader.proofread([[s.text for s in one] for found in stretches for one in found]))
        said = [
            {s.id: marks for one in found for s, marks in zip(one, next(proofread), strict=True)} for found in stretches
        ]
        names = [recurring(segments) for segments in spoken]
        return [
            [
                self._marker.evidence(s, marks[s.id], recur) if s.id in marks else self._silent(s)
                for s in reading.segments
            ]
            for reading, marks, recur in zip(readings, said, names, strict=True)
        ]

    def _silent(self, segment: Segment) -> Evidence:
        if self._proofreader.calibration.speaks(segment.language):
            return self.abstain(segment, "in a long run of single words or figures")
        return self.unread(segment)


def _stretches(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """What is read without a gap: of a long run of segments in which there is nothing to point at, only its ends, as
    neighbours of what stands before and behind it."""
    stretch: list[Segment] = []
    for worded, run in groupby(segments, key=attrgetter("has_wording")):
        found = list(run)
        if worded or len(found) <= 2 * _CONTEXT:
            stretch += found
        else:
            yield [*stretch, *found[:_CONTEXT]]
            stretch = found[-_CONTEXT:]
    yield stretch
