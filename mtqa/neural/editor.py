"""The careful editor: a causal language model that reads a text twice and marks what an editor would change.

What stands behind a word is seen in the first reading when the second comes to it (Springer et al. 2024, "Repetition
improves language model embeddings", arXiv:2402.15449). Long documents are read in windows of whole sentences, each with
some of its neighbours around it, which are read and not judged again; a sentence longer than a window is read in
parts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from tokenizers import Tokenizer

from mtqa.core.documents import LETTER
from mtqa.core.errors import ModelError
from mtqa.core.files import MEGABYTE, read_text
from mtqa.core.findings import Category
from mtqa.core.folding import single_spaced
from mtqa.core.limits import check_time
from mtqa.core.proofreading import ProofCalibration, Proofread
from mtqa.neural.encoder import normalise
from mtqa.neural.marks import word_marks
from mtqa.neural.overlong import original, shortened
from mtqa.neural.sessions import loading, session
from mtqa.neural.windows import Window, windows

__all__ = ["Editor"]

_NOBODY = -1
_OUTPUTS, _MACHINE = ("word", "category", "sentence"), "machine"
_WORDLESS = 8  # pieces that are read of a sentence without a letter, in which there is nothing to judge


@dataclass(frozen=True, slots=True)
class _Line:
    """What is read as one line: a sentence, or a part of one that is longer than a window.

    Attributes:
        sentence: its place among the document's. start: where in the sentence ``text`` begins.
        pieces: ids, and the characters of ``text`` that they stand for. ends: whether the sentence does.
    """

    sentence: int
    start: int
    text: str
    pieces: tuple[tuple[int, tuple[int, int]], ...]
    ends: bool


@dataclass(frozen=True, slots=True)
class _Network:
    """What the folder holds.

    Attributes:
        window: the most pieces that are read at a time; ``before`` and ``after``: of them, those of neighbours.
        begin: the piece that every text begins with; ``newline``: those that end a line.
        outputs: what is asked of the network; who wrote a sentence only where it was taught that.
    """

    window: int
    before: int
    after: int
    begin: int
    newline: tuple[int, ...]
    categories: tuple[Category, ...]
    outputs: tuple[str, ...]
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
            newline = tuple(tokenizer.encode("\n", add_special_tokens=False).ids)
            window, before, after = (int(raw[name]) for name in ("window", "before", "after"))
            if min(before, after) < 0 or window <= 1 + len(newline) + before + after:
                raise ValueError(f"a window of {window} pieces has no room for a sentence and its neighbours")
            return cls(
                window=window,
                before=before,
                after=after,
                begin=int(raw["begin"]),
                newline=newline,
                categories=categories,
                outputs=(*_OUTPUTS, *({_MACHINE} & {each.name for each in network.get_outputs()})),
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
        self._loading: Future[_Network] | None = None
        self._lock = Lock()

    def prepare(self) -> None:
        """Begins to read the weights, beside whatever else is done."""
        self._load()

    def _load(self) -> Future[_Network]:
        with self._lock:
            if self._loading is None:
                pool = ThreadPoolExecutor(1)
                self._loading = pool.submit(_Network.load, self._folder)
                pool.shutdown(wait=False)
            return self._loading

    @property
    def _network(self) -> _Network:
        loading = self._load()
        try:
            return loading.result()
        except ModelError:
            self._loading = None  # whoever puts the files right need not start anew
            raise

    def proofread(self, documents: Sequence[Sequence[str]]) -> list[list[Proofread]]:
        """What an editor would say of each sentence of each document."""
        lines = [list(self._lines(texts)) for texts in documents]
        read = [(d, window) for d, found in enumerate(lines) for window in self._windows(found)]
        results: list[list[Proofread]] = [[] for _ in documents]
        with ThreadPoolExecutor(self._threads) as pool:
            answers = pool.map(lambda at: self._read(lines[at[0]], at[1]), read)
            try:
                for (d, window), said in zip(read, answers, strict=True):
                    for k, proofread in zip(window.judged, said, strict=True):
                        if lines[d][k].sentence < len(results[d]):
                            proofread = _joined(results[d].pop(), proofread)
                        results[d].append(proofread)
                    check_time()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return results

    def _lines(self, texts: Sequence[str]) -> Iterator[_Line]:
        """The network learned to read each sentence as a line."""
        read = [shortened(text) for text in texts]
        spaced = [single_spaced(normalise(text)) for text, _ in read]
        encodings = self._network.tokenizer.encode_batch([text for text, _ in spaced], add_special_tokens=False)
        for number, (text, encoding) in enumerate(zip(texts, encodings, strict=True)):
            offsets = original(original(encoding.offsets, spaced[number][1]), read[number][1])
            pieces = tuple(zip(encoding.ids, offsets, strict=True))
            if not LETTER.search(text):
                pieces = pieces[:_WORDLESS]
            first = 0
            for last in _cuts(text, [offset for _, offset in pieces], self._room - len(self._network.newline)):
                ends = last == len(pieces)
                start = pieces[first][1][0] if first else 0
                part = text[start : len(text) if ends else pieces[last][1][0]]
                own = tuple((piece, (low - start, high - start)) for piece, (low, high) in pieces[first:last])
                yield _Line(number, start, part, own, ends)
                first = last

    @property
    def _room(self) -> int:
        return self._network.window - 1  # the beginning is a piece

    def _windows(self, lines: Sequence[_Line]) -> Iterator[Window]:
        costs = [len(line.pieces) + line.ends * len(self._network.newline) for line in lines]
        return windows(costs, room=self._room, before=self._network.before, after=self._network.after)

    def _read(self, lines: Sequence[_Line], window: Window) -> list[Proofread]:
        ids, owner, places = [self._network.begin], [_NOBODY], []
        for ordinal, line in enumerate(lines[window.read.start : window.read.stop]):
            places.append(len(ids))
            for piece, (start, end) in line.pieces:
                ids.append(piece)
                owner.append(ordinal if line.text[start:end].strip() else _NOBODY)
            if line.ends:
                ids += self._network.newline
                owner += [_NOBODY] * len(self._network.newline)
        feed = {
            "ids": np.array(ids, dtype=np.int64),
            "owner": np.array(owner, dtype=np.int64),
            "ordinals": np.arange(len(places), dtype=np.int64),
        }
        word, category, sentence, *machine = self._network.session.run(self._network.outputs, feed)
        found = []
        for k in window.judged:
            at = k - window.read.start
            said = self._proofread(lines[k], places[at], sentence[at], word, category)
            found.append(replace(said, machine=float(machine[0][at])) if machine else said)
        return found

    def _proofread(
        self, line: _Line, place: int, sentence: NDArray[Any], word: NDArray[Any], category: NDArray[Any]
    ) -> Proofread:
        own = slice(place, place + len(line.pieces))
        offsets = [offset for _, offset in line.pieces]
        words = word_marks(line.text, offsets, word[own], category[own], self._network.categories)
        return Proofread(
            marked=float(sentence[0]),
            must=float(sentence[1]),
            words=tuple(replace(each, span=each.span.shift(line.start)) for each in words),
        )


def _cuts(text: str, offsets: Sequence[tuple[int, int]], most: int) -> Iterator[int]:
    """The pieces before which a sentence is cut into even parts of at most ``most``, where a word begins if there is
    one, and the number of pieces."""
    at = 0
    while (left := len(offsets) - at) > most:
        last = at + -(-left // -(-left // most))
        words = (k for k in range(last, at, -1) if text[offsets[k][0] : offsets[k][1]][:1].isspace())
        at = next(words, last)
        yield at
    yield len(offsets)


def _joined(one: Proofread, more: Proofread) -> Proofread:
    """What is said of two parts of a sentence: it is as bad as the worse, and as like a machine's as the likelier."""
    machine = None if one.machine is None or more.machine is None else max(one.machine, more.machine)
    return Proofread(
        marked=max(one.marked, more.marked),
        must=max(one.must, more.must),
        words=(*one.words, *more.words),
        machine=machine,
    )
