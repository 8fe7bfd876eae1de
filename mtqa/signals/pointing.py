"""What models may point at, and a sentence as a whole."""

from __future__ import annotations

from mtqa.core.documents import Segment
from mtqa.core.findings import GARBLED, Category, ErrorSpan, Severity
from mtqa.languages import pack_of

__all__ = ["is_listed", "is_own", "whole"]


def is_listed(words: str, language: str) -> bool:
    """Whether they are one word that the lexicon has, or a compound of such."""
    pack = pack_of(language)
    return all(part.isalpha() and pack.knows(part) for part in words.split("-"))


def is_own(words: str, language: str) -> bool:
    """Whether they are such a word, and none that is only known from another language."""
    return is_listed(words, language) and not any(map(pack_of(language).foreign, words.split("-")))


def whole(
    segment: Segment,
    message: str,
    probability: float,
    *,
    category: Category = Category.AWKWARD,
    severity: Severity = Severity.MINOR,
) -> ErrorSpan:
    """That a sentence is odd as a whole; awkward where no word of it stands out."""
    return ErrorSpan(
        span=segment.span,
        rule=GARBLED,
        category=category,
        severity=severity,
        message=message,
        probability=probability,
    )
