"""A number as another language writes it: dots between thousands and a decimal comma (1.000,50), a decimal comma
before a unit (3,5 million), dots between thousands (1.000.000, 1.200 people), a dot after an ordinal (the 3. quarter).
Dates, versions, lists and addresses are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.calendar import MONTHS
from mtqa.languages.en.figures import anglicised
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_FOREIGN = re.compile(
    r"""(?<![\w.,/:-])(?:
      (?P<both>\d{1,3}(?:[.\u00a0']\d{3})+,\d{1,2})
    | (?P<dots>\d{1,3}(?:\.\d{3}){2,})(?![.,]\d)
    | (?P<comma>\d{1,3},\d{1,2})(?=\ ?(?:%|percent\b|per\ cent\b|[mb]illion\b|trillion\b|km\b|kg\b|metres?\b|meters?\b
        |kilomet|degrees\b|euros?\b|dollars?\b|°))
    | (?P<count>[1-9]\d{0,2}\.\d{3})(?=\ (?:people|persons|inhabitants|residents|citizens|soldiers|students|employees
        |workers|men|women|children|jobs|families|houses|cases|deaths)\b)
    | (?P<round>[1-9]\d{0,2}\.\d00)(?=\ (?:kilomet|met(?:er|re)s|miles|tons\b|tonnes|euros|dollars|pounds))
    )(?![\w/-]*\d)""",
    re.VERBOSE,
)
_ORDINAL = re.compile(
    rf"(?:(?<=\bthe )|(?<=\bThe )|(?<=\bhis )|(?<=\bher )|(?<=\bits )|(?<=\btheir )|(?<=\bevery ))"
    rf"(?P<number>[1-9]\d?)\.(?= [a-z]{{3,}})(?! of (?:{MONTHS}))"
)


def _is_address(number: str) -> bool:
    parts = number.split(".")
    return len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts)


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _FOREIGN.finditer(sentence.text):
        number = found.group()
        if _is_address(number):
            continue
        yield Hit(
            Span(found.start(), found.end()),
            "English writes a comma between thousands and a point before decimals",
            anglicised(number),
            safe="," in number,
        )
    for found in _ORDINAL.finditer(sentence.text):
        ordinal = found["number"] + _suffix(int(found["number"]))
        yield Hit(Span(found.start(), found.end()), "English writes no dot after an ordinal number", ordinal)


def _suffix(number: int) -> str:
    return "th" if number // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


RULE = Rule(
    name="foreign-number-format",
    description=__doc__,
    category=Category.NUMBER_FORMAT,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("The bill came to 1.000,50 in the end.", ("1.000,50",), "The bill came to 1,000.50 in the end."),
        Example("Some 3,5 million people left.", ("3,5",), "Some 3.5 million people left."),
        Example("It cost 1.200.000 pounds, and 1.250 people paid.", ("1.200.000", "1.250")),
        Example("The 3. quarter was weak.", ("3.",)),
    ),
    silent=(
        "It cost 1,000.50 and 1,200,000 pounds.",
        "Version 1.200.3 came out on 3.5.2019.",
        "Chapters 3,5 and 7 deal with it.",
        "It weighs 1.200 grams; he came 3. in the end.",
        "The server at 10.100.200.254 was down.",
    ),
)
