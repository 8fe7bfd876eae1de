"""A document beside another machine translation of it, sentence by sentence."""

from __future__ import annotations

from dataclasses import dataclass

from mtqa.core.documents import Location

__all__ = ["AlignedSentence", "Likeness", "Retranslation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedSentence:
    """A sentence and what it became.

    Attributes:
        location: where it begins.
        text: as it stands in the document.
        other: the machine's.
        score: mean log-probability of the tokens of ``other`` in nats; None where the engine does not say.
    """

    location: Location
    text: str
    other: str
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike all sentences are, by a metric of sacrebleu, from 0 to 100 (TER: above, too, and lower is more alike).

    Attributes:
        metric: its name.
        signature: how sacrebleu made the number.
    """

    metric: str
    score: float
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retranslation:
    """A document and its machine translation from another language.

    Attributes:
        uri: of the document.
        language: BCP 47 tag of both texts.
        via: tag of the language that it came back from: of a pivot, or of the sources.
        from_source: whether the sources in the file were translated, rather than the document itself, there and back.
        engines: signatures of the translators, in the order of their use.
        sentences: in text order.
        likeness: of the machine's text to the document's.
    """

    uri: str
    language: str
    via: str
    from_source: bool
    engines: tuple[str, ...]
    sentences: tuple[AlignedSentence, ...]
    likeness: tuple[Likeness, ...]
