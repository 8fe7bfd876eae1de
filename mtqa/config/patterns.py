"""Patterns of paths in the style of .gitignore, matched in time that is bounded whatever the pattern."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

from mtqa.core.wildcards import DEEP, Name, Run

__all__ = ["Pattern", "Patterns", "decisive", "is_pattern"]


class _Match(IntEnum):
    """How a pattern matches a file; what names the file itself outweighs what names a folder above it."""

    NOT = 0
    FOLDER = 1
    FILE = 2


class Pattern:
    """A line of a .gitignore.

    Args:
        line: neither blank nor a comment.

    Raises:
        ValueError: it can match nothing.

    Attributes:
        takes_back: whether it begins with ``!``: what it matches is not left out.
    """

    def __init__(self, line: str) -> None:
        text = line if line.endswith("\\ ") else line.rstrip()
        self.takes_back = text.startswith("!")
        parts = text.removeprefix("!").split("/")
        self._folders = len(parts) > 1 and not parts[-1]
        parts = parts[:-1] if self._folders else parts
        self._anchored = len(parts) > 1
        parts = parts[1:] if self._anchored and not parts[0] else parts
        if not any(parts):
            raise ValueError("an empty pattern")
        parts = [DEEP if len(part) > 1 and not part.strip("*") else part for part in parts]  # *** is ** to git
        if parts[-1] == DEEP:
            parts.append("*")  # everything in the folder, but not the folder itself
        runs: list[list[Name]] = [[]]
        for part in parts if self._anchored else [DEEP, *parts]:
            if part == DEEP:
                runs.append([])
            else:
                runs[-1].append(Name(part, git=True))
        self._first, *self._others = map(Run, runs)

    def match(self, names: Sequence[str]) -> _Match:
        """How it matches a file by the names on its path."""
        size, place = len(names), self._first.size
        if not self._first.at(names, 0):
            return _Match.NOT
        for run in self._others[:-1]:
            found = run.find(names, place, size)
            if found < 0:
                return _Match.NOT
            place = found + run.size
        last = self._others[-1] if self._others else Run(())
        end = size - last.size
        if not self._folders and (place <= end if self._others else place == end) and last.at(names, end):
            return _Match.FILE
        above = last.find(names, place, size - 1) if self._others else place if place < size else -1
        return _Match.NOT if above < 0 else _Match.FOLDER


def decisive(patterns: Iterable[Pattern], path: str) -> int | None:
    """The ordinal of the pattern that decides whether the file ``path`` is left out; None where none matches."""
    names = path.split("/")
    best, weight = None, _Match.NOT
    for number, pattern in enumerate(patterns):
        match = pattern.match(names)
        if match and match >= weight:
            best, weight = number, match
    return best


def is_pattern(line: str) -> bool:
    """Whether ``line`` can match anything: neither blank, nor a comment, nor malformed."""
    try:
        return bool(line.strip()) and not line.startswith("#") and Pattern(line) is not None
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns and the folder that they are relative to, an absolute path without symbolic links.

    As in .gitignore, the last pattern that matches decides, ``!`` takes a match back, and a pattern that matches a
    folder matches all files below it.
    """

    folder: Path
    lines: tuple[str, ...]

    def match(self, path: str | Path) -> bool:
        """Whether they match the file ``path``. They match nothing outside their folder."""
        patterns = _compiled(self.lines)
        for place in (os.path.abspath(path), os.path.realpath(path)):  # noqa: PTH100 - links are followed only second
            if Path(place).is_relative_to(self.folder):
                found = decisive(patterns, Path(place).relative_to(self.folder).as_posix())
                return found is not None and not patterns[found].takes_back
        return False


@lru_cache
def _compiled(lines: tuple[str, ...]) -> tuple[Pattern, ...]:
    return tuple(Pattern(line) for line in lines)
