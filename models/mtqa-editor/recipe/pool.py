"""Draws documents for copy editors to mark: ``python pool.py DATA OUT BATCH``.

DATA is the folder of the data sets, OUT a new folder, BATCH a number: another draw. Lines that are labelled already
are left out. OUT gets ``pool.jsonl``, one document a line: {"doc", "kind", "sheet", "lines": [{"text", "key"}]}, and
``sheet-NN.txt``, what an editor sees: the lines by name, neither origin nor engine. A key names the row that a line
comes from: [file, year or part, pair or side, system, number].
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from labels import join

LINES = 8  # of a document
SHEET = 63  # documents that one editor reads
SIZES = {
    "wmt": 200,
    "htmt-back": 90,
    "htmt-german": 40,
    "literary-mt": 80,
    "smt": 40,
    "bio": 30,
    "roundtrip-neural": 35,
    "roundtrip-rules": 15,
    "mlqe": 30,
    "post-edit": 30,
    "human-translation": 70,
    "literary-human": 40,
    "original": 90,
    "mixed": 40,
    "genre": 60,
}
DULL = {"AIST"}  # word salad throughout
Row = dict[str, Any]


def read(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def runs(rows: Iterable[Row], gap: int = 2) -> list[list[Row]]:
    """Runs of ``LINES`` rows whose numbers follow each other."""
    found, run = [], []
    for row in sorted(rows, key=lambda row: row["seg"]):
        if run and row["seg"] - run[-1]["seg"] > gap:
            run = []
        run.append(row)
        if len(run) == LINES:
            found.append(run)
            run = []
    return found


def anything(key: list[Any], row: Row) -> bool:
    return True


class Pool:
    """What may still be drawn, and what was. ``allowed`` says of a line's key and row whether it may."""

    def __init__(
        self, data: Path, taken: set[str], seed: int, sizes: dict[str, int], allowed: Callable[[list[Any], Row], bool]
    ) -> None:
        self.data = data
        self.taken = taken
        self.sizes = sizes
        self.allowed = allowed
        self.random = random.Random(seed)
        self.documents: list[tuple[str, tuple[Any, ...], list[Row]]] = []

    def groups(self, name: str, key: Callable[[Row], tuple[Any, ...] | None]) -> dict[tuple[Any, ...], list[Row]]:
        grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in read(self.data / f"{name}.en.jsonl.gz"):
            if not 4 <= len(row["text"].split()) <= 60 or row["text"] in self.taken:
                continue
            if (group := key(row)) and self.allowed([*group[:4], row["seg"]], row):
                grouped[group].append(row)
        return grouped

    def take(self, kind: str, grouped: dict[tuple[Any, ...], list[Row]]) -> None:
        """As many documents of ``kind`` as ``sizes`` says, the groups in turn."""
        found = {key: runs(rows) for key, rows in grouped.items()}
        stacks = [(key, self.random.sample(some, len(some))) for key, some in sorted(found.items(), key=str) if some]
        self.random.shuffle(stacks)
        wanted = self.sizes[kind]
        while wanted and any(stack for _, stack in stacks):
            for key, stack in stacks:
                while stack and any(row["text"] in self.taken for row in stack[-1]):
                    stack.pop()
                if wanted and stack:
                    run = stack.pop()
                    self.taken.update(row["text"] for row in run)
                    self.documents.append((kind, key, run))
                    wanted -= 1


def segments(origin: str) -> Callable[[Row], tuple[Any, ...] | None]:
    def key(row: Row) -> tuple[Any, ...] | None:
        if row["origin"] != origin or row["system"] in DULL:
            return None
        return ("segments", row["year"], row["pair"], row["system"])

    return key


