"""What a command is given to judge: paths, and standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mtqa.core.errors import ConfigError
from mtqa.formats import MAX_BYTES

__all__ = ["STDIN", "check_inputs", "piped"]

STDIN = "-"
"""In the place of a path: standard input."""


def check_inputs(paths: Sequence[str], stdin_filename: str | None) -> None:
    """Raises ConfigError where there is nothing to judge, or a name for standard input that is not asked for."""
    if not paths:
        raise ConfigError("no articles; name files, folders or patterns, or - for standard input")
    if stdin_filename is not None and STDIN not in paths:
        raise ConfigError("--stdin-filename needs - among the paths; add it")


def piped(paths: Sequence[str], name: str) -> tuple[str, bytes] | None:
    """Standard input under ``name``, where ``paths`` ask for it."""
    return (name, sys.stdin.buffer.read(MAX_BYTES + 1)) if STDIN in paths else None
