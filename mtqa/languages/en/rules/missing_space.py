"""No space after a full stop, comma, semicolon, colon, question or exclamation mark. Addresses, file names,
abbreviations, initials, numbers and times are left alone: the neighbours must be English words, or a figure or an
acronym and a word that often begins a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.lexicon import zipf
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_JOINED = re.compile(
    r"(?<![\w.@/-])(?P<left>[^\W\d_]+[a-z])(?P<mark>[)”\"]?(?:[.:]|[?!]{1,3})[”\"]?(?=[A-Z])|[.,?!]”(?=[a-z])|[,;])(?P<right>[^\W\d_]{2,}|[AI])"
    r"(?![\w@/.-]\w)"
)
_AFTER_FIGURE = re.compile(
    r"(?<![\w.@/,-])(?P<left>(?:[$£€]\d|\d{2,}|\d[\d,]*\d)%?|[A-Z]{2,})(?P<mark>[)”\"]?[.?!][”\"]?)"
    r"(?P<right>[A-Z][a-z]+)(?![\w@/.-]\w)"
)
_BEFORE_QUOTATION = re.compile(r"(?<![\w.@/-])(?P<left>[^\W\d_]+)(?P<mark>[.?!,;:])(?P<right>“[^\W\d_]{2,})")
_RARE = 2.5
_COMMON = 5.0
"""Zipf frequency from which a word rather begins a sentence than ends a name such as "ASP.Net"."""


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _JOINED.finditer(sentence.text):
        left, mark, right = found["left"], found["mark"], found["right"]
        name = left[0].isupper() and (len(left) <= 4 or mark[0] in "!?") and "”" not in mark
        if not (zipf(left) < _RARE or zipf(right) < 3 or name or (len(right) > 1 and right.isupper())):
            yield _finding(found)
    for found in _BEFORE_QUOTATION.finditer(sentence.text):
        if zipf(found["left"]) >= _RARE:
            yield _finding(found)
    for found in _AFTER_FIGURE.finditer(sentence.text):
        if zipf(found["right"]) >= _COMMON:
            yield _finding(found)


def _finding(found: re.Match[str]) -> Hit:
    mark = found["mark"]
    return Hit(
        Span(found.start(), found.end()),
        "a space is missing after this mark",
        f"{found['left']}{mark} {found['right']}",
        safe=len(mark) == 1 and mark != ":",
    )


RULE = Rule(
    name="missing-space",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("That was the end.The crowd went home.", ("end.The",), "That was the end. The crowd went home."),
        Example("It rained,however we stayed.", ("rained,however",), "It rained, however we stayed."),
        Example(
            "It opened in 2019.The crowd left (late).Nobody spoke.",
            ("2019.The", "late).Nobody"),
            "It opened in 2019. The crowd left (late).Nobody spoke.",
        ),
        Example("She said:“Never.”", ("said:“Never",)),
        Example("“Why?”he asked, and rain fell!!They ran.", ("Why?”he", "fell!!They")),
        Example("Is that so?We never knew.", ("so?We",), "Is that so? We never knew."),
    ),
    silent=(
        "The U.S.A. and the U.K. agreed at 10.30 on 1,500 tonnes.",
        "Write to press@example.com or see example.com/News today.",
        "The site runs on Node.js and Booking.com.",
        "St.John, e.g. the p.m. train.",
    ),
)
