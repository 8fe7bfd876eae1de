"""A date with a different month, or a different day of the week, from the source's.

Months are compared where a number stands beside them, in words or in figures (03.04.2024 in German is in April); the
form of a date does not matter. Weekdays are compared by their full names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.conventions import months
from mtqa.languages.quantities import is_day_first, weekdays
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, Side
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.shown import shown

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_DAY_BEFORE = re.compile(r"\d(?:\.|[a-zº]{1,3})?\s(?:[a-z]{2}\s)?\Z")
_NUMBER_BEHIND = re.compile(r"\.?\s\d")
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})([./])(\d{1,2})\2(\d{4}|\d\d)(?!\.?\d)")
_ISO = re.compile(r"(?<!\d)\d{4}-(\d\d)-\d\d(?!\d)")
_MONTHS = 12

_Found = tuple[int, Span]


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy:
        return
    for read in (_months, _weekdays):
        ours, theirs = read(unit.source), read(unit.target)
        lost = [span for value, span in ours if value not in {other for other, _ in theirs}]
        added = [span for value, span in theirs if value not in {other for other, _ in ours}]
        if lost and len(ours) == len(theirs):
            for span in added:
                yield Hit(span, f"the source says {shown(lost[0].of(unit.source.text))}")


def _months(side: Side) -> list[_Found]:
    """The months of the dates in a text."""
    text = side.prose
    found = [
        (value, span)
        for value, span in _named(text, months(side.language))
        if _DAY_BEFORE.search(text[max(0, span.start - 8) : span.start]) or _NUMBER_BEHIND.match(text, span.end)
    ]
    found += [(int(date[1]), Span(*date.span())) for date in _ISO.finditer(text)]
    day_first = is_day_first(side.language)
    for date in _NUMERIC.finditer(text):
        day, month = int(date[1]), int(date[3])
        if day_first and 0 < month <= _MONTHS and day:
            found.append((month, Span(*date.span())))
    return found


def _weekdays(side: Side) -> list[_Found]:
    return _named(side.prose, weekdays(side.language))


def _named(text: str, names: Mapping[str, int]) -> list[_Found]:
    words = ((word[0].lower(), Span(*word.span())) for word in _WORD.finditer(text))
    return [(names[word], span) for word, span in words if word in names]


RULE = SourceRule(
    name="date-mismatch",
    description=__doc__,
    category=Category.MISTRANSLATION,
    severity=Severity.MAJOR,
    find=_find,
    fires=(
        fires("It opened on 12 March 1998.", "Eröffnet wurde es am 12. Mai 1998.", "Mai"),
        fires("Valid until 3 April 2024.", "Gültig bis 04.03.2024.", "04.03.2024"),
        fires("Closed on Monday", "Fermé le mardi", "mardi", into="fr"),
    ),
    silent=(
        silent("It opened on March 12, 1998.", "Eröffnet wurde es am 12.03.1998."),
        silent("You may choose 5.", "Sie können 5 wählen."),
        silent("Closed on Monday", "Ruhetag: montags"),
    ),
)
