"""Who wrote a text, as the careful editor's network sees it: a head of one hidden layer on its states, which stay as
they are.

It learns from the same pairs of windows as the detector's layers (``matched.py``), 1,400 of them drawn as those
are and 400 from texts that most often mislead. ``install`` puts the head into the editor's ``model.onnx``,
where it is the output ``machine``; all other outputs stay as they were, bit for bit.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matched
import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from windows import Sentence, Window

from mtqa.core.folding import single_spaced
from mtqa.neural.encoder import TextTokenizer, normalise

SHARE = "/Div_2_output_0"  # of each piece in the mean of each sentence (S × T)
MEANS = "/MatMul_output_0"  # of the states that heads read (S × 256)
LAST = "/layers.20/Add_12_output_0"  # states of the last layer, of both readings (2T × 576)
# Names of nodes are those of the export (mtqa-editor/recipe/export.py, torch 2.13).
SECOND = ("/Unsqueeze_17_output_0", "/Constant_60_output_0", "/Constant_58_output_0", "/Constant_61_output_0")
STATES, OUTPUT = "states", "machine"
PIECES, SENTENCE = 470, 200  # of a window, of a sentence
FEWEST = 3  # sentences of a window
PAIRS, HARDER = 1400, 400
HARD = {"learner": 0.3, "prose": 0.25, "book": 0.25, "original": 0.12, "garbled": 0.08}
HIDDEN, RUNS = 64, 4  # size of the hidden layer of a run; runs, whose logits are averaged
EPOCHS, TOGETHER, RATE, DECAY, DROPOUT, CROSS = 6, 16, 1e-3, 1e-2, 0.2, 0.3


class Texts(matched.Matched):
    """The same pairs, with their texts."""

    def __init__(self, data: Path, prose: Path, tokenizer: TextTokenizer, window: int) -> None:
        self.texts: dict[tuple[int, ...], str] = {}
        super().__init__(data, prose, tokenizer, window)

    def sentence(self, text: str, *, keep: bool = True) -> Sentence:
        found = super().sentence(text, keep=keep)
        self.texts[tuple(found.ids)] = text
        return found

    def lines(self, window: Window) -> list[str]:
        return [self.texts[tuple(sentence.ids)] for sentence in window.sentences]


def with_states(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph, with the states that the head reads (S × 832)."""
    model.graph.node.extend(
        [
            helper.make_node("Slice", [LAST, *SECOND], ["origin.last"]),
            helper.make_node("MatMul", [SHARE, "origin.last"], ["origin.means"]),
            helper.make_node("Concat", [MEANS, "origin.means"], [STATES], axis=1),
        ]
    )
    return model


class Reader:
    """The states of each sentence of a window."""

    def __init__(self, editor: Path) -> None:
        model = with_states(bare(editor / "model.onnx"))
        model.graph.output.append(helper.make_empty_tensor_value_info(STATES))
        options = SessionOptions()
        options.intra_op_num_threads = 1
        self.session = InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(editor / "tokenizer.json"))

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def __call__(self, lines: Sequence[str]) -> np.ndarray:
        newline, ids, owner, count = self.ids("\n"), [0], [-1], 0
        for text in lines:
            own = self.ids(single_spaced(normalise(text))[0])[:SENTENCE]
            if len(ids) + len(own) + len(newline) > PIECES:
                break
            ids += [*own, *newline]
            owner += [count] * len(own) + [-1] * len(newline)
            count += 1
        feed = {"ids": np.array(ids), "owner": np.array(owner), "ordinals": np.arange(count)}
        return self.session.run([STATES], feed)[0].astype(np.float16)


Pair = tuple[np.ndarray, np.ndarray]
"""States of the sentences of a machine's window and of a person's."""


def pairs(editor: Path, data: Path, prose: Path, tokenizer: TextTokenizer, *, seed: int) -> list[Pair]:
    texts = Texts(data, prose, tokenizer, 384)
    reader, rng, found = Reader(editor), random.Random(f"{seed}-second"), []
    usual = dict(matched.MIXTURE)
    while len(found) < PAIRS + HARDER:
        matched.MIXTURE = usual if len(found) < PAIRS else HARD
        lines = [texts.lines(window) for window in texts.pair(rng)]
        if min(map(len, lines)) >= FEWEST:
            found.append((reader(lines[0]), reader(lines[1])))
    matched.MIXTURE = usual
    return found


@dataclass(frozen=True)
class Head:
    """Logits are ``out · gelu(hidden · states + hidden_bias) + out_bias``."""

    hidden: np.ndarray
    hidden_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray


