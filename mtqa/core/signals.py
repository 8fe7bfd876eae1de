"""What a signal is: one kind of evidence on the sentences of documents."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from mtqa.core.calibration import Calibration
from mtqa.core.documents import Segment
from mtqa.core.findings import Evidence
from mtqa.core.pairs import Pair
from mtqa.core.protocols import Models, SegmentScore
from mtqa.core.rules import Explanation
from mtqa.core.settings import CheckerSettings

__all__ = ["Reading", "Said", "Signal"]

Said = list[list[Evidence]]
"""Of each document, evidence on its segments in their order: at most one piece for each, none where there is nothing to
say of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What signals see of a document: consecutive sentences without invisible characters, no boilerplate among them.

    Attributes:
        language: BCP 47 tag of the document as it is read: the model's own where it could not be told; None for
            sentences of no document.
        segments: each in its own language.
        scores: what the encoder says of each; none where no segment has a letter, or none is in its languages.
        pairs: the blocks of the document that have a source.
    """

    language: str | None
    segments: tuple[Segment, ...]
    scores: tuple[SegmentScore, ...]
    pairs: tuple[Pair, ...] = ()


class Signal:
    """One kind of evidence. A subclass has a name, and either ``read`` or, where it can do with many documents at once
    what it could with each, or waits for an answer, ``score``. What is said of a segment may depend on its document,
    never on other documents.

    Attributes:
        name: as in `mtqa.signals.SIGNALS`.
        needed: whether it cannot be switched off.
        explained: what the rules mean that its error spans name and mtqa does not know: what is not explained can be
            neither ignored nor switched off by its name.
    """

    name: ClassVar[str]
    needed: ClassVar[bool] = False
    explained: ClassVar[tuple[Explanation, ...]] = ()

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self | None:
        """The signal as ``settings`` have it, with those of ``models`` that it asks; None where they do not want it.
        No weights are read yet."""
        return cls()

    @property
    def signature(self) -> tuple[str, ...]:
        """Its own part of a report's signature, such as ``("lm:smollm2-135m@5df2ec44",)``: what its numbers depend on
        besides mtqa's version and the encoder."""
        return ()

    def prepare(self) -> None:
        """Begins what takes a while and can be done beside other work: `score` will be asked soon."""

    def score(self, readings: Sequence[Reading]) -> Said | Awaitable[Said]:
        """What is said of each document. May be a coroutine (``async def``): then it runs beside the signals that
        compute, together with any other that waits, in an event loop that lasts for the call. Raises ModelError where
        an engine fails."""
        return [self.read(reading) for reading in readings]

    def read(self, reading: Reading) -> list[Evidence]:
        """What is said of one document."""
        raise NotImplementedError

    def abstain(self, segment: Segment, reason: str) -> Evidence:
        """That it cannot tell, and why."""
        return Evidence(signal=self.name, segment_id=segment.id, score=None, abstained=reason)

    def unread(self, segment: Segment) -> Evidence:
        """That it cannot tell, as its model does not read the segment's language."""
        return self.abstain(segment, unread(segment.language))


def unread(language: str) -> str:
    """Why nothing is said of a segment in a language that a model does not read."""
    return f"no model for language '{language}'"
