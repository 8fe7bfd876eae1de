"""From where on a document is garbled: ``python garbled.py DATA MODEL``, for the calibrated folder MODEL.

Documents of ten consecutive lines, of people of many kinds and of machines, are judged as the product judges them. The
share of garbled sentences that no document of people's reaches, and a margin, is set on a quarter of each kind, and
judged on the rest. Writes MODEL/garbled.json and the table ``[calibration.garbled]`` of MODEL/model.toml.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from pool import read

import mtqa
from mtqa.checker import Checker, signature_of
from mtqa.core.calibration import Calibration
from mtqa.core.details import MachineLogit, RepairOdds
from mtqa.core.documents import WORD
from mtqa.core.proofreading import ProofCalibration
from mtqa.core.report import DocumentReport
from mtqa.core.settings import ARTICLES
from mtqa.core.tables import read_table
from mtqa.neural import store
from mtqa.neural.editor import Editor
from mtqa.neural.models import LocalModels
from mtqa.neural.runtime import cores
from mtqa.verdict.decision import SLIP

LINES = 10
PEOPLES, MACHINES = 32, 16  # documents of a kind
SETS = 4  # one in so many is for setting
SCORE = 0.5  # by the detector alone, from which a document reads like machine output; set with all the learners seen
MARGIN = 0.02
RULE_OF_THREE = 3  # of n documents, in none of which something was seen, it is seen in 3 / n at most (95 %)
PEOPLE = ("original", "translated", "learner", "genre")
Row = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """A document: the expected share of its sentences that are garbled, its score, whether it is misspelled as only
    people misspell; whether thresholds are set on it."""

    kind: str
    share: float
    score: float
    slips: bool
    sets: bool

    @property
    def people(self) -> bool:
        return self.kind.startswith(PEOPLE)

    def reaches(self, share: float) -> bool:
        return self.share >= share and self.score >= SCORE and not self.slips


class WithEditor(LocalModels):
    """The product's models, with the editor of a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(ARTICLES)
        table = read_table(folder / "model.toml")["calibration"]
        self._editor = Editor(folder, ProofCalibration.from_table(table), "mtqa-editor", threads=cores())

    def proofreader(self) -> Editor:
        return self._editor


def runs(rows: Iterator[Row], key: Callable[[Row], str | None], text: Callable[[Row], str]) -> dict[str, list[str]]:
    """Texts by kind, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if (kind := key(row)) and text(row).strip():
            found[kind].append(text(row))
    return found


def kinds(data: Path) -> dict[str, list[str]]:
    """Lines of each kind: those of people by kind of text, those of machines by engine."""

    def file(name: str) -> Iterator[Row]:
        return read(data / f"{name}.en.jsonl.gz")

    def text(row: Row) -> str:
        return row["text"]

    people = {"original": "original", "human": "translated"}
    found = runs(
        file("human"),
        lambda r: f"{people[r['origin']]} {r['year']}" if r["origin"] in people and r["year"] == 2019 else None,
        text,
    )
    found |= runs(file("learner"), lambda r: "learner", text)
    for row in file("genres"):
        found.setdefault(f"genre {row['genre']}", []).extend(row["sentences"])
    found |= runs(
        file("segments"),
        lambda r: f"{people[r['origin']]} wmt {r['year']}" if r["origin"] in people else f"wmt {r['year']}",
        text,
    )
    found |= runs(file("roundtrip"), lambda r: f"there and back {r['engine']}" if r["year"] >= 2019 else None, text)
    found |= runs(file("postedits"), lambda r: "statistical", text)
    return found


def documents(lines: list[str], most: int) -> list[str]:
    """Evenly spaced ones."""
    starts = range(0, len(lines) - LINES + 1, LINES)
    chosen = (starts[k * len(starts) // most] for k in range(most)) if len(starts) > most else starts
    return ["\n\n".join(lines[at : at + LINES]) for at in chosen]


def judged(report: DocumentReport, kind: str, sets: bool, human_slips: float) -> Judged | None:
    read_by_both = [v for v in report.verdicts if v.details(MachineLogit) and v.details(RepairOdds)]
    shares = [max(each.garbled or 0.0 for each in v.details(RepairOdds)) for v in read_by_both]
    if not shares:
        return None
    slips = sum(flag.rule == SLIP for flag in report.flags)
    words = sum(len(WORD.findall(v.segment.text)) for v in read_by_both)
    return Judged(
        kind,
        fmean(shares),
        fmean(v.details(MachineLogit)[0].logit for v in read_by_both),
        bool(slips) and slips >= human_slips * words,
        sets,
    )


def measure(
    checker: Checker, calibration: Calibration, data: Path, *, peoples: int = PEOPLES
) -> tuple[dict[str, float], dict[str, Row]]:
    """What stands in ``[calibration.garbled]``, and what was counted of each kind, of ``peoples`` documents where
    people wrote it."""
    found = []
    for kind, lines in sorted(kinds(data).items()):
        texts = documents(lines, peoples if kind.startswith(PEOPLE) else MACHINES)
        reports = checker.reports([mtqa.from_text(text, language="en") for text in texts])
        for number, report in enumerate(reports):
            if one := judged(report, kind, number % SETS == 0, calibration.human_slips):
                found.append(one)
        print(kind, len(found), flush=True)
    set_on = [one.share for one in found if one.people and one.sets and not one.slips]
    share = math.ceil(100 * (max(set_on) + MARGIN)) / 100
    rest = [one for one in found if not one.sets]
    people, machines = ([one for one in rest if one.people is wanted] for wanted in (True, False))
    rate = (sum(one.reaches(share) for one in people) + RULE_OF_THREE) / len(people)
    reached = fmean(one.reaches(share) for one in machines)
    numbers = {"share": share, "score": SCORE, "p_mt": round(reached / (reached + rate), 3), "rate": round(rate, 4)}
    table = {
        kind: {
            "documents": len(own),
            "garbled": round(fmean(one.share for one in own), 3),
            "taken for machine output": sum(one.reaches(share) for one in own),
        }
        for kind in sorted({one.kind for one in rest})
        if (own := [one for one in rest if one.kind == kind])
    }
    return numbers, table


def main(data: Path, model: Path) -> None:
    calibration = Calibration.from_table(store.locate(ARTICLES.model).data["calibration"])
    checker = Checker(WithEditor(model), calibration, signature=signature_of(), settings=ARTICLES)
    numbers, table = measure(checker, calibration, data)
    (model / "garbled.json").write_text(json.dumps({**numbers, "kinds": table}, indent=1) + "\n", encoding="utf-8")
    put(model / "model.toml", "calibration.garbled", numbers)


def put(manifest: Path, name: str, values: dict[str, Any]) -> None:
    """Writes the table ``name`` of a manifest, in place of one that it has."""
    text = re.sub(rf"\n\[{re.escape(name)}\]\n(?:\w+ = .*\n)*", "", manifest.read_text(encoding="utf-8"))
    lines_of = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
    manifest.write_text(f"{text.rstrip()}\n\n[{name}]\n{lines_of}", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
