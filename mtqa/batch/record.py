"""A document as it was read."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A document as it was read.

    Attributes:
        file: it came from.
        line: where in that file, from 1, or which row of a Parquet file; None for an article, which is a whole file.
        raw: a JSON object, or the bytes of the article.
        source: name and bytes of the file that an article was translated from.
        error: why it cannot be judged, where reading it has already told.
    """

    file: str
    line: int | None
    raw: bytes
    source: tuple[str, bytes] | None = None
    error: str | None = None
