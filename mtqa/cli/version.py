"""The version, and how numbers are made with it."""

from __future__ import annotations

import mtqa
from mtqa.core.errors import MtqaError

__all__ = ["version"]


def version() -> str:
    """A line with the version and one with the signature of the model that comes with mtqa, or what is wrong with
    it."""
    from mtqa.checker import signature_of

    lines = [f"mtqa {mtqa.__version__}"]
    try:
        lines.append(str(signature_of()))
    except MtqaError as error:
        lines.append(f"no signature: {error}")
    return "\n".join(lines)
