"""Whether a program prints what a page shows, as far as the network's digits let it.

The network's numbers differ from CPU to CPU, so decimals are near, not the same; a list of sentences has the order of
its own probabilities, and those that it ends with may be others; what the network counts is any number. All the rest is
the same to the letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["agree"]

_NEAR = 0.055
_DECIMAL = re.compile(r"(?<![\w.:])\d+\.(\d+)(?![.\w])")
_COUNTED = re.compile(
    r"\b(?:\d+|no)(?=\s+(?:sentences?\s+to\s+repair|in\s+a\s+heading|remark|more\s+sentence"
    r"|new\s+finding|findings?\s+tolerated|fails?\)|known\s+from))"
)
_PLURAL = re.compile(r"\b(remark|finding|fail|more\s+sentence|sentence(?=s\s+to\s+repair))s\b")
_WRAPPED = re.compile(r"\s(?:to\s+repair|remark|more\s+sentence)")
_SENTENCE = re.compile(r"\s*(\d+)  (.+?)  p\(repair\) [=>] (\d\.\d+)\n(.+)", re.DOTALL)
_LIST = "(the sentences)"


@dataclass(frozen=True, slots=True)
class _Listed:
    """A sentence of a list: its rank, its probability, where it stands and how it begins. Which of its words are
    pointed at hangs on a threshold by a hair, too."""

    rank: int
    p: float
    words: str


def agree(shown: str, printed: str) -> bool:
    """Whether ``printed`` is what a page shows. A line ``…`` of the page stands for any number of lines."""
    (one, listed), (other, found) = _parted(shown), _parted(printed)
    elided = any(line.strip() == "…" for line in shown.splitlines())
    return _same_lines(one, other) and _same_list(listed, found, elided=elided)


def _parted(text: str) -> tuple[list[str], list[_Listed]]:
    """The lines, and the list that stood among them. A paragraph with a count is one line: a digit more wraps it
    otherwise; but not what the gate prints, which never wraps."""
    lines: list[str] = []
    listed: list[_Listed] = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        if sentence := _SENTENCE.fullmatch(paragraph):
            listed.append(
                _Listed(int(sentence[1]), float(sentence[3]), sentence[2] + sentence[4].splitlines()[0].rstrip())
            )
            part = [] if _LIST in lines else [_LIST, ""]
        elif _COUNTED.search(paragraph):
            counted = _PLURAL.sub(r"\1", _COUNTED.sub("N", paragraph))
            ends = r"\n(?=mtqa:)" if _WRAPPED.search(paragraph) else r"\n"
            part = [*(" ".join(each.split()) for each in re.split(ends, counted)), ""]
        else:
            part = [*(line.rstrip() for line in paragraph.splitlines()), ""]
        lines += part
    while lines and not lines[-1]:
        lines.pop()
    return lines, listed


def _same_lines(shown: list[str], printed: list[str]) -> bool:
    parts: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == "…":
            parts.append([])
        else:
            parts[-1].append(line)
    if len(parts) == 1:
        return _same(shown, printed)
    first, *middle, last = parts
    if len(printed) < sum(map(len, parts)) or not (
        _same(first, printed[: len(first)]) and _same(last, printed[len(printed) - len(last) :])
    ):
        return False
    at, end = len(first), len(printed) - len(last)
    for part in middle:
        last_start = end - len(part)
        starts = (i for i in range(at, last_start + 1) if _same(part, printed[i : i + len(part)]))
        if (start := next(starts, None)) is None:
            return False
        at = start + len(part)
    return True


def _same(shown: list[str], printed: list[str]) -> bool:
    one, other = "\n".join(shown), "\n".join(printed)
    if _DECIMAL.sub("0", one) != _DECIMAL.sub("0", other):
        return False
    pairs = zip(_DECIMAL.finditer(one), _DECIMAL.finditer(other), strict=True)
    return all(len(a[1]) == len(b[1]) and _near(float(a[0]), float(b[0]), len(a[1])) for a, b in pairs)


def _near(one: float, other: float, digits: int = 2) -> bool:
    return abs(one - other) <= max(5.5 * 10**-digits, _NEAR)


def _same_list(shown: list[_Listed], printed: list[_Listed], *, elided: bool) -> bool:
    """Whether the same sentences are listed with about the same probabilities; one that only one list has is about as
    likely as the last of the other, so that it had its place or its threshold by a hair."""
    for listed in (shown, printed):
        if any(a.p < b.p or a.rank >= b.rank for a, b in pairwise(listed)):
            return False
    one, other = ({sentence.words: sentence.p for sentence in listed} for listed in (shown, printed))
    if not one or not other:
        return not one and (elided or not other)
    return (
        all(_near(one[words], other[words]) for words in one.keys() & other.keys())
        and all(one[words] <= min(other.values()) + _NEAR for words in one.keys() - other.keys())
        and all(elided or other[words] <= min(one.values()) + _NEAR for words in other.keys() - one.keys())
    )
