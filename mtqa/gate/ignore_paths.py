"""Files that the gate leaves out, by patterns in the syntax of gitignore."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from mtqa.config.patterns import FEW, is_costly
from mtqa.core.errors import ConfigError
from mtqa.gate.ignore_lists import lines_of

__all__ = ["IGNORE_FILE", "PathIgnores"]

IGNORE_FILE = ".mtqaignore"


@dataclass(frozen=True, slots=True)
class PathIgnores:
    """Patterns relative to a folder; of several that match a file the last one decides, as in Git.

    Attributes:
        root: the folder; files elsewhere never match.
        spec: the patterns.
        places: where each pattern stands, for people.
    """

    root: Path
    spec: GitIgnoreSpec
    places: tuple[str, ...]

    @classmethod
    def load(cls, root: Path, patterns: Sequence[str] = ()) -> PathIgnores:
        """The patterns of ``.mtqaignore`` in ``root``, where there is one, and behind them ``patterns``.

        Raises:
            ConfigError: the file cannot be read or is not UTF-8, or a pattern is not in the syntax of gitignore or
                has too many ``*``.
        """
        file = root / IGNORE_FILE
        lines = lines_of(file) if os.path.lexists(file) else []
        placed = [
            *((f"{file}, line {number}", line) for number, line in enumerate(lines, start=1)),
            *((f"ignore pattern {number}", line) for number, line in enumerate(patterns, start=1)),
        ]
        placed = [(place, line) for place, line in placed if line.strip() and not line.startswith("#")]
        for place, line in placed:
            if is_costly(line):
                raise ConfigError(f"{place}: '{line.strip()}' would take minutes; make do with {FEW}")
            if not _is_pattern(line):
                raise ConfigError(f"{place}: '{line.strip()}' is not a gitignore pattern; correct it or remove it")
        return cls(root, _spec(line for _, line in placed), tuple(place for place, _ in placed))

    def matches(self, path: Path) -> bool:
        """Whether the file ``path`` is left out. A relative path is relative to the current folder."""
        return self.reason(path) is not None

    def reason(self, path: Path) -> str | None:
        """Why the file ``path`` is left out, in a sentence; None if it is not."""
        below = _below(self.root, path)
        if below is None:
            return None
        found = self.spec.check_file(below)
        return f"path ignored by {self.places[found.index]}" if found.include and found.index is not None else None


def _below(root: Path, path: Path) -> str | None:
    """``path`` relative to ``root``, by its name or else by where links lead to its folder; None outside."""
    try:
        for folder, file in (
            (Path(os.path.normpath(root.absolute())), Path(os.path.normpath(path.absolute()))),
            (root.resolve(), path.parent.resolve() / path.name),
        ):
            if file != folder and file.is_relative_to(folder):
                return file.relative_to(folder).as_posix()
    except (OSError, ValueError, RuntimeError):  # a name that no file can have, or links in a circle
        return None
    return None


def _is_pattern(line: str) -> bool:
    # Git silently drops some patterns; a character class such as [[:alpha:]] is Git's, but unknown to pathspec.
    try:
        return "[:" not in line and all(pattern.include is not None for pattern in _spec([line]).patterns)
    except ValueError:
        return False


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return GitIgnoreSpec.from_lines(lines)
        except re.error as error:
            raise ValueError(str(error)) from None
