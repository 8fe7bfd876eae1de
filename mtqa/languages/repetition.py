"""Words that stand several times in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mtqa.core.spans import Span
from mtqa.languages.sentence import Sentence

__all__ = ["Repetition", "repetitions"]

LONGEST = 8


@dataclass(frozen=True, slots=True)
class Repetition:
    """Consecutive equal runs of words.

    Attributes:
        span: all of them.
        once: where the first of them ends.
        length: words in one.
        times: how many there are.
        parted: whether anything but a space stands between two words.
    """

    span: Span
    once: int
    length: int
    times: int
    parted: bool


def repetitions(sentence: Sentence) -> Iterator[Repetition]:
    """The repetitions of up to eight words in a sentence, the shortest unit of each, not overlapping."""
    words = sentence.words
    lower = [word.text.lower() for word in words]
    if len(set(lower)) == len(lower):
        return
    taken = 0
    blocked = [0] * (LONGEST + 1)  # by length: up to where every repetition has a number in it
    for start in range(len(words)):
        if start < taken:
            continue
        for length in range(1, min(LONGEST, (len(words) - start) // 2) + 1):
            if start < blocked[length]:
                continue
            times = 1
            while lower[start + times * length : start + (times + 1) * length] == lower[start : start + length]:
                times += 1
            if times == 1:
                continue
            inside = words[start : start + times * length]
            between = [sentence.text[left.end : right.start] for left, right in pairwise(inside)]
            numbers = [number for number, gap in enumerate(between) if any(map(str.isdigit, gap))]
            if numbers:
                blocked[length] = start + numbers[-1] + 1
                continue
            gaps = set(between)
            span = Span(inside[0].start, inside[-1].end)
            yield Repetition(span, words[start + length - 1].end, length, times, bool(gaps - {" ", "\u00a0"}))
            taken = start + times * length
            break
