"""How one text differs from another, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from mtqa.core.documents import WORD
from mtqa.core.spans import Span

__all__ = ["Difference", "apply", "differences"]

_TOKEN = re.compile(rf"{WORD.pattern}|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a text reads otherwise: ``text`` instead of ``span``. Words added or left out come with the blanks around
    them."""

    span: Span
    text: str


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """What makes ``after`` of ``before``, in order, blanks between equal words aside."""
    old, new = list(_TOKEN.finditer(before)), list(_TOKEN.finditer(after))
    matcher = SequenceMatcher(None, [m.group() for m in old], [m.group() for m in new], autojunk=False)
    found = []
    for kind, low, high, new_low, new_high in matcher.get_opcodes():
        if kind == "equal":
            continue
        if kind == "replace":
            span = Span(old[low].start(), old[high - 1].end())
            text = after[new[new_low].start() : new[new_high - 1].end()]
        else:
            span = Span(old[low - 1].end() if low else 0, old[high].start() if high < len(old) else len(before))
            start = new[new_low - 1].end() if new_low else 0
            text = after[start : new[new_high].start() if new_high < len(new) else len(after)]
        found.append(Difference(span, text))
    return tuple(found)


def apply(text: str, changes: Iterable[Difference]) -> str:
    """``text`` with ``changes``, which must not overlap."""
    for change in sorted(changes, key=lambda change: change.span, reverse=True):
        text = text[: change.span.start] + change.text + text[change.span.end :]
    return text
