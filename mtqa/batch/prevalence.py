"""How many documents of a corpus were machine-translated, told from how many are called so.

A detector misses some and accuses others. Where both rates are known the true share follows from the apparent one
(Rogan and Gladen, 1978, American Journal of Epidemiology 107): ``(called - false alarms) / (recall - false alarms)``.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mtqa.core.errors import ModelError, UnknownName
from mtqa.core.files import MEGABYTE, read_text
from mtqa.neural import store

__all__ = ["Estimate", "Rates", "corrected", "measured", "observed"]

_Z = 1.959964
_DRAWS = 10_000
_INTERVAL = (2.5, 97.5)  # per cent


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share and its 95% interval, from 0 to 1."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What shares of test documents a model calls likely-mt, by their number of sentences.

    Attributes:
        sentences: lengths that were measured, ascending.
        machine, original, translated: ``(share, documents)`` for each length: of machine translations, of texts written
            in the language, of translations by people.
    """

    sentences: tuple[int, ...]
    machine: tuple[tuple[float, int], ...]
    original: tuple[tuple[float, int], ...]
    translated: tuple[tuple[float, int], ...]

    def weights(self, sentences: int) -> dict[int, float]:
        """How much each measured length counts for a document: linear in the logarithm between two, the nearest one
        outside."""
        right = bisect_right(self.sentences, sentences)
        if right in (0, len(self.sentences)):
            return {min(right, len(self.sentences) - 1): 1.0}
        low, high = self.sentences[right - 1], self.sentences[right]
        share = math.log(sentences / low) / math.log(high / low)
        return {right - 1: 1 - share, right: share}


def measured(signature: str) -> Rates | str:
    """The rates of the model, editor and false-alarm rate that a signature names, or why they are not known. They are
    those of the model with the careful editor where the calibration is not the model's own."""
    parts = dict(part.split(":", 1) for part in signature.split("|") if ":" in part)
    model = parts.get("model", "")
    try:
        manifest = _manifest(model)
        metrics = _metrics(manifest)
        if parts["cal"] != manifest.data["calibration"]["name"]:
            metrics = _metrics(_manifest(parts["editor"]))["detection"]
            if (metrics["detector"], metrics["calibration"]) != (model, parts["cal"]):
                raise ValueError("measured otherwise")
        return _rates(metrics, parts["rate"])
    except ModelError as error:
        return error.problem
    except (OSError, ValueError, KeyError, TypeError):
        return f"the model {model} does not say what was measured at this false-alarm rate"


def _manifest(model: str) -> store.Manifest:
    """Of a model that is installed, ``name@digest``. Raises ModelError where it is not."""
    try:
        manifest = store.locate(model.partition("@")[0])
    except (ModelError, UnknownName) as error:
        raise ModelError(f"the model {model} is not installed here, so its error rates are not known") from error
    if manifest.signature != model:
        raise ModelError(f"the error rates of {model} are not known; {manifest.signature} is installed")
    return manifest


def _metrics(manifest: store.Manifest) -> dict[str, Any]:
    return dict(json.loads(read_text(manifest.path / "metrics.json", MEGABYTE)))


def _rates(metrics: dict[str, Any], rate: str) -> Rates:
    shares, counts = metrics["rates"][rate], metrics["documents"]
    lengths = sorted(shares, key=int)

    def row(name: str) -> tuple[tuple[float, int], ...]:
        return tuple((float(shares[n][name]), int(counts[n][name])) for n in lengths)

    return Rates(
        sentences=tuple(map(int, lengths)),
        machine=row("machine"),
        original=row("original"),
        translated=row("human translation"),
    )


def observed(called: int, total: int) -> Estimate | None:
    """The share that is called likely-mt, with its interval (Wilson, 1927). None of nothing."""
    if not total:
        return None
    share = called / total
    spread = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    middle, scale = share + _Z**2 / (2 * total), 1 + _Z**2 / total
    return Estimate(share, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def corrected(
    called: int,
    total: int,
    weights: Sequence[float],
    machine: Sequence[tuple[float, int]],
    human: Sequence[tuple[float, int]],
) -> Estimate | None:
    """The share that was machine-translated (Rogan and Gladen, 1978).

    The interval covers the chance in the corpus and in both measured rates: each share is drawn from its Jeffreys
    posterior, always with the same seed. It does not cover a corpus that differs from the test documents.

    Args:
        called: documents that are called likely-mt.
        total: documents.
        weights: of each measured length, summed over the documents.
        machine: ``(share, documents)`` of machine translations that are called likely-mt, for each length.
        human: the same of the texts that are no machine translations.

    Returns:
        None where nothing can be told: of nothing; where the machine's texts are not called so more often; and where
        more documents are called so than if all were the machine's, or fewer than if none were, by more than chance,
        as then the rates are not those of this corpus.
    """
    import numpy as np

    apparent = observed(called, total)
    if apparent is None:
        return None
    weight = np.array(weights) / total
    recall, alarms = (float(weight @ np.array([share for share, _ in side])) for side in (machine, human))
    if recall <= alarms:
        return None
    random = np.random.default_rng(0)

    def drawn(share: float, count: int) -> Any:
        return random.beta(share * count + 0.5, (1 - share) * count + 0.5, _DRAWS)

    shares = drawn(apparent.share, total)
    recalls, alarms_ = (
        sum(w * drawn(share, count) for w, (share, count) in zip(weight, side, strict=True))
        for side in (machine, human)
    )
    gap = recalls - alarms_
    draws = np.clip(np.divide(shares - alarms_, gap, out=np.ones_like(gap), where=gap > 0), 0, 1)
    low, high = np.percentile(draws, _INTERVAL)
    if low == 1 or high == 0:
        return None
    share = min(1.0, max(0.0, (apparent.share - alarms) / (recall - alarms)))
    return Estimate(share, min(float(low), share), max(float(high), share))
