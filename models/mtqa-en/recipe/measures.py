"""Platt scaling, AUROC and calibration error."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score


def platt(scores, labels, weights=None) -> list[float]:
    features = np.asarray(scores, dtype=float)
    fit = LogisticRegression(C=1e6, max_iter=1000).fit(features.reshape(len(features), -1), labels, weights)
    return [round(float(x), 5) for x in (*fit.coef_[0], fit.intercept_[0])]


def probability(fitted: list[float], features: np.ndarray) -> np.ndarray:
    if not len(features):
        return np.zeros(0)
    return 1 / (1 + np.exp(-(np.asarray(features) @ fitted[:-1] + fitted[-1])))


def balanced(groups: list[tuple[np.ndarray, int, float]]):
    """Scores, labels and weights; each group weighs its third member in all."""
    scores = np.concatenate([g[0] for g in groups])
    labels = np.concatenate([np.full(len(g[0]), g[1]) for g in groups])
    weights = np.concatenate([np.full(len(g[0]), g[2] / max(1, len(g[0]))) for g in groups])
    return scores, labels, weights * len(scores) / weights.sum()


def auroc(positive, negative, rng=None) -> list[float]:
    """AUROC with a 95 % interval by 500 bootstrap draws over documents."""
    value = roc_auc_score([1] * len(positive) + [0] * len(negative), [*positive, *negative])
    if rng is None:
        return round(float(value), 4)
    draws = []
    for _ in range(500):
        p = positive[rng.integers(len(positive), size=len(positive))]
        n = negative[rng.integers(len(negative), size=len(negative))]
        draws.append(roc_auc_score([1] * len(p) + [0] * len(n), [*p, *n]))
    return [round(float(x), 4) for x in (value, *np.quantile(draws, (0.025, 0.975)))]


def expected_calibration_error(p: np.ndarray, label: np.ndarray, weight: np.ndarray) -> float:
    bins = np.minimum((p * 10).astype(int), 9)
    error = sum(
        weight[bins == b].sum()
        * abs(
            np.average(p[bins == b], weights=weight[bins == b])
            - np.average(label[bins == b], weights=weight[bins == b])
        )
        for b in range(10)
        if (bins == b).any()
    )
    return round(float(error / weight.sum()), 4)
