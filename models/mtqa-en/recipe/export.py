"""The trained network as one ONNX file with 8-bit weights, which runs without PyTorch.

Weights of matrix products are int8 by channel, with one bit in reserve: without VNNI, CPUs add pairs of products in 16
bits, which would overflow. Activations are quantised as they come, over one window; the word embeddings are uint8.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import onnx
import torch
from network import SOURCES, Network
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig

OUTPUTS = ["machine", "source", "repair", "word", "states"]


class OneWindow(nn.Module):
    """What is exported: ``ids`` (T) and ``members`` (S × T, rows that average the tokens of a sentence) to logits:
    machine and repair (S), source (S × L) and word (T), and the states (T × 2H) that the editor's heads read."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, members: Tensor) -> tuple[Tensor, ...]:
        network = self.network
        states = network.base(ids[None], None)
        top = states
        for layer in network.writer:
            top = layer(top, None)
        written = members @ top[0]
        edited = states
        for layer in network.editor:
            edited = layer(edited, None)
        both = torch.cat([edited, states], dim=-1)[0]
        return (
            network.machine(written).squeeze(-1),
            network.source(written),
            network.repair(members @ both).squeeze(-1),
            network.word(both).squeeze(-1),
            both,
        )


def export(trained: Path, out: Path, *, window: int) -> None:
    """Write ``model.onnx``, ``config.json`` and ``tokenizer.json`` into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    config = BertConfig.from_dict(json.loads((trained / "config.json").read_text()))
    network = Network(config)
    network.load_state_dict(load_file(trained / "network.safetensors"))
    plain, fused = out / "plain.part", out / "fused.part"
    ids, members = torch.randint(1000, 2000, (32,)), torch.rand(3, 32)
    with torch.no_grad():
        torch.onnx.export(
            OneWindow(network).eval(),
            (ids, members),
            plain,
            input_names=["ids", "members"],
            output_names=OUTPUTS,
            dynamic_axes={"ids": {0: "T"}, "members": {0: "S", 1: "T"}},
            dynamo=False,
        )
    model = optimize_model(
        str(plain), "bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size, opt_level=1
    )
    model.save_model_to_file(str(fused))
    quantize_dynamic(
        fused,
        out / "model.onnx",
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    onnx.checker.check_model(str(out / "model.onnx"))
    plain.unlink()
    fused.unlink()
    shutil.copyfile(trained / "tokenizer.json", out / "tokenizer.json")
    (out / "config.json").write_text(json.dumps({"window": window, "sources": SOURCES}, indent=2) + "\n")
