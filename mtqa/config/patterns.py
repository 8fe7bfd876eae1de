"""Patterns of paths in the style of .gitignore."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pathspec import GitIgnoreSpec

__all__ = ["Patterns", "is_pattern"]


def is_pattern(line: str) -> bool:
    """Whether ``line`` can match anything: neither blank, nor a comment, nor malformed."""
    try:
        return any(pattern.include is not None for pattern in GitIgnoreSpec.from_lines([line]).patterns)
    except (ValueError, IndexError, re.error):  # malformed; blank; a range such as [z-a]
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
        for place in (os.path.abspath(path), os.path.realpath(path)):  # noqa: PTH100 - links are followed only second
            if Path(place).is_relative_to(self.folder):
                return _compiled(self.lines).match_file(Path(place).relative_to(self.folder).as_posix())
        return False


@lru_cache
def _compiled(lines: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(lines)
