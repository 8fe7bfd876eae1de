"""Export: ``python export.py BASE CHECKPOINT OUT`` writes ``model.onnx``, ``tokenizer.json`` and ``config.json``.

The graph reads one text: both readings are one causal pass over the text written twice. Weights of the layers are 4-bit
in blocks of 32 (MatMulNBits), embeddings 6-bit with a scale and a least value a row. All pieces are kept, rare ones
too: a network that meets a name in other pieces than it learned from takes it for garbled.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import onnx
import torch
from network import CATEGORIES as SHORT
from network import Config, Editor, Layer, Norm, rotate
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from reading import LONGEST
from rounding import BLOCK
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from mtqa.bench.editor.marks import CATEGORIES

STRETCHES = 4
"""Attention is computed by stretches of queries, each over the keys up to its own end: exact, and a third faster on
long texts than over all keys."""
BITS = 6
"""Of embeddings."""


def norm(states: Tensor, by: Norm) -> Tensor:
    """As ORT fuses it."""
    return states * torch.rsqrt(states.pow(2).mean(-1, keepdim=True) + by.eps) * by.weight


class Merged(nn.Module):
    """A layer with one product for queries, keys and values, and one for both halves of the feed-forward network."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer
        self.attend, self.feed = (
            joined(layer.q_proj, layer.k_proj, layer.v_proj),
            joined(layer.gate_proj, layer.up_proj),
        )

    def forward(self, states: Tensor, cos: Tensor, sin: Tensor, masks: list[Tensor]) -> Tensor:
        at = self.layer
        size, narrow, groups = at.heads * at.width, at.key_heads * at.width, at.heads // at.key_heads
        query, key, value = self.attend(norm(states, at.input_layernorm)).split((size, narrow, narrow), -1)
        # Heads that share keys are side by side: key heads × groups × T × width.
        query = rotate(query.view(-1, at.heads, at.width).transpose(0, 1), cos, sin) * at.width**-0.5
        key = rotate(key.view(-1, at.key_heads, at.width).transpose(0, 1), cos, sin)
        value = value.view(-1, at.key_heads, at.width).transpose(0, 1)
        query = query.reshape(at.key_heads, groups, -1, at.width)
        key, value, attended, begin = key[:, None].transpose(2, 3), value[:, None], [], 0
        for mask in masks:
            end = mask.shape[1]
            weights = (query[:, :, begin:end] @ key[..., :end] + mask).softmax(-1)
            attended.append(weights @ value[:, :, :end])
            begin = end
        together = torch.cat(attended, 2).reshape(at.heads, -1, at.width)
        states = states + at.o_proj(together.transpose(0, 1).reshape(-1, size))
        gate, up = self.feed(norm(states, at.post_attention_layernorm)).chunk(2, -1)
        return states + at.down_proj(functional.silu(gate) * up)


def joined(*parts: nn.Linear) -> nn.Linear:
    whole = nn.Linear(parts[0].in_features, sum(part.out_features for part in parts), bias=False)
    whole.weight = nn.Parameter(torch.cat([part.weight for part in parts]))
    return whole


