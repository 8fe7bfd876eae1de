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

__all__ = ["INVISIBLE", "Folding", "folded", "hidden_in_words", "single_spaced", "unaccented", "unfolded"]

_IGNORED = (
    "\x00-\x08\x0e-\x1f\x7f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_DOUBTFUL = "\x80-\x84\x86-\x9f\u00ad"  # halves of a letter where a text was decoded wrongly
_BLANK = "\x0b\x85\u2028\u2029\u2800"  # the line breaks of slides and layouts, and the cell without dots of Braille
INVISIBLE = re.compile(f"[{_IGNORED}{_DOUBTFUL}{_BLANK}]+")
"""Runs of default-ignorable code points, as Unicode 16 has them, marks of annotations, control characters, with which
extracted PDFs are full, and blanks that no keyboard has, which a reader sees as white space."""

_ANY_DOUBTFUL, _ANY_BLANK = re.compile(f"[{_DOUBTFUL}\x85]"), re.compile(f"[{_BLANK}]")
_HIGH = "\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_MISREAD = re.compile(f"[\xc2-\xdf][{_HIGH}]|[\xe0-\xef][{_HIGH}]{{2}}|[\xf0-\xf4][{_HIGH}]{{3}}")
"""UTF-8 of one letter, read as Latin-1 or Windows-1252: what a rule is to find must not be taken from it."""
_LONGEST_MISREAD = 4

_IN_WORD = re.compile(rf"(?<=[A-Za-z]){INVISIBLE.pattern}(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Folding:
    """A text without its invisible characters. A blank that alone parts two characters is left as a space.

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
            left = _left(text, run)
            if left == run[0]:
                continue
            kept += (text[at : run.start()], left)
            at = run.end()
            places.append(run.start() + len(left) - gone)
            gone += len(run[0]) - len(left)
            removed.append(gone)
        return cls("".join((*kept, text[at:])) if kept else text, places, removed)

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


def _left(text: str, run: re.Match[str]) -> str:
    """What a reader sees of a run: mostly nothing."""
    start, end = run.span()
    if _ANY_DOUBTFUL.search(run[0]):
        for lead in range(max(0, start - _LONGEST_MISREAD), start):
            misread = _MISREAD.match(text, lead)
            if misread and misread.end() > start:
                return run[0]
    if not _ANY_BLANK.search(run[0]):
        return ""
    alone = start > 0 and end < len(text) and not text[start - 1].isspace() and not text[end].isspace()
    return " " if alone else ""


def single_spaced(text: str) -> tuple[str, Sequence[int]]:
    """``text`` with one blank for each run of them, as lines end in many ways; and where in ``text`` each character of
    that stands."""
    if "  " not in text:
        return text, range(len(text))
    places = [at for at, letter in enumerate(text) if letter != " " or text[at - 1 : at] != " "]
    return "".join(text[at] for at in places), places


def unaccented(word: str) -> str:
    """``word`` as it is compared where neither case nor accents count."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


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
