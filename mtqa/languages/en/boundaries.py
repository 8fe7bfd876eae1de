"""Full stops inside English sentences: of abbreviations, and of dates written as another language writes them."""

from __future__ import annotations

import re

from mtqa.languages.en.calendar import MONTHS

__all__ = ["goes_on"]

_ABBREVIATED = re.compile(r"\b(?:e\.\s?g|i\.\s?e|vs|cf|viz|approx)\.\s*$", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<![\w.,:/-])\d{1,3}\.\s+$")
_DAY = re.compile(r"\b(?:the|on|of|to|and|from|since|until|till|by|between)\s+\d{1,2}\.\s+$", re.IGNORECASE)
_MONTH = re.compile(rf"\s*(?:{MONTHS})\b(?P<year>\s\d{{4}}\b)?")


def goes_on(before: str, after: str) -> bool:
    """Whether ``before`` ends in an abbreviation, or in the day of a date whose month follows ("the 5." and "May")."""
    if _ABBREVIATED.search(before):
        return True
    month = _MONTH.match(after) if _ORDINAL.search(before) else None
    return month is not None and (month["year"] is not None or bool(_DAY.search(before)))
