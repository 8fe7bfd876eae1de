"""The detector's layers: they share the embeddings and the first layers with the editor, which stay as they are, and
learn from machine text beside human text of the same content who wrote it (``matched.py``)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import torch
from editing import FORK, OWN, Forked, read
from learning import Learning
from matched import Matched
from network import BRANCH, SOURCES, sentence_means
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig
from windows import Window, collate

from mtqa.neural.encoder import TextTokenizer

RATE = {"layers": 1.5e-4, "heads": 6e-4}
LAST = 0.5  # share of the run over which the rate falls
DECAY = 0.97
DROPOUT = 0.1
PIECES, POOL = 6000, 96  # of a batch, padding included, and the pairs that are sorted into batches by their length
WINDOW = 384
LONGEST = 350  # pieces of a sentence
PARTS = ("embeddings", "machine", "source")


class DetectorNetwork(Forked):
    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.machine = nn.Linear(config.hidden_size, 1)
        self.source = nn.Linear(config.hidden_size, len(SOURCES))

    def forward(self, ids: Tensor, lengths: Tensor, owner: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """Machine-translation logits (B × S) and source-language logits (B × S × L)."""
        states, mask = self.below(ids, lengths)
        states = functional.dropout(states, DROPOUT, self.training)
        for layer in self.layers:
            states = read(layer, states, mask)
        means = functional.dropout(sentence_means(states.float(), owner, count), DROPOUT, self.training)
        return self.machine(means).squeeze(-1), self.source(means)


def place(name: str) -> str | None:
    """What a tensor of ``Network`` is called here, where it is of the detector or shared."""
    part, _, rest = name.partition(".")
    if part in PARTS:
        return name
    if part not in ("trunk", "writer"):
        return None
    number, _, rest = rest.partition(".")
    at = int(number) + (OWN - BRANCH if part == "writer" else -FORK)
    return f"layers.{at}.{rest}" if at >= 0 else f"shared.{number}.{rest}"


def build(start: Path) -> DetectorNetwork:
    """Its layers begin as those of the detector in ``start``."""
    network = DetectorNetwork(BertConfig.from_dict(json.loads((start / "config.json").read_text())))
    tensors = load_file(start / "network.safetensors")
    network.load_state_dict({found: tensor for name, tensor in tensors.items() if (found := place(name))})
    network.freeze()
    return network


def losses(network: DetectorNetwork, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """The terms of the objective on windows that come as machine, human, machine, human, …"""
    present, machine = batch["present"], batch["mt"]
    mt, source = network(batch["ids"], batch["mask"].sum(1), batch["owner"], present.shape[1])
    mean = present / present.sum(-1, keepdim=True).clamp(min=1)
    window = (mt * mean).sum(-1)
    cross = functional.binary_cross_entropy_with_logits
    sentences = cross(mt, machine[:, None].expand_as(mt), weight=present, reduction="sum") / present.sum()
    found = {
        "rank": functional.softplus(-(window[0::2] - window[1::2])).mean(),
        "window": 0.3 * cross(window, machine),
        "sentence": 0.3 * sentences,
    }
    if (known := batch["source"] >= 0).any():
        found["source"] = 0.1 * functional.cross_entropy(
            (source * mean[..., None]).sum(1)[known], batch["source"][known]
        )
    return found


def size(window: Window) -> int:
    return 1 + sum(sentence.size for sentence in window.sentences)


def batches(matched: Matched, rng: random.Random) -> Iterator[dict[str, Tensor]]:
    """Batches of pairs of like length."""
    while True:
        pairs = [matched.pair(rng) for _ in range(POOL)]
        pairs.sort(key=lambda pair: max(map(size, pair)))
        made: list[list[tuple[Window, Window]]] = [[]]
        for pair in pairs:
            if 2 * (len(made[-1]) + 1) * max(map(size, pair)) > PIECES:
                made.append([])
            made[-1].append(pair)
        rng.shuffle(made)
        for of in made:
            yield collate([window for pair in of for window in pair], matched.tokenizer)


def train(start: Path, prose: Path, data: Path, *, steps: int, threads: int, seed: int = 1) -> None:
    """Go on from the network in ``start``, where the result is kept beside it, in ``detecting``."""
    out = start / "detecting"
    if (out / "detector.safetensors").exists():
        return
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    network = build(start)
    learning = Learning(network, out, rates=RATE, decay=DECAY, falls=LAST, steps=steps)
    matched = Matched(data, prose, TextTokenizer(start / "tokenizer.json", limit=LONGEST), WINDOW)
    draw = batches(matched, random.Random(f"{seed}-{learning.step}"))
    network.train()
    while learning.step < steps:
        batch = next(draw)
        learning.learn(losses(network, batch), int(batch["mask"].sum()))
    learning.write(out / "detector.safetensors")


def installed(start: Path) -> dict[str, Tensor]:
    """The tensors of ``Network`` in ``start``, its detector's as they were learned here."""
    tensors, learned = load_file(start / "network.safetensors"), load_file(start / "detecting" / "detector.safetensors")
    return {name: learned.get(place(name) or "", tensor) for name, tensor in tensors.items()}
