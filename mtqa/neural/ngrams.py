"""Logistic regression on hashed n-grams: the habits of a text that no single sentence shows.

A window of sentences is two bags: character 2- to 5-grams, and 1- to 4-grams of word patterns. A pattern is a common
word as it stands, and of any other word its ending, whether it is capitalised and whether it is long, so that how a
text is made counts and what it is about does not. Counts are logarithmic and weighted by inverse document frequency,
each bag has unit length (Salton and Buckley, 1988), and the score is one dot product. It costs little beside the
encoder, and errs on other texts.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

__all__ = ["BUCKETS", "NgramScorer", "bags"]

BUCKETS = 2**18
"""Of each bag; those of the patterns come after those of the characters."""

_CHARACTERS, _PATTERNS = (2, 3, 4, 5), (1, 2, 3, 4)
_SPACE, _DIGIT = re.compile(r"\s+"), re.compile(r"\d")
_TOKEN = re.compile(r"\w+(?:'\w+)*|[^\w\s]")
_PRIME, _MIX = np.uint64(1_000_003), np.uint64(0x9E3779B97F4A7C15)
_ENDING, _SHORT, _LONG = 3, 4, 8  # letters

Bag = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Buckets, ascending, and how often each occurs."""


def bags(text: str, common: Collection[str]) -> tuple[Bag, Bag]:
    """The two bags of ``text``, whose typography was made uniform; ``common`` words are lower-cased."""
    plain = _DIGIT.sub("0", _SPACE.sub(" ", text.lower()))
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    patterns = [zlib.crc32(_pattern(word, common).encode("utf-8", "surrogatepass")) for word in _TOKEN.findall(text)]
    return _bag(codes, _CHARACTERS, 0), _bag(np.array(patterns, dtype=np.uint64), _PATTERNS, BUCKETS)


def _pattern(word: str, common: Collection[str]) -> str:
    lower = word.lower()
    if lower in common or not word[0].isalnum():
        return lower
    if word[0].isdigit():
        return "0"
    ending = lower[-_ENDING:] if len(lower) > _SHORT else ""
    return f"{'A' if word[0].isupper() else ''}*{ending}{'+' if len(lower) > _LONG else ''}"


def _bag(codes: NDArray[np.uint64], orders: Sequence[int], first: int) -> Bag:
    found = [np.zeros(0, dtype=np.uint64)]
    for order in orders:
        count = max(0, len(codes) - order + 1)
        hashed = np.full(count, order, dtype=np.uint64)
        for k in range(order):
            hashed = hashed * _PRIME + codes[k : k + count]
        found.append((hashed * _MIX) >> np.uint64(64 - 18))
    buckets, counts = np.unique(np.concatenate(found), return_counts=True)
    return buckets.astype(np.int64) + first, counts


class NgramScorer:
    """The trained regression.

    Args:
        path: of the file with ``idf`` and ``weight`` by bucket, and ``bias``.
        common: the words that count as they stand.
    """

    def __init__(self, path: Path, common: Collection[str]) -> None:
        tensors = {name: tensor.astype(np.float32) for name, tensor in load_file(path).items()}
        self._idf, self._weight, self._bias = tensors["idf"], tensors["weight"], float(tensors["bias"])
        self._common = frozenset(common)
        if self._idf.shape != (2 * BUCKETS,) or self._weight.shape != (2 * BUCKETS,):
            raise ValueError(f"{path.name} has other shapes than {2 * BUCKETS} buckets")

    def __call__(self, texts: Sequence[str]) -> float:
        """Logit that the texts, consecutive sentences with their typography made uniform, are a machine's."""
        logit = self._bias
        for buckets, counts in bags(" ".join(texts), self._common):
            if len(buckets):
                values = (1 + np.log(counts)) * self._idf[buckets]
                logit += float(values @ self._weight[buckets] / np.linalg.norm(values))
        return logit
