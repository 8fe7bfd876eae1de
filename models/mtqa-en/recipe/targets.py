"""How the detector does in other target languages, which decides whether it may speak them: the network on WMT22.

    python models/mtqa-en/recipe/targets.py --model FOLDER --data DATA

The n-grams are English, so they do not count. Documents are ten consecutive segments of a system, a reference or an
original, at most 40 of each; translations marked as post-edited are left out.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
from card import table
from corpora import LEFT_OUT, OTHERS, rows
from measures import auroc
from score import tens

from mtqa.core.protocols import Passage
from mtqa.neural.encoder import Encoder

MOST = 40
KINDS = {"mt": "machine", "human": "human translation", "original": "original"}


def documents(data: Path, language: str) -> dict[str, list[list[str]]]:
    sets = defaultdict(dict)
    for row in rows(data / f"segments.{language}.jsonl.gz"):
        if row["year"] == 2022 and (2022, row["pair"], row["system"]) not in LEFT_OUT:
            sets[row["origin"], row["pair"], row["system"]][row["seg"]] = row["text"]
    found = defaultdict(list)
    for (origin, _, _), segments in sorted(sets.items(), key=str):
        found[KINDS[origin]] += tens(segments, MOST)
    return found


def measure(encoder: Encoder, data: Path) -> dict[str, dict]:
    result = {}
    for language in OTHERS:
        scores = {
            kind: np.array([np.mean([s.mt for s in d]) for d in encoder.encode([list(map(Passage, d)) for d in found])])
            for kind, found in documents(data, language).items()
        }
        if not scores:
            continue
        result[language] = {"documents": {kind: len(found) for kind, found in scores.items()}}
        for name, one, other in (
            ("mt_orig", "machine", "original"),
            ("mt_ht", "machine", "human translation"),
            ("ht_orig", "human translation", "original"),
        ):
            if one in scores and other in scores:
                result[language][name] = auroc(scores[one], scores[other], np.random.default_rng(1))
        print(language, result[language], flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    encoder = Encoder(args.model, threads=args.threads)
    encoder._ngrams, encoder._cap = lambda texts: 0.0, math.inf
    found = measure(encoder, args.data)
    print(json.dumps(found))
    cells = lambda row: ["" if k not in row else f"{row[k][0]:.3f}" for k in ("mt_orig", "mt_ht", "ht_orig")]  # noqa: E731
    lines = [[tag, *cells(row), sum(row["documents"].values())] for tag, row in found.items()]
    head = [
        "language",
        "machine / original",
        "machine / human translation",
        "human translation / original",
        "documents",
    ]
    print(table(head, lines))


if __name__ == "__main__":
    main()
