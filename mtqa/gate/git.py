"""What git knows of files.

A repository may be anybody's, and its configuration can name programs for git to run. Every call of git goes through
one function here, in which a repository can make it run none. The configuration of the user and of the system is
trusted, as is the environment, but for what would lead git to another repository than the one that files lie in.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from mtqa.core.errors import ConfigError

__all__ = ["git", "ignored"]

_PATIENCE = 30.0  # seconds: a pipe in the place of .gitignore would be waited for
_MOST_FILTERS = 100
_TRUSTED = re.compile(  # of what begins with GIT_; the others lead to other repositories, or steer what git runs
    r"GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|PARAMETERS|COUNT|KEY_\d+|VALUE_\d+)|CEILING_DIRECTORIES|EXEC_PATH"
    r"|DISCOVERY_ACROSS_FILESYSTEM)"
)
_INERT: Mapping[str, str] = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,  # writing the index runs a hook
    "core.pager": "cat",
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.askPass": "",
    "credential.helper": "",
    "protocol.allow": "never",  # a partial clone would fetch what it lacks, by a program that the repository names
    "safe.bareRepository": "explicit",  # one may lie among the articles
    "submodule.recurse": "false",
}
_DIFFERENCES = ("diff", "log", "show")
_INERT_DIFF = ("--no-ext-diff", "--no-textconv", "--ignore-submodules=all")  # a submodule has other settings
_FILTER = re.compile(r"filter\.(.*)\.[^.]*", re.DOTALL)


def git(folder: Path, *arguments: str) -> bytes:
    """What ``git`` prints when it is run in ``folder``. Raises ConfigError where it fails or is not installed."""
    try:
        done = _run(folder, *arguments)
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"git {arguments[0]} took more than half a minute; see whether 'git status' ends, "
            "or leave --changed-since out"
        ) from None
    if done is None:
        raise ConfigError("git is not installed; install it, or leave --changed-since out")
    if done.returncode:
        raise ConfigError(_failed(folder, arguments[0], done.stderr.decode("utf-8", "replace")))
    return done.stdout


def _failed(folder: Path, command: str, said: str) -> str:
    """What went wrong with git in ``folder``, and what to do."""
    if "not a git repository" in said:
        return f"{folder}: not in a git repository; run this in one, or leave --changed-since out"
    if "dubious ownership" in said:
        trust = f"git config --global --add safe.directory {shlex.quote(str(folder))}"
        return f"{folder}: git does not trust the owner of this repository; if you do, run: {trust}"
    lines = said.strip().splitlines() or ["no message"]
    told = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[-1])
    return (
        f"git could not compare the files ({command}: {told.partition(': ')[2] or told}); complete the clone if it "
        "is a partial one, see what 'git status' says, or leave --changed-since out"
    )


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
        with suppress(subprocess.TimeoutExpired, ConfigError):
            done = _run(root, "check-ignore", "-z", "--stdin", given=b"\0".join(names))
            if done is not None:
                found.update(names[name] for name in done.stdout.split(b"\0") if name)
    return found


def _place(folder: Path) -> tuple[Path, Path | None]:
    """Where links lead to ``folder``, and the root of its repository."""
    whole = folder.resolve()
    return whole, next((above for above in (whole, *whole.parents) if os.path.lexists(above / ".git")), None)


def _run(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes] | None:
    """Run git so that the repository cannot make it run anything else; None where it is not installed."""
    command, *rest = arguments
    listed = _call(folder, {}, "config", "--list", "--show-scope", "--name-only", "-z")
    if listed is None or listed.returncode:
        return listed
    settings = _filters(listed.stdout)
    inert = _INERT_DIFF if command in _DIFFERENCES else ()
    return _call(folder, settings, command, *inert, *rest, given=given)


def _filters(listed: bytes) -> dict[str, str]:
    """Settings that switch off the filters of contents which a repository brings along. Raises ConfigError where that
    cannot be done."""
    scopes, keys = listed.split(b"\0")[::2], listed.split(b"\0")[1::2]
    own = {os.fsdecode(key) for scope, key in zip(scopes, keys, strict=False) if scope not in (b"system", b"global")}
    names = {found[1] for found in map(_FILTER.fullmatch, own) if found}
    if len(names) > _MOST_FILTERS or any("=" in name for name in names):
        raise ConfigError("the repository configures filters that cannot be switched off; remove them from .git/config")
    return {f"filter.{name}.{key}": "" for name in names for key in ("clean", "smudge", "process")} | {
        f"filter.{name}.required": "false" for name in names
    }


def _call(
    folder: Path, settings: Mapping[str, str], *arguments: str, given: bytes = b""
) -> subprocess.CompletedProcess[bytes] | None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or _TRUSTED.fullmatch(k)}
    environment |= {
        "GIT_ALLOW_PROTOCOL": "none",  # no such protocol
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
    settings = {**_INERT, **settings}
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    try:
        return subprocess.run(  # noqa: S603 - no shell, and revisions are resolved to commits first
            ["git", "-C", str(folder), "--no-pager", *options, *arguments],  # noqa: S607
            input=given,
            capture_output=True,
            check=False,
            env=environment,
            timeout=_PATIENCE,
        )
    except FileNotFoundError:
        return None
