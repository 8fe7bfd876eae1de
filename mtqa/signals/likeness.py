"""How alike two texts are, by sacrebleu (Post 2018): chrF++ (Popović 2017), TER (Snover et al. 2006) and BLEU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from mtqa.core.retranslation import Likeness

__all__ = ["alike", "chrf", "ter"]


@cache
def _chrf() -> CHRF:
    return CHRF(word_order=2)


@cache
def _ter() -> TER:
    return TER()


def chrf(text: str, other: str) -> float:
    """chrF++ of ``other`` against ``text``; 100 where they are the same."""
    return float(_chrf().sentence_score(other, [text]).score)


def ter(text: str, other: str) -> float:
    """TER likewise; 0 where they are the same."""
    return float(_ter().sentence_score(other, [text]).score)


def alike(texts: Sequence[str], others: Sequence[str]) -> tuple[Likeness, ...]:
    """Scores of the whole of ``others`` against ``texts``, with their signatures. Raises ValueError where both are not
    equally many, or none."""
    if not texts or len(texts) != len(others):
        raise ValueError("as many texts as others, and at least one")
    metrics: dict[str, Metric] = {"chrF++": _chrf(), "TER": _ter(), "BLEU": BLEU()}
    found = []
    for name, metric in metrics.items():
        score = metric.corpus_score(list(others), [list(texts)]).score
        found.append(Likeness(metric=name, score=float(score), signature=str(metric.get_signature())))
    return tuple(found)
