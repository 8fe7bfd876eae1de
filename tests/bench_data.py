"""Made-up corpora for the benchmarks, and suites for them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fakes import GARBLED

DOCUMENT = """
kind = "detection"
title = "Made-up documents"
about = "Documents of a few sentences."
data = "segments.jsonl.gz"
year = 2022
lengths = [2, 4]
breakdown = 4
documents = 0
draws = 20
left-out = [{ system = "post-edited" }]
"""

JUDGED = json.dumps(
    {
        "kind": "errors",
        "title": "Made-up sentences",
        "data": "quality.jsonl",
        "draws": 20,
        "sets": [
            {
                "name": "MQM",
                "where": {"set": "mqm"},
                "scores": {"MQM": "score"},
                "repair": {"key": "score", "at-most": -1},
                "in-documents": True,
            },
            {
                "name": "HTER",
                "where": {"set": "hter"},
                "scores": {"HTER": "-hter"},
                "repair": {"key": "hter", "at-least": 0.1},
            },
            {"name": "DA", "where": {"set": "da"}, "scores": {"DA": "score"}},
        ],
    }
)

_SENTENCES = (
    "The ferry left the harbour at noon with forty people on board",
    "Nobody had expected so many of them to come back in the winter",
    "She wrote to her brother about the price of bread and coal",
    "The council will meet again on Tuesday to talk about the bridge",
    "He found the letters in a box under the stairs of the old house",
)


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


def suite_text(name: str) -> str:
    """The TOML file of a made-up suite."""
    return DOCUMENT if name == "detection" else _toml(json.loads(JUDGED))


def _toml(table: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)


def _row(text: str, origin: str, year: int, seg: int, system: str | None, **more: Any) -> dict[str, Any]:
    pair = "en-de" if origin == "original" else "de-en"
    return {"text": text, "origin": origin, "year": year, "pair": pair, "seg": seg, "system": system, **more}


def segment_rows() -> list[dict[str, Any]]:
    """Of two years: 24 segments of two systems, two references and originals. The outputs of the garbled system are
    garbled; a few of the fluent one's are also the garbled one's."""
    rows = []
    for year in (2021, 2022):
        for seg in range(1, 25):
            text = f"{_SENTENCES[seg % 5]} {_SENTENCES[(seg * year) % 4].lower()} {seg}."
            rows.append(_row(f"{text[:-1]} again {year}.", "original", year, seg, None))
            rows.append(_row(f"Yes, {text}", "human", year, seg, "refA"))
            rows.append(_row(f"No, {text}", "human", year, seg, "post-edited"))
            garbled = " ".join(f"{w}{GARBLED}" if n % 4 == 0 else w for n, w in enumerate(text.split()))
            rows.append(_row(garbled, "mt", year, seg, "garbled"))
            rows.append(_row(f"Well, {text}", "mt", year, seg, "fluent"))
    return rows


def judged_rows() -> list[dict[str, Any]]:
    """Sentences in which people tag garbled words, and one that the fakes let pass."""
    clean = _SENTENCES[0].split()
    rows = []
    for n, (bad, severity) in enumerate([(2, "major"), (3, "critical"), (4, "minor"), (None, "")]):
        words = [f"wor{n}{GARBLED}" if at == bad else word for at, word in enumerate(clean)]
        tagged = {bad} if bad is not None else {clean.index("forty")}
        text = " ".join(words)
        errors = [
            [1, "Accuracy/Mistranslation", severity or "major", *_place(words, at)] for at in tagged if at is not None
        ]
        rows.append(
            {
                "set": "mqm",
                "text": text,
                "system": "A",
                "doc": "d",
                "source": f"Satz {n}",
                "score": -5.0 + n,
                "tok": text,
                "tags": " ".join("BAD" if at in tagged else "OK" for at in range(len(words))),
                "errors": errors,
            }
        )
    for n in range(24):
        words = _SENTENCES[n % 5].split()
        garbled = n % 2 == 0
        if garbled:
            words[1] = f"{words[1]}{GARBLED}"
        rows.append(
            {
                "set": "hter",
                "text": f"{' '.join(words)} {n}",
                "hter": 0.3 + n / 100 if garbled else n / 1000,
                "tok": " ".join([*words, str(n)]),
                "tags": " ".join("BAD" if GARBLED in word else "OK" for word in [*words, str(n)]),
            }
        )
        rows.append({"set": "da", "text": f"{_SENTENCES[n % 4]} {n} {GARBLED if n < 12 else ''}", "score": n / 24})
    return rows


def _place(words: list[str], at: int) -> tuple[int, int]:
    start = len(" ".join(words[:at])) + (at > 0)
    return start, start + len(words[at])
