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
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from mtqa.core.documents import WORD
from mtqa.core.errors import ModelError
from mtqa.core.files import MEGABYTE, read_text
from mtqa.core.limits import check_time
from mtqa.core.protocols import Proofread, WordMark
from mtqa.core.spans import Span
from mtqa.neural.encoder import normalise

__all__ = ["Editor"]

_NOBODY = -1


@dataclass(frozen=True, slots=True)
class _Piece:
    id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Its pieces, with their offsets in its text; ``closes``: whether its paragraph ends with it."""

    text: str
    pieces: tuple[_Piece, ...]
    closes: bool


@dataclass(frozen=True, slots=True)
class _Window:
    """Of a document's sentences those that are read, and those of them that are judged."""

    read: range
    judged: range


class Editor:
    """The trained network on this machine.

    Every window is a forward pass of its own on one thread, and ``threads`` of them run at a time, so no result depends
    on what else is read.

    Args:
        folder: holds ``config.json``, ``tokenizer.json`` and ``model.onnx``.
        threads: of the CPU.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        try:
            raw = json.loads(read_text(folder / "config.json", MEGABYTE))
            self._window, self._before, self._after = (int(raw[key]) for key in ("window", "before", "after"))
            self._categories = tuple(str(name) for name in raw["categories"])
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._begin = int(raw["begin"])
            self._newline = self._tokenizer.encode("\n", add_special_tokens=False).ids
            options = SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 4
            self._session = InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
            width = next(each.shape[-1] for each in self._session.get_outputs() if each.name == "category")
            if width != len(self._categories):
                raise ValueError(f"config.json names {len(self._categories)} categories, the network {width}")
        except Exception as error:  # whatever a damaged file makes the loaders raise
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"model in {folder} does not load ({reason}); reinstall mtqa or pull the model again"
            ) from error
        self._threads = threads

    def proofread(self, documents: Sequence[Sequence[Sequence[str]]]) -> list[list[Proofread]]:
        """What an editor would say of each sentence of each document, whose paragraphs are lists of sentences."""
        sentences = [list(self._sentences(paragraphs)) for paragraphs in documents]
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

    def _sentences(self, paragraphs: Sequence[Sequence[str]]) -> Iterator[_Sentence]:
        """Each paragraph is cut into pieces as one line, as the network learned to read it."""
        for paragraph in paragraphs:
            line = normalise(" ".join(paragraph))
            encoding = self._tokenizer.encode(line, add_special_tokens=False)
            pieces = zip(encoding.ids, encoding.offsets, strict=True)
            piece = next(pieces, None)
            start = 0
            for number, text in enumerate(paragraph):
                end = start + len(text)
                own = []
                while piece is not None and (piece[1][0] < end or number + 1 == len(paragraph)):
                    own.append(_Piece(piece[0], *(offset - start for offset in piece[1])))
                    piece = next(pieces, None)
                yield _Sentence(text, tuple(own[: self._window - 1]), number + 1 == len(paragraph))
                start = end + 1

    def _cost(self, sentence: _Sentence) -> int:
        return len(sentence.pieces) + sentence.closes * len(self._newline)

    def _windows(self, sentences: Sequence[_Sentence]) -> Iterator[_Window]:
        """Even stretches of sentences to judge, and about them what fits of their neighbours."""
        costs = [self._cost(sentence) for sentence in sentences]
        room = self._window - 1
        if sum(costs) <= room:
            if sentences:
                yield _Window(range(len(sentences)), range(len(sentences)))
            return
        core = room - self._before - self._after
        target = sum(costs) / -(-sum(costs) // core)
        start = 0
        while start < len(sentences):
            stop, size = start + 1, costs[start]
            while stop < len(sentences) and size + costs[stop] <= core and size + costs[stop] / 2 <= target:
                size += costs[stop]
                stop += 1
            first, last, spare = start, stop, room - size
            before = min(self._before, spare)
            while first > 0 and costs[first - 1] <= before:
                first -= 1
                before -= costs[first]
                spare -= costs[first]
            after = min(self._after, spare)
            while last < len(sentences) and costs[last] <= after:
                after -= costs[last]
                last += 1
            yield _Window(range(first, last), range(start, stop))
            start = stop

    def _read(self, sentences: Sequence[_Sentence], window: _Window) -> list[Proofread]:
        ids, owner, places = [self._begin], [_NOBODY], []
        for ordinal, sentence in enumerate(sentences[window.read.start : window.read.stop]):
            places.append(len(ids))
            for piece in sentence.pieces:
                ids.append(piece.id)
                blank = not sentence.text[max(piece.start, 0) : max(piece.end, 0)].strip()
                owner.append(_NOBODY if blank else ordinal)
            closing = self._newline if sentence.closes else []
            ids += closing
            owner += [_NOBODY] * len(closing)
        feed = {
            "ids": np.array(ids, dtype=np.int64)[: self._window],
            "owner": np.array(owner, dtype=np.int64)[: self._window],
            "ordinals": np.arange(len(places), dtype=np.int64),
        }
        word, category, sentence_odds = self._session.run(["word", "category", "sentence"], feed)
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
        first = 0
        pieces = sentence.pieces[: max(0, len(word) - place)]
        for match in WORD.finditer(sentence.text):
            while first < len(pieces) and pieces[first].end <= match.start():
                first += 1
            last = first
            while last < len(pieces) and pieces[last].start < match.end():
                last += 1
            if last > first:
                of_word = word[place + first : place + last]
                worst = place + first + int(of_word[:, 0].argmax())
                yield WordMark(
                    Span(*match.span()),
                    marked=float(of_word[:, 0].max()),
                    must=float(of_word[:, 1].max()),
                    categories=dict(zip(self._categories, map(float, category[worst]), strict=True)),
                )
