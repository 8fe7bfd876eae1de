"""Intervals and paired tests by the bootstrap over clusters: what shares a source is drawn together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtqa.bench.results import Measure

__all__ = ["Clusters", "Difference", "Indices", "Share", "Statistic", "adjusted"]

Indices = NDArray[np.intp]
Statistic = Callable[[Indices], float]
"""From the ordinals of items, some of them several times, to a number; NaN where it is not defined."""


@dataclass(frozen=True, slots=True)
class Share:
    """A statistic that is a share of the items: where it is 0 or 1, no sample can differ, and its interval is that of
    Clopper and Pearson (1934) for as many trials as there are clusters."""

    of: Statistic

    def __call__(self, n: Indices) -> float:
        """The share."""
        return self.of(n)


_TAIL = 0.025  # left out at either end of an interval


@dataclass(frozen=True, slots=True)
class Difference:
    """How much a number changed, its 95% interval, and the probability of a change so far from none by chance."""

    value: float
    low: float
    high: float
    p: float


class Clusters:
    """Items in clusters, from which bootstrap samples are drawn (Efron and Tibshirani, 1993, chapter 8).

    Args:
        names: the cluster of each item.
        draws: how many samples.
        seed: equal ones draw alike.
    """

    def __init__(self, names: Sequence[str], *, draws: int, seed: int) -> None:
        known, which = np.unique(np.array(names, dtype=str), return_inverse=True)
        self._order = np.argsort(which, kind="stable")  # items by cluster
        self._sizes = np.bincount(which, minlength=len(known))
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._all = np.arange(len(names))
        self._draws, self._seed = draws, seed

    def _sample(self, draw: int) -> Indices:
        """The items of one sample."""
        rng = np.random.default_rng((self._seed, draw))
        drawn = rng.integers(len(self._sizes), size=len(self._sizes))
        sizes = self._sizes[drawn]
        first = np.cumsum(sizes) - sizes
        sample: Indices = self._order[np.arange(sizes.sum()) + np.repeat(self._starts[drawn] - first, sizes)]
        return sample

    def measure(self, statistic: Statistic) -> Measure:
        """A statistic on all items with its 95 % percentile interval; none where no sample differs, unless it is a
        `Share`."""
        value = statistic(self._all) if len(self._all) else math.nan
        if math.isnan(value):
            return Measure(None)
        low, high = self._spread(statistic)
        if low is None and isinstance(statistic, Share) and value in (0.0, 1.0):
            bound = _rounded(_TAIL ** (1 / len(self._sizes)))
            low, high = (bound, 1.0) if value else (0.0, _rounded(1 - bound))
        return Measure(_rounded(value), low, high)

    def _spread(self, statistic: Statistic) -> tuple[float, float] | tuple[None, None]:
        values = np.array([statistic(self._sample(draw)) for draw in range(self._draws)])
        values = values[~np.isnan(values)]
        if not len(values) or values.min() == values.max():
            return None, None
        low, high = np.quantile(values, (_TAIL, 1 - _TAIL))
        return _rounded(float(low)), _rounded(float(high))

    def difference(self, before: Statistic, after: Statistic) -> Difference | None:
        """How much ``after`` is above ``before`` on the same items; None where either is not defined. The probability
        is two-sided, from the share of samples in which the difference has the other sign."""
        value = after(self._all) - before(self._all) if len(self._all) else math.nan
        if math.isnan(value):
            return None
        samples = [self._sample(draw) for draw in range(self._draws)]
        values = np.array([after(sample) - before(sample) for sample in samples])
        values = values[~np.isnan(values)]
        if not len(values):
            return None
        low, high = np.quantile(values, (_TAIL, 1 - _TAIL))
        tail = min((values <= 0).sum(), (values >= 0).sum())
        return Difference(value, float(low), float(high), min(1.0, 2 * float(tail + 1) / (len(values) + 1)))


def adjusted(ps: Sequence[float]) -> list[float]:
    """Probabilities of several tests at once, after Holm (1979)."""
    found, highest = [0.0] * len(ps), 0.0
    for rank, n in enumerate(sorted(range(len(ps)), key=lambda n: ps[n])):
        highest = max(highest, min(1.0, ps[n] * (len(ps) - rank)))
        found[n] = highest
    return found


def _rounded(value: float) -> float:
    return round(value, 6)
