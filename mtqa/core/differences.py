"""Which words of two texts differ, for those who show it, write it or take single words over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from mtqa.core.documents import WORD
from mtqa.core.spans import Span

__all__ = ["Change", "Part", "apply", "changes", "compared", "differences", "rewordings"]

_WORDS_AND_MARKS = re.compile(rf"{WORD.pattern}|[^\w\s]")
_EVERYTHING = re.compile(r"\w+|\s|[^\w\s]")
_AS_READ = re.compile(r"\S+|\s")


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


def differences(one: str, other: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Spans of ``one`` and of ``other`` that the other text does not have in that place, in order: words with their
    marks, or blanks; what differs side by side is one span."""
    mine: list[Span] = []
    others: list[Span] = []
    a = b = 0
    for part in compared(one, other):
        mine += _inked(part.removed, a)
        others += _inked(part.added, b)
        a += len(part.kept) + len(part.removed)
        b += len(part.kept) + len(part.added)
    return tuple(mine), tuple(others)


def changes(before: str, after: str) -> tuple[Change, ...]:
    """The smallest changes of whole words, marks and blanks that turn one text into the other, in order."""
    return _changes(before, after, _EVERYTHING)


def rewordings(before: str, after: str) -> tuple[Change, ...]:
    """As ``changes``, but blanks between equal words make no difference, words that differ side by side are one change,
    and words added or left out come with the blanks around them."""
    return _changes(before, after, _WORDS_AND_MARKS)


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


def apply(text: str, made: Iterable[Change]) -> str:
    """``text`` with changes, which must not overlap."""
    for change in sorted(made, key=lambda change: change.span, reverse=True):
        text = text[: change.span.start] + change.text + text[change.span.end :]
    return text


def _inked(text: str, at: int) -> Iterator[Span]:
    """Where ``text``, which begins ``at``, has more than blanks at its ends; all of it where it has nothing else."""
    if text:
        inked = text.strip() or text
        start = at + text.index(inked)
        yield Span(start, start + len(inked))


def _parts(before: str, after: str) -> Iterator[Part]:
    at = 0
    for change in _changes(before, after, _AS_READ):
        yield Part(kept=before[at : change.span.start])
        yield Part(removed=change.span.of(before), added=change.text)
        at = change.span.end
    yield Part(kept=before[at:])


def _changes(before: str, after: str, token: re.Pattern[str]) -> tuple[Change, ...]:
    return tuple(
        Change(old.tokens, new.tokens.of(after)) if old.tokens and new.tokens else Change(old.room, new.room.of(after))
        for old, new in _unlike(before, after, token)
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """Tokens that the other text does not have, None where there are none, and the room between their neighbours."""

    tokens: Span | None
    room: Span


def _unlike(one: str, other: str, token: re.Pattern[str]) -> Iterator[tuple[_Run, _Run]]:
    mine, others = ([Span(*found.span()) for found in token.finditer(text)] for text in (one, other))
    a, b = [span.of(one) for span in mine], [span.of(other) for span in others]
    for kind, low, high, start, end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind != "equal":
            yield _run(mine, low, high, len(one)), _run(others, start, end, len(other))


def _run(tokens: list[Span], low: int, high: int, size: int) -> _Run:
    inside = Span(tokens[low].start, tokens[high - 1].end) if low < high else None
    room = Span(tokens[low - 1].end if low else 0, tokens[high].start if high < len(tokens) else size)
    return _Run(inside, room)
