"""Fits the n-gram regression on the training side of the data.

Machine: WMT21 systems, balanced by pair and system. Human: WMT21 references and English originals of 2020 and 2021 with
some web text, half and half.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from corpora import Corpora
from safetensors.torch import save_file
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
            add(rng.sample(found, min(most, len(found))), 1, 1.0 / len(systems) / len(corpora.systems))
        for _, reference in sorted(corpora.references[pair].items()):
            share = 0.5 / len(corpora.references[pair]) / len(corpora.references)
            add(runs([reference[s][0] for s in sorted(reference)], size), 0, share)
    originals = [t for found in corpora.originals.values() for t in runs([found[s] for s in sorted(found)], size)]
    add(originals + [t for web in corpora.web for t in runs(web, size)], 0, 0.5)

    bags = [bag(text) for text in texts]
    frequency = torch.zeros(BUCKETS)
    for buckets, _ in bags:
        frequency[buckets] += 1
    idf = ((1 + len(bags)) / (1 + frequency)).log() + 1
    data, indices, starts = [], [], [0]
    for buckets, counts in bags:
        values = (1 + counts.float().log()) * idf[buckets]
        data.append((values / values.norm()).numpy())
        indices.append(buckets.numpy())
        starts.append(starts[-1] + len(buckets))
    matrix = csr_matrix((np.concatenate(data), np.concatenate(indices), starts), shape=(len(bags), BUCKETS))
    scaled = np.array(weights) * len(bags) / sum(weights)
    model = LogisticRegression(C=10, max_iter=300).fit(matrix, labels, sample_weight=scaled)
    print(f"n-grams: {len(bags)} windows, training accuracy {model.score(matrix, labels, scaled):.3f}", flush=True)
    save_file(
        {
            "idf": idf.half(),
            "weight": torch.from_numpy(model.coef_[0]).half(),
            "bias": torch.tensor(float(model.intercept_[0])),
        },
        out,
    )
