"""Measures on plain arrays. Each returns NaN where it is not defined: one class is empty, or nothing varies.

What is drawn hundreds of times for an interval is computed by hand: scikit-learn's AUROC, F1 and MCC give the same and
take 3 to 200 times as long.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = [
    "Flags",
    "Numbers",
    "auroc",
    "calibration_curve",
    "calibration_error",
    "f1",
    "f1_of",
    "kendall",
    "matthews",
    "matthews_of",
    "mean",
    "pearson",
    "precision_at",
    "risk_coverage",
    "roc",
    "spearman",
    "true_positives_at",
    "varies",
]

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
_BINS = 10


def mean(values: NDArray[Any]) -> float:
    """Of numbers, or the share of flags that are true."""
    return float(values.mean()) if len(values) else math.nan


def auroc(positive: Flags, score: Numbers) -> float:
    """Probability that a positive one scores above a negative one, ties counting half (Mann and Whitney, 1947)."""
    count = int(positive.sum())
    others = len(positive) - count
    if not count or not others:
        return math.nan
    ranks = stats.rankdata(score)
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * others))


def roc(positive: Flags, score: Numbers) -> tuple[Numbers, Numbers]:
    """False and true positive rates at every threshold, from none flagged to all."""
    from sklearn.metrics import roc_curve

    alarms, hits, _ = roc_curve(positive, score, drop_intermediate=False)
    return alarms, hits


def true_positives_at(positive: Flags, score: Numbers, rate: float) -> float:
    """Share of the positive ones that lie above the lowest threshold with at most ``rate`` false alarms; NaN where
    there are too few negative ones for one of them to be within that rate."""
    negative = score[~positive]
    if not positive.any() or len(negative) * rate < 1:
        return math.nan
    allowed = math.floor(len(negative) * rate + 1e-9)
    threshold = np.sort(negative)[len(negative) - allowed - 1]
    return float((score[positive] > threshold).mean())


def _balanced(positive: Flags) -> Numbers:
    """Weights with which both classes weigh one half."""
    share = np.clip(positive.mean(), 1e-12, 1 - 1e-12)
    weights: Numbers = np.where(positive, 0.5 / share, 0.5 / (1 - share)) / len(positive)
    return weights


def calibration_curve(positive: Flags, p: Numbers, *, balanced: bool = True) -> tuple[Numbers, Numbers, Numbers]:
    """Mean probability, share of positive ones and weight of each of ten bins of equal width that holds any, where half
    of all are positive, or where as many are as there are."""
    weights = _balanced(positive) if balanced else np.ones(len(positive))
    bins = np.minimum((p * _BINS).astype(int), _BINS - 1)
    weight: Numbers = np.bincount(bins, weights, _BINS).astype(float)
    filled = weight > 0
    said = np.bincount(bins, weights * p, _BINS)[filled] / weight[filled]
    seen = np.bincount(bins, weights * positive, _BINS)[filled] / weight[filled]
    return said, seen, weight[filled]


def calibration_error(positive: Flags, p: Numbers, *, balanced: bool = True) -> float:
    """Expected calibration error (Naeini et al., 2015) where half of all are positive, or where as many are as there
    are."""
    if not varies(positive):
        return math.nan
    said, seen, weight = calibration_curve(positive, p, balanced=balanced)
    return float((weight * abs(said - seen)).sum() / weight.sum())


def risk_coverage(positive: Flags, p: Numbers) -> tuple[Numbers, Numbers]:
    """Share of documents decided, the surest first, and the share of those decided wrongly when the likelier class is
    called, where half of all are positive (El-Yaniv and Wiener, 2010)."""
    weights = _balanced(positive)
    order = np.argsort(-abs(p - 0.5), kind="stable")
    covered = np.cumsum(weights[order])
    wrong = np.cumsum((weights * ((p >= 0.5) != positive))[order])
    last = np.append(np.diff(abs(p - 0.5)[order]) != 0, True)
    return (covered / covered[-1])[last], (wrong / covered)[last]


def matthews(actual: Flags, called: Flags) -> float:
    """Matthews' correlation coefficient (1975); 0 where nothing, or everything, is called."""
    return matthews_of(len(actual), int(actual.sum()), int(called.sum()), int((actual & called).sum()))


def matthews_of(count: int, actual: int, called: int, both: int) -> float:
    """The same of counts."""
    if not 0 < actual < count:
        return math.nan
    spread = actual * (count - actual) * called * (count - called)
    return (count * both - actual * called) / math.sqrt(spread) if spread else 0.0


def f1(actual: Flags, called: Flags) -> float:
    """Harmonic mean of precision and recall."""
    return f1_of(int(actual.sum()), int(called.sum()), int((actual & called).sum()))


def f1_of(actual: int, called: int, both: int) -> float:
    """The same of counts."""
    return 2 * both / (actual + called) if actual else math.nan


def precision_at(positive: Flags, score: Numbers, share: float) -> float:
    """Share of positive ones among the highest ``share`` of all, at least one; ties in order."""
    if not len(score):
        return math.nan
    count = max(1, round(share * len(score)))
    return float(positive[np.argsort(-score, kind="stable")[:count]].mean())


def varies(row: NDArray[Any]) -> bool:
    """Whether not all its values are equal."""
    return bool(len(row) and row.min() < row.max())


def _vary(*rows: Numbers) -> bool:
    return all(len(row) > 2 and varies(row) for row in rows)


def pearson(a: Numbers, b: Numbers) -> float:
    """Correlation of the values."""
    return float(np.corrcoef(a, b)[0, 1]) if _vary(a, b) else math.nan


def spearman(a: Numbers, b: Numbers) -> float:
    """Correlation of the ranks, ties sharing theirs."""
    return pearson(stats.rankdata(a), stats.rankdata(b)) if _vary(a, b) else math.nan


def kendall(a: Numbers, b: Numbers) -> float:
    """Kendall's tau-b."""
    return float(stats.kendalltau(a, b).statistic) if _vary(a, b) else math.nan
