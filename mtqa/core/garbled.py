"""When a document is so garbled that a machine must have written it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Garbled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbled:
    """What people's documents, learners' among them, do not reach.

    Attributes:
        share: of the document's sentences that must be repaired because words are wrong, in the wrong place, no English
            or without sense: the expected value, from which it is garbled;
        score: of the document by the detector alone, from which it reads like machine output besides;
        p_mt: probability that a machine wrote such a document, where half of all documents are machine output;
        rate: of people's documents that may be taken for such; where fewer are asked for, none is.
    """

    share: float
    score: float
    p_mt: float
    rate: float

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Garbled:
        """From its table in a ``model.toml``. Raises KeyError, TypeError or ValueError where it is none."""
        found = {name: float(table[name]) for name in ("share", "score", "p_mt", "rate")}
        if not all(0 < found[name] < 1 for name in ("share", "rate")):
            raise ValueError(f"not between 0 and 1: {found}")
        if not 0.5 < found["p_mt"] < 1:
            raise ValueError(f"a probability that denies what it stands for: {found}")
        if not math.isfinite(found["score"]):
            raise ValueError(f"not finite: {found}")
        return cls(**found)
