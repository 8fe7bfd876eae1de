"""Pieces of texts in messages."""

from __future__ import annotations

from collections.abc import Iterable

from mtqa.core.excerpts import excerpt

__all__ = ["listed", "missing", "shown"]

_LONGEST = 80
_MOST = 4


def shown(text: str, longest: int = _LONGEST) -> str:
    """A piece of a text in quotation marks, cut short."""
    return f"“{excerpt(' '.join(text.split()), longest)}”"


def listed(texts: Iterable[str], last: str = "and") -> str:
    """Several, each once: ``“{n}”, “%s” and 2 more``; ``last`` stands before the last."""
    each = list(dict.fromkeys(texts))
    names = [shown(text) for text in each[:_MOST]]
    if len(each) > _MOST:
        names.append(f"{len(each) - _MOST} more")
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)


def missing(texts: Iterable[str]) -> str:
    """That pieces of the source are missing."""
    each = list(dict.fromkeys(texts))
    return f"{listed(each)} from the source {'are' if len(each) > 1 else 'is'} missing here"
