"""What the careful editor says of documents that nobody labelled: ``python taught.py CHECKPOINT BASE DATA OUT``.

From these the fast editor learns beside the labels (Hinton et al. 2015, "Distilling the knowledge in a neural network",
arXiv:1503.02531). OUT is JSON Lines, a document a line, as ``marked.py`` writes them, but that a span is [start, end,
probability that it is marked, that it must be repaired, probabilities of the categories], and each line has the levels
of its sentences as two such probabilities. What is held out is not drawn: blocks of sources, systems, and other
translations and near copies of single lines.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from export import network_of
from labels import join
from marked import HELD, part, place
from pool import Row, draw, read
from reading import Marked, encode
from rounding import weights_rounded
from score import probabilities
from tokenizers import Tokenizer

SIZES = {
    "wmt": 2400,
    "htmt-back": 840,
    "htmt-german": 310,
    "literary-mt": 530,
    "smt": 290,
    "bio": 100,
    "roundtrip-neural": 380,
    "roundtrip-rules": 140,
    "mlqe": 190,
    "post-edit": 70,
    "human-translation": 530,
    "literary-human": 170,
    "original": 580,
    "mixed": 240,
    "genre": 430,
}
UNREAD = {"dev"}  # parts of data that the fast editor is calibrated or judged on
SEED = 1
LEAST = 0.02  # spans that are less likely marked are left out
AT_ONCE = 200  # documents


def documents(data: Path) -> list[dict[str, Any]]:
    """Unlabelled ones."""
    labelled = {line["text"] for document in join(data) for line in document["lines"]}
    drawn = draw(data, labelled, SEED, SIZES, not_held(data))
    return [
        {
            "marker": "editor",
            "kind": kind,
            "lines": [{"text": row["text"], "spans": [], "level": None} for row in rows],
        }
        for kind, _, rows in drawn
    ]


def not_held(data: Path) -> Callable[[list[Any], Row], bool]:
    """Whether a line may be learned from."""
    held = [line for document in join(data) if part(document["lines"][0]["key"]) in HELD for line in document["lines"]]
    places = {place(line["key"]) for line in held}
    texts = {bare(line["text"]) for line in held}
    trips = {line["text"] for line in held if line["key"][0] == "roundtrip"}
    texts |= {bare(row["original"]) for row in read(data / "roundtrip.en.jsonl.gz") if row["text"] in trips}

    def allowed(key: list[Any], row: Row) -> bool:
        if part(key) in HELD or place(key) in places or row.get("split", "train") in UNREAD:
            return False
        return not texts & {bare(row[name]) for name in ("text", "original") if row.get(name)}

    return allowed


def bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def judged(found: tuple[Marked, np.ndarray, np.ndarray, np.ndarray]) -> dict[str, Any]:
    """The document with what the network said, without lines that it did not read to the end."""
    document, word, sentence, category = found
    lines: list[dict[str, Any]] = []
    ends = Counter(number for number, start, end in document.spans[1:] if start == end == 0)
    for number, line in enumerate(document.lines):
        if ends[number] < document.line.count(number):
            break
        spans = [
            [start, end, *(round(float(p), 3) for p in (*word[i], *category[i]))]
            for i, (at, start, end) in enumerate(document.spans)
            if at == number and end > start and word[i, 0] >= LEAST
        ]
        levels = [[round(float(p), 3) for p in sentence[k]] for k, at in enumerate(document.line) if at == number]
        lines.append({"text": line["text"], "spans": spans, "level": levels})
    return {"marker": document.marker, "kind": document.kind, "lines": lines}


def main(checkpoint: Path, base: Path, data: Path, out: Path) -> None:
    network = network_of(checkpoint)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    found = documents(data)
    part_of = out.with_suffix(".part")
    with weights_rounded(network.layers), part_of.open("w", encoding="utf-8") as file:
        for layer in network.layers:
            layer.bfloat16()
        for at in range(0, len(found), AT_ONCE):
            encoded = [encode(tokenizer, each) for each in found[at : at + AT_ONCE]]
            for each in map(judged, probabilities(network, encoded)):
                if each["lines"]:
                    file.write(json.dumps(each, ensure_ascii=False) + "\n")
            print(at + len(encoded), "of", len(found), flush=True)
    part_of.replace(out)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    main(*map(Path, sys.argv[1:5]))
