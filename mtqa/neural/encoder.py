"""The embedded encoder: one forward pass over a window of sentences scores every sentence and every word of it.

A BERT encoder reads ``[CLS] sentence [SEP] sentence [SEP] …``. Each sentence is the mean of its tokens' states; heads
on it give the machine-translation logit and the repair logit, and a head on each token gives the logit that it is in an
error. The machine-translation logit of a sentence is that of its window's character n-grams plus the network's, which
is weighted and capped: on kinds of text that it never saw the network is sometimes very sure, and wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from mtqa.core.errors import ModelError
from mtqa.core.protocols import SegmentScore, TokenScore
from mtqa.core.spans import Span
from mtqa.neural.ngrams import NgramScorer
from mtqa.neural.runtime import Runtime

__all__ = ["Encoder", "Network", "TextTokenizer", "TokenizedText", "normalise", "plan_windows"]

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´ʼ′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009\u2007\u200a\u200b\u200c\u200d\u2060\ufeff\u00ad", " "),
        "…": ".",
    }
)
_RUNS = re.compile(r"\.[. ]*\.|-{2,}|'{2,}")
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")


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
        self.cls = self._special("[CLS]")
        self.sep = self._special("[SEP]")
        self.limit = limit

    def __call__(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Pieces and offsets of each text, without special tokens."""
        encodings = self._tokenizer.encode_batch([normalise(t) for t in texts], add_special_tokens=False)
        return [TokenizedText(e.ids[: self.limit], e.offsets[: self.limit]) for e in encodings]

    def _special(self, token: str) -> int:
        found = self._tokenizer.token_to_id(token)
        if found is None:
            raise ValueError(f"no {token} in the vocabulary")
        return found


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


