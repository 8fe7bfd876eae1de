"""Export: ``python export.py VOCABULARY CHECKPOINT OUT`` writes ``model.onnx``, ``tokenizer.json`` and ``config.json``.

The graph reads one text: both readings are one causal pass over the text written twice. Weights of the layers are 4-bit
in blocks of 32 (MatMulNBits), embeddings 8-bit with one scale a row.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from network import CATEGORIES as SHORT
from network import Config, Editor, Layer, Norm, rotate
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from reading import LONGEST
from rounding import BLOCK
from torch import Tensor, nn
from torch.nn import functional

from mtqa.bench.editor.marks import CATEGORIES

STRETCHES = 4
"""Attention is computed by stretches of queries, each over the keys up to its own end: exact, and a third faster on
long texts than over all keys."""


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


def narrow_embeddings(model: onnx.ModelProto, size: tuple[int, int]) -> None:
    """8-bit rows with a scale each, taken and widened in the graph."""
    graph = model.graph
    table = next(t for t in graph.initializer if tuple(t.dims) == size)
    values = numpy_helper.to_array(table)
    scale = np.abs(values).max(1, keepdims=True) / 127 + 1e-12
    rows = np.round(values / scale).astype(np.int8)
    name = table.name
    graph.initializer.remove(table)
    graph.initializer.extend(
        [
            numpy_helper.from_array(rows, f"{name}.rows"),
            numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"),
        ]
    )
    for node in list(graph.node):
        if node.op_type == "Gather" and node.input[0] == name:
            at = list(graph.node).index(node)
            kept = node.output[0]
            made = [
                helper.make_node("Gather", [f"{name}.rows", node.input[1]], [f"{kept}.rows"]),
                helper.make_node("Cast", [f"{kept}.rows"], [f"{kept}.wide"], to=TensorProto.FLOAT),
                helper.make_node("Gather", [f"{name}.scale", node.input[1]], [f"{kept}.scale"]),
                helper.make_node("Mul", [f"{kept}.wide", f"{kept}.scale"], [kept]),
            ]
            graph.node.remove(node)
            for offset, each in enumerate(made):
                graph.node.insert(at + offset, each)


def main(vocabulary: Path, checkpoint: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    network = network_of(checkpoint)
    kept = torch.tensor(json.loads((vocabulary / "kept.json").read_text(encoding="utf-8")))
    network.embed_tokens = nn.Embedding.from_pretrained(network.embed_tokens.weight.detach()[kept])
    whole = out / "whole.onnx"
    graph(network, whole)
    model = onnx.load(str(whole))
    whole.unlink()
    quantizer = MatMulNBitsQuantizer(model, bits=4, block_size=BLOCK, is_symmetric=False)
    quantizer.process()
    packed = quantizer.model.model
    narrow_embeddings(packed, (len(kept), network.config.size))
    onnx.save(packed, str(out / "model.onnx"))
    (out / "tokenizer.json").write_bytes((vocabulary / "tokenizer.json").read_bytes())
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
