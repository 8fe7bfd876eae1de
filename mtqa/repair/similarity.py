"""How alike two wordings are."""

from __future__ import annotations

from collections import Counter

__all__ = ["wording"]

_ORDER, _BETA = 6, 2.0


def wording(text: str, other: str) -> float:
    """chrF of ``other`` against ``text``, 0 to 1: the F-score of character n-grams up to six, recall counting double
    (Popović, 2015, "chrF: character n-gram F-score for automatic MT evaluation"). It knows letters, not meaning: a
    synonym lowers it and a lost "not" hardly does."""
    one, two = "".join(text.split()), "".join(other.split())
    if one == two:
        return 1.0
    precisions, recalls = [], []
    for order in range(1, _ORDER + 1):
        mine, theirs = _ngrams(one, order), _ngrams(two, order)
        if mine and theirs:
            shared = (mine & theirs).total()
            precisions.append(shared / theirs.total())
            recalls.append(shared / mine.total())
    if not any(precisions):
        return 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return (1 + _BETA**2) * precision * recall / (_BETA**2 * precision + recall)


def _ngrams(text: str, order: int) -> Counter[str]:
    return Counter(text[at : at + order] for at in range(len(text) - order + 1))
