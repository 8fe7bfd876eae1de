"""The editor's layers: they share the embeddings and the first layers with the detector, which stay as they are, and
learn from marks what an editor would change, which words and why: from those of people and programs, and from what the
careful editor says of documents that nobody marked.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from careful import documents_of
from learning import Learning
from marks import CATEGORIES, MARKERS, UNTOLD, Batch, Draw, sourced
from network import BRANCH, sentence_means
from safetensors.torch import load_file
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
LAST = 0.4  # share of the run over which the rate falls
PIECES = 4000  # a batch
DECAY = 0.95  # what is kept of the running average
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


class Forked(nn.Module):
    """``shared`` are the first layers, of detector and editor alike and as they were; ``layers`` one's own."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = BertEmbeddings(config)
        self.shared = nn.ModuleList(BertLayer(config) for _ in range(FORK))
        self.layers = nn.ModuleList(BertLayer(config) for _ in range(OWN))

    @torch.no_grad()
    def below(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """States of the shared layers (B × T × H), and the mask of those above."""
        kind = self.layers[0].output.dense.weight.dtype
        inside = torch.arange(ids.shape[1], device=ids.device) < lengths[:, None]
        heads, length = self.config.num_attention_heads, ids.shape[1]
        mask = torch.where(inside, 0.0, -1e4).to(kind)[:, None, None]
        mask = mask.expand(-1, heads, length, -1).reshape(-1, length, length)
        states = self.embeddings(input_ids=ids).to(kind)
        for layer in self.shared:
            states = read(layer, states, mask)
        return states, mask

    def freeze(self) -> None:
        """All but what is one's own."""
        for part in (self.embeddings, self.shared):
            part.requires_grad_(False)


class EditorNetwork(Forked):
    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.marks = Marks(config.hidden_size)

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """What the heads read (B × T × 2H)."""
        states, mask = self.below(ids, lengths)
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
    network.freeze()
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


def shares(done: float) -> dict[str, float]:
    first, last = SHARES
    return {name: first[name] + (last[name] - first[name]) * min(1.0, 2 * done) for name in first}


def train(start: Path, marked: Path, data: Path, out: Path, *, steps: int, threads: int, seed: int = 1) -> None:
    """Go on from ``start`` with what is in the folder ``marked``; the result is out/editor.safetensors."""
    if (out / "editor.safetensors").exists():
        return
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    network = build(start)
    learning = Learning(network, out, rates=RATE, decay=DECAY, falls=LAST, steps=steps)
    tokenizer = TextTokenizer(start / "tokenizer.json", limit=LONGEST)
    parts = {"labels": "train", "before": "before", "taught": "taught"}
    pools = {name: documents_of(marked / f"{part}.jsonl") for name, part in parts.items()}
    draw = Draw(tokenizer, pools | {"sourced": sourced(data, seed)}, PIECES, seed + learning.step)
    network.train()
    while learning.step < steps:
        batch = draw.next(shares(learning.step / steps))
        learning.learn(losses(network, batch), int(batch.lengths.sum()), f"{batch.marker}.")
    learning.write(out / "editor.safetensors")
