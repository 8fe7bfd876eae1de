"""How alike two texts are, by sacrebleu (Post 2018): chrF++ (Popović 2017), TER (Snover et al. 2006) and BLEU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from mtqa.core.retranslation import Likeness

__all__ = ["CHRF_NAME", "TER_NAME", "alike", "sentence_likeness"]

CHRF_NAME = "chrF++"
TER_NAME = "TER"


@cache
def _metrics() -> dict[str, Metric]:
    return {CHRF_NAME: CHRF(word_order=2), TER_NAME: TER()}


def sentence_likeness(text: str, other: str) -> dict[str, float]:
    """chrF++ (100: the same) and TER (0: the same) of ``other`` against ``text``."""
    return {name: float(metric.sentence_score(other, [text]).score) for name, metric in _metrics().items()}


def alike(texts: Sequence[str], others: Sequence[str]) -> tuple[Likeness, ...]:
    """Scores of the whole of ``others`` against ``texts``, with their signatures. Raises ValueError where both are not
    equally many, or none."""
    if not texts or len(texts) != len(others):
        raise ValueError("as many texts as others, and at least one")
    found = []
    for name, metric in (*_metrics().items(), ("BLEU", BLEU())):
        score = metric.corpus_score(list(others), [list(texts)]).score
        found.append(Likeness(metric=name, score=float(score), signature=str(metric.get_signature())))
    return tuple(found)
