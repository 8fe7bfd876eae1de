"""Text without the characters that nobody sees, and the way back to where its characters stand.

Soft hyphens, zero-width spaces and joiners, directional marks, variation selectors, tags: Unicode calls them
default-ignorable, and of a control character a reader sees no more. Nothing that is said of a text may depend on them.
Whatever judges a text is given the folded one; what it points at is moved back.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtqa.core.documents import Segment
from mtqa.core.findings import Edit, ErrorSpan, Evidence, Flag, Verdict
from mtqa.core.spans import Span

__all__ = ["INVISIBLE", "Folding", "folded", "hidden_in_words", "unfolded"]

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Runs of default-ignorable code points, as Unicode 16 has them, marks of annotations, and control characters, with
which extracted PDFs are full."""

_IN_WORD = re.compile(rf"(?<=[A-Za-z]){INVISIBLE.pattern}(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Folding:
    """A text without its invisible characters.

    Attributes:
        text: what is left.
        places: where runs of them stood, as offsets into ``text``, ascending.
        removed: how many stood up to and including each run.
    """

    text: str
    places: Sequence[int] = ()
    removed: Sequence[int] = ()

    @classmethod
    def of(cls, text: str) -> Folding:
        """The folding of ``text``; one pass, and no copy where there is nothing to leave out."""
        kept: list[str] = []
        places: list[int] = []
        removed: list[int] = []
        at = gone = 0
        for run in INVISIBLE.finditer(text):
            kept.append(text[at : run.start()])
            places.append(run.start() - gone)
            at = run.end()
            gone += at - run.start()
            removed.append(gone)
        return cls("".join((*kept, text[at:])) if places else text, places, removed)

    def original(self, span: Span) -> Span:
        """Where the characters of a span of ``text`` stand in the original, from the first to the last."""
        if not self.places:
            return span
        start = self._original(span.start)
        return Span(start, self._original(span.end - 1) + 1 if len(span) else start)

    def _original(self, offset: int) -> int:
        before = bisect_right(self.places, offset)
        return offset + (self.removed[before - 1] if before else 0)

    def fold(self, span: Span) -> Span:
        """What is left in ``text`` of a span of the original."""
        return Span(self._folded(span.start), self._folded(span.end)) if self.places else span

    def masks(self, spans: Sequence[Span]) -> list[Span]:
        """What is left of spans of the original, those of which nothing is left out."""
        return [left for span in spans if len(left := self.fold(span))]

    def _folded(self, offset: int) -> int:
        # Run k begins in the original at places[k] + removed[k - 1], and both ascend.
        before = bisect_left(range(len(self.places)), offset, key=self._begin)
        if not before:
            return offset
        return max(self.places[before - 1], offset - self.removed[before - 1])

    def _begin(self, run: int) -> int:
        return self.places[run] + (self.removed[run - 1] if run else 0)


def hidden_in_words(text: str) -> tuple[int, str]:
    """How many invisible characters stand between the Latin letters of a word, and the name of the commonest."""
    found = Counter(sign for run in _IN_WORD.finditer(text) for sign in run[0])
    for sign, _ in found.most_common(1):
        return found.total(), unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
    return 0, ""


def folded(segment: Segment) -> Segment:
    """The segment as it is judged: without invisible characters, beginning where it began."""
    folding = Folding.of(segment.text)
    source = None if segment.source is None else Folding.of(segment.source).text
    if not folding.places:
        return segment if source == segment.source else replace(segment, source=source)
    start = segment.span.start
    return replace(
        segment,
        text=folding.text,
        span=Span(start, start + len(folding.text)),
        masked=tuple(mask.shift(start) for mask in folding.masks([m.shift(-start) for m in segment.masked])),
        source=source,
    )


def unfolded(verdict: Verdict, segment: Segment) -> Verdict:
    """The verdict on a folded segment as one on the ``segment`` itself."""
    if verdict.segment.text == segment.text:
        return replace(verdict, segment=segment)
    folding, start = Folding.of(segment.text), segment.span.start

    def back(span: Span) -> Span:
        return folding.original(span.shift(-start)).shift(start)

    def edits(found: tuple[Edit, ...]) -> tuple[Edit, ...]:
        return tuple(replace(edit, span=back(edit.span)) for edit in found)

    def error(found: ErrorSpan) -> ErrorSpan:
        return replace(found, span=back(found.span), edits=edits(found.edits))

    def evidence(found: Evidence) -> Evidence:
        return replace(found, spans=tuple(map(error, found.spans)))

    def flag(found: Flag) -> Flag:
        return replace(found, span=back(found.span), edits=edits(found.edits))

    return replace(
        verdict,
        segment=segment,
        flags=tuple(map(flag, verdict.flags)),
        evidence=tuple(map(evidence, verdict.evidence)),
    )
