"""Full stops inside English sentences: of abbreviations, and of dates written as another language writes them; and the
words that end a sentence though they are spelled like abbreviations."""

from __future__ import annotations

import re

from mtqa.languages.en.calendar import MONTHS

__all__ = ["UNABBREVIATED", "goes_on"]

UNABBREVIATED = re.compile(
    r"(?:\b(?:[Mm]ay|me|miss|ore|ok|OK)|(?<![Ss]ee )\b(?:no|art|ill|arc|con)(?!\.\s+[A-Z]\b))"
    r"(?=\.[\"”’)\]]*\s+[\"“‘(\[]*[A-Z](?:[a-z’']|\s))"
)
"""The month, which has no shorter form, and words spelled like the abbreviations of states and of sources, before
another sentence; those of sources not where they may be meant, behind "see" or before a numeral such as "I"."""

_ABBREVIATED = re.compile(r"\b(?:e\.\s?g|i\.\s?e|vs|cf|viz|approx)\.\s*$", re.IGNORECASE)
_TITLE = re.compile(r"(?<![\w.-])(?:Ms|Mx|Mses|Profs|Gens|Revs|Cllr|Amb|Atty|Sra|Srta|Dra|Cdr|Bp|Abp)\.\s*$")
_NAME = re.compile(r"\s*[\"“‘(]?[^\W\d_a-z]")
_ORDINAL = re.compile(r"(?<![\w.,:/-])\d{1,3}\.\s+$")
_DAY = re.compile(r"\b(?:the|on|of|to|and|from|since|until|till|by|between)\s+\d{1,2}\.\s+$", re.IGNORECASE)
_MONTH = re.compile(rf"\s*(?:{MONTHS})\b(?P<year>\s\d{{4}}\b)?")


def goes_on(before: str, after: str) -> bool:
    """Whether ``before`` ends in an abbreviation, in a title before a name ("Ms." and "Brown"), or in the day of a date
    whose month follows ("the 5." and "May")."""
    if _ABBREVIATED.search(before) or (_TITLE.search(before) and _NAME.match(after)):
        return True
    month = _MONTH.match(after) if _ORDINAL.search(before) else None
    return month is not None and (month["year"] is not None or bool(_DAY.search(before)))
