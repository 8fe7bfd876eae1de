"""Calibration and thresholds, from the scores of ``score.py``.

Set on, from scores of tens: false-alarm thresholds on news originals of 2019 and half of the radio news and speeches;
probabilities on WMT22, of which nothing was trained on. The false-alarm rates that are stated are the worst of WMT22's
originals, read as they are at each length. ``editor.py`` calibrates the editor. All else is measured by ``mtqa bench``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from measures import balanced, platt
from score import SIZES

from mtqa.core.calibration import Calibration
from mtqa.verdict import Counts, Ground, decide

RATES, MISS = (0.05, 0.01, 0.001), 0.1  # false-alarm rates to choose from
USUAL = 0.98  # share of human and machine documents within the usual range of surprisal
ORIGINS = ("cs", "de", "ja", "ru", "zh")  # of WMT21; ha and is were but one small set each
GUESSED = 0.5  # share of machine-translated documents whose source language is named
HUMAN_SLIPS = 0.0025  # about one misspelling in two pages
WORDS = 80  # fewer in a document are not decided
ENOUGH = 100  # documents of one set, for its rate to count as measured
APART = ("AIST",)  # word salad, kept out of averages


def grounds(read: Read, prefix: str, size: int, calibration: Calibration) -> list[Ground]:
    """On what grounds documents are decided, of those that are not too short for it."""
    numbers = zip(*(read.of(prefix, size, key=key).tolist() for key in ("mt", "words", "slips")), strict=True)
    found = [
        decide(Counts(score=score, sentences=size, words=words, slips=slips), calibration)
        for score, words, slips in numbers
    ]
    return [ground for ground in found if ground is not Ground.TOO_SHORT]


def grouped(documents: list[dict], size: int, key: str = "mt") -> np.ndarray:
    """Mean logits of documents of ``size`` sentences, made of halves or of neighbouring tens."""
    values = [d[key] for d in documents]
    if size < 10:
        return np.array([np.mean(v[i : i + size]) for v in values for i in range(0, 10, size)])
    k = size // 10
    return np.array([np.mean(np.concatenate(values[i : i + k])) for i in range(0, len(values) - k + 1, k)])


class Sets:
    """The scored documents, by name and size."""

    def __init__(self, documents: dict[str, list[dict]]) -> None:
        self.documents = documents

    def of(self, prefix: str, size: int, *, key: str = "mt", without=()) -> np.ndarray:
        found = [
            grouped(d, size, key)
            for name, d in self.documents.items()
            if name.startswith(prefix) and not any(w in name for w in without)
        ]
        found = [f for f in found if len(f)]
        return np.concatenate(found) if found else np.array([])


class Read:
    """The documents of each length that were read as they are."""

    def __init__(self, documents: dict[str, dict[str, list[dict]]]) -> None:
        self.documents = {int(size): found for size, found in documents.items()}

    def of(self, prefix: str, size: int, *, key: str = "mt", without: tuple[str, ...] = ()) -> np.ndarray:
        return np.array(
            [
                document[key]
                for name, of_set in self.documents[size].items()
                if name.startswith(prefix) and not any(w in name for w in without)
                for document in of_set
            ]
        )


def origin_certain(documents: dict[str, list[dict]]) -> float:
    """The probability of the likeliest source language that the wanted share of the documents of every other WMT22
    system reaches."""
    systems = sorted({n.split("/")[2] for n in documents if n.startswith("mt/")} - set(APART))[::2]
    found = []
    for name, of_set in documents.items():
        if name.startswith("mt/") and name.split("/")[2] in systems:
            for document in of_set:
                logits = np.array([document["origins"][tag] for tag in ORIGINS])
                found.append(1 / np.exp(logits - logits.max()).sum())
    return round(float(np.quantile(found, 1 - GUESSED)), 4)


def document_calibration(sets: Sets, pairs: list[str]) -> dict[str, list[float]]:
    slopes, intercepts = [], []
    for size in SIZES:
        mt = np.concatenate([sets.of(f"mt/{p}/", size, without=APART) for p in pairs])
        ht = np.concatenate([sets.of(f"ht/{p}/", size) for p in pairs])
        fit = platt(*balanced([(mt, 1, 2.0), (ht, 0, 1.0), (sets.of("orig/", size), 0, 1.0)]))
        slopes.append(fit[0])
        intercepts.append(fit[1])
    return {"document_slope": slopes, "document_intercept": intercepts}


def overlapping(documents: list[dict], size: int) -> np.ndarray:
    """Mean logits of the documents of ``size`` sentences that begin at any sentence."""
    return np.convolve(np.concatenate([d["mt"] for d in documents]), np.full(size, 1 / size), "valid")


def conformal(scores: np.ndarray, rate: float) -> float | None:
    """The threshold above which at most ``rate`` of documents exchangeable with these lie (split conformal prediction;
    Vovk, Gammerman and Shafer, 2005); None where these are too few to tell. Documents that overlap are not quite
    exchangeable, which is why what is stated in the end is what was measured."""
    rank = math.ceil((len(scores) + 1) * (1 - rate))
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else None


def highest(documents: dict[str, list[dict]], size: int, rate: float) -> float:
    """The highest of the thresholds for news originals of 2019, for radio, for speeches and for all of them, so that
    the rate holds for the kind that is hardest; half of radio and speeches is kept for judging."""
    kinds = {"orig19": 1, "genre/abc": 2, "genre/state_union": 2}
    scores = [
        np.concatenate([overlapping(d[::step], size) for name, d in documents.items() if name.startswith(kind)])
        for kind, step in kinds.items()
    ]
    found = [conformal(values, rate) for values in (*scores, np.concatenate(scores))]
    return max(value for value in found if value is not None)


def usual_surprisal(sets: Sets) -> list[float]:
    prefixes = ("orig19", "genre/abc", "genre/state_union", "mt/", "ht/", "orig/")
    found = np.concatenate([sets.of(p, 10, key="surprisal", without=APART) for p in prefixes])
    return [round(float(q), 2) for q in np.quantile(found, ((1 - USUAL) / 2, (1 + USUAL) / 2))]


def calibrate(scores: dict) -> dict:
    sets = Sets(scores["documents"])
    pairs = sorted({n.split("/")[1] for n in sets.documents if n.startswith("mt/")})
    likely_mt, likely_human = [[] for _ in RATES], []
    for size in SIZES:
        least = -math.inf  # a lower rate asks for no lower threshold
        for curve, rate in zip(likely_mt, RATES, strict=True):
            least = max(least, round(highest(sets.documents, size, rate), 4))
            curve.append(least)
        likely_human.append(round(float(np.quantile(sets.of("mt/", size, without=APART), MISS)), 4))
    mt, ht, orig = (
        np.concatenate([d["mt"] for n, ds in sets.documents.items() if n.startswith(p) for d in ds])
        for p in ("mt/", "ht/", "orig/")
    )
    return {
        "name": "wmt22+human2019",
        "languages": ["en"],
        "rates": list(RATES),
        "fpr": list(RATES),
        "miss": MISS,
        "min_sentences": 5,
        "min_words": WORDS,
        "most_foreign": 0.3,
        "human_slips": HUMAN_SLIPS,
        "origins": list(ORIGINS),
        "origin_certain": origin_certain(sets.documents),
        "rule_prior": {"neutral": 0.1, "minor": 0.6, "major": 0.8, "critical": 0.9},
        "sentences": list(SIZES),
        **document_calibration(sets, pairs),
        "likely_mt": likely_mt,
        "likely_human": likely_human,
        "usual_surprisal": usual_surprisal(sets),
        "sentence_mt": platt(*balanced([(mt, 1, 2.0), (ht, 0, 1.0), (orig, 0, 1.0)])),
    }


def main(scores: Path, editor: dict[str, Any], out: Path) -> None:
    """``editor`` are the tables of ``editor.py``."""
    found = json.loads(scores.read_text())
    calibration = calibrate(found) | editor
    # What is stated is the worst that was measured, not what was aimed at.
    read = Read(found["read"])
    for at, rate in enumerate(RATES):
        deciding = Calibration.from_table(calibration, rate=rate)
        worst = max(
            decided.count(Ground.LIKE_MACHINE) / len(decided)
            for prefix in ("orig/", *(name for name in found["documents"] if name.startswith("orig/")))
            for size in SIZES
            if len(decided := grounds(read, prefix, size, deciding)) >= ENOUGH
        )
        calibration["fpr"][at] = max(rate, math.ceil(100 * worst) / 100)
    out.write_text(json.dumps(calibration, indent=1) + "\n")