def fit(found: Sequence[Pair], *, seed: int) -> Head:
    """By ranking, with some cross-entropy, as the detector's layers; some runs are one wider head."""
    torch.manual_seed(seed)
    sides = [[torch.tensor(pair[k].astype(np.float32)) for pair in found] for k in (0, 1)]
    every = torch.cat(sides[0] + sides[1])
    mean, spread = every.mean(0), every.std(0) + 1e-3
    sides = [[(states - mean) / spread for states in side] for side in sides]
    runs = [run(*sides) for _ in range(RUNS)]
    scale = np.std([np.mean([logits(one, states) for one in runs]) for states in sides[1]])
    hidden = np.concatenate([one[1].weight.detach().numpy() / spread.numpy() for one in runs])
    bias = np.concatenate([one[1].bias.detach().numpy() for one in runs]) - hidden @ mean.numpy()
    out = np.concatenate([one[4].weight.detach().numpy() for one in runs], axis=1) / RUNS / scale
    return Head(hidden, bias, out, np.mean([one[4].bias.detach().numpy() for one in runs], axis=0) / scale)


def logits(network: nn.Sequential, states: Tensor) -> float:
    with torch.no_grad():
        return float(network(states).mean())


def run(machine: list[Tensor], people: list[Tensor]) -> nn.Sequential:
    network = nn.Sequential(
        nn.Dropout(DROPOUT),
        nn.Linear(machine[0].shape[1], HIDDEN),
        nn.GELU(),
        nn.Dropout(DROPOUT),
        nn.Linear(HIDDEN, 1),
    )
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * (len(machine) // TOGETHER)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    for _ in range(EPOCHS):
        order = torch.randperm(len(machine)).tolist()
        for at in range(0, len(order) - TOGETHER + 1, TOGETHER):
            chosen = order[at : at + TOGETHER]
            means = []
            for side in (machine, people):
                sizes = [len(side[k]) for k in chosen]
                said = network(torch.cat([side[k] for k in chosen])).squeeze(-1).split(sizes)
                means.append(torch.stack([each.mean() for each in said]))
            ranking = functional.softplus(means[1] - means[0]).mean()
            cross = (functional.softplus(-means[0]).mean() + functional.softplus(means[1]).mean()) / 2
            optimiser.zero_grad()
            (ranking + CROSS * cross).backward()
            optimiser.step()
            schedule.step()
    return network.eval()


def install(editor: Path, head: Head) -> None:
    """Puts the head into the editor's ``model.onnx``, in half precision, in place of one that it may have, and the
    file's digest into its ``model.toml``."""
    path = editor / "model.onnx"
    model = with_states(bare(path))
    parts = {"hidden": head.hidden, "hidden_bias": head.hidden_bias, "out": head.out, "out_bias": head.out_bias}
    for name, values in parts.items():
        held = numpy_helper.from_array(values.astype(np.float16), f"origin.{name}.half")
        model.graph.initializer.append(held)
        model.graph.node.append(helper.make_node("Cast", [held.name], [f"origin.{name}"], to=onnx.TensorProto.FLOAT))
    for name, value in (("root", 2**-0.5), ("half", 0.5), ("one", 1.0)):
        model.graph.initializer.append(numpy_helper.from_array(np.float32(value), f"origin.{name}"))
    model.graph.initializer.append(numpy_helper.from_array(np.array([-1]), "origin.flat"))

    def add(kind: str, inputs: list[str], out: str, **attributes: int) -> None:
        model.graph.node.append(helper.make_node(kind, inputs, [out], **attributes))

    add("Gemm", [STATES, "origin.hidden", "origin.hidden_bias"], "origin.sum", transB=1)
    add("Mul", ["origin.sum", "origin.root"], "origin.scaled")
    add("Erf", ["origin.scaled"], "origin.erf")
    add("Add", ["origin.erf", "origin.one"], "origin.gate")
    add("Mul", ["origin.sum", "origin.half"], "origin.halved")
    add("Mul", ["origin.halved", "origin.gate"], "origin.active")
    add("Gemm", ["origin.active", "origin.out", "origin.out_bias"], "origin.logits", transB=1)
    add("Reshape", ["origin.logits", "origin.flat"], OUTPUT)
    model.graph.output.append(helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, ["sentences"]))
    onnx.save(model, path)
    manifest, raw = editor / "model.toml", path.read_bytes()
    own = f'[files."{path.name}"]\nsha256 = "{hashlib.sha256(raw).hexdigest()}"\nsize = {len(raw)}\n'
    told = re.sub(rf'\[files\."{path.name}"\]\n(?:\w+ = .*\n)+', own, manifest.read_text("utf-8"))
    manifest.write_text(told, "utf-8")


def bare(path: Path) -> onnx.ModelProto:
    """The graph without a head and the states that it reads."""
    model = onnx.load(path)
    added = (STATES, OUTPUT)

    def own(name: str) -> bool:
        return name in added or name.startswith("origin.")

    for kept, values in (
        (model.graph.node, [n for n in model.graph.node if not any(map(own, n.output))]),
        (model.graph.initializer, [i for i in model.graph.initializer if not own(i.name)]),
        (model.graph.output, [o for o in model.graph.output if not own(o.name)]),
    ):
        values = list(values)
        del kept[:]
        kept.extend(values)
    return model
