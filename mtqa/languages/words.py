"""Sets of words, as packs write them."""

from __future__ import annotations

__all__ = ["words"]


def words(listed: str) -> frozenset[str]:
    """The words of a text: ``words("the a an")``."""
    return frozenset(listed.split())
