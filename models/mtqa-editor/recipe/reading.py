"""Marked documents as the network reads them: pieces, sentences, targets; batches of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from documents import documents_of, sentence_bounds
from network import CATEGORIES
from tokenizers import Tokenizer
from torch import Tensor

from mtqa.core.folding import single_spaced
from mtqa.neural.encoder import normalise

BEGIN = 0
LONGEST = 480  # pieces of a window
FEWEST = 3  # lines of a document that is cut
EVEN = 32  # lengths of batches are multiples of this: freed memory fits the next one


@dataclass(frozen=True)
class Marked:
    """One document.

    Attributes:
        ids: pieces, the beginning first. owner: the sentence of each, or -1.
        line: of each sentence. spans: of each piece, line and character offsets.
        word: level of each piece, -1 where not told or not to be learned. category: of each, -1 where none.
        sentence: level of each sentence, -1 where not told.
    """

    marker: str
    kind: str
    ids: np.ndarray
    owner: np.ndarray
    line: list[int]
    spans: list[tuple[int, int, int]]
    word: np.ndarray
    category: np.ndarray
    sentence: np.ndarray
    lines: list[dict[str, Any]]


def encode(tokenizer: Tokenizer, document: dict[str, Any]) -> Marked:
    """Each sentence is read as a line of its own, as the product reads it."""
    ids, owner, spans, word, category = [BEGIN], [-1], [(0, 0, 0)], [-1], [-1]
    line_of, sentence = [], []
    newline = tokenizer.encode("\n", add_special_tokens=False).ids
    for number, line in enumerate(document["lines"]):
        text = normalise(line["text"])
        bounds = sentence_bounds(text)
        first = len(line_of)
        for start, end in bounds:
            inside = [s for s in line["spans"] if s[0] < end and start < s[1]]
            line_of.append(number)
            if line["level"] is None:
                sentence.append(-1)
            elif line["spans"] or len(bounds) == 1:
                level = max((s[2] for s in inside), default=0)
                sentence.append(line["level"] if len(bounds) == 1 else level)
            else:
                sentence.append(line["level"] if line["level"] == 0 else -1)
        for ordinal, (low, high) in enumerate(bounds):
            spaced, places = single_spaced(text[low:high].rstrip())
            encoding = tokenizer.encode(spaced, add_special_tokens=False)
            for piece, (first_of, last_of) in zip(encoding.ids, encoding.offsets, strict=True):
                start, end = low + places[first_of], low + places[last_of - 1] + 1
                start += len(text[start:end]) - len(text[start:end].lstrip())
                ids.append(piece)
                spans.append((number, start, end))
                if start >= end:
                    owner.append(-1), word.append(-1), category.append(-1)
                    continue
                owner.append(first + ordinal)
                over = [s for s in line["spans"] if s[0] < end and start < s[1]]
                top = max(over, key=lambda s: s[2], default=None)
                word.append(top[2] if top else 0)
                category.append(CATEGORIES.index(top[3]) if top and top[3] in CATEGORIES else -1)
            ids += newline
            for field, value in ((owner, -1), (word, -1), (category, -1), (spans, (number, 0, 0))):
                field += [value] * len(newline)
    cut = LONGEST
    read = set(owner[:cut])
    sentence = [level if k in read else -1 for k, level in enumerate(sentence)]  # none where it is cut off
    return Marked(
        document["marker"],
        document["kind"],
        np.array(ids[:cut]),
        np.array(owner[:cut]),
        line_of,
        spans[:cut],
        np.array(word[:cut]),
        np.array(category[:cut]),
        np.array(sentence),
        document["lines"],
    )


def load(path: Path, tokenizer: Tokenizer) -> list[Marked]:
    return [encode(tokenizer, each) for each in documents_of(path)]


@dataclass(frozen=True)
class Batch:
    ids: Tensor
    lengths: Tensor
    owner: Tensor
    sentences: int
    word: Tensor
    category: Tensor
    sentence: Tensor
    documents: list[Marked]


def collate(documents: list[Marked]) -> Batch:
    longest = -(-max(len(d.ids) for d in documents) // EVEN) * EVEN
    sentences = max(len(d.sentence) for d in documents)

    def rows(name: str, fill: int, width: int) -> Tensor:
        out = np.full((len(documents), width), fill)
        for i, d in enumerate(documents):
            values = getattr(d, name)
            out[i, : len(values)] = values
        return torch.from_numpy(out)

    return Batch(
        rows("ids", BEGIN, longest),
        torch.tensor([len(d.ids) for d in documents]),
        rows("owner", -1, longest),
        sentences,
        rows("word", -1, longest),
        rows("category", -1, longest),
        rows("sentence", -1, sentences),
        documents,
    )


def batches(documents: Sequence[Marked], pieces: int) -> Iterator[Batch]:
    """In order of length, at most ``pieces`` pieces each, padding counted."""
    some: list[Marked] = []
    for document in sorted(documents, key=lambda d: len(d.ids)):
        if some and (len(some) + 1) * len(document.ids) > pieces:
            yield collate(some)
            some = []
        some.append(document)
    if some:
        yield collate(some)


class Draw:
    """Batches of one marker and of like length, drawn without end; ``share`` of them editors' labels. Each time that a
    document comes, other lines of it do."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        labels: list[dict[str, Any]],
        before: list[dict[str, Any]],
        pieces: int,
        seed: int,
    ) -> None:
        self.random = random.Random(seed)
        self.tokenizer = tokenizer
        self.pieces = pieces
        self.pools = {"labels": labels, "before": before}
        self.ready: dict[str, list[Batch]] = {"labels": [], "before": []}

    def next(self, share: float) -> Batch:
        name = "labels" if self.random.random() < share else "before"
        if not self.ready[name]:
            by_marker: dict[str, list[Marked]] = {}
            for document in self.pools[name]:
                by_marker.setdefault(document["marker"], []).append(encode(self.tokenizer, self.cropped(document)))
            for some in by_marker.values():
                self.random.shuffle(some)
                # Sorted by length within stretches, so that a batch is even and an epoch still random.
                for i in range(0, len(some), 64):
                    self.ready[name] += batches(some[i : i + 64], self.pieces)
            self.random.shuffle(self.ready[name])
        return self.ready[name].pop()

    def cropped(self, document: dict[str, Any]) -> dict[str, Any]:
        """Half of the time whole, else a run of at least three of its lines."""
        lines = document["lines"]
        if len(lines) <= FEWEST or self.random.random() < 0.5:
            return document
        first = self.random.randrange(len(lines) - FEWEST + 1)
        last = self.random.randrange(first + FEWEST, len(lines) + 1)
        return document | {"lines": lines[first:last]}
