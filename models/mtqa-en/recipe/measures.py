"""Platt scaling."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression


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
