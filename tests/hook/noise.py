"""What other CPUs do to the network's numbers, and far more: seeded noise on each of them.

The variable ``MTQA_TEST_NETWORK`` says what happens when a network is asked: nothing where it is missing or empty,
noise where it is a seed, an error where it is ``none``. The noise is a function of the seed and of what the network
reads, the whole document, with its sources where they count: whoever asks the same twice is told the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from random import Random
from types import ModuleType
from typing import Any

VARIABLE = "MTQA_TEST_NETWORK"
NONE = "none"
MOST = 0.06
"""The most that is added to a logit, or taken from it."""


class NetworkAsked(BaseException):
    """A test asks the network and does not say so."""


class _Watch(MetaPathFinder):
    """Changes the encoder's module once somebody imports it, and imports nothing itself."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != "mtqa.neural.encoder":
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        assert spec
        assert spec.loader
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            _change(module.Encoder)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def watch() -> None:
    """From now on the variable counts, in this process."""
    assert "mtqa.neural.encoder" not in sys.modules
    sys.meta_path.insert(0, _Watch())


def _change(encoder: Any) -> None:
    plain = encoder.encode

    def encode(self: Any, documents: Sequence[Sequence[Any]]) -> list[list[Any]]:
        if (how := os.environ.get(VARIABLE, "")) == NONE:
            raise NetworkAsked("mark this test with `network`: it is to pass with noise on what the network says")
        found = plain(self, documents)
        return [_noisy(self, how, *each) for each in zip(documents, found, strict=True)] if how else found

    encoder.encode = encode


def _noisy(encoder: Any, seed: str, passages: Sequence[Any], scores: list[Any]) -> list[Any]:
    def ids(texts: Sequence[str]) -> list[list[int]]:
        return [text.ids for text in encoder.tokenizer(texts)]

    blind = ids([passage.text for passage in passages])
    told = [blind, ids([passage.source or "" for passage in passages])]
    return [_moved(score, f"{seed} {n} {blind}", f"{seed} {n} {told}") for n, score in enumerate(scores)]


def _moved(score: Any, blind: str, told: str) -> Any:
    """``score`` with the noises of a reading without sources and, where it has one, of one with them."""

    def near(logit: float, noise: Random) -> float:
        return logit + noise.uniform(-MOST, MOST)

    one, other = Random(blind), Random(told if score.sourced else f"edit {blind}")
    return replace(
        score,
        mt=near(score.mt, one),
        surprisal=score.surprisal and near(score.surprisal, one),
        origins={language: near(logit, one) for language, logit in score.origins.items()},
        edit=near(score.edit, other),
        tokens=tuple(replace(word, score=near(word.score, other)) for word in score.tokens),
    )
