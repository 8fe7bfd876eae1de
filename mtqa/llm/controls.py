"""What tells that a text may have talked a judge out of its marks, or may be about to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

__all__ = ["drawn", "knows_a_control", "speaks_to_a_model"]

_RUN = 3  # words of a control that a text has hardly by chance
_WORD = re.compile(r"\w+")
_OURS = re.compile(r'<\|\w+\|>|\[/?INST\]|<</?SYS>>|"(?:lines?|marks|words|repair)"\s*:')


def drawn(controls: Sequence[str], texts: Sequence[str]) -> tuple[str, int] | None:
    """A control for these texts, and at which ordinal it is to stand among them; None where there is none. Both depend
    on all of the texts, so that none of them can easily say."""
    if not controls:
        return None
    digest = hashlib.sha256(repr(tuple(texts)).encode("utf-8", "replace")).digest()
    number = int.from_bytes(digest[:8])
    return controls[number % len(controls)], digest[-1] % (len(texts) + 1)


def knows_a_control(texts: Iterable[str], controls: Sequence[str]) -> bool:
    """Whether words of a control stand there: who wrote them knows what the model is tried with."""
    known = _runs_of_all(tuple(controls))
    return any(run in known for text in texts for run in _runs(text))


def speaks_to_a_model(text: str) -> bool:
    """Whether it has what only a conversation with a model has: marks of chat templates, names out of an answer."""
    return _OURS.search(text) is not None


@lru_cache(maxsize=16)
def _runs_of_all(controls: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(run for control in controls for run in _runs(control))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = [match[0].casefold() for match in _WORD.finditer(text)]
    return zip(*(words[n:] for n in range(_RUN)), strict=False)
