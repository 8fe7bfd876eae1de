"""A segment as the rules see it: its words, what in it is no prose, and its document."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar, cast

from mtqa.core.documents import BlockKind, Segment
from mtqa.core.placeholders import placeholders
from mtqa.core.spans import Span

__all__ = ["Sentence", "Surroundings", "Word", "runs"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ADDRESS = re.compile(
    r"""
    (?: https?:// | www\. ) [^\s<>"”»)]+                       # URL
    | (?<! [\w.+-] ) [\w.+-]++ @ [\w-]+ (?: \. [\w-]+ )+                       # e-mail
    | (?<! \w ) [@\#] \w [\w.]*                                # handle, hashtag
    | (?<! [\w.-] ) [\w-]++ (?: \. [a-z0-9-]+ )* \. [a-z]{2,4} \b (?: / [^\s<>"”»)]* )?   # domain, file name
    | (?<! \S ) (?: [\w.-]* / ){2,} [\w.-]*                    # path
    | (?<! ` ) ` (?! [`\s] ) [^`\n]* (?<! \s ) ` (?! ` )       # code
    """,
    re.VERBOSE,
)

_T = TypeVar("_T")


def runs(offsets: Iterable[int]) -> Iterator[Span]:
    """Ascending offsets of characters as spans, neighbours joined."""
    start = end = None
    for at in offsets:
        if start is not None and end == at:
            end = at + 1
            continue
        if start is not None and end is not None:
            yield Span(start, end)
        start, end = at, at + 1
    if start is not None and end is not None:
        yield Span(start, end)


class Word(NamedTuple):
    """A run of letters, apostrophes inside included."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Into the sentence's text."""
        return Span(self.start, self.end)


class Sentence:
    """One segment with what the rules share about it, each thing made when first asked for.

    Attributes:
        segment: the segment; offsets in a sentence count from its start.
        text: its text.
        index: its ordinal among the segments that were passed in.
        document: the segments around it.
    """

    def __init__(self, segment: Segment, index: int, document: Surroundings) -> None:
        self.segment = segment
        self.text = segment.text
        self.index = index
        self.document = document

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its words in order."""
        return tuple(Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(self.text))

    @cached_property
    def addresses(self) -> tuple[Span, ...]:
        """URLs, e-mail addresses, handles, tags, domains, file names, and code between backticks."""
        if not any(sign in self.text for sign in "@#/.`") or not self.text:
            return ()
        return tuple(Span(m.start(), m.end()) for m in _ADDRESS.finditer(self.text))

    @cached_property
    def placeholders(self) -> tuple[Span, ...]:
        """What a program puts something else for."""
        return placeholders(self.text)

    def addressed(self, span: Span) -> bool:
        """Whether a span touches an address."""
        at = bisect_left(self.addresses, span.end, key=lambda address: address.start)
        return at > 0 and self.addresses[at - 1].overlaps(span)

    @property
    def running_text(self) -> bool:
        """Whether it is a sentence rather than a heading, a caption or boilerplate."""
        return self.segment.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE)

    @property
    def ends_block(self) -> bool:
        """Whether it is the last segment of its block."""
        return self.index + 1 == len(self.document.sentences) or (
            self.document.sentences[self.index + 1].segment.block != self.segment.block
        )

    @property
    def starts_block(self) -> bool:
        """Whether it is the first segment of its block."""
        return self.index == 0 or self.document.sentences[self.index - 1].segment.block != self.segment.block


class Surroundings:
    """The consecutive segments of one document, and what is counted over all of them."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.sentences = tuple(Sentence(segment, index, self) for index, segment in enumerate(segments))
        self._counted: dict[object, object] = {}

    @cached_property
    def word_counts(self) -> Counter[str]:
        """How often each word occurs, as written."""
        return Counter(word.text for sentence in self.sentences for word in sentence.words)

    def once(self, count: Callable[[Surroundings], _T]) -> _T:
        """What ``count`` says of the document, which it is asked once."""
        if count not in self._counted:
            self._counted[count] = count(self)
        return cast(_T, self._counted[count])
