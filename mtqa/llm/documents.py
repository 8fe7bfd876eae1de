"""Texts as a model gets them, and objects as it gives them: JSON on both ways, in which no text can pass for more than
a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["objects", "quoted", "worded"]

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_MOST_TRIED = 400  # places where an object may begin
_JOINERS = "\u200c\u200d"  # which nobody sees, but words of some scripts have


def quoted(data: Any) -> str:
    """JSON of what a model is to work on, characters as they are."""
    return json.dumps(data, ensure_ascii=False, indent=0).encode("utf-8", "replace").decode()


def worded(said: Any) -> str | None:
    """What a model says, as words on one line; None where it is no text, or holds characters that no text does."""
    text = " ".join(said.split()) if isinstance(said, str) else None
    return text if text is not None and text.translate(dict.fromkeys(map(ord, _JOINERS))).isprintable() else None


def objects(answer: str, key: str) -> Iterator[dict[str, Any]]:
    """The objects in an answer that have ``key``, in order and none inside another. Of an answer that is no JSON as a
    whole, those that are and begin with it: in a fence, among words, or at the front of one that was cut off. Thoughts
    are passed over."""
    answer = _THOUGHT.sub("", answer)
    try:
        yield from _inside(json.loads(answer, strict=False), key)
    except (ValueError, RecursionError):
        yield from _whole(answer, key)


def _inside(data: Any, key: str) -> Iterator[dict[str, Any]]:
    waiting = [data]
    while waiting:
        match waiting.pop():
            case dict() as found if key in found:
                yield found
            case dict() as found:
                waiting += reversed(found.values())
            case list() as found:
                waiting += reversed(found)


def _whole(answer: str, key: str) -> Iterator[dict[str, Any]]:
    begin = re.compile(rf'\{{\s*"{re.escape(key)}"\s*:')
    decoder = json.JSONDecoder(strict=False)
    at = 0
    for _ in range(_MOST_TRIED):
        match = begin.search(answer, at)
        if match is None:
            return
        try:
            found, at = decoder.raw_decode(answer, match.start())
            yield found
        except (ValueError, RecursionError):
            at = match.end()
