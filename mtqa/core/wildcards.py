"""Wildcards in names and paths, matched in time that grows with the name, whatever the pattern.

A pattern is cut at its stars into pieces of a fixed length. Each is looked for once, at the first place behind the one
before it: no later place could do better, so nothing is ever tried again.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from mtqa.core.errors import ConfigError

__all__ = ["DEEP", "Name", "Run", "files_named", "has_wildcards"]

DEEP = "**"
"""The part of a path's pattern that stands for any folders, or none."""

_Char = Callable[[str], bool]


class Name:
    """A pattern of one name: ``*`` stands for any characters, ``?`` for one, ``[a-z]`` and ``[!a-z]`` for one of some.

    Args:
        pattern: without a slash.
        git: as in .gitignore: ``\\`` takes what follows literally, ``[^a]`` is ``[!a]``, and a pattern that cannot
            match is refused; else as a shell has it, where what is no wildcard stands for itself.

    Raises:
        ValueError: ``git``, and a bracket or a backslash is left open, or a range runs backwards, or there is a class
            such as ``[:alpha:]``.
    """

    def __init__(self, pattern: str, *, git: bool = False) -> None:
        pieces: list[list[str | _Char]] = [[]]
        at = 0
        while at < len(pattern):
            char = pattern[at]
            at += 1
            if char == "*":
                pieces.append([])
            elif char == "?":
                pieces[-1].append(_any)
            elif char == "[":
                found, at = _bracket(pattern, at, git)
                pieces[-1].append(found)
            elif char == "\\" and git:
                if at == len(pattern):
                    raise ValueError("a backslash at the end")
                pieces[-1].append(pattern[at])
                at += 1
            else:
                pieces[-1].append(char)
        self.hidden = pattern.startswith(".")
        self._first, *self._middle = (_Piece(piece) for piece in pieces)
        self._last = self._middle.pop() if self._middle else None
        self._middle = [piece for piece in self._middle if piece.size]

    def __call__(self, name: str) -> bool:
        """Whether it matches the whole of ``name``."""
        if self._last is None:
            return len(name) == self._first.size and self._first.at(name, 0)
        start, end = self._first.size, len(name) - self._last.size
        if start > end or not self._first.at(name, 0) or not self._last.at(name, end):
            return False
        for piece in self._middle:
            start = piece.find(name, start, end)
            if start < 0:
                return False
            start += piece.size
        return True


