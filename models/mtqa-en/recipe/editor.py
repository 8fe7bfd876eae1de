"""Calibration of the repair and word logits."""

from __future__ import annotations

import numpy as np
from measures import platt, probability

# Shares of sentences that may have such a flag: of human originals of 2019; of machine translation (MQM 2021).
SENTENCE_FLAGS = {"word_minor": (0.02, 0.35), "word_major": (0.004, 0.1)}
WHOLE = 0.02  # share of sentences of human originals of 2019 that may be flagged as a whole


def half_and_half(first, second, first_labels):
    """``second`` is all clean and weighs as much as ``first``."""
    labels = np.concatenate([first_labels, np.zeros(len(second))])
    weights = np.concatenate([np.full(len(first), 0.5 / len(first)), np.full(len(second), 0.5 / len(second))])
    return np.concatenate([first, second]), labels, weights * len(labels)


def repair_features(judged: list[dict], clean: list[dict]):
    """Repair logits of judged sentences, and of as many human originals taken as clean."""
    first = np.array([[r["edit"]] for r in judged])
    second = np.array([[e] for d in clean for e in d["edit"]])
    return half_and_half(first, second, np.array([r["repair"] for r in judged]))


def row_words(row: dict) -> np.ndarray:
    return np.array(row["word"]).reshape(-1, 1)


def word_features(judged: list[dict], clean: list[dict]):
    """Logits of tagged words, and of as many words of human originals."""
    tagged = [r for r in judged if r["bad"] is not None]
    first = np.concatenate([row_words(r) for r in tagged])
    second = np.array([[w] for d in clean for words in d["each"] for w in words])
    return half_and_half(first, second, np.concatenate([r["bad"] for r in tagged]))


def worst_words(document: dict, fitted: list[float]) -> np.ndarray:
    """Probability of the worst word of each sentence."""
    return probability(fitted, np.array(document["word"]).reshape(-1, 1))


def worst(rows: list[dict], fitted: list[float]) -> np.ndarray:
    """Probability of the worst word of each judged sentence."""
    return np.array([max(probability(fitted, row_words(r)), default=0.0) for r in rows])


def editor_calibration(dev: list[dict], clean: list[dict]) -> dict:
    edit = platt(*repair_features(dev, clean))
    word = platt(*word_features(dev, clean))
    worst_human = np.concatenate([worst_words(d, word) for d in clean])
    worst_mt = worst(dev, word)
    whole_human = probability(edit, np.array([[e] for d in clean for e in d["edit"]]))
    return {
        "sentence": edit,
        "word": word,
        **{
            key: round(float(max(np.quantile(worst_human, 1 - human), np.quantile(worst_mt, 1 - machine))), 4)
            for key, (human, machine) in SENTENCE_FLAGS.items()
        },
        "sentence_minor": round(float(np.quantile(whole_human, 1 - WHOLE)), 4),
    }


def sourced_calibration(dev: list[dict], blind: list[dict], editor: dict) -> dict:
    """Of the editor that knows the source. English originals have none, so its thresholds flag as many of the judged
    sentences as those of the blind one do."""
    edit = platt([[r["edit"]] for r in dev], [r["repair"] for r in dev])
    tagged = [r for r in dev if r["bad"] is not None]
    word = platt(np.concatenate([row_words(r) for r in tagged]), np.concatenate([r["bad"] for r in tagged]))
    found = {"sentence": edit, "word": word}
    for key in SENTENCE_FLAGS:
        share = float((worst(blind, editor["word"]) >= editor[key]).mean())
        found[key] = round(float(np.quantile(worst(dev, word), 1 - share)), 4)
    share = float(
        (probability(editor["sentence"], np.array([[r["edit"]] for r in blind])) >= editor["sentence_minor"]).mean()
    )
    whole = probability(edit, np.array([[r["edit"]] for r in dev]))
    return found | {"sentence_minor": round(float(np.quantile(whole, 1 - share)), 4)}
