"""Which words of two texts differ."""

from __future__ import annotations

from difflib import SequenceMatcher

from mtqa.core.documents import WORD
from mtqa.core.spans import Span

__all__ = ["differences"]


def differences(one: str, other: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Spans of ``one`` and of ``other`` whose words the other text does not have in that place, in order. Capitals
    and punctuation make no difference; words that differ side by side are one span."""
    words = [list(WORD.finditer(text)) for text in (one, other)]
    keys = [[word[0].casefold() for word in each] for each in words]
    found: tuple[list[Span], list[Span]] = ([], [])
    for kind, *ranges in SequenceMatcher(a=keys[0], b=keys[1], autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for side, (low, high) in enumerate((ranges[:2], ranges[2:])):
            if low < high:
                found[side].append(Span(words[side][low].start(), words[side][high - 1].end()))
    return tuple(found[0]), tuple(found[1])
