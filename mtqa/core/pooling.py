"""What sentences say, together: a document's score from what the encoder says of each of its sentences.

The score is a weighted sum of a few statistics of the set, which does not depend on the order of sentences, with
weights that depend on how many there are: a set function of the form ``ρ(Σ φ(x))`` (Zaheer et al., "Deep Sets", 2017),
with ρ linear, so that a person can read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from mtqa.core.details import MachineLogit
from mtqa.core.scaling import Curve, row, sigmoid

__all__ = ["STATISTICS", "Pooling"]

_QUARTER = 4


def _highest(values: Sequence[float]) -> float:
    return fmean(sorted(values)[-max(1, len(values) // _QUARTER) :])


def _lowest(values: Sequence[float]) -> float:
    return fmean(sorted(values)[: max(1, len(values) // _QUARTER)])


STATISTICS: Mapping[str, Callable[[Sequence[MachineLogit]], float]] = {
    "logit": lambda said: fmean(one.logit for one in said),
    "spread": lambda said: pstdev(one.logit for one in said),
    "highest": lambda said: _highest([one.logit for one in said]),
    "lowest": lambda said: _lowest([one.logit for one in said]),
    "habits": lambda said: fmean(one.habits for one in said),
    "repair": lambda said: fmean(one.repair for one in said),
    "repairs": lambda said: fmean(sigmoid(one.repair) for one in said),
    "surprisal": lambda said: fmean(one.surprisal for one in said),
    "uneven": lambda said: pstdev(one.surprisal for one in said),
}
"""Of a document: mean, spread, and mean of the highest and the lowest quarter of the logits that a machine translated a
sentence; what n-grams have in them; mean repair logit, and the share of sentences that an editor would have to repair;
mean and spread of the surprisal."""


@dataclass(frozen=True, slots=True)
class Pooling:
    """The weight of each statistic, by the number of sentences, and what is added to their sum."""

    weights: Mapping[str, Curve]
    bias: Curve

    @classmethod
    def of(cls, table: Mapping[str, Any], knots: tuple[float, ...]) -> Pooling:
        """From its table in a ``model.toml``. Raises KeyError, TypeError or ValueError where it is none."""
        curves = {name: Curve(knots, row(values, len(knots))) for name, values in table.items()}
        bias = curves.pop("bias")
        if unknown := curves.keys() - STATISTICS.keys():
            raise ValueError(f"no statistics: {sorted(unknown)}")
        return cls(curves, bias)

    def __call__(self, said: Sequence[MachineLogit]) -> float:
        """The score of a document with these sentences; 0 where there are none."""
        if not said:
            return 0.0
        terms = (weight(len(said)) * STATISTICS[name](said) for name, weight in self.weights.items())
        return self.bias(len(said)) + sum(terms)
