"""Languages of single words in documents that programs label all over, rightly or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from mtqa.core.documents import NO_LANGUAGE
from mtqa.core.tags import primary
from mtqa.formats.chunks import Chunk

__all__ = ["with_other_languages"]


def with_other_languages(chunks: Sequence[Chunk], given: str | None) -> list[Chunk]:
    """``chunks`` with the languages of those pieces alone that are in another than most of the text, or than the one
    ``given``. What most of a text is labelled as comes from the template or the keyboard as often as from its author,
    so that it tells nothing of the document; where nearly all is to be in no language, that tells nothing either."""
    sizes: Counter[str] = Counter()
    for chunk in chunks:
        for piece in chunk.pieces:
            sizes[primary(piece.language)] += len(piece.text)
    own = {"", max(sizes, key=sizes.__getitem__, default=""), primary(given or "")}
    if own & {NO_LANGUAGE}:
        own |= {max((tag for tag in sizes if tag != NO_LANGUAGE), key=sizes.__getitem__, default="")}
    return [
        replace(
            chunk,
            pieces=[piece._replace(language="") if primary(piece.language) in own else piece for piece in chunk.pieces],
        )
        for chunk in chunks
    ]
