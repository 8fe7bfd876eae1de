"""Documents that editors, experts or programs marked, as the editor's layers read them, and batches of them.

``marked.py`` and ``taught.py`` of the careful editor's recipe write them. Beside their parts stands a further one here:
judged translations with their sources, by which the layers learn to read a translation against what it was made from.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from careful import sentence_bounds
from corpora import bad_characters, needs_repair, rows
from torch import Tensor

from mtqa.neural.encoder import TextTokenizer, normalise

CATEGORIES = ("w", "g", "o", "m", "u", "n", "r", "s", "i")
MARKERS = ("editor", "mqm", "tags", "edits", "made", "sourced")
"""Who marked: copy editors (the labels), experts (MQM), alignment with a post-edit (MLQE-PE), differences to a repaired
text, a program that spoiled sound text; and those who saw the source. Each has heads of its own, so that their habits
do not mix."""
UNTOLD = -1
UNKNOWN = (UNTOLD, UNTOLD)
NONE = (0.0,) * len(CATEGORIES)
LONGEST = 480  # pieces of a window
FEWEST = 3  # lines of a document that is cut
EVEN = 32  # lengths of batches are multiples of this
SOURCED = {"mlqe": 1500, "mqm": 500}  # documents
TOGETHER = 4  # judged translations of one


Level = tuple[float, float]
"""How likely it is that something is marked, and that it must be repaired; a label is sure of both."""


@dataclass(frozen=True)
class Sentence:
    """Its pieces, those of its source, and of each piece its level and how likely each category is, if it is marked;
    the level of the sentence."""

    ids: list[int]
    source: list[int]
    word: list[Level]
    category: list[Sequence[float]]
    level: Level


@dataclass(frozen=True)
class Marked:
    """A document: who marked it, and the sentences of each line."""

    marker: str
    lines: list[list[Sentence]]


@dataclass(frozen=True)
class Batch:
    """Of one marker. ``ids`` (B × T), ``lengths`` (B), ``owner`` (B × T, the ordinal of a piece's sentence or -1),
    levels of words (B × T × 2) and sentences (B × S × 2), ``UNTOLD`` where nothing is learned, and ``category`` (B × T
    × C), of which each row adds up to how much it counts."""

    marker: str
    ids: Tensor
    lengths: Tensor
    owner: Tensor
    word: Tensor
    category: Tensor
    sentence: Tensor


def encode(tokenizer: TextTokenizer, document: dict[str, Any]) -> Marked:
    return Marked(document["marker"], [list(sentences(tokenizer, line)) for line in document["lines"]])


def sentences(tokenizer: TextTokenizer, line: dict[str, Any]) -> Iterator[Sentence]:
    text = normalise(line["text"])
    parts = sentence_bounds(text)
    [source] = tokenizer([line["source"]]) if line.get("source") else [None]
    for number, ((start, end), tokens) in enumerate(
        zip(parts, tokenizer([text[start:end] for start, end in parts]), strict=True)
    ):
        inside = [s for s in line["spans"] if s[0] < end and start < s[1]]
        word, category = [], []
        for low, high in tokens.offsets:
            over = [s for s in inside if s[0] < start + high and start + low < s[1]]
            worst = max(over, key=lambda s: s[2], default=None)
            word.append(level_of(worst) if worst else (0.0, 0.0))
            category.append(categories_of(worst) if worst else NONE)
        shown = source.ids[: LONGEST // 4] if source and not number else []
        yield Sentence(tokens.ids, shown, word, category, sentence_level(line, number, len(parts), inside))


def sentence_level(line: dict[str, Any], number: int, count: int, inside: Sequence[Any]) -> Level:
    """Of sentence ``number`` of the ``count`` in ``line``, whose spans are ``inside``."""
    level = line["level"]
    if level is None:
        return UNKNOWN
    if isinstance(level, list):
        return tuple(level[number]) if len(level) == count else UNKNOWN
    if count > 1 and line["spans"]:
        level = max((s[2] for s in inside), default=0)
    elif count > 1 and level:
        return UNKNOWN
    return sure(level)


def sure(level: int) -> Level:
    return float(level >= 1), float(level >= 2)


def level_of(span: Sequence[Any]) -> Level:
    """Of a span as a label has it, [start, end, level, category], or as the careful editor's recipe writes its
    judgements (``taught.py``)."""
    return sure(span[2]) if len(span) == 4 else (span[2], span[3])


def categories_of(span: Sequence[Any]) -> Sequence[float]:
    if len(span) > 4:
        return [span[2] * each for each in span[4:]]
    return [float(span[3] == each) for each in CATEGORIES]


def sourced(data: Path, seed: int) -> list[dict[str, Any]]:
    """Documents of judged translations with their sources: MLQE-PE's, some of a pair at a time, and consecutive ones
    of newstest2020 (MQM)."""
    rng = random.Random(seed)
    pairs, runs = defaultdict(list), defaultdict(list)
    for row in rows(data / "quality.en.jsonl.gz"):
        if not row.get("source") or bad_characters(row) is None:
            continue
        if row["dataset"] == "mlqe-pe" and row["split"] == "train":
            pairs[row["pair"]].append(row)
        elif row["dataset"] == "mqm" and row["split"] == "newstest2020":
            runs[row["system"], row["doc"]].append(row)
    chosen = [rng.sample(pairs[rng.choice(sorted(pairs))], TOGETHER) for _ in range(SOURCED["mlqe"])]
    keys = sorted(key for key, run in runs.items() if len(run) >= TOGETHER)
    for key in rng.sample(keys, min(len(keys), SOURCED["mqm"])):
        first = rng.randrange(len(runs[key]) - TOGETHER + 1)
        chosen.append(runs[key][first : first + TOGETHER])
    return [{"marker": "sourced", "lines": [judged(row) for row in found]} for found in chosen]


def judged(row: dict[str, Any]) -> dict[str, Any]:
    bad = bad_characters(row)
    return {
        "text": row["text"],
        "source": row["source"],
        "spans": [[start, end, 2, None] for start, end in bad or ()],
        "level": 2 if needs_repair(row) else 0,
    }


def collate(marker: str, documents: Sequence[list[Sentence]], tokenizer: TextTokenizer) -> Batch:
    longest = -(-max(map(size_of, documents)) // EVEN) * EVEN
    most = max(map(len, documents))
    shape = (len(documents), longest)
    ids, owner = np.full(shape, tokenizer.sep), np.full(shape, UNTOLD)
    word = np.full((*shape, 2), UNTOLD, dtype=np.float32)
    category = np.zeros((*shape, len(CATEGORIES)), dtype=np.float32)
    sentence = np.full((len(documents), most, 2), UNTOLD, dtype=np.float32)
    lengths = []
    for b, found in enumerate(documents):
        ids[b, 0], at = tokenizer.cls, 1
        for k, each in enumerate(found):
            if each.source:
                ids[b, at : at + len(each.source)] = each.source
                at += len(each.source) + 1
            end = at + len(each.ids)
            if each.ids:
                ids[b, at:end], owner[b, at:end] = each.ids, k
                word[b, at:end], category[b, at:end] = each.word, each.category
                sentence[b, k] = each.level
            at = end + 1
        lengths.append(at)
    told = (torch.from_numpy(each) for each in (owner, word, category, sentence))
    return Batch(marker, torch.from_numpy(ids), torch.tensor(lengths), *told)


def size_of(document: Sequence[Sentence]) -> int:
    """Pieces, with the beginning and what ends sentences and sources."""
    return 1 + sum(len(s.ids) + 1 + (len(s.source) + 1 if s.source else 0) for s in document)


class Draw:
    """Batches of one marker and of like length, drawn without end. Each time that a document comes, other lines of it
    do."""

    def __init__(
        self, tokenizer: TextTokenizer, pools: dict[str, list[dict[str, Any]]], pieces: int, seed: int
    ) -> None:
        self.random = random.Random(seed)
        self.tokenizer, self.pieces = tokenizer, pieces
        self.pools = {name: [encode(tokenizer, each) for each in found] for name, found in pools.items()}
        self.ready: dict[str, list[Batch]] = {name: [] for name in pools}

    def next(self, shares: dict[str, float]) -> Batch:
        """From the pools in these shares."""
        [name] = self.random.choices(list(shares), list(shares.values()))
        if not self.ready[name]:
            by_marker: dict[str, list[list[Sentence]]] = defaultdict(list)
            for document in self.pools[name]:
                by_marker[document.marker].append(self.cropped(document))
            for marker, some in by_marker.items():
                self.random.shuffle(some)
                # Sorted by length within stretches, so that a batch is even and an epoch still random.
                for i in range(0, len(some), 128):
                    self.ready[name] += self._batches(marker, some[i : i + 128])
            self.random.shuffle(self.ready[name])
        return self.ready[name].pop()

    def _batches(self, marker: str, documents: list[list[Sentence]]) -> Iterator[Batch]:
        some: list[list[Sentence]] = []
        for document in sorted(documents, key=size_of):
            if some and (len(some) + 1) * size_of(document) > self.pieces:
                yield collate(marker, some, self.tokenizer)
                some = []
            some.append(document)
        yield collate(marker, some, self.tokenizer)

    def cropped(self, document: Marked) -> list[Sentence]:
        """Half of the time whole, else a run of at least three of its lines; as much of it as a window holds."""
        lines = document.lines
        if len(lines) > FEWEST and self.random.random() < 0.5:
            first = self.random.randrange(len(lines) - FEWEST + 1)
            lines = lines[first : self.random.randrange(first + FEWEST, len(lines) + 1)]
        found: list[Sentence] = []
        for sentence in (each for line in lines for each in line):
            if found and size_of([*found, sentence]) > LONGEST:
                break
            found.append(sentence)
        return found
