"""The detector and the careful editor's network together: how much the second counts, probabilities, thresholds, and
what they are worth.

On documents of ``score.py``. The table ``[calibration.together]`` of the editor's ``model.toml``, ``detection`` in its
``metrics.json`` and the tables of its card are made here, by the rules by which ``calibrate.py`` and ``card.py`` make
the detector's own.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import card
import careful
import numpy as np
from calibrate import RATES, calibrate, stated
from textsets import Lines, sets

from mtqa.core.calibration import Calibration
from mtqa.core.proofreading import ProofCalibration
from mtqa.neural.editor import Editor

# Documents of ten and of five sentences that are read of a set, at most; more would take hours and tell little.
MOST = {
    "wmt 2021, known": (1, 0),
    "org-de, known": (5, 2),
    "org-en, known": (5, 2),
    "org-de": (12, 6),
    "org-en": (12, 6),
}
LIMIT, TRANSLATIONS = (80, 20), (40, 20)  # people's of the part ``limit``, and their translations
ALL = (10**6, 10**6)
COUNTS = 0.6  # of the spread of the detector's logit on news of 2019, that of the editor's
KEYS = ("sentence_mt", "document_slope", "document_intercept", "likely_mt", "likely_human", "fpr")
NAME = "unseen+human2019+careful"
BEGIN, END = "<!-- detection -->", "<!-- /detection -->"


def most(one: Lines) -> tuple[int, int]:
    if one.origin == "mt":
        return MOST.get(one.kind, ALL)
    return ALL if one.part != "limit" else TRANSLATIONS if one.origin == "ht" else LIMIT


def read(editor: Path, data: Path, out: Path, *, threads: int) -> None:
    """What the editor's network says of each sentence of documents, by set: a JSON file."""
    table = tomllib.loads((editor / "model.toml").read_text("utf-8"))["calibration"]
    network = Editor(editor, ProofCalibration.from_table(table), editor.name, threads=threads)
    found = []
    for one in sets(data):
        tens, fives = most(one)
        chosen = {"tens": one.tens[:tens], "fives": one.fives[:fives]}
        found.append(
            {
                size: [[said.machine for said in document] for document in network.proofread(documents)]
                for size, documents in chosen.items()
            }
        )
    out.write_text(json.dumps(found))


def joined(scored: list[dict], machine: list[dict[str, list[list[float]]]]) -> tuple[list[dict], float]:
    """Sets as ``score.py`` has them, of which each sentence's logit is the sum, and the weight of the second."""
    news = [
        (np.mean([said[0] for said in document["said"]]), np.mean(second))
        for one, seconds in zip(scored, machine, strict=True)
        if (one["part"], one["origin"], one["kind"]) == ("limit", "orig", "news")
        for document, second in zip(one["tens"], seconds["tens"], strict=False)
    ]
    own, other = np.std(np.array(news), axis=0)
    weight = round(float(COUNTS * own / other), 3)
    return [
        one
        | {
            size: [summed(*pair, weight) for pair in zip(one[size], seconds[size], strict=False)]
            for size in ("tens", "fives")
        }
        for one, seconds in zip(scored, machine, strict=True)
        if seconds["tens"]
    ], weight


def summed(document: dict, second: list[float], weight: float) -> dict:
    said = [[round(own[0] + weight * other, 4), *own[1:]] for own, other in zip(document["said"], second, strict=True)]
    return document | {"said": said}


def main(scores: Path, machine: Path, editor: Path, detector: dict[str, Any], signature: str) -> None:
    """Calibrates ``editor`` beside the ``detector``, a manifest with its ``signature``."""
    joint, weight = joined(json.loads(scores.read_text())["sets"], json.loads(machine.read_text()))
    whole = detector["calibration"] | calibrate({"sets": joint})
    whole["fpr"] = stated(joint, whole)
    table = {"detector": signature, "name": NAME, "weight": weight, "rates": list(RATES)}
    table |= {"sentences": whole["sentences"]} | {key: whole[key] for key in KEYS}
    careful.put(editor / "model.toml", "calibration.together", table)
    metrics = json.loads((editor / "metrics.json").read_text())
    metrics["detection"] = {"detector": signature, "calibration": NAME} | card.rates(joint, whole)
    (editor / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    readme = editor / "README.md"
    first, rest = readme.read_text("utf-8").split(BEGIN)
    parts = [card.separation(joint), card.CALLED, card.called(joint, Calibration.from_table(whole))]
    tables = "\n\n".join([*parts, card.SYSTEMS, card.systems(joint)])
    readme.write_text(f"{first}{BEGIN}\n{tables}\n{END}{rest.split(END)[1]}", "utf-8")
