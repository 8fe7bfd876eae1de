"""The exception tree.

MtqaError                 anything a user can put right; the command line prints it in one line and exits with 2
├── InputError            a document cannot be read: missing, binary, empty, too large, malformed
├── ConfigError           a flag or a setting is wrong
│   └── UnknownRate       a false-alarm rate that a model has no threshold for
├── ModelError            a model is missing, corrupt or unfit
└── UnknownName           a format, signal, rule, renderer or model that is not registered
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable

__all__ = [
    "ConfigError",
    "InputError",
    "ModelError",
    "MtqaError",
    "UnknownName",
    "UnknownRate",
    "shortened",
    "shown",
]


class MtqaError(Exception):
    """Base of all errors that mtqa raises on purpose. The message is one line that ends with a remedy.

    Attributes:
        problem: the message, without the name of the document that it is about.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.problem = message


class InputError(MtqaError):
    """A document that cannot be read.

    Args:
        uri: its path or name; empty where whoever asked knows it.
        problem: why, and what to do.
    """

    def __init__(self, uri: str | os.PathLike[str], problem: str) -> None:
        self.uri = os.fspath(uri)
        super().__init__(f"{self.uri}: {problem}" if self.uri else problem)
        self.problem = problem

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        return InputError, (self.uri, self.problem)  # processes hand it on


class ConfigError(MtqaError):
    """A flag or setting that cannot be honoured."""


class UnknownRate(ConfigError):  # noqa: N818
    """A false-alarm rate that a model has no threshold for."""


class ModelError(MtqaError):
    """A model that is missing, corrupt or unfit for the request."""


class UnknownName(MtqaError):  # noqa: N818
    """A name that is not in a registry; the message names the nearest one.

    Args:
        kind: what was looked up, e.g. ``"rule"``.
        name: the name as given.
        known: every registered name.
        listed: where they are listed, if they are too many for a message: ``"'mtqa explain' lists them"``.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], listed: str = "") -> None:
        known = sorted(known)
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else listed or f"known: {', '.join(known)}"
        super().__init__(f"unknown {kind} '{shortened(name)}'; {hint}")


def shown(value: object) -> str:
    """A wrong value as a message shows it: the JSON of it, shortened."""
    try:
        return shortened(json.dumps(value, default=str, ensure_ascii=False))
    except ValueError:  # TOML's hexadecimal numbers may be of any length, what is spelled in decimals may not
        return "a number of thousands of digits"


def shortened(text: str, most: int = 60) -> str:
    """``text``, cut and ended with ``…`` where it has more than ``most`` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
