"""The cues of a file of subtitles: when they are shown, and the lines of their text.

Sources: the format of SubRip, as players read it; WebVTT (W3C), section 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from mtqa.core.documents import Comment
from mtqa.core.spans import Span
from mtqa.formats.line_markup import Line, Parsed, lines_of

__all__ = ["Cue", "cues_of"]

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,:](\d{1,3})"
_TIMING = re.compile(rf"{_TIME}[ \t]*-{{1,2}}>[ \t]*{_TIME}(?![\d:])")
_NOTE = re.compile(r"NOTE(?:[ \t]|$)")
_LANGUAGE = re.compile(r"Language:[ \t]*(\S+)")


@dataclass(slots=True, eq=False)
class Cue:
    """Lines that are shown from ``start`` to ``end``, in milliseconds."""

    start: int
    end: int
    lines: list[Line] = field(default_factory=list)


def cues_of(content: str, parsed: Parsed | None = None, *, web: bool) -> list[Cue]:
    """The cues in order; puts comments and the language into ``parsed``. What is no cue is passed over, but in SubRip,
    where an empty line may stand inside of one, it belongs to the last."""
    found: list[Cue] = []
    blocks = list(_blocks(lines_of(content)))
    for number, (block, after) in enumerate(zip_longest(blocks, blocks[1:], fillvalue=list[Line]())):
        if web and _NOTE.match(block[0].text):
            if parsed:
                span = Span(block[0].at, block[-1].stop)
                parsed.comments.append(Comment(span, content[span.start + len("NOTE") : span.end]))
            continue
        cues = list(_cues(block))
        if web and parsed and not number:
            parsed.language = next(filter(None, map(_said, block)), None)
        if not (cues or web) and found and not (_is_number(block) and after and _TIMING.match(after[0].text)):
            found[-1].lines += block
        found += cues
    return found


def _cues(block: Sequence[Line]) -> Iterator[Cue]:
    """The cues in lines without an empty one; each goes on to the next one's timing, or the number before that."""
    timed = [(row, timing) for row, line in enumerate(block) if (timing := _TIMING.match(line.text))]
    ends = [row - block[row - 1].text.isdigit() for row, _ in timed[1:]]
    for (row, timing), end in zip(timed, [*ends, len(block)], strict=bool(timed)):
        numbers = [int(digits or 0) for digits in timing.groups()]
        yield Cue(_milliseconds(numbers[:4]), _milliseconds(numbers[4:]), list(block[row + 1 : end]))


def _is_number(block: Sequence[Line]) -> bool:
    """Whether lines are but the number of a cue, which an empty line follows in some files."""
    return len(block) == 1 and block[0].text.isdigit()


def _said(line: Line) -> str | None:
    said = _LANGUAGE.match(line.text)
    return said[1] if said else None


def _milliseconds(time: Sequence[int]) -> int:
    hours, minutes, seconds, rest = time
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines without an empty one between them."""
    block: list[Line] = []
    for line in lines:
        if not line.blank:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block
