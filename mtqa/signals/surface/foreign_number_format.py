"""A number as another language writes it: dots between thousands and a decimal comma (1.000,50), a decimal comma
before a unit (3,5 million), dots between thousands (1.000.000). Dates, versions, lists and addresses are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.signals.surface.passage import Passage
from mtqa.signals.surface.rule import Example, Finding, Rule

_FOREIGN = re.compile(
    r"""(?<![\w.,/:-])(?:
      (?P<both>\d{1,3}(?:[.\u00a0']\d{3})+,\d{1,2})
    | (?P<dots>\d{1,3}(?:\.\d{3}){2,})(?![.,]\d)
    | (?P<comma>\d{1,3},\d{1,2})(?=\ ?(?:%|percent\b|per\ cent\b|[mb]illion\b|trillion\b|km\b|kg\b|metres?\b|meters?\b
        |kilomet|degrees\b|euros?\b|dollars?\b|°))
    )(?![\w/-]*\d)""",
    re.VERBOSE,
)


def _is_address(number: str) -> bool:
    parts = number.split(".")
    return len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts)


def _find(passage: Passage) -> Iterator[Finding]:
    for found in _FOREIGN.finditer(passage.text):
        number = found.group()
        if _is_address(number):
            continue
        whole, comma, decimals = number.partition(",")
        groups = re.sub(r"\D", ",", whole)
        yield Finding(
            Span(found.start(), found.end()),
            "English writes a comma between thousands and a point before decimals",
            f"{groups}.{decimals}" if comma else groups,
            safe=found["dots"] is None,
        )


RULE = Rule(
    name="foreign-number-format",
    description=__doc__,
    category=Category.NUMBER_FORMAT,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("The bill came to 1.000,50 in the end.", ("1.000,50",), "The bill came to 1,000.50 in the end."),
        Example("Some 3,5 million people left.", ("3,5",), "Some 3.5 million people left."),
        Example("It cost 1.200.000 pounds.", ("1.200.000",)),
    ),
    silent=(
        "It cost 1,000.50 and 1,200,000 pounds.",
        "Version 1.200.3 came out on 3.5.2019.",
        "Chapters 3,5 and 7 deal with it.",
        "The server at 10.100.200.254 was down.",
    ),
)
