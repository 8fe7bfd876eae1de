"""Files that the gate leaves out, by patterns in the syntax of gitignore."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mtqa.config.patterns import Pattern, decisive, is_pattern
from mtqa.core.errors import ConfigError
from mtqa.gate.ignore_lists import lines_of

__all__ = ["IGNORE_FILE", "PathIgnores"]

IGNORE_FILE = ".mtqaignore"


@dataclass(frozen=True, slots=True)
class PathIgnores:
    """Patterns relative to a folder; of several that match a file the last one decides, as in Git.

    Attributes:
        root: the folder; files elsewhere never match.
        patterns: in order.
        places: where each pattern stands, for people.
    """

    root: Path
    patterns: tuple[Pattern, ...]
    places: tuple[str, ...]

    @classmethod
    def load(cls, root: Path, patterns: Sequence[str] = ()) -> PathIgnores:
        """The patterns of ``.mtqaignore`` in ``root``, where there is one, and behind them ``patterns``.

        Raises:
            ConfigError: the file cannot be read or is not UTF-8, or a pattern is not in the syntax of gitignore.
        """
        file = root / IGNORE_FILE
        lines = lines_of(file) if os.path.lexists(file) else []
        placed = [
            *((f"{file}, line {number}", line) for number, line in enumerate(lines, start=1)),
            *((f"ignore pattern {number}", line) for number, line in enumerate(patterns, start=1)),
        ]
        placed = [(place, line) for place, line in placed if line.strip() and not line.startswith("#")]
        for place, line in placed:
            if not is_pattern(line):
                raise ConfigError(f"{place}: '{line.strip()}' is not a gitignore pattern; correct it or remove it")
        return cls(root, tuple(Pattern(line) for _, line in placed), tuple(place for place, _ in placed))

    def matches(self, path: Path) -> bool:
        """Whether the file ``path`` is left out. A relative path is relative to the current folder."""
        return self.reason(path) is not None

    def reason(self, path: Path) -> str | None:
        """Why the file ``path`` is left out, in a sentence; None if it is not."""
        below = _below(self.root, path)
        if below is None:
            return None
        found = decisive(self.patterns, below)
        return None if found is None or self.patterns[found].takes_back else f"path ignored by {self.places[found]}"


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
