"""How well two editors agree on lines that both marked, blind: ``python agreement.py DATA``.

The second pass is ``labels/again.jsonl``; its lines have the keys and digests of lines of the other batches.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from labels import join
from sklearn.metrics import cohen_kappa_score, f1_score, matthews_corrcoef

AGAIN = "again"
WORD = re.compile(r"\w+(?:['’.\-]\w+)*")
Line = dict[str, Any]


def twice(data: Path) -> Iterator[tuple[str, str, Line, Line]]:
    """Lines that both passes marked: the batch of the first and the kind of text, the line with the first pass's spans
    and that with the second's."""
    first, again = {}, []
    for document in join(data):
        for line in document["lines"]:
            if document["batch"] == AGAIN:
                again.append((document["kind"], line))
            else:
                first[json.dumps(line["key"]), line["text"]] = (document["batch"], line)
    for kind, line in again:
        batch, one = first[json.dumps(line["key"]), line["text"]]
        yield batch, kind, one, line


def pairs(data: Path) -> dict[str, list[tuple[Line, Line]]]:
    """Lines with both passes' spans, by the batch of the first."""
    found: dict[str, list[tuple[Line, Line]]] = defaultdict(list)
    for batch, _, one, line in twice(data):
        found[batch].append((one, line))
    return found


def agreement(both: list[tuple[Line, Line]]) -> dict[str, float]:
    """Kappa of lines with any repair and with one that must be made, F1 and MCC of words, the share of words that both
    marked to which both gave the same category; of the lines that the first pass must repair, and of those that it
    leaves alone, the share that the second marked."""
    levels = np.array([[line["level"] for line in pair] for pair in both])
    words, alike = [], []
    for pair in both:
        for found in WORD.finditer(pair[0]["text"]):
            over = [[s for s in line["spans"] if s[0] < found.end() and found.start() < s[1]] for line in pair]
            words.append([bool(spans) for spans in over])
            if all(over):
                alike.append(over[0][0][3] == over[1][0][3])
    one, other = np.array(words).T
    return {
        "lines": len(both),
        "kappa_any": cohen_kappa_score(levels[:, 0] > 0, levels[:, 1] > 0),
        "kappa_must": cohen_kappa_score(levels[:, 0] > 1, levels[:, 1] > 1),
        "must_marked": float((levels[levels[:, 0] == 2, 1] > 0).mean()),
        "fine_marked": float((levels[levels[:, 0] == 0, 1] > 0).mean()),
        "word_f1": f1_score(one, other),
        "word_mcc": matthews_corrcoef(one, other),
        "category": float(np.mean(alike)),
    }


if __name__ == "__main__":
    for name, both in pairs(Path(sys.argv[1])).items():
        print(name, json.dumps({key: round(value, 3) for key, value in agreement(both).items()}))
