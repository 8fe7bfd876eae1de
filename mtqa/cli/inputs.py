"""What a command is given to judge: paths, web addresses, and standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError
from mtqa.core.report import Failure
from mtqa.formats import MAX_BYTES, read_all, read_bytes
from mtqa.web import fetch, is_url

__all__ = ["STDIN", "check_inputs", "opened", "piped"]

STDIN = "-"
"""In the place of a path: standard input."""


def check_inputs(paths: Sequence[str], stdin_filename: str | None) -> None:
    """Raises ConfigError where there is nothing to judge, or a name for standard input that is not asked for."""
    if not paths:
        raise ConfigError("no articles; name files, folders or patterns, or - for standard input")
    if stdin_filename is not None and STDIN not in paths:
        raise ConfigError("--stdin-filename needs - among the paths; add it")


def opened(name: str, input_format: str | None, language: str | None) -> tuple[list[Document], list[Failure]]:
    """Every document in the file or at the address ``name``, and what of it cannot be read. Raises InputError where
    nothing can."""
    if not is_url(name):
        return read_all(name, format=input_format, language=language)
    page = fetch(name, format=input_format)
    return read_bytes(page.raw, name, format=page.format, language=language)


def piped(paths: Sequence[str], name: str) -> tuple[str, bytes] | None:
    """Standard input under ``name``, where ``paths`` ask for it."""
    return (name, sys.stdin.buffer.read(MAX_BYTES + 1)) if STDIN in paths else None
