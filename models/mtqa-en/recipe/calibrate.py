"""Calibration and thresholds, from the scores of ``score.py``.

Probabilities are set on the part ``fit``, false-alarm thresholds on the part ``limit``, for each kind of human text by
itself: the highest of them is shipped. The rates that are stated are those of the part ``judge``, which
set nothing, and of originals of the part ``fit``, which set no threshold for likely-mt.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from lengths import SIZES, Document, documents, machine, weights
from lengths import scores as scores_of
from measures import platt

from mtqa.core.calibration import Calibration
from mtqa.verdict import Counts, Ground, decide

RATES, MISS = (0.05, 0.01, 0.001), 0.1  # false-alarm rates to choose from
# Times as many of people's translations may be accused, which differ from originals as machine translation does (with
# that, about one in twenty of WMT22's is), and of learners' texts, of which the rule on misspellings lets off
# most.
ALLOWED = {"orig": 1.0, "ht": 4.0, "learner": 3.0}
USUAL = 0.98  # share of human and machine documents within the usual range of surprisal
ORIGINS = ("cs", "de", "ja", "ru", "zh")  # ha and is were but one small set each; uk was not learned
GUESSED = 0.5  # share of machine-translated documents whose source language is named
HUMAN_SLIPS = 0.0025  # about one misspelling in two pages
WORDS = 80  # fewer in a document are not decided
ENOUGH = 40  # documents of one kind, for its rate to count as measured
LEAST = 0.01  # no lower rate is stated: so few documents cannot show it


def conformal(scores: np.ndarray, rate: float) -> float | None:
    """The threshold above which at most ``rate`` of documents exchangeable with these lie (split conformal prediction;
    Vovk, Gammerman and Shafer, 2005); None where these are too few to tell. Documents that overlap are not quite
    exchangeable, which is why what is stated in the end is what was measured."""
    rank = math.ceil((len(scores) + 1) * (1 - rate))
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else None


def limits(sets: list[dict], size: int, rate: float) -> dict[str, float]:
    """The threshold of each group of kinds of human text, where there are enough documents to tell, and of all of an
    origin."""
    groups: dict[str, list[dict]] = {}
    for one in sets:
        if one["part"] == "limit":
            for name in (one["origin"], f"{one['origin']} {one['kind'].partition(' ')[0]}"):
                groups.setdefault(name, []).append(one)
    found = {}
    for name, of_kind in groups.items():
        cut = documents(of_kind, size, sliding=True)
        scores = scores_of(cut)
        threshold = conformal(scores, rate * ALLOWED[name.split()[0]]) if len(scores) else None
        if threshold is not None:
            found[name] = threshold
    return found


def decided(found: Iterable[Document], size: int, calibration: Calibration) -> list[bool]:
    """Whether documents are called likely-mt, of those that are not too short for a decision."""
    grounds = [
        decide(
            Counts(
                score=document.score,
                sentences=size,
                words=round(document["words"]),
                slips=round(document["slips"]),
            ),
            calibration,
        )
        for document in found
    ]
    return [ground is Ground.LIKE_MACHINE for ground in grounds if ground is not Ground.TOO_SHORT]


def origin_certain(sets: list[dict]) -> float:
    """The probability of the likeliest source language that the wanted share of machine documents reaches."""
    found = []
    for one in sets:
        if one["origin"] == "mt" and one["part"] == "judge" and one["kind"] in ("wmt 2021, known", "org-de, known"):
            for document in one["tens"]:
                said = np.array([document["origins"][tag] for tag in ORIGINS])
                found.append(1 / np.exp(said - said.max()).sum())
    return round(float(np.quantile(found, 1 - GUESSED)), 4)


def usual_surprisal(sets: list[dict]) -> list[float]:
    found = [np.mean([s[3] for s in document["said"]]) for one in sets for document in one["tens"]]
    return [round(float(q), 2) for q in np.quantile(found, ((1 - USUAL) / 2, (1 + USUAL) / 2))]


def calibrate(scores: dict) -> dict:
    sets = scores["sets"]
    fitted = [one for one in sets if one["part"] == "fit"]
    people = [one for one in sets if one["part"] == "limit" and one["origin"] != "learner"]
    slopes, intercepts, likely_mt, likely_human = [], [], [[] for _ in RATES], []
    for size in SIZES:
        found = documents([*fitted, *people], size, sliding=size > 10)
        values = scores_of(found)
        is_machine = machine(found)
        slope, intercept = platt(values, is_machine, weights(found))
        slopes.append(slope)
        intercepts.append(intercept)
        least = -math.inf  # a lower rate asks for no lower threshold
        for curve, rate in zip(likely_mt, RATES, strict=True):
            found_limits = limits(sets, size, rate).values()
            least = max([least, *(round(value, 4) for value in found_limits)])
            curve.append(least)
        likely_human.append(round(float(np.quantile(values[is_machine], MISS)), 4))
    sentences = documents(fitted, 10)
    return {
        "name": "unseen+human2019",
        "languages": ["en"],
        "rates": list(RATES),
        "fpr": list(RATES),
        "miss": MISS,
        "min_sentences": 5,
        "min_words": WORDS,
        "most_foreign": 0.3,
        "human_slips": HUMAN_SLIPS,
        "origins": list(ORIGINS),
        "origin_certain": origin_certain(sets),
        "rule_prior": {"neutral": 0.1, "minor": 0.6, "major": 0.8, "critical": 0.9},
        "sentences": list(SIZES),
        "document_slope": slopes,
        "document_intercept": intercepts,
        "likely_mt": likely_mt,
        "likely_human": likely_human,
        "usual_surprisal": usual_surprisal(sets),
        "sentence_mt": platt(scores_of(sentences), machine(sentences), weights(sentences)),
    }


def accused(sets: list[dict], calibration: Calibration) -> dict[str, dict[int, float]]:
    """Share of documents that set no threshold for likely-mt and are called that, by kind of text and length, where
    enough were judged."""
    found: dict[str, dict[int, float]] = {}
    judged = [one for one in sets if one["part"] == "judge" or (one["part"], one["origin"]) == ("fit", "orig")]
    for kind in sorted({f"{one['origin']} {one['kind']}" for one in judged} | {one["origin"] for one in judged}):
        of_kind = [one for one in judged if kind in (one["origin"], f"{one['origin']} {one['kind']}")]
        for size in SIZES:
            calls = decided(documents(of_kind, size), size, calibration)
            found.setdefault(kind, {}).update({size: float(np.mean(calls))} if len(calls) >= ENOUGH else {})
    return found


def main(scores: Path, editor: dict[str, Any], out: Path) -> None:
    """``editor`` are the tables of ``editor.py``."""
    found = json.loads(scores.read_text())
    calibration = calibrate(found) | editor
    calibration["fpr"] = stated(found["sets"], calibration)
    out.write_text(json.dumps(calibration, indent=1) + "\n")


def stated(sets: list[dict], calibration: dict[str, Any]) -> list[float]:
    """The false-alarm rates that are stated: the worst that was measured on originals."""
    found = []
    for rate in RATES:
        shares = accused(sets, Calibration.from_table(calibration, rate=rate))
        worst = max(
            (share for kind, of in shares.items() if kind.startswith("orig") for share in of.values()), default=rate
        )
        found.append(max(rate, LEAST, math.ceil(100 * worst) / 100))
        print(rate, json.dumps(shares, indent=1), flush=True)
    return found
