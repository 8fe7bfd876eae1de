"""From what a network says of pieces to what it says of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from mtqa.core.documents import WORD
from mtqa.core.findings import Category
from mtqa.core.proofreading import WordMark
from mtqa.core.spans import Span

__all__ = ["word_marks", "word_pieces"]


def word_pieces(text: str, offsets: Sequence[tuple[int, int]]) -> Iterator[tuple[Span, slice]]:
    """Each word and its pieces; a word that was cut off has none and is left out."""
    piece = 0
    for match in WORD.finditer(text):
        while piece < len(offsets) and offsets[piece][1] <= match.start():
            piece += 1
        first = piece
        while piece < len(offsets) and offsets[piece][0] < match.end():
            piece += 1
        if piece > first:
            yield Span(*match.span()), slice(first, piece)


def word_marks(
    text: str,
    offsets: Sequence[tuple[int, int]],
    odds: NDArray[Any],
    reasons: NDArray[Any],
    categories: Sequence[Category],
) -> Iterator[WordMark]:
    """Each word is as bad as its worst piece, and for the reasons of that.

    Args:
        offsets: of the pieces, in ``text``.
        odds: log-odds that each piece is marked, and must be (T × 2).
        reasons: probabilities of ``categories`` (T × C).
    """
    for span, pieces in word_pieces(text, offsets):
        of_word = odds[pieces]
        worst = pieces.start + int(of_word[:, 0].argmax())
        yield WordMark(
            span=span,
            marked=float(of_word[:, 0].max()),
            must=float(of_word[:, 1].max()),
            categories=dict(zip(categories, map(float, reasons[worst]), strict=True)),
        )
