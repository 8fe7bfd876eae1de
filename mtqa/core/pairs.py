"""Blocks beside what they were translated from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from mtqa.core.documents import Document, Segment, Unit
from mtqa.core.folding import Folding
from mtqa.core.spans import Span

__all__ = ["Pair", "pairs_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A block that signals read, with its source; no invisible characters in either.

    Attributes:
        source, target: the texts, without white space around them.
        source_language, language: BCP 47 tags; ``"und"`` where it is not known.
        unit: what else the file says of it.
        key: the format's own name for it.
        segments: the sentences of the block, in order.
        starts: where each begins in ``target``.
    """

    source: str
    target: str
    source_language: str
    language: str
    unit: Unit
    key: str
    segments: tuple[Segment, ...]
    starts: tuple[int, ...]

    def place(self, span: Span) -> tuple[Segment, Span]:
        """The segment that a span of the target begins in or behind, and its part of it, as of a flag."""
        number = max(0, sum(start <= span.start for start in self.starts) - 1)
        segment, start = self.segments[number], self.starts[number]
        low, high = (min(max(at - start, 0), len(segment.text)) for at in (span.start, span.end))
        return segment, Span(low, high).shift(segment.span.start)


def pairs_of(document: Document, found: Sequence[Segment], segments: Sequence[Segment]) -> tuple[Pair, ...]:
    """The blocks of a document that have a source and are read whole.

    Args:
        found: its segments as they stand; ``segments``: the same without invisible characters.
    """
    pairs = []
    for ordinal, group in groupby(zip(found, segments, strict=True), key=lambda both: both[0].block):
        block, both = document.blocks[ordinal], list(group)
        if block.source is None or not all(segment.read for segment, _ in both):
            continue
        text, starts, end = [], [], both[0][0].span.start
        for as_found, folded in both:
            text.append(document.text[end : as_found.span.start])
            starts.append(sum(map(len, text)))
            text.append(folded.text)
            end = as_found.span.end
        unit = block.unit or Unit(source=block.source)
        if unit.draft:
            continue
        pairs.append(
            Pair(
                source=Folding.of(block.source).text.strip(),
                target="".join(text),
                source_language=document.source_language or "und",
                language=document.language,
                unit=unit,
                key=block.key,
                segments=tuple(folded for _, folded in both),
                starts=tuple(starts),
            )
        )
    return tuple(pairs)
