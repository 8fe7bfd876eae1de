"""The key of a server: out of the environment or a program of the user's, never out of a file of a project."""

from __future__ import annotations

import os
import subprocess

from mtqa.core.errors import ConfigError
from mtqa.core.llm import LlmSettings

__all__ = ["key_of"]

_PATIENCE = 30.0  # seconds for a program that may ask the user
_LONGEST = 4096


def key_of(settings: LlmSettings) -> str:
    """The key; empty for none. Raises ConfigError, which never shows it, where it cannot be had, cannot stand in a
    header or would go over the network in the clear."""
    key = _printed(settings.key_command) if settings.key_command else os.environ.get(settings.key_env, "")
    key = key.strip()
    if not key:
        return ""
    where = "what key-command prints" if settings.key_command else settings.key_env
    if not key.isascii() or not key.isprintable() or " " in key or len(key) > _LONGEST:
        raise ConfigError(
            f"{where} cannot be a key: it has spaces, line breaks or characters other than ASCII; check it"
        )
    if not settings.encrypted and not settings.local:
        raise ConfigError(f"{where} would go to {settings.host} unencrypted; use https")
    return key


def _printed(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(f"key-command took longer than {_PATIENCE:g} s; run it by hand to see why") from None
    except (OSError, ValueError):
        raise ConfigError(f"key-command '{command[0]}' cannot be run; check its name") from None
    if done.returncode != 0:
        raise ConfigError(f"key-command failed with exit code {done.returncode}; run it by hand to see why")
    lines = done.stdout[: 2 * _LONGEST].decode("utf-8", "replace").splitlines()
    return lines[0] if lines else ""
