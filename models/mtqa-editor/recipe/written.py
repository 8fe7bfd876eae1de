"""What is flagged of written prose: ``python written.py MARKED MODEL`` prints how many lines of the documents of
MARKED/written.jsonl, which were held out, the model in the folder MODEL flags at each strictness."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fitting import lines

from mtqa.core.proofreading import ProofCalibration, Proofread
from mtqa.core.tables import read_table
from mtqa.neural.editor import Editor

LEVELS = {0: "sound", 1: "should be repaired", 2: "must be repaired"}


def main(marked: Path, model: Path) -> None:
    calibration = ProofCalibration.from_table(read_table(model / "model.toml")["calibration"])
    editor = Editor(model, calibration, "mtqa-editor", threads=2)

    def proofread(sentences: list[str]) -> list[Proofread]:
        return editor.proofread([sentences])[0]

    found = lines(proofread, marked / "written.jsonl")
    for kind in sorted({line.kind for line in found}):
        for level, name in LEVELS.items():
            own = [calibration.sentence(line.must) for line in found if (line.kind, line.level) == (kind, level)]
            flagged = {one.value: sum(p >= at for p in own) for one, at in calibration.flagged.items()}
            print(json.dumps({"kind": kind, "level": name, "lines": len(own), **flagged}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
