"""Names of people and places as they are written in running text."""

from __future__ import annotations

import re
from enum import Enum, auto

from mtqa.core.spans import Span

__all__ = ["is_name"]

_TOKEN = re.compile(r"\S+")
_PART = re.compile(r"[-\u2010\u2011'’ʼ‘]")
_GENITIVE = re.compile(r"['’ʼ]s\W*$")
_PARTICLE = re.compile(
    "a|abu|a[flpv]|au[fs]|bar|ben|bint?|da[ls]?|dall[ae]|d|de[ilmnrs]?|dell[aeo]|d[iou]|dos|e|el|en|ibn|im?|"
    "l[aei]|las|les|los|na|nad|of|pod|san|sur|te[nr]?|tot|t|und?|upon|van|vanden?|vander|vo[mnr]|y|z|zum?|zur"
)


class _Kind(Enum):
    CAPITALISED = auto()
    PARTICLE = auto()
    SIGNS = auto()
    OTHER = auto()


def is_name(text: str, span: Span) -> bool:
    """Whether the words at ``span`` of a sentence read like a name: they begin with capitals, as "Łódź Fabryczna" and
    "Sharjah’s al-Qasimi" do, or stand as particles between words that do, as in "Omloop van Zandhoven". In a line of
    capitals nothing does, and the first word of a sentence by itself shows nothing by its capital."""
    if text.isupper():
        return False
    tokens = [Span(*found.span()) for found in _TOKEN.finditer(text)]
    kinds = [_kind(_shared(token, span).of(text) if token.overlaps(span) else token.of(text)) for token in tokens]
    inside = [n for n, token in enumerate(tokens) if token.overlaps(span)]
    if inside == [0]:
        return False
    return any(kinds[n] is not _Kind.SIGNS for n in inside) and all(
        kinds[n] in (_Kind.CAPITALISED, _Kind.SIGNS) or _is_between(kinds, n) for n in inside
    )


def _shared(one: Span, other: Span) -> Span:
    return Span(max(one.start, other.start), min(one.end, other.end))


def _is_between(kinds: list[_Kind], at: int) -> bool:
    """Whether it is a particle that capitalised words stand around, other particles aside."""
    before = next((kind for kind in reversed(kinds[:at]) if kind is not _Kind.PARTICLE), None)
    after = next((kind for kind in kinds[at:] if kind is not _Kind.PARTICLE), None)
    return kinds[at] is _Kind.PARTICLE and before is after is _Kind.CAPITALISED


def _kind(word: str) -> _Kind:
    parts = [part for part in map(_letters, _PART.split(_GENITIVE.sub("", word))) if part]
    if not parts:
        return _Kind.SIGNS
    first, *more = parts
    if _is_capital(first):
        return _Kind.CAPITALISED
    if not _PARTICLE.fullmatch(first):
        return _Kind.OTHER
    if not more:
        return _Kind.PARTICLE
    return _Kind.CAPITALISED if any(map(_is_capital, more)) else _Kind.OTHER


def _letters(part: str) -> str:
    """``part`` from its first letter on, without signs at its end."""
    found = re.search(r"[^\W\d_].*", part)
    return found[0].rstrip('.,;:!?…)]}"”»') if found else ""


def _is_capital(part: str) -> bool:
    return part[0].isupper() or part[0].istitle()
