"""Which languages are written without spaces between words, and which in other letters than Latin ones."""

from __future__ import annotations

__all__ = ["NOT_LATIN", "UNSPACED"]

UNSPACED = frozenset({"ja", "th", "zh"})
NOT_LATIN = UNSPACED | {"ar", "bg", "bn", "el", "fa", "he", "hi", "ko", "ru", "uk"}
"""Of those that are detected, by BCP 47 tag."""
