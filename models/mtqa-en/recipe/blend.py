"""How the network and the n-grams join, set on English originals of 2019: the network's logit counts in units of its
spread there, relative to that of the n-grams, and is capped three standard deviations above its mean there. A logistic
regression on stretches and systems of WMT21 that neither had seen weighed them alike (1.1 and 1.2)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from score import detection_sets

from mtqa.core.protocols import Passage
from mtqa.neural.encoder import Encoder, normalise, plan_windows
from mtqa.neural.ngrams import NgramScorer


def blend(folder: Path, data: Path, *, threads: int) -> None:
    """Writes ``weight`` and ``cap`` into ``folder``/config.json."""
    path = folder / "config.json"
    config = json.loads(path.read_text()) | {"weight": 1.0, "cap": 1e9}
    path.write_text(json.dumps(config, ensure_ascii=False) + "\n")
    encoder, ngrams = Encoder(folder, threads=threads), NgramScorer(folder / "ngrams.safetensors", config["common"])
    documents = detection_sets(data, 1)["orig19"]
    network, habits = [], []
    passages = [[Passage(text) for text in texts] for texts in documents]
    for texts, scores in zip(documents, encoder.encode(passages), strict=True):
        windows = plan_windows([len(t.ids) for t in encoder.tokenizer(texts)], encoder.window)
        found = [h for w in windows for h in [ngrams([normalise(texts[i]) for i in w])] * len(w)]
        habits.append(np.mean(found))
        network.append(np.mean([s.mt for s in scores]) - habits[-1])
    config["weight"] = round(float(np.std(habits) / np.std(network)), 3)
    config["cap"] = round(float(np.mean(network) + 3 * np.std(network)), 2)
    path.write_text(json.dumps(config, ensure_ascii=False) + "\n")
