"""Logistic regression on hashed character n-grams: the habits of a text that no single sentence shows.

A window of sentences is a bag of character 2- to 5-grams with logarithmic counts, inverse document frequencies and unit
length (Salton and Buckley, 1988), and its score is one dot product. It costs little beside the encoder, and errs on
other texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

__all__ = ["BUCKETS", "NgramScorer", "bag"]

BUCKETS = 2**18
_ORDERS = (2, 3, 4, 5)
_SPACE, _DIGIT = re.compile(r"\s+"), re.compile(r"\d")


def bag(text: str) -> tuple[Tensor, Tensor]:
    """Buckets (ascending) of the n-grams of ``text``, which is lower-cased and has its digits made equal, and how often
    each occurs."""
    plain = _DIGIT.sub("0", _SPACE.sub(" ", text.lower()))
    if len(plain) < min(_ORDERS):
        return torch.zeros(0, dtype=torch.long), torch.zeros(0, dtype=torch.long)
    codes = torch.frombuffer(bytearray(plain.encode("utf-32-le", "surrogatepass")), dtype=torch.int32).long()
    found = []
    for order in _ORDERS:
        count = len(codes) - order + 1
        if count < 1:
            continue
        hashed = torch.full((count,), order, dtype=torch.long)
        for k in range(order):
            hashed = hashed * 1_000_003 + codes[k : k + count]
        hashed = hashed * 0x9E3779B97F4A7C1 + order
        found.append((hashed >> 29) & (BUCKETS - 1))
    buckets, counts = torch.unique(torch.cat(found), return_counts=True)
    return buckets, counts


class NgramScorer:
    """The trained regression, from ``ngrams.safetensors``: ``idf`` and ``weight`` by bucket, and ``bias``."""

    def __init__(self, path: Path) -> None:
        tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
        self._idf, self._weight, self._bias = tensors["idf"], tensors["weight"], float(tensors["bias"])
        if self._idf.shape != (BUCKETS,) or self._weight.shape != (BUCKETS,):
            raise ValueError(f"{path.name} has other shapes than {BUCKETS} buckets")

    def __call__(self, texts: Sequence[str]) -> float:
        """Logit that the texts, consecutive sentences with their typography made uniform, are a machine's."""
        buckets, counts = bag(" ".join(texts))
        if not len(buckets):
            return self._bias
        values = (1 + counts.float().log()) * self._idf[buckets]
        return float(values @ self._weight[buckets] / values.norm()) + self._bias
