"""What errors say, and of what."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from mtqa.core.errors import ConfigError, InputError, MtqaError


@pytest.mark.parametrize(
    ("error", "whole", "problem"),
    [
        (InputError("a: b.txt", "is empty; fill it"), "a: b.txt: is empty; fill it", "is empty; fill it"),
        (InputError(Path("a/b.txt"), "b: c"), "a/b.txt: b: c", "b: c"),
        (InputError("", "nothing to undo"), "nothing to undo", "nothing to undo"),
        (ConfigError("a: b"), "a: b", "a: b"),
    ],
)
def test_an_error_knows_its_problem_from_its_document(error: MtqaError, whole: str, problem: str) -> None:
    for each in (error, pickle.loads(pickle.dumps(error))):  # noqa: S301 - processes hand it on
        assert type(each) is type(error)
        assert (str(each), each.problem) == (whole, problem)
