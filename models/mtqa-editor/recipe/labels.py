"""Editors' marks, kept as keys and spans.

    python labels.py keep POOL MARKS OUT
    python labels.py join DATA OUT

``keep`` turns a pool (``pool.jsonl``) and its marks (``MARKS/sheet-NN.tsv``: line, level, category, words, repair) into
a file of labels without the texts, which have terms of their own; ``labels/README.md`` has the format. ``join`` puts
the texts back, from the data that the keys name, by their digests; a text that is not there is an error.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LABELS = Path(__file__).parents[1] / "labels"
Row = dict[str, Any]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def span(text: str, level: str, category: str, words: str, repair: str) -> list[Any]:
    start = 0 if words == "*" else text.index(words)
    end = len(text) if words == "*" else start + len(words)
    return [start, end, int(level), category, repair, words == "*"]


def keep(pool: Path, marks: Path, out: Path) -> None:
    """Documents of the sheets that were marked, in order."""
    rows: dict[str, list[list[str]]] = defaultdict(list)
    sheets = {path.stem for path in marks.glob("*.tsv")}
    for path in sorted(marks.glob("*.tsv")):
        for row in path.read_text(encoding="utf-8").splitlines():
            if row.strip():
                name, *fields = row.split("\t")
                rows[name].append(fields)
    with out.open("w", encoding="utf-8") as kept:
        for document in map(json.loads, pool.open(encoding="utf-8")):
            if document["sheet"] not in sheets:
                continue
            lines = []
            for number, line in enumerate(document["lines"], 1):
                spans = sorted(span(line["text"], *fields) for fields in rows[f"{document['doc']}.{number}"])
                lines.append({"key": line["key"], "sha256": digest(line["text"]), "spans": spans})
            kept.write(dump({"doc": document["doc"], "kind": document["kind"], "lines": lines}))


def dump(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def texts(data: Path, names: set[str]) -> dict[str, str]:
    """Every text of the named files by its digest."""
    found = {}
    for name in names:
        with gzip.open(data / f"{name}.en.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                for text in row.get("lines") or row.get("sentences") or [row["text"]]:
                    found[digest(text)] = text
    return found


def documents() -> Iterator[Row]:
    for path in sorted(LABELS.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield {"batch": path.stem, **row}


def join(data: Path) -> Iterator[Row]:
    """Labelled documents with their texts; a line's level is that of its worst span."""
    labelled = list(documents())
    known = texts(data, {line["key"][0] for document in labelled for line in document["lines"]})
    for document in labelled:
        for line in document["lines"]:
            line["text"] = known[line.pop("sha256")]
            line["level"] = max((each[2] for each in line["spans"]), default=0)
        yield document


if __name__ == "__main__":
    if sys.argv[1] == "keep":
        keep(*map(Path, sys.argv[2:5]))
    else:
        with Path(sys.argv[3]).open("w", encoding="utf-8") as joined:
            joined.writelines(map(dump, join(Path(sys.argv[2]))))
