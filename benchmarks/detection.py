"""Detection, decisions and errors of the shipped model on text of years and systems that it was not trained on.

    pip install '.[train]'
    python benchmarks/detection.py --data DATA --work WORK

DATA is the folder with the WMT data, WORK keeps the scores (a quarter of an hour on two cores); they are made anew
where the model is not the one they were made with. The result goes to ``results/detection.json``; the exit status is 1
where a floor is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RECIPE = ROOT / "models" / "mtqa-en" / "recipe"
RESULT = Path(__file__).parent / "results" / "detection.json"
# What the model must not fall below or exceed: an AUROC or a share.
FLOORS: tuple[tuple[str, tuple[str, ...], str, float], ...] = (
    ("ten segments, machine / original, AUROC", ("auroc", "10", "mt_orig"), ">=", 0.87),
    ("ten segments, machine / human translation, AUROC", ("auroc", "10", "mt_ht"), ">=", 0.72),
    ("forty segments, machine / original, AUROC", ("auroc", "40", "mt_orig"), ">=", 0.96),
    ("originals of 2022 called likely-mt, ten segments", ("decisions", "10", "orig", "likely-mt"), "<=", 0.03),
    ("learners called likely-mt, ten segments", ("false_alarms", "learner", "10"), "<=", 0.08),
    ("word AUROC on MQM 2021", ("errors", "mqm newstest2021", "word_auroc"), ">=", 0.65),
    ("repair AUROC on MQM 2021", ("errors", "mqm newstest2021", "repair_auroc"), ">=", 0.64),
    ("clean sentences flagged", ("sentences_flagged", "originals 2022"), "<=", 0.05),
)


def at(found: Any, path: tuple[str, ...]) -> float:
    """The number at a path; of one with an interval, the number."""
    for key in path:
        found = found[key]
    return float(found[0] if isinstance(found, list) else found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    sys.path.insert(0, str(RECIPE))
    import calibrate
    import score

    from mtqa.checker import signature_of
    from mtqa.neural import store

    manifest = store.locate(str(RECIPE.parent))
    signature = str(signature_of(manifest))
    scores = args.work / "scores.json"
    found = json.loads(scores.read_text()) if scores.exists() else {}
    if found.get("digest") != score.digest(RECIPE.parent):
        args.work.mkdir(parents=True, exist_ok=True)
        score.score(RECIPE.parent, args.data, scores, threads=args.threads)
        found = json.loads(scores.read_text())
    # Through JSON, so that keys are what is written.
    measured = json.loads(json.dumps(calibrate.evaluate(found, manifest.data["calibration"])))
    floors = {
        name: {"measured": at(measured, path), "floor": f"{sign} {floor}"}
        | {"met": at(measured, path) >= floor if sign == ">=" else at(measured, path) <= floor}
        for name, path, sign, floor in FLOORS
    }
    RESULT.write_text(json.dumps({"signature": signature, "floors": floors, **measured}, indent=1) + "\n")
    for name, row in floors.items():
        print(f"{name}: {row['measured']} ({row['floor']}){'' if row['met'] else ' MISSED'}")
    return int(not all(row["met"] for row in floors.values()))


if __name__ == "__main__":
    sys.exit(main())
