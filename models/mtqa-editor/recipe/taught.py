"""What the careful editor says of documents that nobody labelled: ``python taught.py CHECKPOINT BASE DATA OUT``.

From these the fast editor learns beside the labels (Hinton et al. 2015, "Distilling the knowledge in a neural network",
arXiv:1503.02531). OUT is JSON Lines, a document a line, as ``marked.py`` writes them, but that a span is [start, end,
probability that it is marked, that it must be repaired, probabilities of the categories], and each line has the levels
of its sentences as two such probabilities. Lines of sources and systems that are held out are not drawn.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from export import network_of
from labels import join
from marked import part
from pool import draw
from reading import Marked, encode
from rounding import weights_rounded
from score import probabilities
from tokenizers import Tokenizer

SIZES = {
    "wmt": 2200,
    "htmt-back": 700,
    "htmt-german": 200,
    "literary-mt": 350,
    "smt": 200,
    "bio": 60,
    "roundtrip-neural": 250,
    "roundtrip-rules": 80,
    "mlqe": 100,
    "post-edit": 40,
    "human-translation": 300,
    "literary-human": 100,
    "original": 350,
    "mixed": 150,
    "genre": 300,
}
SEED = 1
LEAST = 0.02  # spans that are less likely marked are left out
AT_ONCE = 200  # documents


def documents(data: Path) -> list[dict[str, Any]]:
    labelled = {line["text"] for document in join(data) for line in document["lines"]}
    return [
        {
            "marker": "editor",
            "kind": kind,
            "lines": [{"text": row["text"], "spans": [], "level": None} for row in rows],
        }
        for kind, key, rows in draw(data, labelled, SEED, SIZES)
        if all(part([*key, row.get("own", row["seg"])]) == "train" for row in rows)
    ]


def judged(found: tuple[Marked, np.ndarray, np.ndarray, np.ndarray]) -> dict[str, Any]:
    """The document with what the network said, without lines that it did not read to the end."""
    document, word, sentence, category = found
    lines: list[dict[str, Any]] = []
    unread = {number for k, number in enumerate(document.line) if k not in set(document.owner.tolist())}
    last = max(number for number, *_ in document.spans)
    for number, line in enumerate(document.lines[: last + 1]):
        if number in unread:
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
            for each in probabilities(network, encoded):
                file.write(json.dumps(judged(each), ensure_ascii=False) + "\n")
            print(at + len(encoded), "of", len(found), flush=True)
    part_of.replace(out)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    main(*map(Path, sys.argv[1:5]))
