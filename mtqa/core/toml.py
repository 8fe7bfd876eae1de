"""TOML out of files that a folder names."""

from __future__ import annotations

import re
import tomllib
from typing import Any

__all__ = ["loads"]

_PART = r"""(?:"[^"\n]{0,100}"|'[^'\n]{0,100}'|[\w-]{1,100})[ \t]{0,9}\.[ \t]{0,9}"""
_LONG_KEY = re.compile(f"(?:{_PART}){{100}}")


def loads(text: str) -> dict[str, Any]:
    """The tables in ``text``.

    Raises:
        ValueError: it is no TOML.
        RecursionError: it is nested too deeply, or a key has over a hundred parts: tomllib takes memory in the square
            of their number.
    """
    if _LONG_KEY.search(text):
        raise RecursionError
    return tomllib.loads(text)