class Packed(nn.Module):
    """An embedding (V × H) of 6 bits: a byte has the four lower bits of two columns or the two upper ones of four."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        least = table.amin(1, keepdim=True)
        scale = ((table.amax(1, keepdim=True) - least) / (2**BITS - 1)).clamp(min=1e-9)
        whole = torch.round((table - least) / scale).to(torch.uint8)
        first, second = (whole % 16).chunk(2, -1)
        quarters = (whole // 16).chunk(4, -1)
        upper = sum(each * 4**k for k, each in enumerate(quarters))
        self.register_buffer("rows", torch.cat((first + 16 * second, upper), -1))
        self.register_buffer("least", least)
        self.register_buffer("scale", scale)
        self.half = first.shape[-1]

    def forward(self, ids: Tensor) -> Tensor:
        """T × H of T ids."""
        rows = self.rows[ids].float()
        lower, upper = rows[:, : self.half], rows[:, self.half :]
        second = torch.floor(lower / 16)
        parts = [torch.floor(upper / 4**k) for k in range(4)]
        quarters = [part - 4 * after for part, after in zip(parts, [*parts[1:], 0], strict=True)]
        whole = torch.cat((lower - 16 * second, second), -1) + 16 * torch.cat(quarters, -1)
        return whole * self.scale[ids] + self.least[ids]


class Whole(nn.Module):
    """Log-odds of the pieces of one text (T × 2: marked, must) and of its sentences (S × 2), categories of pieces
    (T × 9, probabilities). ``ids`` (T) with the beginning first, ``owner`` (T), ``ordinals`` (S)."""

    def __init__(self, network: Editor) -> None:
        super().__init__()
        self.network = network
        self.layers = nn.ModuleList(map(Merged, network.layers))

    def forward(self, ids: Tensor, owner: Tensor, ordinals: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        n = self.network
        length = ids.shape[0]
        steps = torch.arange(2 * length)
        cos, sin = (each[0] for each in n.positions(steps[None], torch.float32))
        mask = torch.where(steps[None, :] <= steps[:, None], 0.0, -1e4)
        size = (2 * length + STRETCHES - 1) // STRETCHES
        masks = [mask[k * size : (k + 1) * size, : (k + 1) * size] for k in range(STRETCHES)]
        states = n.embed_tokens(torch.cat((ids, ids)))
        for layer in self.layers:
            states = layer(states, cos, sin, masks)
        states = norm(states, n.norm)
        tokens = n.token(torch.cat((states[:length], states[length:]), -1))
        members = owner[None, :] == ordinals[:, None]
        share = members.float()
        mean = (share / share.sum(-1, keepdim=True).clamp(min=1)) @ tokens
        top = torch.where(members[..., None], tokens[None], torch.tensor(-3e4)).amax(1).clamp(min=-1e4)
        last = torch.where(members, torch.arange(length), torch.tensor(0)).amax(-1)
        pooled = n.pooled(torch.cat((mean, top, tokens[last]), -1))
        marker = n.marker["editor"]
        return marker.word(tokens), n.category(tokens).softmax(-1), marker.sentence(pooled)


def network_of(checkpoint: Path) -> Editor:
    state = torch.load(checkpoint, weights_only=True)["network"]
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    network = Editor(Config(layers=layers))
    network.load_state_dict(state)
    return network.eval()


def graph(network: Editor, out: Path) -> None:
    ids = torch.randint(1, 1000, (24,))
    owner = torch.arange(24).div(8, rounding_mode="floor")
    owner[0] = -1
    whole = Whole(network).eval()
    torch.onnx.export(
        whole,
        (ids, owner, torch.arange(3)),
        str(out),
        dynamo=False,
        opset_version=17,
        input_names=["ids", "owner", "ordinals"],
        output_names=["word", "category", "sentence"],
        dynamic_axes={
            "ids": {0: "pieces"},
            "owner": {0: "pieces"},
            "ordinals": {0: "sentences"},
            "word": {0: "pieces"},
            "category": {0: "pieces"},
            "sentence": {0: "sentences"},
        },
    )


def without_special(base: Path) -> Tokenizer:
    """The tokenizer of the folder ``base`` but for its special tokens: none is read out of a document."""
    table = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    return Tokenizer.from_str(json.dumps(table | {"added_tokens": []}))


def main(base: Path, checkpoint: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    network = network_of(checkpoint)
    network.embed_tokens = Packed(network.embed_tokens.weight.detach())
    whole = out / "whole.onnx"
    graph(network, whole)
    model = onnx.load(str(whole))
    whole.unlink()
    quantizer = MatMulNBitsQuantizer(model, bits=4, block_size=BLOCK, is_symmetric=False)
    quantizer.process()
    onnx.save(quantizer.model.model, str(out / "model.onnx"))
    without_special(base).save(str(out / "tokenizer.json"), pretty=False)
    config = {
        "window": LONGEST,
        "before": 96,
        "after": 48,
        "begin": 0,
        "categories": [CATEGORIES[short].value for short in SHORT],
    }
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({"MB": round((out / "model.onnx").stat().st_size / 1e6, 1)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
