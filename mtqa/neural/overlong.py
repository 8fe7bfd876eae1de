"""What is longer than any word, and how much of it networks read: they would take minutes over what says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["LONGEST", "READ", "original", "shortened"]

LONGEST = 250
"""Characters without white space between them, from which on they are no words that anybody reads."""
READ = 40
"""Characters that are read of such."""

_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_OVERLONG = re.compile(rf"[^\s{_UNSPACED}]{{{LONGEST + 1},}}")


def shortened(text: str) -> tuple[str, Sequence[int]]:
    """What is read of ``text``, of a run of characters that is longer than any word, in a script that has spaces
    between words, its beginning; and where in ``text`` each character of that stands."""
    tails = [range(run.start() + READ, run.end()) for run in _OVERLONG.finditer(text)] if len(text) > LONGEST else []
    if not tails:
        return text, range(len(text))
    begins = [0, *(tail.stop for tail in tails)]
    ends = [*(tail.start for tail in tails), len(text)]
    places = [at for begin, end in zip(begins, ends, strict=True) for at in range(begin, end)]
    return "".join(map(text.__getitem__, places)), places


def original(offsets: Iterable[tuple[int, int]], places: Sequence[int]) -> list[tuple[int, int]]:
    """Where pieces of a part of a text, at ``offsets`` in it, stand in that text."""
    return [(places[start], places[end - 1] + 1) if start < end else (0, 0) for start, end in offsets]
