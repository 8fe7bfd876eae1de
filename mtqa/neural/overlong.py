"""What is longer than any word, and how much of it networks read: they would take minutes over what says nothing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

from mtqa.core.spans import Span

__all__ = ["LONGEST", "READ", "shortened", "without_tails"]

LONGEST = 250
"""Characters without white space between them, from which on they are no words that anybody reads."""
READ = 40
"""Characters that are read of such."""

_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_OVERLONG = re.compile(rf"[^\s{_UNSPACED}]{{{LONGEST + 1},}}")

_Id = TypeVar("_Id")


def without_tails(
    text: str, ids: Sequence[_Id], offsets: Sequence[tuple[int, int]]
) -> tuple[Sequence[_Id], Sequence[tuple[int, int]]]:
    """The pieces of ``text`` that are read, and their offsets: of a run of characters that is longer than any word, in
    a script that has spaces between words, those of its beginning."""
    tails = [Span(run.start() + READ, run.end()) for run in _OVERLONG.finditer(text)] if len(text) > LONGEST else []
    if not tails:
        return ids, offsets
    kept = [k for k, (start, _) in enumerate(offsets) if not _is_inside(start, tails)]
    return [ids[k] for k in kept], [offsets[k] for k in kept]


def shortened(text: str) -> str:
    """``text`` without what is not read of it."""
    return _OVERLONG.sub(lambda run: run[0][:READ], text) if len(text) > LONGEST else text


def _is_inside(at: int, spans: Sequence[Span]) -> bool:
    before = bisect_right(spans, at, key=lambda span: span.start)
    return before > 0 and at < spans[before - 1].end
