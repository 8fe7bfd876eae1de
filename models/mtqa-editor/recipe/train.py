"""Training: ``python train.py BASE MARKED OUT STEPS``; taken up again where OUT has a checkpoint.

Batches of editors' labels grow from ``SHARE[0]`` to ``SHARE[1]`` of all over the run. What is judged and exported are
the running averages of the weights (Izmailov et al. 2018, "Averaging weights leads to wider optima", arXiv:1803.05407).
Weights are kept in 32 bits; layers read with a copy in bfloat16, rounded as the exported graph has it where the run is
far enough, and the gradients of the copy go to the weights (a straight-through estimate; Bengio et al. 2013,
arXiv:1308.3432). Compiled, a layer is half as fast again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import torch
from documents import documents_of
from network import Config, Editor
from reading import Batch, Draw, load
from rounding import rounded, weights_rounded
from safetensors.torch import load_file
from score import judge
from tokenizers import Tokenizer
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

PIECES = 1600
HEADS = ("token.", "pooled.", "category.", "marker.")
LAYERS = 21
RATE = {"layers": 8e-5, "heads": 6e-4}
WARM = 40
SHARE = (0.35, 0.9)
LAST = 0.3  # share of the run over which the rate falls
AVERAGED = 4  # steps between two contributions to the averaged weights
DECAY = 0.95
EVERY = 50  # steps between checkpoints
JUDGE = 250
ROUNDED = 0.4
"""From this share of the run on, weights are those that the exported graph will have."""


def build(base: Path) -> Editor:
    network = Editor(Config(layers=LAYERS))
    state = load_file(str(base / "model.safetensors"))
    state = {k: v for k, v in state.items() if not k.startswith("layers.") or int(k.split(".")[1]) < LAYERS}
    missing, unexpected = network.load_state_dict(state, strict=False)
    if unexpected or any(not k.startswith(HEADS) for k in missing):
        raise SystemExit(f"base weights do not fit: {unexpected} {missing[:3]}")
    network.embed_tokens.weight.requires_grad_(False)
    return network


def loss(network: Editor, batch: Batch) -> dict[str, torch.Tensor]:
    tokens, sentences = network(batch.ids, batch.lengths, batch.owner, torch.arange(batch.sentences))
    marker = network.marker[batch.documents[0].marker]
    word, sentence = marker.word(tokens).float(), marker.sentence(sentences).float()
    parts = {}
    known = batch.word >= 0
    levels = batch.word[known]
    targets = torch.stack((levels >= 1, levels >= 2), -1).float()
    must_known = batch.documents[0].marker in ("editor", "mqm", "made")
    each = functional.binary_cross_entropy_with_logits(word[known], targets, reduction="none")
    parts["word"] = each[:, 0].mean() + (each[:, 1].mean() if must_known else 0.0)
    named = batch.category >= 0
    if named.any():
        logits = network.category(tokens[named]).float()
        parts["category"] = 0.5 * functional.cross_entropy(logits, batch.category[named])
    told = batch.sentence >= 0
    if told.any():
        ranks = batch.sentence[told]
        wanted = torch.stack((ranks >= 1, ranks >= 2), -1).float()
        parts["sentence"] = 0.5 * functional.binary_cross_entropy_with_logits(sentence[told], wanted)
    return parts


def reading_copy(kept: Editor) -> Editor:
    """The same but for its layers, which are a copy in bfloat16 and compiled."""
    network = Editor(kept.config)
    for name in ("embed_tokens", "norm", "token", "pooled", "category", "marker"):
        setattr(network, name, getattr(kept, name))
    network.layers.bfloat16()
    for layer in network.layers:
        layer.compile(dynamic=True)
    return network


@torch.no_grad()
def take_weights(network: Editor, kept: Editor, *, rounding: bool) -> None:
    """Copy the weights of the layers."""
    for own, layer in zip(network.layers, kept.layers, strict=True):
        for (name, copied), p in zip(own.named_parameters(), layer.parameters(), strict=True):
            copied.copy_(rounded(p) if rounding and name.endswith("proj.weight") else p)


def rate(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / WARM, 0.05 + 0.95 * (steps - step) / (LAST * steps))


def main(base: Path, marked: Path, out: Path, steps: int) -> None:
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    kept = build(base)
    network = reading_copy(kept)
    heads = [p for n, p in kept.named_parameters() if n.startswith(HEADS)]
    own = {id(p) for p in heads}
    trunk = [p for p in kept.parameters() if p.requires_grad and id(p) not in own]
    optimizer = torch.optim.AdamW(
        [
            {"params": trunk, "lr": RATE["layers"], "base": RATE["layers"], "weight_decay": 0.01},
            {"params": heads, "lr": RATE["heads"], "base": RATE["heads"], "weight_decay": 0.01},
        ],
        betas=(0.9, 0.98),
        fused=True,
    )
    average = AveragedModel(kept, multi_avg_fn=get_ema_multi_avg_fn(DECAY))
    first = 0
    saved = out / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        kept.load_state_dict(state["trained"])
        average.module.load_state_dict(state["network"])
        average.n_averaged.fill_(state["averaged"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    labels, before = (documents_of(marked / f"{part}.jsonl") for part in ("train", "before"))
    draw = Draw(tokenizer, labels, before, PIECES, seed=first)
    held = load(marked / "dev.jsonl", tokenizer) + load(marked / "test.jsonl", tokenizer)
    log = (out / "log.jsonl").open("a", encoding="utf-8")
    began, seen, sums = time.time(), 0, {}
    for step in range(first, steps):
        network.train()
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * rate(step, steps)
        batch = draw.next(SHARE[0] + (SHARE[1] - SHARE[0]) * min(1.0, 1.25 * step / steps))
        optimizer.zero_grad(set_to_none=True)
        take_weights(network, kept, rounding=step >= ROUNDED * steps)
        with torch.autocast("cpu", torch.bfloat16):
            parts = loss(network, batch)
        sum(parts.values()).backward()
        for copied, p in zip(network.layers.parameters(), kept.layers.parameters(), strict=True):
            p.grad, copied.grad = copied.grad.float(), None
        torch.nn.utils.clip_grad_norm_([p for p in kept.parameters() if p.grad is not None], 1.0)
        optimizer.step()
        if (step + 1) % AVERAGED == 0:
            average.update_parameters(kept)
        seen += batch.ids.numel()
        name = batch.documents[0].marker
        for key, value in parts.items():
            sums.setdefault(f"{name}.{key}", []).append(value.item())
        if (step + 1) % 25 == 0:
            means = {k: round(sum(v) / len(v), 4) for k, v in sorted(sums.items())}
            log.write(json.dumps({"step": step + 1, "pieces_s": round(seen / (time.time() - began)), **means}) + "\n")
            log.flush()
            sums = {}
        if (step + 1) % EVERY == 0 or step + 1 == steps:
            new = saved.with_suffix(".new")
            state = {
                "network": average.module.state_dict(),
                "averaged": average.n_averaged.item(),
                "trained": kept.state_dict(),
                "optimizer": optimizer.state_dict(),
                "step": step + 1,
            }
            torch.save(state, new)
            new.replace(saved)
        if (step + 1) % JUDGE == 0 or step + 1 == steps:
            with weights_rounded(average.module.layers):
                log.write(json.dumps({"step": step + 1, **judge(average.module, held)}) + "\n")
            log.flush()


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
