"""The editor's layers: they share the embeddings and the first layers with the detector, which stay as they are, and
learn from marks what an editor would change, which words and why: from those of people and programs, and from what the
careful editor says of documents that nobody marked.

Resumable: the checkpoint holds weights, their running average and the optimiser's moments. The average is what is
exported (Izmailov et al. 2018, "Averaging weights leads to wider optima", arXiv:1803.05407). Products are in bfloat16,
the weights that learn are kept in 32 bits.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import torch
from careful import documents_of
from marks import CATEGORIES, MARKERS, UNTOLD, Batch, Draw, sourced
from network import BRANCH, sentence_means
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertEmbeddings, BertLayer

from mtqa.neural.encoder import TextTokenizer

FORK = 4  # layers that are shared
OWN = 6
MIDDLE = 2  # of its own layers, so many stand above the states that the heads read beside the last
HIDDEN = 256
DROPOUT = 0.1
SHARES = (
    {"labels": 0.4, "before": 0.3, "taught": 0.2, "sourced": 0.1},
    {"labels": 0.4, "before": 0.03, "taught": 0.5, "sourced": 0.07},
)
"""Of batches, at the beginning and from the middle of the run on."""
CRITICAL = ("editor", "mqm", "made")  # markers that say what must be repaired, and not only what was changed
RATE = {"layers": 2e-4, "heads": 1e-3}
WARM = 60
LAST = 0.4  # share of the run over which the rate falls
PIECES = 4000  # a batch
AVERAGED, DECAY = 4, 0.95  # steps between two contributions to the average, and what is kept of it
EVERY = 100  # steps between checkpoints
LONGEST = 350  # pieces of a sentence


class Heads(nn.Module):
    """What one kind of marker says: that a token or a sentence is marked at all, and that it must be repaired."""

    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Linear(HIDDEN, 2)
        self.sentence = nn.Linear(HIDDEN, 2)


class Marks(nn.Module):
    """From states to marks; in 32 bits."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.token = nn.Sequential(nn.Linear(2 * size, HIDDEN), nn.GELU(), nn.Dropout(DROPOUT))
        self.pooled = nn.Sequential(nn.Linear(2 * HIDDEN, HIDDEN), nn.GELU(), nn.Dropout(DROPOUT))
        self.category = nn.Linear(HIDDEN, len(CATEGORIES))
        self.marker = nn.ModuleDict({name: Heads() for name in MARKERS})

    def forward(self, states: Tensor, owner: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """Hidden states of tokens (B × T × K) and of sentences (B × S × K) from states (B × T × 2H)."""
        tokens = self.token(states)
        members = owner[:, None, :] == torch.arange(count, device=owner.device)[None, :, None]
        worst = tokens[:, None].masked_fill(~members[..., None], -1e4).amax(2)
        return tokens, self.pooled(torch.cat((sentence_means(tokens, owner, count), worst), -1))


class EditorNetwork(nn.Module):
    """``shared`` are the detector's first layers, ``layers`` its own."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = BertEmbeddings(config)
        self.shared = nn.ModuleList(BertLayer(config) for _ in range(FORK))
        self.layers = nn.ModuleList(BertLayer(config) for _ in range(OWN))
        self.marks = Marks(config.hidden_size)

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """What the heads read (B × T × 2H)."""
        kind = self.layers[0].output.dense.weight.dtype
        inside = torch.arange(ids.shape[1], device=ids.device) < lengths[:, None]
        heads, length = self.config.num_attention_heads, ids.shape[1]
        mask = torch.where(inside, 0.0, -1e4).to(kind)[:, None, None]
        mask = mask.expand(-1, heads, length, -1).reshape(-1, length, length)
        with torch.no_grad():
            states = self.embeddings(input_ids=ids).to(kind)
            for layer in self.shared:
                states = read(layer, states, mask)
        found = []
        for layer in self.layers:
            states = read(layer, states, mask)
            found.append(states)
        return torch.cat((found[-1 - MIDDLE], found[-1]), -1)


def read(layer: BertLayer, states: Tensor, mask: Tensor) -> Tensor:
    """``layer`` without dropout. Products as they stand here train twice as fast on a CPU as its own."""
    own, size = layer.attention.self, states.shape
    shape = (size[0], size[1], own.num_attention_heads, own.attention_head_size)
    query, key, value = (
        project(states).view(shape).transpose(1, 2).flatten(0, 1) for project in (own.query, own.key, own.value)
    )
    weights = torch.baddbmm(mask, query, key.transpose(1, 2), alpha=shape[-1] ** -0.5).softmax(-1)
    attended = torch.bmm(weights, value).view(size[0], -1, size[1], shape[-1]).transpose(1, 2).reshape(size)
    after = layer.attention.output
    states = after.LayerNorm(after.dense(attended) + states)
    inner = functional.gelu(layer.intermediate.dense(states))
    return layer.output.LayerNorm(layer.output.dense(inner) + states)


def build(start: Path) -> EditorNetwork:
    """Its own layers begin as those of the trunk above the fork and of the editor's branch."""
    network = EditorNetwork(BertConfig.from_dict(json.loads((start / "config.json").read_text())))
    state = {}
    for name, tensor in load_file(start / "network.safetensors").items():
        part, _, rest = name.partition(".")
        if part == "embeddings":
            state[name] = tensor
        elif part in ("trunk", "editor"):
            number, _, rest = rest.partition(".")
            at = int(number) + (OWN - BRANCH if part == "editor" else -FORK)
            state[f"layers.{at}.{rest}" if at >= 0 else f"shared.{number}.{rest}"] = tensor
    missing, unexpected = network.load_state_dict(state, strict=False)
    if unexpected or any(not name.startswith("marks.") for name in missing):
        raise SystemExit(f"the weights do not fit: missing {missing}, left over {unexpected}")
    for part in (network.embeddings, network.shared):
        part.requires_grad_(False)
    return network


def losses(network: EditorNetwork, batch: Batch) -> dict[str, Tensor]:
    marks = network.marks
    with torch.autocast("cpu", torch.bfloat16):
        tokens, pooled = marks(network.states(batch.ids, batch.lengths), batch.owner, batch.sentence.shape[1])
        heads = marks.marker[batch.marker]
        word, sentence, category = heads.word(tokens), heads.sentence(pooled), marks.category(tokens)
    found = {}
    known = batch.word[..., 0] != UNTOLD
    each = functional.binary_cross_entropy_with_logits(word[known].float(), batch.word[known], reduction="none").mean(0)
    found["word"] = each.sum() if batch.marker in CRITICAL else each[0]
    if (named := batch.category.sum(-1) > 0).any():
        weights = batch.category[named]
        said = functional.log_softmax(category[named].float(), -1)
        found["category"] = -0.3 * (weights * said).sum() / weights.sum()
    if (told := batch.sentence[..., 0] != UNTOLD).any():
        found["sentence"] = 0.5 * functional.binary_cross_entropy_with_logits(
            sentence[told].float(), batch.sentence[told]
        )
    return found


def rate(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / WARM, 0.03 + 0.97 * (steps - step) / (LAST * steps))


def shares(done: float) -> dict[str, float]:
    first, last = SHARES
    return {name: first[name] + (last[name] - first[name]) * min(1.0, 2 * done) for name in first}


def train(start: Path, marked: Path, data: Path, out: Path, *, steps: int, threads: int, seed: int = 1) -> None:
    """Go on from ``start`` with what is in the folder ``marked``; the result is out/editor.safetensors."""
    if (out / "editor.safetensors").exists():
        return
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    network = build(start)
    learning = {name: p for name, p in network.named_parameters() if p.requires_grad}
    kept = {name: p.detach().clone() for name, p in learning.items()}  # in 32 bits
    for part in (network.shared, network.layers):
        part.bfloat16()
    kept = {name: nn.Parameter(p) if name.startswith("layers.") else learning[name] for name, p in kept.items()}
    groups = {
        "layers": [p for name, p in kept.items() if name.startswith("layers.")],
        "heads": [p for name, p in kept.items() if not name.startswith("layers.")],
    }
    optimiser = torch.optim.AdamW(
        [{"params": found, "lr": RATE[name], "base": RATE[name]} for name, found in groups.items()],
        betas=(0.9, 0.98),
        weight_decay=0.01,
        fused=True,
    )
    averaged, begin, saved = {name: p.detach().clone() for name, p in kept.items()}, 0, out / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        averaged, begin = state["averaged"], state["step"]
        optimiser.load_state_dict(state["optimiser"])
        with torch.no_grad():
            for name, p in kept.items():
                p.copy_(state["kept"][name])
                learning[name].copy_(p)
    tokenizer = TextTokenizer(start / "tokenizer.json", limit=LONGEST)
    parts = {"labels": "train", "before": "before", "taught": "taught"}
    pools = {name: documents_of(marked / f"{part}.jsonl") for name, part in parts.items()}
    draw = Draw(tokenizer, pools | {"sourced": sourced(data, seed)}, PIECES, seed + begin)
    log, sums, seen, started = (out / "log.jsonl").open("a"), {}, 0, time.monotonic()
    for step in range(begin, steps):
        network.train()
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * rate(step, steps)
        batch = draw.next(shares(step / steps))
        found = losses(network, batch)
        sum(found.values()).backward()
        for name, p in learning.items():
            if kept[name] is not p:
                kept[name].grad, p.grad = p.grad.float(), None
        torch.nn.utils.clip_grad_norm_([p for p in kept.values() if p.grad is not None], 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        with torch.no_grad():
            for name, p in learning.items():
                if kept[name] is not p:
                    p.copy_(kept[name])
            if (step + 1) % AVERAGED == 0:
                for name, p in kept.items():
                    averaged[name].lerp_(p, 1 - DECAY)
        seen += int(batch.lengths.sum())
        for name, value in found.items():
            sums.setdefault(f"{batch.marker}.{name}", []).append(value.item())
        if (step + 1) % 25 == 0:
            means = {name: round(sum(each) / len(each), 4) for name, each in sorted(sums.items())}
            speed = round(seen / (time.monotonic() - started))
            log.write(json.dumps({"step": step + 1, "pieces_s": speed, **means}) + "\n")
            log.flush()
            sums = {}
        if (step + 1) % EVERY == 0 or step + 1 == steps:
            state = {
                "kept": {name: p.detach() for name, p in kept.items()},
                "averaged": averaged,
                "optimiser": optimiser.state_dict(),
                "step": step + 1,
            }
            torch.save(state, saved.with_suffix(".new"))
            saved.with_suffix(".new").replace(saved)
    save_file({name: p.contiguous() for name, p in averaged.items()}, out / "editor.safetensors")
