"""An earlier version of this model, as what the layers start from: its weights, out of the quantised file.

A weight of a matrix product is stored by output channel as ``(q - zero) * scale`` with seven bits, an embedding as one
such table; what quantisation took away is not given back. Version 3 is one network; since version 4 detector and editor
have layers of their own, whose queries, keys and values come out of one product. Of these the editor and the estimates
of surprisal are kept as they are.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from editing import FORK, OWN
from network import BRANCH
from onnx import numpy_helper
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import BertConfig

from mtqa.core.protocols import TokenScore
from mtqa.neural.encoder import TextTokenizer, plan_windows
from mtqa.neural.marks import word_pieces
from mtqa.neural.sessions import session

CONFIG = {"num_hidden_layers": 10, "num_attention_heads": 12, "type_vocab_size": 1}
HEADS = ("machine", "source", "repair", "word")
PARTS = {
    "attended.dense": "attention.output.dense",
    "attended.LayerNorm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer.dense": "output.dense",
    "outer.LayerNorm": "output.LayerNorm",
}
PRODUCTS = {"dense": "attended.dense", "dense_1": "outer.dense"}  # as their nodes are called
HEAD_NODES = {
    "token.token.0": "token.0",
    "pooled.pooled.0": "pooled.0",
    "category": "category",
    "word": "marker.editor.word",
    "sentence": "marker.editor.sentence",
    "word_1": "marker.sourced.word",
    "sentence_1": "marker.sourced.sentence",
}  # the editor's heads: the nodes of their products, and what they are in ``Marks``
EARLY = ("base", "train")  # stages that a version stands for,
FORKED = (*EARLY, "marked", "taught", "editing", "editor")  # and one whose editor has layers of its own


class Version:
    """What stands in the folder of a version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._graph = onnx.load(str(folder / "model.onnx")).graph
        self._stored = {each.name: numpy_helper.to_array(each) for each in self._graph.initializer}

    @property
    def forked(self) -> bool:
        return "shared.0.packed.bias" in self._stored

    @property
    def stages(self) -> tuple[str, ...]:
        """Of the recipe, those that need not run."""
        return FORKED if self.forked else EARLY

    def prepare(self, trained: Path, edited: Path) -> None:
        """Write ``config.json``, ``tokenizer.json`` and ``network.safetensors`` into ``trained``, and the editor that
        is kept into ``edited``, unless they are there."""
        if (trained / "network.safetensors").exists():
            return
        trained.mkdir(parents=True, exist_ok=True)
        found = self._network() if self.forked else self._tensors
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
        ).to_json_file(trained / "config.json")
        shutil.copyfile(self.folder / "tokenizer.json", trained / "tokenizer.json")
        if self.forked:
            edited.mkdir(parents=True, exist_ok=True)
            save_file(self._editor(), edited / "editor.safetensors", {"format": "pt"})
        save_file(found, trained / "network.safetensors", {"format": "pt"})

    @cached_property
    def fluency(self) -> nn.Sequential:
        """The head that estimates surprisal."""
        first, last = (self._linear(f"fluency.{place}") for place in (0, 2))
        return nn.Sequential(first, nn.GELU(), last)

    @property
    def tables(self) -> dict[str, Any]:
        """What the numbers of the editor that is kept mean."""
        calibration = tomllib.loads((self.folder / "model.toml").read_text("utf-8"))["calibration"]
        return {name: calibration[name] for name in ("editor", "sourced_editor")}

    def _linear(self, name: str) -> nn.Linear:
        weight, bias = (torch.from_numpy(self._stored[f"{name}.{part}"].copy()) for part in ("weight", "bias"))
        made = nn.Linear(*weight.shape)
        made.weight, made.bias = nn.Parameter(weight.T.contiguous()), nn.Parameter(bias)
        return made

    def _table(self, name: str) -> np.ndarray:
        scale, zero, values = (self._stored[f"{name}_{part}"] for part in ("scale", "zero_point", "quantized"))
        return (values.astype(np.float32) - zero.astype(np.float32)) * scale

    @cached_property
    def _tensors(self) -> dict[str, Tensor]:
        """By the names that they have in the file."""
        found = {
            name.removeprefix("network."): tensor
            for name, tensor in self._stored.items()
            if tensor.dtype == np.float32
            and not name.endswith("_scale")
            and (self.forked or name.startswith("network."))
        }
        for name in (n.removesuffix("_quantized") for n in self._stored if n.endswith("embeddings.weight_quantized")):
            found[name.removeprefix("network.")] = self._table(name)
        for node in self._graph.node:
            if node.op_type == "MatMulInteger":
                place = node.name.strip("/").split("/")[:-1]
                if place[0] in HEADS and not self.forked:
                    place = place[-1:]
                found[f"{'.'.join(place)}.weight"] = self._table(node.input[1].removesuffix("_quantized")).T
        return {name: torch.from_numpy(np.ascontiguousarray(tensor)) for name, tensor in found.items()}

    def _layer(self, place: str) -> Iterator[tuple[str, Tensor]]:
        """Of a layer of one's own or of a shared one, by the names of BertLayer."""
        tensors = self._tensors.items()
        own = {name.removeprefix(f"{place}."): tensor for name, tensor in tensors if name.startswith(f"{place}.")}
        for kind in ("weight", "bias"):
            queries = own[f"packed.{kind}"].chunk(3)
            yield from (
                (f"attention.self.{name}.{kind}", each.clone())
                for name, each in zip(("query", "key", "value"), queries, strict=True)
            )
            for product, name in PRODUCTS.items():
                own.setdefault(f"{name}.{kind}", own.get(f"{product}.{kind}"))
            yield from ((f"{name}.{kind}", own[f"{part}.{kind}"]) for part, name in PARTS.items())

    def _network(self) -> dict[str, Tensor]:
        """Embeddings, shared layers and detector, by their names in ``Network``."""
        found = {n: t for n, t in self._tensors.items() if n.startswith(("embeddings.", "machine.", "source."))}
        for k in range(FORK):
            found |= {f"trunk.{k}.{name}": tensor for name, tensor in self._layer(f"shared.{k}")}
        for k in range(OWN):
            at = k - (OWN - BRANCH)
            to = f"writer.{at}" if at >= 0 else f"trunk.{k + FORK}"
            found |= {f"{to}.{name}": tensor for name, tensor in self._layer(f"trunk.{k}")}
        return found

    def _editor(self) -> dict[str, Tensor]:
        """By its names in ``EditorNetwork``."""
        found = {n: t for n, t in self._tensors.items() if n.startswith("marks.") and n.endswith("bias")}
        for k in range(OWN):
            found |= {f"layers.{k}.{name}": tensor for name, tensor in self._layer(f"editor.{k}")}
        for node, name in HEAD_NODES.items():
            found[f"marks.{name}.weight"] = self._tensors[f"{node}.weight"]
        return found


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
