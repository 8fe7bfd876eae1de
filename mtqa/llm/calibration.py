"""How far the marks of one language model can be trusted, as measured on labelled lines: a file for each model.

Stacked generalisation (Wolpert, 1992): the log-odds that a sentence must be repaired are those of mtqa's own editor,
scaled, and a number for what the judge says of it. A judge that knows nothing changes nothing; one that agrees raises
the probability.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mtqa.core.errors import ConfigError
from mtqa.core.files import MEGABYTE
from mtqa.core.tables import built, read_table

__all__ = ["FEWEST", "LEVELS", "LlmCalibration", "Seen", "calibrated", "read_calibration"]

FEWEST = 60
"""Lines below which nothing is calibrated, and of which a sixth must be to repair, a sixth sound."""

LEVELS = ("nothing", "should", "must")
"""What a judge says of a line, by level."""

_RIDGE = 1.0  # of the weights' prior, in units of one line
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmCalibration:
    """What the marks of one model, told one prompt, are worth.

    Attributes:
        model, prompt: as they were when it was made; for others it does not hold.
        data: name and digest of the labelled lines.
        lines: how many there were.
        must_repair_marked: share of the lines that must be repaired that the judge marks; ``sound_marked``: of those
            that are sound.
        slope: of the log-odds of mtqa's own editor.
        offsets: to be added to them, scaled, for each of ``LEVELS``.
        words: for each level but the first, the share of marked words that an editor marked, too.
    """

    model: str
    prompt: str
    data: str
    lines: int
    must_repair_marked: float
    sound_marked: float
    slope: float
    offsets: tuple[float, ...]
    words: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.offsets) != len(LEVELS) or len(self.words) != len(LEVELS) - 1:
            raise ValueError("offsets must be three numbers and words two; make the file anew")
        if not all(0 <= share <= 1 for share in self.words):
            raise ValueError("words must be between 0 and 1; make the file anew")

    def text(self) -> str:
        """As the file has it."""
        lines = [f"# What marks of {self.model} are worth, made by mtqa llm calibrate."]
        for name, value in asdict(self).items():
            shown = json.dumps([round(each, 4) for each in value] if isinstance(value, tuple) else value)
            lines.append(f"{name.replace('_', '-')} = {shown}")
        return "\n".join(lines) + "\n"


def read_calibration(path: Path, model: str, prompt: str) -> LlmCalibration:
    """The calibration in a file. Raises ConfigError where it is none, or one of another model or prompt."""
    found = built(LlmCalibration, read_table(path, MEGABYTE), str(path))
    for what, asked, made in (("model", model, found.model), ("prompt", prompt, found.prompt)):
        if asked != made:
            raise ConfigError(f"{path}: made for the {what} '{made}', not for '{asked}'; run mtqa llm calibrate for it")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A labelled line, and what is said of it.

    Attributes:
        must: whether it must be repaired, as the label has it; ``sound``: whether nothing in it is to be changed.
        odds: log-odds of mtqa's own editor that it must be.
        level: the judge's, an ordinal of ``LEVELS``.
        words: for each level but the first, of the words that the judge marked so, how many there are and how many the
            label marks, too.
    """

    must: bool
    sound: bool
    odds: float
    level: int
    words: tuple[tuple[int, int], ...]


def calibrated(seen: Sequence[Seen], *, model: str, prompt: str, data: str) -> LlmCalibration:
    """The calibration that labelled lines come to. Raises ConfigError where they are too few or all alike."""
    must, sound = [each for each in seen if each.must], [each for each in seen if each.sound]
    if len(seen) < FEWEST or min(len(must), len(sound)) < FEWEST // 6:
        raise ConfigError(
            f"lines that were judged: {len(seen)}, to be repaired: {len(must)}, sound: {len(sound)}; it takes "
            f"{FEWEST}, and {FEWEST // 6} of each kind"
        )
    slope, offsets = _stacked(seen)
    totals = [[sum(each.words[level][which] for each in seen) for which in (0, 1)] for level in range(len(LEVELS) - 1)]
    return LlmCalibration(
        model=model,
        prompt=prompt,
        data=data,
        lines=len(seen),
        must_repair_marked=round(sum(each.level > 0 for each in must) / len(must), 4),
        sound_marked=round(sum(each.level > 0 for each in sound) / len(sound), 4),
        slope=slope,
        offsets=offsets,
        words=tuple((right + 1) / (marked + 2) for marked, right in totals),  # Laplace's rule of succession
    )


def _stacked(seen: Sequence[Seen]) -> tuple[float, tuple[float, ...]]:
    """Slope and offsets of the likeliest logistic model, whose weights are drawn a little to those that change nothing;
    by Newton's method. What the judge says never counts against a sentence that it marks more."""
    levels = np.array([each.level for each in seen])
    design = np.column_stack([[each.odds for each in seen], *(levels == level for level in range(len(LEVELS)))])
    must = np.array([each.must for each in seen], dtype=float)
    prior = np.array([1.0, 0.0, 0.0, 0.0])
    weights = prior.copy()
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (p - must) + _RIDGE * (weights - prior)
        curvature = design.T @ (design * (p * (1 - p))[:, None]) + _RIDGE * np.eye(len(prior))
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-8:
            break
    offsets = np.maximum.accumulate(weights[1:])
    return float(max(weights[0], 0.0)), tuple(float(each) for each in offsets)
