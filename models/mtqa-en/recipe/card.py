"""Has ``mtqa bench`` measure the model, and puts what it found into the card, between its markers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import judging

from mtqa.bench.reports import markdown_table
from mtqa.bench.results import Result, read_result

BEGIN, END = "<!-- numbers -->", "<!-- /numbers -->"
# Suites, and which of their tables the card has.
TABLES = {
    "detection": ("detection", "systems", "pairs", "domains", "undecided"),
    "decisions": ("decisions",),
    "errors": ("words", "spans", "agreement", "repair"),
}


def measure(model: Path, data: Path, results: Path) -> None:
    """Runs the suites; it takes a quarter of an hour."""
    command = [sys.executable, "-m", "mtqa", "bench", "run", *TABLES, "--model", model, "--data", data, "-o", results]
    subprocess.run(command, check=True)


def numbers(results: list[Result]) -> str:
    """The tables of results, each with what made it."""
    parts = []
    for result in results:
        made = f"`{result.signature}`, `{result.command}`"
        parts.append(f"### {result.settings['title']}\n\n{result.conclusion}\n\n{made}")
        for table in result.tables:
            if table.name in TABLES[result.suite]:
                parts.append(f"#### {table.title}\n\n{table.note}\n\n{markdown_table(table)}")
    return "\n\n".join(parts)


def rates(decisions: Result) -> dict:
    """What shares of texts are called likely-mt at each false-alarm rate, by length, and of how many documents: what
    ``mtqa batch`` corrects its counts by."""
    (table,) = (each for each in decisions.tables if each.name == "decisions")
    found: dict = {"signature": decisions.signature, "rates": {}, "documents": {}}
    for each in decisions.settings["sets"]:
        for length in map(str, decisions.settings["lengths"]):
            if row := table.rows.get(f"{each['name']}, {length} segments"):
                found["documents"].setdefault(length, {})[each["name"]] = row["documents"].value
                for rate in decisions.settings["rates"]:
                    share = row[f"likely-mt at {100 * rate:g} %"].value
                    found["rates"].setdefault(f"{rate:g}", {}).setdefault(length, {})[each["name"]] = share
    return found


def update(model: Path, folder: Path, scores: Path) -> None:
    """Rewrites the numbers in the card, and metrics.json, from the results in a folder and what ``score.py`` wrote."""
    results = {name: read_result(folder / f"{name}.json") for name in TABLES}
    readme = model / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(
        f"{before}{BEGIN}\n{judging.tables(model, scores)}\n\n{numbers(list(results.values()))}\n{END}{after}",
        encoding="utf-8",
    )
    found = json.dumps(rates(results["decisions"]), indent=1)
    (model / "metrics.json").write_text(f"{found}\n", encoding="utf-8")
