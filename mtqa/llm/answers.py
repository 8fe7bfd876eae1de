"""What a judge's answer says of lines, placed in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mtqa.core.findings import Category
from mtqa.core.spans import Span
from mtqa.llm.documents import objects, worded
from mtqa.llm.prompts import CATEGORIES
from mtqa.llm.quotes import Quotable

__all__ = ["MUST", "SHOULD", "Mark", "Marks", "Read", "read_marks"]

SHOULD, MUST = 1, 2
"""Levels of marks: understandable, but a careful editor changes it; a reader stumbles or is misled."""

_MOST = 40  # marks of a line
_LONGEST = 400  # characters of a repair
_SENTENCE = 5  # words of a repair that may be another line
_BESIDE = 3  # words beside a mark that are hardly meant to stand there twice


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that a judge would change.

    Attributes:
        span: in the line.
        level: `MUST` or `SHOULD`.
        repair: what it would put there; None where it does not say, says something that is no text, or repeats what
            stands beside the words.
    """

    span: Span
    category: Category
    level: int
    repair: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a judge says of a line.

    Attributes:
        placed: in the order of the text, no words twice.
        dropped: how many others point at nothing that stands in the line, or stands there once, or repair another line.
        idle: how many would leave the words as they are.
    """

    placed: tuple[Mark, ...] = ()
    dropped: int = 0
    idle: int = 0


@dataclass(slots=True, kw_only=True)
class Read:
    """What an answer says.

    Attributes:
        lines: by their numbers, those that were asked about.
        strange: how many others it speaks of.
    """

    lines: dict[int, Marks] = field(default_factory=dict)
    strange: int = 0


def read_marks(answer: str, lines: Mapping[int, str]) -> Read | None:
    """An answer about some numbered lines; None where it says nothing that can be read. The first word on a line
    counts."""
    found = Read()
    for each in objects(answer, "line"):
        number, marks = each.get("line"), each.get("marks")
        if type(number) is not int or number not in lines or not isinstance(marks, list):
            found.strange += 1
        elif number not in found.lines:
            others = [text for other, text in lines.items() if other != number]
            found.lines[number] = _placed(marks[:_MOST], lines[number], others)
    return found if found.lines or found.strange else None


def _placed(marks: list[Any], text: str, others: Sequence[str]) -> Marks:
    line = Quotable(text)
    placed: dict[Span, Mark] = {}
    dropped = idle = 0
    for each in marks:
        words = each.get("words") if isinstance(each, dict) else None
        span = None
        if isinstance(words, str):
            span = Span(0, len(text)) if words.strip() == "*" else line.find(words)
        if span is None or _is_of_another(each.get("repair"), text, others):
            dropped += 1
            continue
        repair = _repair(each.get("repair"), span, text)
        if repair == span.of(text):
            idle += 1
        elif span not in placed:
            category = CATEGORIES.get(str(each.get("category")), Category.AWKWARD)
            placed[span] = Mark(span, category, MUST if each.get("severity") == "must" else SHOULD, repair)
    return Marks(placed=tuple(placed[span] for span in sorted(placed)), dropped=dropped, idle=idle)


def _is_of_another(said: Any, text: str, others: Sequence[str]) -> bool:
    """Whether a repair is a sentence, and has more of another line than of the one that it is for."""
    words = set(said.split()) if isinstance(said, str) else set()
    if len(words) < _SENTENCE:
        return False
    own, another = (max((len(words & set(x.split())) for x in some), default=0) for some in ([text], others))
    return another > own


def _repair(said: Any, span: Span, text: str) -> str | None:
    repair = worded(said)
    if repair is None or repair == "?" or len(repair) > max(_LONGEST, 3 * len(span)):
        return None
    beside = (text[: span.start].split()[-_BESIDE:], text[span.end :].split()[:_BESIDE])
    if any(len(run) == _BESIDE and " ".join(run) in repair for run in beside):
        return None  # it goes on with words that stay
    return repair
