"""The trained network as one ONNX file with 8-bit weights, which runs without PyTorch.

Weights of matrix products are int8 by channel, with one bit in reserve: without VNNI, CPUs add pairs of products in 16
bits, which would overflow. Activations are quantised as they come, over one window; the word embeddings are uint8.
Queries, keys and values come out of one product, and attention is ONNX Runtime's own operator.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import onnx
import torch
from detecting import installed
from editing import MIDDLE, EditorNetwork
from marks import CATEGORIES
from network import SOURCES, Network
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertLayer

from mtqa.bench.editor.marks import CATEGORIES as NAMES

UNUSED = ("editor.", "repair.", "word.")  # of ``Network``, whose editor has layers of its own here
OUTPUTS = ["machine", "source", "sentence", "word", "sourced_sentence", "sourced_word", "category", "states"]


class Attention(torch.autograd.Function):
    """``MultiHeadAttention`` of ONNX Runtime, which PyTorch does not have: 1 × T × H each."""

    @staticmethod
    def forward(context: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        split = (each.unflatten(-1, (heads, -1)).transpose(1, 2) for each in (query, key, value))
        return functional.scaled_dot_product_attention(*split).transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        return graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads).setType(query.type())


class Layer(nn.Module):
    """A BertLayer, of one window."""

    def __init__(self, layer: BertLayer) -> None:
        super().__init__()
        own = layer.attention.self
        self.heads = own.num_attention_heads
        parts = (own.query, own.key, own.value)
        self.packed = nn.Linear(own.query.in_features, 3 * own.query.out_features)
        self.packed.weight = nn.Parameter(torch.cat([part.weight for part in parts]))
        self.packed.bias = nn.Parameter(torch.cat([part.bias for part in parts]))
        self.attended, self.inner, self.outer = layer.attention.output, layer.intermediate.dense, layer.output

    def forward(self, states: Tensor) -> Tensor:
        query, key, value = self.packed(states).chunk(3, dim=-1)
        attended = self.attended.dense(Attention.apply(query, key, value, self.heads))
        states = self.attended.LayerNorm(attended + states)
        return self.outer.LayerNorm(self.outer.dense(functional.gelu(self.inner(states))) + states)


class OneWindow(nn.Module):
    """What is exported: ``ids`` (T) and ``members`` (S × T, rows that average the tokens of a sentence) to logits:
    machine (S), source (S × L); whether an editor would mark each sentence (S × 2) and token (T × 2), and has to;
    the same where the sentences' sources stand before them; categories (T × C, probabilities); and the states (T × 2H)
    that the editor's heads read."""

    def __init__(self, network: Network, editor: EditorNetwork) -> None:
        super().__init__()
        self.embeddings = network.embeddings
        self.machine, self.source, self.marks = network.machine, network.source, editor.marks
        fork = len(editor.shared)
        for name, layers in (
            ("shared", network.trunk[:fork]),
            ("trunk", [*network.trunk[fork:], *network.writer]),
            ("editor", editor.layers),
        ):
            setattr(self, name, nn.ModuleList(Layer(each) for each in layers))

    def forward(self, ids: Tensor, members: Tensor) -> tuple[Tensor, ...]:
        states = self.embeddings(input_ids=ids[None])
        for layer in self.shared:
            states = layer(states)
        written = states
        for layer in self.trunk:
            written = layer(written)
        means = members @ written[0]
        found = [states]
        for layer in self.editor:
            found.append(layer(found[-1]))
        both = torch.cat([found[-1 - MIDDLE], found[-1]], dim=-1)[0]
        tokens = self.marks.token(both)
        inside = members[..., None] > 0
        worst = torch.where(inside, tokens[None], torch.tensor(-1e4)).amax(1)
        pooled = self.marks.pooled(torch.cat((members @ tokens, worst), -1))
        blind, told = self.marks.marker["editor"], self.marks.marker["sourced"]
        return (
            self.machine(means).squeeze(-1),
            self.source(means),
            blind.sentence(pooled),
            blind.word(tokens),
            told.sentence(pooled),
            told.word(tokens)[:, :1].expand(-1, 2),  # no one said which of these must be changed
            self.marks.category(tokens).softmax(-1),
            both,
        )


def export(trained: Path, editing: Path, out: Path, *, window: int) -> None:
    """Write ``model.onnx``, ``config.json`` and ``tokenizer.json`` into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    config = BertConfig.from_dict(json.loads((trained / "config.json").read_text()))
    network, editor = Network(config), EditorNetwork(config)
    missing, unknown = network.load_state_dict(installed(trained), strict=False)
    if unknown or any(not name.startswith(UNUSED) for name in missing):
        raise SystemExit(f"{trained} does not fit: it lacks {missing} and has {unknown}")
    editor.load_state_dict(load_file(editing / "editor.safetensors"), strict=False)
    plain, fused = out / "plain.part", out / "fused.part"
    ids, members = torch.randint(1000, 2000, (32,)), torch.rand(3, 32)
    with torch.no_grad():
        torch.onnx.export(
            OneWindow(network, editor).eval(),
            (ids, members),
            plain,
            input_names=["ids", "members"],
            output_names=OUTPUTS,
            dynamic_axes={"ids": {0: "T"}, "members": {0: "S", 1: "T"}},
            custom_opsets={"com.microsoft": 1},
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
    config_of = {"window": window, "sources": SOURCES, "categories": [NAMES[each] for each in CATEGORIES]}
    (out / "config.json").write_text(json.dumps(config_of, indent=2) + "\n")
