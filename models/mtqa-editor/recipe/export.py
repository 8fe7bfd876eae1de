"""Export: ``python export.py BASE CHECKPOINT DATA OUT`` writes ``model.onnx`` and ``tokenizer.json``.

Weights of the layers are 4-bit in blocks of 32 (MatMulNBits), embeddings 8-bit with one scale a row. Pieces that
English does not need are left out of the vocabulary: a word that would use one is spelt with the pieces it is made of.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from network import Config, Editor
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from torch import Tensor, nn

BLOCK = 32


class Whole(nn.Module):
    """Probabilities in one pass: of pieces (B × T × 2: marked, must), their categories (B × T × 9), of sentences
    (B × S × 2)."""

    def __init__(self, network: Editor) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, lengths: Tensor, owner: Tensor, ordinals: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        tokens, pooled = self.network(ids, lengths, owner, ordinals)
        marker = self.network.marker["editor"]
        category = self.network.category(tokens).softmax(-1)
        return marker.word(tokens).sigmoid(), category, marker.sentence(pooled).sigmoid()


def network_of(checkpoint: Path) -> Editor:
    state = torch.load(checkpoint, weights_only=True)["network"]
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    network = Editor(Config(layers=layers))
    network.load_state_dict(state)
    return network.eval()


def graph(network: Editor, out: Path) -> None:
    ids = torch.randint(1, 1000, (2, 24))
    owner = torch.arange(24).div(8, rounding_mode="floor").expand(2, -1).contiguous()
    owner[:, 0] = -1
    torch.onnx.export(
        Whole(network),
        (ids, torch.tensor([24, 20]), owner, torch.arange(3)),
        str(out),
        dynamo=False,
        opset_version=17,
        input_names=["ids", "lengths", "owner", "ordinals"],
        output_names=["word", "category", "sentence"],
        dynamic_axes={
            "ids": {0: "batch", 1: "pieces"},
            "lengths": {0: "batch"},
            "owner": {0: "batch", 1: "pieces"},
            "ordinals": {0: "sentences"},
            "word": {0: "batch", 1: "pieces"},
            "category": {0: "batch", 1: "pieces"},
            "sentence": {0: "batch", 1: "sentences"},
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


def main(base: Path, checkpoint: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    network = network_of(checkpoint)
    whole = out / "whole.onnx"
    graph(network, whole)
    model = onnx.load(str(whole))
    quantizer = MatMulNBitsQuantizer(model, bits=4, block_size=BLOCK, is_symmetric=False, accuracy_level=4)
    quantizer.process()
    packed = quantizer.model.model
    narrow_embeddings(packed, (network.config.vocabulary, network.config.size))
    onnx.save(packed, str(out / "model.onnx"))
    (out / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    print(json.dumps({"MB": round((out / "model.onnx").stat().st_size / 1e6, 1)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
