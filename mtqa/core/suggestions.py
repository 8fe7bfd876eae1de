"""What is proposed to a person who repairs a segment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from mtqa.core.findings import Applicability
from mtqa.core.spans import Span

__all__ = ["Origin", "Rejected", "Suggestion", "Suggestions"]


class Origin(StrEnum):
    """Where a proposed text comes from.

    A recombination takes single words of a round trip or a new translation and leaves the rest as it stands; a language
    model of the user's own proposes other words for some.
    """

    ROUND_TRIP = "round-trip"
    SOURCE = "source"
    RULE = "rule"
    RECOMBINATION = "recombination"
    LANGUAGE_MODEL = "language-model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Another text for a whole segment. Never applied by itself.

    Attributes:
        origin: how it was made; ``by`` names the engine's signature and pivot, or the rule.
        gain: by how much the probability of repair falls, as mtqa judges both texts in the same context; negative
            where it rises.
        similarity: of the wording to the text as it stands (chrF), 0 to 1. It knows letters, not meaning.
        reasons: a clause each, for the person who decides.
        caution: whether it may be applied without a person reading it: as its rule says, and else unsafe.
    """

    text: str
    origin: Origin
    by: str
    gain: float
    similarity: float
    reasons: tuple[str, ...] = ()
    caution: Applicability = Applicability.UNSAFE

    @property
    def key(self) -> str:
        """Tells it from other texts for the segment."""
        return sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A candidate that was not proposed, and why.

    Attributes:
        text: empty where an engine failed to make one.
    """

    text: str
    origin: Origin
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """For one segment: at most three, best first; none is an answer, and ``dropped`` says why.

    Attributes:
        span: of the segment, in the document's text.
    """

    span: Span
    kept: tuple[Suggestion, ...] = ()
    dropped: tuple[Rejected, ...] = ()
