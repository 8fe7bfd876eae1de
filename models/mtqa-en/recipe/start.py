"""Version 3 of this model, as what the layers start from: its weights, out of the quantised file.

A weight of a matrix product is stored by output channel as ``(q - zero) * scale`` with seven bits, an embedding as one
such table; what quantisation took away is not given back.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import save_file
from transformers import BertConfig

from mtqa.core.protocols import TokenScore
from mtqa.neural.encoder import TextTokenizer, plan_windows
from mtqa.neural.marks import word_pieces
from mtqa.neural.sessions import session

CONFIG = {"num_hidden_layers": 10, "num_attention_heads": 12, "type_vocab_size": 1}
HEADS = ("machine", "source", "repair", "word")


def weights(path: Path) -> dict[str, torch.Tensor]:
    """The network's tensors by the names that they have in ``Network``."""
    graph = onnx.load(str(path)).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}

    def table(name: str) -> np.ndarray:
        scale, zero, values = (stored[f"{name}_{part}"] for part in ("scale", "zero_point", "quantized"))
        return (values.astype(np.float32) - zero.astype(np.float32)) * scale

    found = {
        name.removeprefix("network."): stored[name]
        for name in stored
        if name.startswith("network.") and stored[name].dtype == np.float32 and not name.endswith("_scale")
    }
    for name in (n.removesuffix("_quantized") for n in stored if n.endswith("embeddings.weight_quantized")):
        found[name.removeprefix("network.")] = table(name)
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            place = node.name.strip("/").split("/")[:-1]
            if place[0] in HEADS:
                place = place[-1:]
            found[f"{'.'.join(place)}.weight"] = table(node.input[1].removesuffix("_quantized")).T
    return {name: torch.from_numpy(np.ascontiguousarray(tensor)) for name, tensor in found.items()}


def prepare(version: Path, out: Path) -> None:
    """Write ``config.json``, ``tokenizer.json`` and ``network.safetensors``, unless they are there."""
    if (out / "network.safetensors").exists():
        return
    out.mkdir(parents=True, exist_ok=True)
    found = weights(version / "model.onnx")
    vocabulary, size = found["embeddings.word_embeddings.weight"].shape
    positions, _ = found["embeddings.position_embeddings.weight"].shape
    inner, _ = found["trunk.0.intermediate.dense.weight"].shape
    BertConfig(
        vocab_size=vocabulary,
        hidden_size=size,
        intermediate_size=inner,
        max_position_embeddings=positions,
        layer_norm_eps=1e-12,
        **CONFIG,
    ).to_json_file(out / "config.json")
    shutil.copyfile(version / "tokenizer.json", out / "tokenizer.json")
    save_file(found, out / "network.safetensors", {"format": "pt"})


class Estimates:
    """How surprising a version estimates words to be."""

    def __init__(self, version: Path) -> None:
        self._session = session(version / "model.onnx")
        self._window = int(json.loads((version / "config.json").read_text("utf-8"))["window"])
        self._tokenizer = TextTokenizer(version / "tokenizer.json", limit=self._window - 2)

    def surprisal(self, documents: Sequence[Sequence[str]]) -> list[list[tuple[TokenScore, ...]]]:
        """Bits of each word of each text of each document."""
        return [list(self._document(texts)) for texts in documents]

    def _document(self, texts: Sequence[str]) -> Iterator[tuple[TokenScore, ...]]:
        tokens = self._tokenizer(texts)
        for span in plan_windows([len(t.ids) for t in tokens], self._window):
            ids = [self._tokenizer.cls, *(i for k in span for i in (*tokens[k].ids, self._tokenizer.sep))]
            members = np.zeros((1, len(ids)), dtype=np.float32)
            [bits] = self._session.run(["surprisal"], {"ids": np.array(ids, dtype=np.int64), "members": members})
            at = 1
            for k in span:
                own = bits[at : at + len(tokens[k].ids)]
                words = word_pieces(texts[k], tokens[k].offsets)
                yield tuple(TokenScore(word, float(own[pieces].sum())) for word, pieces in words)
                at += len(own) + 1