class Network(nn.Module):
    """The encoder with its heads.

    ``forward`` takes ``ids`` (B × T token ids), ``mask`` (B × T, 1 on real tokens), ``owner`` (B × T, the ordinal of
    the sentence a token belongs to, -1 for separators and padding) and S, the most sentences of a row. It returns the
    sentence logits (B × S × 2: machine translation, repair) and the token logits (B × T). A sentence without tokens is
    the mean of none, zero.
    Repair and word errors read the middle layer beside the last: what a word is, and what it does in its sentence.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.bert = BertModel(config, add_pooling_layer=False)
        self.machine = nn.Linear(size, 1)
        self.repair = nn.Sequential(nn.Linear(2 * size, 128), nn.GELU(), nn.Linear(128, 1))
        self.word = nn.Sequential(nn.Linear(2 * size, 128), nn.GELU(), nn.Linear(128, 1))

    def features(self, ids: Tensor, mask: Tensor, owner: Tensor, sentences: int) -> tuple[Tensor, Tensor]:
        """States of tokens (B × T × 2H: last and middle layer) and their means over sentences (B × S × 2H)."""
        attention = mask[:, None, None, :].bool() if bool((mask == 0).any()) else None
        layers = self.bert(input_ids=ids, attention_mask=attention, output_hidden_states=True).hidden_states
        states = torch.cat([layers[-1], layers[len(layers) // 2]], dim=-1)
        ordinals = torch.arange(sentences, device=owner.device)
        members = (owner[:, None, :] == ordinals[None, :, None]).to(states.dtype)
        return states, (members / members.sum(-1, keepdim=True).clamp(min=1)) @ states

    def forward(self, ids: Tensor, mask: Tensor, owner: Tensor, sentences: int) -> tuple[Tensor, Tensor]:
        """Sentence logits (B × S × 2) and token logits (B × T)."""
        states, means = self.features(ids, mask, owner, sentences)
        machine = self.machine(means[..., : self.machine.in_features])
        return torch.cat([machine, self.repair(means)], dim=-1), self.word(states).squeeze(-1)


class Encoder:
    """The trained network on this machine.

    Windows are run in batches of equal token count only, so there is no padding, and no row's result can depend on the
    length of its neighbours.

    Args:
        folder: holds ``config.json``, ``tokenizer.json``, ``model.safetensors`` and ``ngrams.safetensors``.
        runtime: device, dtype and threads.
        batch_tokens: the most tokens of one forward pass.
    """

    def __init__(self, folder: Path, runtime: Runtime, *, batch_tokens: int = 4096) -> None:
        try:
            raw = json.loads((folder / "config.json").read_text("utf-8"))
            self.window = int(raw["mtqa_window"])
            self._weight, self._cap = float(raw["mtqa_weight"]), float(raw["mtqa_cap"])
            config = BertConfig.from_dict(raw)
            self.tokenizer = TextTokenizer(folder / "tokenizer.json", limit=self.window - 2)
            self._ngrams = NgramScorer(folder / "ngrams.safetensors")
            network = Network(config)
            network.load_state_dict({k: v.float() for k, v in load_file(folder / "model.safetensors").items()})
        except Exception as error:  # whatever a damaged file makes the loaders raise
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"model in {folder} does not load ({reason}); reinstall mtqa or pull the model again"
            ) from error
        self._runtime = runtime
        self._batch_tokens = batch_tokens
        self._network = network.to(device=runtime.device, dtype=runtime.torch_dtype).eval()

    def encode(self, documents: Sequence[Sequence[str]]) -> list[list[SegmentScore]]:
        """Scores of each text of each document; texts of one document are read in windows, in context."""
        tokenized = [self.tokenizer(list(texts)) for texts in documents]
        windows = [
            (d, span)
            for d, texts in enumerate(tokenized)
            for span in plan_windows([len(t.ids) for t in texts], self.window)
        ]
        by_length: dict[int, list[tuple[int, range]]] = {}
        for d, span in windows:
            by_length.setdefault(1 + sum(len(tokenized[d][i].ids) + 1 for i in span), []).append((d, span))
        results: list[list[SegmentScore]] = [[SegmentScore(0.0, 0.0, ())] * len(texts) for texts in documents]
        for length, group in by_length.items():
            size = max(1, self._batch_tokens // length)
            for at in range(0, len(group), size):
                self._run(group[at : at + size], tokenized, documents, results)
        return results

    def _run(
        self,
        batch: Sequence[tuple[int, range]],
        tokenized: Sequence[Sequence[TokenizedText]],
        documents: Sequence[Sequence[str]],
        results: list[list[SegmentScore]],
    ) -> None:
        rows = [self._lay_out([tokenized[d][i] for i in span]) for d, span in batch]
        ids = torch.tensor([r[0] for r in rows], device=self._runtime.device)
        owner = torch.tensor([r[1] for r in rows], device=self._runtime.device)
        with torch.inference_mode():
            sentences, words = self._network(ids, torch.ones_like(ids), owner, max(len(span) for _, span in batch))
        sentence_logits, word_logits = sentences.float().tolist(), words.float().tolist()
        for (d, span), row_sentences, row_words in zip(batch, sentence_logits, word_logits, strict=True):
            at = 1
            habits = self._ngrams([normalise(documents[d][i]) for i in span])
            for k, i in enumerate(span):
                tokens = tokenized[d][i]
                scores = row_words[at : at + len(tokens.ids)]
                at += len(tokens.ids) + 1
                mt, edit = row_sentences[k]
                results[d][i] = SegmentScore(
                    habits + self._weight * min(mt, self._cap), edit, _words(documents[d][i], tokens.offsets, scores)
                )

    def _lay_out(self, texts: Sequence[TokenizedText]) -> tuple[list[int], list[int]]:
        ids, owner = [self.tokenizer.cls], [-1]
        for k, text in enumerate(texts):
            ids += [*text.ids, self.tokenizer.sep]
            owner += [*([k] * len(text.ids)), -1]
        return ids, owner


def _words(text: str, offsets: Sequence[tuple[int, int]], scores: Sequence[float]) -> tuple[TokenScore, ...]:
    """Piece scores gathered into words: a word is as bad as its worst piece."""
    found: list[TokenScore] = []
    piece = 0
    for match in _WORD.finditer(text):
        while piece < len(offsets) and offsets[piece][1] <= match.start():
            piece += 1
        worst: float | None = None
        while piece < len(offsets) and offsets[piece][0] < match.end():
            worst = scores[piece] if worst is None else max(worst, scores[piece])
            piece += 1
        if worst is not None:
            found.append(TokenScore(Span(*match.span()), worst))
    return tuple(found)
