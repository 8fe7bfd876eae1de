"""The embedded encoder: one forward pass over a window of sentences scores every sentence and every word of it.

A BERT encoder reads ``[CLS] sentence [SEP] sentence [SEP] …``. All but its first layers exist twice: one branch gives
each sentence the logit that a machine translated it, the other says what an editor would mark in it, and why; where
sources are known, that branch reads the document once more, with the source of each sentence before it. The
machine-translation logit of a sentence is that of its window's character n-grams plus the network's, which is weighted
and capped: on kinds of text that it never saw the network is sometimes very sure, and wrong. A last head estimates how
surprised a language model would be by each word, without one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from mtqa.core.documents import LETTER
from mtqa.core.files import MEGABYTE, read_text
from mtqa.core.findings import Category
from mtqa.core.limits import check_time
from mtqa.core.proofreading import Proofread
from mtqa.core.protocols import Passage, SegmentScore
from mtqa.core.scaling import pair
from mtqa.neural.marks import word_marks, word_pieces
from mtqa.neural.ngrams import NgramScorer
from mtqa.neural.overlong import original, shortened
from mtqa.neural.sessions import loading, session

__all__ = ["Encoder", "TextTokenizer", "TokenizedText", "normalise", "plan_windows"]

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´ʼ′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\t\n\x0b\x0c\r\x85\u2028\u2029\u3000\u00a0\u202f\u2009\u2007\u200a", " "),
        "…": ".",
    }
)
_WINDOWS = range(16, 513)  # pieces that BERT has positions for, and enough of them for a sentence
_RUNS = re.compile(r"\.[. ]*\.|-{2,}|'{2,}")


def normalise(text: str) -> str:
    """``text`` with one kind of quotation mark, dash, ellipsis and space, character for character.

    Typography tells who typeset a text, not who translated it: in WMT21 curly apostrophes alone separate references
    from systems. The length never changes, so offsets stay valid.
    """
    text = text.translate(_TYPOGRAPHY)
    return _RUNS.sub(lambda run: ('"' if run[0][0] == "'" else run[0][0]).ljust(len(run[0])), text)


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """Token ids of one text and the code points each token covers."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class TextTokenizer:
    """Word pieces with exact offsets; normalises typography first. ``limit`` is the most pieces kept of one text."""

    def __init__(self, path: Path, *, limit: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.cls = self._special("[CLS]", "<s>")
        self.sep = self._special("[SEP]", "</s>")
        self.limit = limit

    def __call__(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Pieces and offsets of each text, without special tokens and what is longer than any word."""
        read = [shortened(text) for text in texts]
        encodings = self._tokenizer.encode_batch([normalise(text) for text, _ in read], add_special_tokens=False)
        return [
            TokenizedText(e.ids[: self.limit], original(e.offsets[: self.limit], places))
            for e, (_, places) in zip(encodings, read, strict=True)
        ]

    def _special(self, *names: str) -> int:
        """The first of the tokens that the vocabulary has: BERT's name, or RoBERTa's."""
        for name in names:
            if (found := self._tokenizer.token_to_id(name)) is not None:
                return found
        raise ValueError(f"no {' or '.join(names)} in the vocabulary")


def plan_windows(lengths: Sequence[int], budget: int) -> list[range]:
    """Consecutive ranges of texts whose tokens, with one separator each and one ``[CLS]``, fit into ``budget``.

    They are of about equal size, so that no text is judged without neighbours where it has some.
    """
    total = sum(lengths) + len(lengths)
    target = total / max(1, -(-total // (budget - 1)))
    windows: list[range] = []
    start, size = 0, 1
    for i, length in enumerate(lengths):
        cost = length + 1
        if i > start and (size + cost > budget or size + cost / 2 > target):
            windows.append(range(start, i))
            start, size = i, 1
        size += cost
    if len(lengths) > start:
        windows.append(range(start, len(lengths)))
    return windows


def _texts(config: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The list of strings that is the value of ``key``."""
    if not isinstance(config[key], list) or not all(isinstance(one, str) for one in config[key]):
        raise TypeError(f"{key} in config.json is not a list of strings")
    return tuple(config[key])


class Encoder:
    """The trained network on this machine.

    Every window is a forward pass of its own on one thread, and ``threads`` of them run at a time. So nothing is
    padded, and no result can depend on what else is in the batch: activations are quantised window by window.

    Args:
        folder: holds ``config.json``, ``tokenizer.json``, ``model.onnx`` and ``ngrams.safetensors``.
        threads: of the CPU.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        with loading(folder):
            raw = json.loads(read_text(folder / "config.json", MEGABYTE))
            self.window = int(raw["window"])
            if not _WINDOWS.start <= self.window < _WINDOWS.stop:
                raise ValueError(
                    f"a window of {self.window} pieces, where {_WINDOWS.start} to {_WINDOWS.stop - 1} can be"
                )
            self._origins = _texts(raw, "sources")
            self._weight, self._cap = pair((raw["weight"], raw["cap"]))
            self.tokenizer = TextTokenizer(folder / "tokenizer.json", limit=self.window - 2)
            self._categories = tuple(map(Category, _texts(raw, "categories")))
            self._ngrams = NgramScorer(folder / "ngrams.safetensors", _texts(raw, "common"))
            self._session = session(folder / "model.onnx")
            widths = {each.name: each.shape[-1] for each in self._session.get_outputs()}
            for name, known in (("source", self._origins), ("category", self._categories)):
                if widths[name] != len(known):
                    raise ValueError(f"config.json has {len(known)} of {name}, the network {widths[name]}")
        self._threads = threads

    def encode(self, documents: Sequence[Sequence[Passage]]) -> list[list[SegmentScore]]:
        """Scores of each passage of each document; those of one document are read in windows, in context. Sources
        count for what the editor says alone."""
        tokenized = [self.tokenizer([p.text for p in passages]) for passages in documents]
        sources = {
            d: self._sources(found, tokenized[d]) for d, found in enumerate(documents) if any(map(_source, found))
        }
        windows = [
            (d, span)
            for d, texts in enumerate(tokenized)
            for span in plan_windows([len(t.ids) for t in texts], self.window)
        ]
        informed = [
            (d, span)
            for d, found in sources.items()
            for span in plan_windows(
                [len(t.ids) + (len(s) + 1 if s else 0) for t, s in zip(tokenized[d], found, strict=True)], self.window
            )
        ]

        def read(window: tuple[int, range]) -> list[SegmentScore]:
            d, span = window
            return self._read([documents[d][i].text for i in span], [tokenized[d][i] for i in span])

        def read_with_source(window: tuple[int, range]) -> list[Proofread]:
            d, span = window
            texts, tokens = [documents[d][i].text for i in span], [tokenized[d][i] for i in span]
            return self._edit(texts, tokens, [sources[d][i] for i in span])

        results: list[list[SegmentScore]] = [[] for _ in documents]
        edited: dict[int, list[Proofread]] = {d: [] for d in sources}
        with ThreadPoolExecutor(self._threads) as pool:
            blind, told = pool.map(read, windows), pool.map(read_with_source, informed)
            try:
                for (d, _), scores in zip(windows, blind, strict=True):
                    results[d] += scores
                    check_time()
                for (d, _), found in zip(informed, told, strict=True):
                    edited[d] += found
                    check_time()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for d, each in edited.items():
            results[d] = [
                replace(score, proofread=proofread, sourced=True) if source else score
                for score, proofread, source in zip(results[d], each, sources[d], strict=True)
            ]
        return results

    def _sources(self, passages: Sequence[Passage], texts: Sequence[TokenizedText]) -> list[Sequence[int]]:
        """Token ids of the sources, at most half a window of each, and what their texts leave of one; none where there
        is no source."""
        tokens = self.tokenizer([_source(p) for p in passages])
        return [
            found.ids[: max(0, min(self.window // 2 - 2, self.window - 3 - len(text.ids)))]
            for found, text in zip(tokens, texts, strict=True)
        ]

    def _read(self, texts: Sequence[str], tokenized: Sequence[TokenizedText]) -> list[SegmentScore]:
        """All that is said of the texts of one window."""
        places, feed = self._feed(tokenized, [()] * len(texts))
        outputs = ["machine", "source", "surprisal", "sentence", "word", "category"]
        machine, origins, surprisal, *marks = self._session.run(outputs, feed)
        proofread = self._proofread(texts, tokenized, places, *marks)
        habits = self._ngrams([normalise(shortened(text)[0]) for text in texts])
        return [
            SegmentScore(
                habits + self._weight * min(float(machine[k]), self._cap),
                proofread[k],
                surprisal=_per_word(text, tokens.offsets, surprisal[place.start : place.stop]),
                habits=habits,
                origins=dict(zip(self._origins, origins[k].tolist(), strict=True)),
            )
            for k, (text, tokens, place) in enumerate(zip(texts, tokenized, places, strict=True))
        ]

    def _edit(
        self, texts: Sequence[str], tokenized: Sequence[TokenizedText], sources: Sequence[Sequence[int]]
    ) -> list[Proofread]:
        """What the editor says of the texts of one window, each with its source before it."""
        places, feed = self._feed(tokenized, sources)
        marks = self._session.run(["sourced_sentence", "sourced_word", "category"], feed)
        return self._proofread(texts, tokenized, places, *marks)

    def _proofread(
        self,
        texts: Sequence[str],
        tokenized: Sequence[TokenizedText],
        places: Sequence[range],
        sentence: NDArray[Any],
        word: NDArray[Any],
        category: NDArray[Any],
    ) -> list[Proofread]:
        """From log-odds of sentences (S × 2) and pieces (T × 2) and the pieces' categories (T × C)."""
        found = []
        for k, (text, tokens, place) in enumerate(zip(texts, tokenized, places, strict=True)):
            own = slice(place.start, place.stop)
            words = tuple(word_marks(text, tokens.offsets, word[own], category[own], self._categories))
            found.append(Proofread(marked=float(sentence[k, 0]), must=float(sentence[k, 1]), words=words))
        return found

    def _feed(
        self, tokenized: Sequence[TokenizedText], sources: Sequence[Sequence[int]]
    ) -> tuple[list[range], dict[str, NDArray[Any]]]:
        """Where the tokens of each text stand in the window, and what the network is given."""
        ids = [self.tokenizer.cls]
        places = []
        for tokens, source in zip(tokenized, sources, strict=True):
            ids += [*source, self.tokenizer.sep] if source else []
            places.append(range(len(ids), len(ids) + len(tokens.ids)))
            ids += [*tokens.ids, self.tokenizer.sep]
        members: NDArray[np.float32] = np.zeros((len(places), len(ids)), dtype=np.float32)
        for k, place in enumerate(places):
            members[k, place.start : place.stop] = 1 / max(1, len(place))
        return places, {"ids": np.array(ids, dtype=np.int64), "members": members}


def _source(passage: Passage) -> str:
    """What it was translated from, if that has a letter."""
    return passage.source if passage.source and LETTER.search(passage.source) else ""


def _per_word(text: str, offsets: Sequence[tuple[int, int]], bits: NDArray[np.float32]) -> float:
    """Mean over words of the bits of their pieces; 0 where there are none."""
    each = [float(bits[pieces].sum()) for _, pieces in word_pieces(text, offsets)]
    return sum(each) / max(1, len(each))
