"""What other CPUs do to the network's numbers, and far more: seeded noise on each of them.

The variable ``MTQA_TEST_NETWORK`` says what happens when a network is asked: nothing where it is missing or empty,
noise where it is a seed, an error where it is ``none``. The noise is a function of the seed and of what the network
reads, the whole document, with its sources where they count: whoever asks the same twice is told the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from random import Random
from types import ModuleType
from typing import Any

VARIABLE = "MTQA_TEST_NETWORK"
NONE = "none"
_SHIPPED = "mtqa-editor"
MOST = 0.06
"""The most that is added to a logit, or taken from it."""


class NetworkAsked(BaseException):
    """A test asks the network and does not say so."""


class _Watch(MetaPathFinder):
    """Changes the modules of the networks once somebody imports them, and imports nothing itself."""

    def __init__(self) -> None:
        self._waiting = {
            "mtqa.neural.encoder": lambda module: _change(module.Encoder, "encode", _noisy),
            "mtqa.neural.editor": lambda module: _change(module.Editor, "proofread", _noisy_marks),
        }

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        change = self._waiting.pop(name, None)
        if change is None:
            return None
        spec = PathFinder.find_spec(name, path, target)
        assert spec
        assert spec.loader
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            change(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def watch() -> None:
    """From now on the variable counts, in this process."""
    assert not {"mtqa.neural.encoder", "mtqa.neural.editor"} & sys.modules.keys()
    sys.meta_path.insert(0, _Watch())


def _change(network: Any, method: str, noisy: Callable[..., list[Any]]) -> None:
    plain = getattr(network, method)

    def ask(self: Any, documents: Sequence[Sequence[Any]]) -> list[list[Any]]:
        if getattr(self, "signature", _SHIPPED).partition("@")[0] != _SHIPPED:  # a test's own
            return plain(self, documents)  # type: ignore[no-any-return]
        if (how := os.environ.get(VARIABLE, "")) == NONE:
            raise NetworkAsked("mark this test with `network`: it is to pass with noise on what the network says")
        found = plain(self, documents)
        return [noisy(self, how, *each) for each in zip(documents, found, strict=True)] if how else found

    setattr(network, method, ask)


def _near(logit: float, noise: Random) -> float:
    return logit + noise.uniform(-MOST, MOST)


def _noisy_marks(editor: Any, seed: str, texts: Sequence[str], marks: list[Any]) -> list[Any]:
    return [_moved_marks(each, Random(f"{seed} {number} {list(texts)}")) for number, each in enumerate(marks)]


def _moved_marks(proofread: Any, noise: Random) -> Any:
    def moved(mark: Any) -> Any:
        return replace(mark, marked=_near(mark.marked, noise), must=_near(mark.must, noise))

    return replace(moved(proofread), words=tuple(map(moved, proofread.words)))


def _noisy(encoder: Any, seed: str, passages: Sequence[Any], scores: list[Any]) -> list[Any]:
    def ids(texts: Sequence[str]) -> list[list[int]]:
        return [text.ids for text in encoder.tokenizer(texts)]

    blind = ids([passage.text for passage in passages])
    told = [blind, ids([passage.source or "" for passage in passages])]
    return [_moved(score, f"{seed} {n} {blind}", f"{seed} {n} {told}") for n, score in enumerate(scores)]


def _moved(score: Any, blind: str, told: str) -> Any:
    """``score`` with the noises of a reading without sources and, where it has one, of one with them."""

    one, other = Random(blind), Random(told if score.sourced else f"edit {blind}")
    return replace(
        score,
        mt=_near(score.mt, one),
        surprisal=score.surprisal and _near(score.surprisal, one),
        origins={language: _near(logit, one) for language, logit in score.origins.items()},
        proofread=_moved_marks(score.proofread, other),
    )