def draw(
    data: Path,
    taken: set[str],
    seed: int,
    sizes: dict[str, int] = SIZES,
    allowed: Callable[[list[Any], Row], bool] = anything,
) -> list[tuple[str, tuple[Any, ...], list[Row]]]:
    """Documents, each with its kind and what its lines have in common of their keys."""
    pool = Pool(data, taken, seed, sizes, allowed)
    pool.take("wmt", pool.groups("segments", segments("mt")))
    pool.take("human-translation", pool.groups("segments", segments("human")))
    for kind, side in (("htmt-back", "org-en"), ("htmt-german", "org-de")):
        rows = pool.groups(
            "htmt",
            lambda row, side=side: (
                ("htmt", row["year"], side, row["system"]) if row["side"] == side and row["system"] else None
            ),
        )
        pool.take(kind, rows)
    human = pool.groups("human", lambda row: ("human", row["year"], row["pair"], row["system"], row["origin"]))
    for kind, origin in (("original", "original"), ("mixed", "mixed")):
        pool.take(kind, {key[:4]: rows for key, rows in human.items() if key[4] == origin})
    trips = pool.groups("roundtrip", lambda row: ("roundtrip", row["year"], row["pair"] or "-", row["engine"]))
    pool.take("roundtrip-neural", {key: rows for key, rows in trips.items() if "fast" in key[3]})
    pool.take("roundtrip-rules", {key: rows for key, rows in trips.items() if "fast" not in key[3]})
    for kind, human_side in (("bio", False), ("post-edit", True)):
        rows = pool.groups(
            "spans",
            lambda row, wanted=human_side: (
                ("spans", row["doc"], row["pair"], row["system"])
                if (row["origin"] == "post-edit") == wanted and row["round"] == 2
                else None
            ),
        )
        pool.take(kind, rows)
    pool.take("smt", pool.groups("postedits", lambda row: ("postedits", row["split"], row["pair"], "text")))
    take_numbered(pool)
    take_documents(pool)
    pool.random.shuffle(pool.documents)
    return pool.documents


def take_numbered(pool: Pool) -> None:
    """Sentences of MLQE-PE, which have no neighbours: numbered by their place among their pair."""
    rows: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for number, row in enumerate(read(pool.data / "quality.en.jsonl.gz")):
        if row["dataset"] == "mlqe-pe" and 4 <= len(row["text"].split()) <= 60 and row["text"] not in pool.taken:
            key, seg = ("quality", 2020, row["pair"], "mlqe-pe"), row.get("seg") or number
            if pool.allowed([*key, seg], row):
                rows[key].append({**row, "seg": seg})
    for key, some in rows.items():
        rows[key] = pool.random.sample(some, min(len(some), LINES * max(12, pool.sizes["mlqe"] // len(rows) + 1)))
    spread = {key: [{**row, "seg": i, "own": row["seg"]} for i, row in enumerate(some)] for key, some in rows.items()}
    pool.take("mlqe", spread)


def take_documents(pool: Pool) -> None:
    """Lines out of the middle of whole documents: novels, speeches, radio, forums."""
    novels: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    people: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for document in read(pool.data / "literary.en.jsonl.gz"):
        key = ("literary", f"{document['book']}/{document['part']}", document["dataset"], document["system"])
        side = people if document["origin"] == "human" else novels
        side[key] = numbered(document["lines"])
    genres: dict[tuple[Any, ...], list[Row]] = {}
    for document in read(pool.data / "genres.en.jsonl.gz"):
        genres["genres", 0, document["genre"], document["doc"]] = numbered(document["sentences"])
    for kind, found, group in (("literary-mt", novels, 3), ("literary-human", people, 2), ("genre", genres, 2)):
        chosen: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        for key in sorted(found, key=str):
            chosen[key[group]].append(key)
        share = pool.sizes[kind] // len(chosen) + 1
        keys = [key for some in chosen.values() for key in pool.random.sample(some, min(share, len(some)))]
        some = {key: [row for row in found[key] if row["text"] not in pool.taken] for key in keys}
        pool.take(kind, {key: [row for row in some[key] if pool.allowed([*key, row["seg"]], row)] for key in keys})


def numbered(lines: list[str]) -> list[Row]:
    return [{"text": line, "seg": i} for i, line in enumerate(lines) if i >= 3 and 3 <= len(line.split()) <= 60]


def main(data: Path, out: Path, batch: int) -> None:
    taken = {line["text"] for document in join(data) for line in document["lines"]}
    out.mkdir(parents=True)
    documents = draw(data, taken, seed=100 + batch)
    with (out / "pool.jsonl").open("w", encoding="utf-8") as pool:
        for number, (kind, key, rows) in enumerate(documents):
            name, sheet = f"{chr(ord('A') + batch)}{number:03d}", f"sheet-{number // SHEET:02d}"
            lines = [{"text": row["text"], "key": [*key, row.get("own", row["seg"])]} for row in rows]
            pool.write(
                json.dumps({"doc": name, "kind": kind, "sheet": sheet, "lines": lines}, ensure_ascii=False) + "\n"
            )
            with (out / f"{sheet}.txt").open("a", encoding="utf-8") as seen:
                seen.write(
                    f"## {name}\n" + "".join(f"{name}.{i} {row['text']}\n" for i, row in enumerate(rows, 1)) + "\n"
                )
    print(len(documents), "documents,", sum(len(rows) for _, _, rows in documents), "lines")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
