"""Which words differ between two texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from mtqa.core.spans import Span

__all__ = ["Change", "Part", "changes", "compared"]

_TOKEN = re.compile(r"\w+|\s|[^\w\s]")
_SHOWN = re.compile(r"\S+|\s")


@dataclass(frozen=True, slots=True)
class Change:
    """``span`` of the text before becomes ``text``."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of both texts: ``kept``, or what was ``removed`` and ``added`` in its place."""

    kept: str = ""
    removed: str = ""
    added: str = ""


def changes(before: str, after: str) -> tuple[Change, ...]:
    """The smallest changes of whole words that turn one text into the other, in order."""
    return _changes(before, after, _TOKEN)


def _changes(before: str, after: str, token: re.Pattern[str]) -> tuple[Change, ...]:
    old, new = _tokens(before, token), _tokens(after, token)
    matcher = SequenceMatcher(None, [words for words, _ in old], [words for words, _ in new], autojunk=False)
    return tuple(
        Change(_covered(old, low, high, len(before)), _covered(new, start, end, len(after)).of(after))
        for kind, low, high, start, end in matcher.get_opcodes()
        if kind != "equal"
    )


def compared(before: str, after: str) -> tuple[Part, ...]:
    """Both texts in parts, for a reader: words with their marks, and changes with but a space between them are one."""
    parts: list[Part] = []
    for part in _parts(before, after):
        if part.removed or part.added:
            if len(parts) > 1 and parts[-1].kept and parts[-1].kept.isspace():
                gap, last = parts.pop().kept, parts.pop()
                part = Part(removed=last.removed + gap + part.removed, added=last.added + gap + part.added)
            parts.append(part)
        elif part.kept:
            parts.append(part)
    return tuple(parts)


def _parts(before: str, after: str) -> Iterator[Part]:
    at = 0
    for change in _changes(before, after, _SHOWN):
        yield Part(kept=before[at : change.span.start])
        yield Part(removed=change.span.of(before), added=change.text)
        at = change.span.end
    yield Part(kept=before[at:])


def _tokens(text: str, token: re.Pattern[str]) -> list[tuple[str, Span]]:
    return [(found[0], Span(*found.span())) for found in token.finditer(text)]


def _covered(tokens: list[tuple[str, Span]], first: int, last: int, end: int) -> Span:
    start = tokens[first][1].start if first < len(tokens) else end
    return Span(start, tokens[last - 1][1].end if last > first else start)