class Run:
    """Patterns of consecutive names, as they stand between two ``**``."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = tuple(names)
        self.size = len(self._names)

    def at(self, names: Sequence[str], start: int) -> bool:
        """Whether they match ``names`` from ``start`` on."""
        there = names[start : start + self.size]
        return len(there) == self.size and all(one(name) for one, name in zip(self._names, there, strict=True))

    def find(self, names: Sequence[str], start: int, end: int) -> int:
        """The first place from ``start`` on where they match before ``end``; -1 where there is none."""
        places = range(start, end - self.size + 1)
        return next((place for place in places if self.at(names, place)), -1)


class _Piece:
    """Characters that follow each other: literal ones, or conditions on one."""

    def __init__(self, chars: Sequence[str | _Char]) -> None:
        self.size = len(chars)
        self._chars = chars
        self._text = "".join(char for char in chars if isinstance(char, str))
        self._literal = len(self._text) == self.size

    def at(self, name: str, start: int) -> bool:
        if self._literal:
            return name.startswith(self._text, start)
        there = name[start : start + self.size]
        return len(there) == self.size and all(
            char == own if isinstance(own, str) else own(char) for own, char in zip(self._chars, there, strict=True)
        )

    def find(self, name: str, start: int, end: int) -> int:
        if self._literal:
            return name.find(self._text, start, end)
        places = range(start, end - self.size + 1)
        return next((place for place in places if self.at(name, place)), -1)


def _any(char: str) -> bool:
    return True


def _bracket(pattern: str, at: int, git: bool) -> tuple[str | _Char, int]:
    """What a bracket whose inside begins ``at`` stands for, and where the pattern goes on."""
    start = at
    negated = pattern[at : at + 1] in (("!", "^") if git else ("!",))
    at += negated
    chars: list[str] = []
    ranges: list[tuple[str, str]] = []
    first = True
    while at < len(pattern) and (first or pattern[at] != "]"):
        first = False
        if git and pattern.startswith("[:", at):
            raise ValueError("a class of characters by name")
        low, at = _member(pattern, at, git)
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(pattern, at + 1, git)
            if low > high and git:
                raise ValueError("a range that runs backwards")
            ranges.append((low, high))
        else:
            chars.append(low)
    if at >= len(pattern):
        if git:
            raise ValueError("a bracket that is left open")
        return "[", start
    some = frozenset(chars)
    return lambda char: (char in some or any(low <= char <= high for low, high in ranges)) != negated, at + 1


def _member(pattern: str, at: int, git: bool) -> tuple[str, int]:
    if git and pattern[at] == "\\":
        at += 1
    if at >= len(pattern):
        raise ValueError("a bracket that is left open")
    return pattern[at], at + 1


def has_wildcards(pattern: str) -> bool:
    """Whether a path is a pattern: it has a ``*``, ``?`` or ``[``."""
    return any(char in pattern for char in "*?[")


def files_named(pattern: str, *, most: float = math.inf) -> list[Path]:
    """What a pattern of paths names, files and folders, sorted.

    ``*`` does not match a name that begins with a dot; ``**`` stands for folders that do not, links to folders left
    out. Each folder is looked into once, however many ways lead to it.

    Raises:
        ConfigError: it leads through more than ``most`` folders.
    """
    parts = [part for part in pattern.split("/") if part]
    plain = next((n for n, part in enumerate(parts) if has_wildcards(part)), len(parts))
    root = Path("/" if pattern.startswith("/") else "", *parts[:plain])
    names = [DEEP if part == DEEP else part if part in (".", "..") else Name(part) for part in parts[plain:]]
    return sorted({path for path in _walked(root, names, most) if not pattern.endswith("/") or path.is_dir()})


def _walked(root: Path, parts: Sequence[Name | str], most: float) -> Iterator[Path]:
    """The paths below ``root`` that ``parts`` lead to; errors as of ``files_named``."""
    todo: list[tuple[Path, frozenset[int]]] = [(root, _on(frozenset((0,)), parts))]
    been: dict[str, frozenset[int]] = {}
    while todo:
        folder, states = todo.pop()
        place = os.path.normpath(folder)
        states -= been.get(place, frozenset())
        if not states:
            continue
        been[place] = been.get(place, frozenset()) | states
        if len(been) > most:
            raise ConfigError(f"more than {most:,} folders to look into; name one that is nearer to the files")
        if len(parts) in states and folder.parts and os.path.lexists(folder):
            yield folder
        for state in states:
            if state < len(parts) and parts[state] in (".", ".."):
                todo.append((folder / str(parts[state]), _on(frozenset((state + 1,)), parts)))
        try:
            with os.scandir(folder) as entries:
                found = [(entry.name, entry.is_dir(), entry.is_symlink()) for entry in entries]
        except (OSError, ValueError):
            continue
        for name, is_folder, is_link in found:
            after = frozenset(_after(name, is_link or not is_folder, states, parts))
            if after and is_folder:
                todo.append((folder / name, _on(after, parts)))
            elif len(parts) in after:
                yield folder / name


def _after(name: str, shallow: bool, states: frozenset[int], parts: Sequence[Name | str]) -> Iterator[int]:
    """Where in ``parts`` one is behind ``name``; a ``shallow`` one is nothing that ``**`` goes through."""
    for state in states:
        part = parts[state] if state < len(parts) else ""
        if isinstance(part, Name):
            if part(name) and (part.hidden or not name.startswith(".")):
                yield state + 1
        elif part == DEEP and not name.startswith("."):
            if not shallow:
                yield state
            if state + 1 == len(parts):
                yield state + 1


def _on(states: frozenset[int], parts: Sequence[Name | str]) -> frozenset[int]:
    """With what lies behind a ``**`` that stands for no folder."""
    found = set(states)
    for state in sorted(states):
        while state < len(parts) and parts[state] == DEEP:
            state += 1
            found.add(state)
    return frozenset(found)
