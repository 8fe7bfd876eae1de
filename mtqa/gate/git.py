"""What git knows of files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from mtqa.core.errors import ConfigError

__all__ = ["git", "ignored"]


def git(folder: Path, *arguments: str) -> bytes:
    """What ``git`` prints when it is run in ``folder``. Raises ConfigError where it fails or is not installed."""
    done = _run(folder, *arguments)
    if done is None:
        raise ConfigError("git is not installed; install it, or leave --changed-since out")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ConfigError(f"git {arguments[0]} failed ({said[-1] if said else 'no message'}); run it in a repository")
    return done.stdout


def ignored(files: Iterable[Path]) -> set[Path]:
    """Those of ``files`` that git ignores and does not track; none outside a repository or where git is missing."""
    by_root: dict[Path, dict[bytes, Path]] = {}
    places = cache(_place)
    for file in files:
        folder, root = places(file.parent)
        if root is not None:
            by_root.setdefault(root, {})[os.fsencode(folder / file.name)] = file
    found: set[Path] = set()
    for root, names in by_root.items():
        done = _run(root, "check-ignore", "-z", "--stdin", given=b"\0".join(names))
        if done is not None:
            found.update(names[name] for name in done.stdout.split(b"\0") if name)
    return found


def _place(folder: Path) -> tuple[Path, Path | None]:
    """Where links lead to ``folder``, and the root of its repository."""
    whole = folder.resolve()
    return whole, next((above for above in (whole, *whole.parents) if os.path.lexists(above / ".git")), None)


def _run(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(  # noqa: S603 - no shell, and revisions are resolved to commits first
            ["git", "-C", str(folder), *arguments],  # noqa: S607
            input=given,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return None
