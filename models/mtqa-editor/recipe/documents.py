"""Marked documents as files hold them, and where the sentences of their lines are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sentencex


def documents_of(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(each) for each in lines]


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    bounds, at = [], 0
    for piece in sentencex.segment("en", text):
        start = text.find(piece, at)
        start = at if start < 0 else start
        at = start + len(piece)
        if piece.strip():
            bounds.append((start, at))
    return bounds or [(0, len(text))]
