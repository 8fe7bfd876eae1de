"""Documents of each number of sentences, cut from what ``score.py`` read, and their scores.

A document's score is the mean logit of its sentences. Logistic regressions on statistics of the set (spread, highest
and lowest quarter, n-grams by themselves, repair logits, surprisal; fitted by length) told kinds that they were not
fitted on apart no better, or worse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

SIZES = (5, 10, 20, 40)


class Document(dict):
    """``said`` of each sentence, ``slips``, ``words``, ``origins`` where known; ``set`` is the row it belongs to."""

    @property
    def score(self) -> float:
        return float(np.mean([logit for logit, *_ in self["said"]]))


def documents(sets: Iterable[dict], size: int, *, sliding: bool = False) -> list[Document]:
    """Those of ``size`` sentences: as they were read for five, of consecutive tens for more. ``sliding`` ones begin at
    any sentence."""
    found = []
    for one in sets:
        parts = one["fives"] if size == SIZES[0] and not sliding else one["tens"]
        if size <= 10 and not sliding:
            found += [Document(part, set=one) for part in parts]
            continue
        said = [sentence for part in parts for sentence in part["said"]]
        step = max(1, size // 10) if sliding else size
        for start in range(0, len(said) - size + 1, step):
            over = parts[start // 10 : -(-(start + size) // 10)]
            share = size / (10 * len(over))
            found.append(
                Document(
                    said=said[start : start + size],
                    slips=sum(part["slips"] for part in over) * share,
                    words=sum(part["words"] for part in over) * share,
                    set=one,
                )
            )
    return found


def scores(found: Iterable[Document]) -> np.ndarray:
    return np.array([document.score for document in found])


def machine(found: list[Document]) -> np.ndarray:
    return np.array([one["set"]["origin"] == "mt" for one in found])


def weights(found: list[Document]) -> np.ndarray:
    """Machine text as much as human text; of each, kinds alike."""
    counts: dict[tuple[bool, str], int] = defaultdict(int)
    keys = [(one["set"]["origin"] == "mt", f"{one['set']['origin']} {one['set']['kind']}") for one in found]
    for key in keys:
        counts[key] += 1
    kinds = {machine: len({k for k in counts if k[0] is machine}) for machine in (True, False)}
    return np.array([len(found) / 2 / kinds[key[0]] / counts[key] for key in keys])
