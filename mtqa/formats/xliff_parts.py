"""What XLIFF files consist of, for those who read and annotate them."""

from __future__ import annotations

from dataclasses import dataclass, field

from mtqa.core.documents import Empty
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece

__all__ = ["Part", "Target", "XliffFile"]


@dataclass(slots=True)
class Part:
    """What is translated as one: a target, or one segment of it in XLIFF 1.2. ``key`` is the unit's id, and the
    segment's where it has one. ``codes`` are the inline elements in it, as a person names them, ``limit`` the most
    characters that it may have."""

    key: str
    pieces: list[Piece] = field(default_factory=list)
    source: Part | None = None
    codes: list[str] = field(default_factory=list)
    limit: int | None = None

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(slots=True)
class Target:
    """A target element.

    Attributes:
        inner: what stands between its tags.
        outer: the element itself.
        prefix: of its name, with the colon; may be empty.
        parts: what is to be judged: none where it is untranslated or not to be translated.
        tags: where each inline element that is not empty opens and closes: ``(offset, 1 or -1)``.
        cdata: its CDATA sections' characters.
        own: the tags and notes that mtqa wrote earlier, in order.
    """

    inner: Span
    outer: Span
    prefix: str
    parts: list[Part] = field(default_factory=list)
    tags: list[tuple[int, int]] = field(default_factory=list)
    cdata: list[Span] = field(default_factory=list)
    own: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class XliffFile:
    """A file element; ``name`` is its id or the name of the original, ``major`` the XLIFF version, 1 or 2."""

    name: str
    source_language: str | None
    target_language: str | None
    major: int
    targets: list[Target] = field(default_factory=list)
    empty: list[Empty] = field(default_factory=list)
