"""The careful editor: a causal language model that reads a text twice and marks what an editor would change.

What stands behind a word is seen in the first reading when the second comes to it (Springer et al. 2024, "Repetition
improves language model embeddings", arXiv:2402.15449). Long documents are read in windows of whole sentences, each with
some of its neighbours around it, which are read and not judged again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from tokenizers import Tokenizer

from mtqa.core.files import MEGABYTE, read_text
from mtqa.core.findings import Category
from mtqa.core.limits import check_time
from mtqa.core.proofreading import ProofCalibration, Proofread, WordMark
from mtqa.neural.encoder import normalise, word_pieces
from mtqa.neural.sessions import loading, session

__all__ = ["Editor"]

_NOBODY = -1


@dataclass(frozen=True, slots=True)
class _Sentence:
    """``pieces``: ids, and the characters of ``text`` that they stand for."""

    text: str
    pieces: tuple[tuple[int, tuple[int, int]], ...]


@dataclass(frozen=True, slots=True)
class _Window:
    """Of a document's sentences those that are read, and those of them that are judged."""

    read: range
    judged: range


@dataclass(frozen=True, slots=True)
class _Network:
    """What the folder holds.

    Attributes:
        window: the most pieces that are read at a time; ``before`` and ``after``: of them, those of neighbours.
        begin: the piece that every text begins with; ``newline``: those that end a line.
    """

    window: int
    before: int
    after: int
    begin: int
    newline: tuple[int, ...]
    categories: tuple[Category, ...]
    tokenizer: Tokenizer
    session: InferenceSession

    @classmethod
    def load(cls, folder: Path) -> _Network:
        with loading(folder):
            raw = json.loads(read_text(folder / "config.json", MEGABYTE))
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            network = session(folder / "model.onnx")
            categories = tuple(map(Category, raw["categories"]))
            width = next(each.shape[-1] for each in network.get_outputs() if each.name == "category")
            if width != len(categories):
                raise ValueError(f"config.json names {len(categories)} categories, the network {width}")
            return cls(
                window=int(raw["window"]),
                before=int(raw["before"]),
                after=int(raw["after"]),
                begin=int(raw["begin"]),
                newline=tuple(tokenizer.encode("\n", add_special_tokens=False).ids),
                categories=categories,
                tokenizer=tokenizer,
                session=network,
            )


class Editor:
    """The trained network on this machine; its weights are read when they are first needed.

    Every window is a forward pass of its own on one thread, and ``threads`` of them run at a time, so no result depends
    on what else is read.

    Args:
        folder: holds ``config.json``, ``tokenizer.json`` and ``model.onnx``.
        calibration: what its numbers mean.
        signature: ``name@digest``.
        threads: of the CPU.
    """

    def __init__(self, folder: Path, calibration: ProofCalibration, signature: str, *, threads: int) -> None:
        self.calibration = calibration
        self.signature = signature
        self._folder = folder
        self._threads = threads

    @cached_property
    def _network(self) -> _Network:
        return _Network.load(self._folder)

    def proofread(self, documents: Sequence[Sequence[str]]) -> list[list[Proofread]]:
        """What an editor would say of each sentence of each document."""
        sentences = [self._sentences(texts) for texts in documents]
        windows = [(d, window) for d, found in enumerate(sentences) for window in self._windows(found)]
        results: list[list[Proofread]] = [[] for _ in documents]
        with ThreadPoolExecutor(self._threads) as pool:
            read = pool.map(lambda at: self._read(sentences[at[0]], at[1]), windows)
            try:
                for (d, _), said in zip(windows, read, strict=True):
                    results[d] += said
                    check_time()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return results

    def _sentences(self, texts: Sequence[str]) -> list[_Sentence]:
        """Each is a line, as the network learned to read them."""
        encodings = self._network.tokenizer.encode_batch([normalise(text) for text in texts], add_special_tokens=False)
        return [
            _Sentence(text, tuple(zip(encoding.ids, encoding.offsets, strict=True))[: self._network.window - 1])
            for text, encoding in zip(texts, encodings, strict=True)
        ]

    def _cost(self, sentence: _Sentence) -> int:
        return len(sentence.pieces) + len(self._network.newline)

    def _windows(self, sentences: Sequence[_Sentence]) -> Iterator[_Window]:
        """Even stretches of sentences to judge, and about them what fits of their neighbours."""
        costs = [self._cost(sentence) for sentence in sentences]
        room = self._network.window - 1
        if sum(costs) <= room:
            if sentences:
                yield _Window(range(len(sentences)), range(len(sentences)))
            return
        core = room - self._network.before - self._network.after
        target = sum(costs) / -(-sum(costs) // core)
        start = 0
        while start < len(sentences):
            stop, size = start + 1, costs[start]
            while stop < len(sentences) and size + costs[stop] <= core and size + costs[stop] / 2 <= target:
                size += costs[stop]
                stop += 1
            first, last, spare = start, stop, room - size
            before = min(self._network.before, spare)
            while first > 0 and costs[first - 1] <= before:
                first -= 1
                before -= costs[first]
                spare -= costs[first]
            after = min(self._network.after, spare)
            while last < len(sentences) and costs[last] <= after:
                after -= costs[last]
                last += 1
            yield _Window(range(first, last), range(start, stop))
            start = stop

    def _read(self, sentences: Sequence[_Sentence], window: _Window) -> list[Proofread]:
        ids, owner, places = [self._network.begin], [_NOBODY], []
        for ordinal, sentence in enumerate(sentences[window.read.start : window.read.stop]):
            places.append(len(ids))
            for piece, (start, end) in sentence.pieces:
                ids.append(piece)
                owner.append(ordinal if sentence.text[start:end].strip() else _NOBODY)
            ids += self._network.newline
            owner += [_NOBODY] * len(self._network.newline)
        feed = {
            "ids": np.array(ids, dtype=np.int64)[: self._network.window],
            "owner": np.array(owner, dtype=np.int64)[: self._network.window],
            "ordinals": np.arange(len(places), dtype=np.int64),
        }
        word, category, sentence_odds = self._network.session.run(["word", "category", "sentence"], feed)
        return [
            Proofread(
                marked=float(sentence_odds[k - window.read.start, 0]),
                must=float(sentence_odds[k - window.read.start, 1]),
                words=tuple(self._words(sentences[k], places[k - window.read.start], word, category)),
            )
            for k in window.judged
        ]

    def _words(self, sentence: _Sentence, place: int, word: NDArray[Any], category: NDArray[Any]) -> Iterator[WordMark]:
        """Each word that was read is as bad as its worst piece."""
        offsets = [offset for _, offset in sentence.pieces[: max(0, len(word) - place)]]
        for span, pieces in word_pieces(sentence.text, offsets):
            first, last = place + pieces.start, place + pieces.stop
            of_word = word[first:last]
            worst = first + int(of_word[:, 0].argmax())
            yield WordMark(
                span=span,
                marked=float(of_word[:, 0].max()),
                must=float(of_word[:, 1].max()),
                categories=dict(zip(self._network.categories, map(float, category[worst]), strict=True)),
            )
