"""Curves thinned to what a reader can see."""

from __future__ import annotations

import numpy as np

from mtqa.bench.measures import Numbers
from mtqa.bench.results import Line

__all__ = ["line"]

_POINTS = 200


def line(name: str, x: Numbers, y: Numbers) -> Line:
    """A line through at most 200 of the points, first and last included."""
    keep = np.unique(np.linspace(0, len(x) - 1, min(_POINTS, len(x))).round().astype(int))
    return Line(name=name, x=tuple(x[keep].round(5).tolist()), y=tuple(y[keep].round(5).tolist()))
