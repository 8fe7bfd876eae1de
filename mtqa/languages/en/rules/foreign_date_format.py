"""A date or a time of day as another language writes it: "the 5. May", "the 12. of June", "5. May 2019", "on 5 of May",
"14 o'clock 30", "at 14 o'clock", "at 8 hours 30", "14h30"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.calendar import MONTHS
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_DAY = r"[12]?\d|3[01]"
_DATE = re.compile(
    rf"""
    (?:(?<=\bthe\ )|(?<=\band\ )|(?<=\bon\ )|(?<=\bof\ )|(?<=\bto\ )) (?:{_DAY})\.\ ?(?:of\ )?(?:{MONTHS})\b
    | \b(?:{_DAY})\.\ ?(?:{MONTHS})\ \d{{4}}\b
    | \b[Oo]n\ the\ (?:{_DAY})\ (?:of\ )?(?:{MONTHS})\b
    | \b[Oo]n\ (?:{_DAY})\ of\ (?:{MONTHS})\b
    """,
    re.VERBOSE,
)
_TIME = re.compile(
    r"""
    \b(?:1[3-9]|2[0-4])(?:[.:][0-5]\d)?\ o[’']?\ ?clock\b(?:\ [0-5]?\d\b)? | \b\d{1,2}\ o[’']clock\ [0-5]\d\b
    | \b(?:[01]?\d|2[0-3])\ ?h\ ?[0-5]\d\b(?!\w) | \bat\ \d{1,2}\ hours\ (?:and\ )?[0-5]\d\b
    """,
    re.VERBOSE,
)


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _DATE.finditer(sentence.text):
        yield Hit(Span(found.start(), found.end()), "not an English date; write it as in “5 May” or “May 5”")
    for found in _TIME.finditer(sentence.text):
        yield Hit(Span(found.start(), found.end()), "not an English time of day; write it as in “2:30 p.m.” or “14:30”")


RULE = Rule(
    name="foreign-date-format",
    description=__doc__,
    category=Category.DATE_FORMAT,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("They met on the 5. May in Bonn.", ("5. May",)),
        Example("The next one is planned for the 12. of June in Bonn.", ("12. of June",)),
        Example("The train leaves at 14 o'clock 30.", ("14 o'clock 30",)),
        Example("The session begins at 14h30 sharp.", ("14h30",)),
    ),
    silent=(
        "They met on May 5, and on 6 May, and on the 7th of May.",
        "The train leaves at two o'clock, or 14:30.",
        "He scored 5. May scored none.",
    ),
)
