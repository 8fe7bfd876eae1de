"""What the table of a calibration holds: raw scores to probabilities, numbers in range, names."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Curve", "Logistic", "curves", "pair", "row", "share", "sigmoid", "signature_name"]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Platt scaling: ``p = 1 / (1 + exp(-(slope · score + intercept)))`` (Platt, 1999)."""

    slope: float
    intercept: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Logistic:
        """From two numbers of a ``model.toml``. Raises TypeError or ValueError where they are none."""
        return cls(*pair(values))

    @classmethod
    def rising(cls, values: Sequence[float]) -> Logistic:
        """The same of what is likelier the higher the score."""
        found = cls.of(values)
        if found.slope <= 0:
            raise ValueError(f"a slope that is not above 0: {found.slope}")
        return found

    def odds(self, score: float) -> float:
        """Log-odds of a raw score."""
        return self.slope * score + self.intercept

    def __call__(self, score: float) -> float:
        """The probability of a raw score."""
        return sigmoid(self.odds(score))


def sigmoid(odds: float) -> float:
    """The probability that log-odds stand for."""
    return 1 / (1 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1 + math.exp(odds))


@dataclass(frozen=True, slots=True)
class Curve:
    """A value that depends on the number of sentences: linear in its logarithm between knots, constant outside."""

    sentences: tuple[float, ...]
    values: tuple[float, ...]

    def __call__(self, sentences: float) -> float:
        """The value at a number of sentences."""
        right = bisect_right(self.sentences, sentences)
        if right == 0:
            return self.values[0]
        if right == len(self.sentences):
            return self.values[-1]
        low, high = self.sentences[right - 1], self.sentences[right]
        share = math.log(sentences / low) / math.log(high / low)
        return self.values[right - 1] * (1 - share) + self.values[right] * share


def curves(sentences: Sequence[float]) -> Callable[[Sequence[float]], Curve]:
    """What makes curves over these numbers of sentences of a ``model.toml``. Raises TypeError or ValueError where they
    are none, and so does what it returns."""
    knots = row(sentences, len(sentences))
    if not knots or knots[0] <= 0 or any(a >= b for a, b in pairwise(knots)):
        raise ValueError("sentences must be positive and ascending")
    return lambda values: Curve(knots, row(values, len(knots)))


def pair(values: Sequence[float]) -> tuple[float, float]:
    """Two finite numbers of a ``model.toml``. Raises TypeError or ValueError where they are none."""
    first, second = row(values, 2)
    return first, second


def share(value: float) -> float:
    """A number of a ``model.toml`` that is between 0 and 1. Raises TypeError or ValueError where it is not."""
    if not 0 < float(value) < 1:
        raise ValueError(f"not between 0 and 1: {value}")
    return float(value)


def row(values: Sequence[float], length: int) -> tuple[float, ...]:
    """As many finite numbers as ``length`` says, likewise."""
    if len(values) != length:
        raise ValueError(f"expected {length} numbers, found {len(values)}")
    found = tuple(float(v) for v in values)
    if not all(map(math.isfinite, found)):
        raise ValueError(f"not finite: {found}")
    return found


def signature_name(name: object) -> str:
    """A name that can stand in a signature. Raises ValueError for what cannot."""
    if not (isinstance(name, str) and re.fullmatch(r"[\w.+-]+", name)):
        raise ValueError(f"no name: {name!r}")
    return name
