"""Patterns of paths in the style of .gitignore."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pathspec import GitIgnoreSpec

__all__ = ["FEW", "Patterns", "is_costly", "is_pattern"]

FEW = "at most 3 * in a name and 5 in all"
"""What a pattern may have, in words: more of them take minutes on a name that nearly matches."""


def is_pattern(line: str) -> bool:
    """Whether ``line`` can match anything, and soon: neither blank, nor a comment, nor malformed, nor costly."""
    try:
        return not is_costly(line) and any(
            pattern.include is not None for pattern in GitIgnoreSpec.from_lines([line]).patterns
        )
    except (ValueError, IndexError, re.error):  # malformed; blank; a range such as [z-a]
        return False


def is_costly(line: str) -> bool:
    """Whether a pattern has more ``*`` than ``FEW``: a ``*`` that is a whole name matches in one way and is none, and
    ``**`` is one."""
    stars = [{"*": 0, "**": 1}.get(name, name.count("*")) for name in line.strip().split("/")]
    return max(stars) > 3 or sum(stars) > 5


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
