"""Texts cut short, after a whole word where they have one."""

from __future__ import annotations

__all__ = ["excerpt", "whole_words"]


def excerpt(text: str, most: int, end: str = "…") -> str:
    """``text``, or its first words and ``end`` where it has more than ``most`` characters."""
    if len(text) <= most:
        return text
    return whole_words(text, text[: most - len(end)]) + end


def whole_words(text: str, begin: str) -> str:
    """``begin``, which ``text`` begins with, without the part of a word and the blanks at its end; as it is where it is
    all one word."""
    inside = not begin[-1:].isspace() and not text[len(begin) : len(begin) + 1].isspace()
    words = begin.split()
    return begin.removesuffix(words[-1]).rstrip() if inside and len(words) > 1 else begin.rstrip()
