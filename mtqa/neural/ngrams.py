"""Logistic regression on hashed character n-grams: the habits of a text that no single sentence shows.

A window of sentences is a bag of character 2- to 5-grams with logarithmic counts, inverse document frequencies and unit
length (Salton and Buckley, 1988), and its score is one dot product. It costs little beside the encoder, and errs on
other texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

__all__ = ["BUCKETS", "NgramScorer", "bag"]

BUCKETS = 2**18
_ORDERS = (2, 3, 4, 5)
_SPACE, _DIGIT = re.compile(r"\s+"), re.compile(r"\d")
_PRIME, _MIX = np.uint64(1_000_003), np.uint64(0x9E3779B97F4A7C15)


def bag(text: str) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Buckets (ascending) of the n-grams of ``text``, which is lower-cased and has its digits made equal, and how often
    each occurs."""
    plain = _DIGIT.sub("0", _SPACE.sub(" ", text.lower()))
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    found = [np.zeros(0, dtype=np.uint64)]
    for order in _ORDERS:
        count = max(0, len(codes) - order + 1)
        hashed = np.full(count, order, dtype=np.uint64)
        for k in range(order):
            hashed = hashed * _PRIME + codes[k : k + count]
        found.append((hashed * _MIX) >> np.uint64(64 - 18))
    return np.unique(np.concatenate(found), return_counts=True)


class NgramScorer:
    """The trained regression, from ``ngrams.safetensors``: ``idf`` and ``weight`` by bucket, and ``bias``."""

    def __init__(self, path: Path) -> None:
        tensors = {name: tensor.astype(np.float32) for name, tensor in load_file(path).items()}
        self._idf, self._weight, self._bias = tensors["idf"], tensors["weight"], float(tensors["bias"])
        if self._idf.shape != (BUCKETS,) or self._weight.shape != (BUCKETS,):
            raise ValueError(f"{path.name} has other shapes than {BUCKETS} buckets")

    def __call__(self, texts: Sequence[str]) -> float:
        """Logit that the texts, consecutive sentences with their typography made uniform, are a machine's."""
        buckets, counts = bag(" ".join(texts))
        if not len(buckets):
            return self._bias
        values = (1 + np.log(counts)) * self._idf[buckets]
        return float(values @ self._weight[buckets] / np.linalg.norm(values)) + self._bias
