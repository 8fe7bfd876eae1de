"""A space on one side of the hyphen of a compound ("one -sided", "one- sided"). Suspended hyphens ("short- and
long-term"), dashes and lists are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.lexicon import known, zipf
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence
from mtqa.languages.words import words

_BEFORE = re.compile(r"(?<![\w-])(?P<left>[a-z]+|\d+)[ \u00a0]-(?P<right>[a-z]{2,})(?![\w-])")
_AFTER = re.compile(r"(?<![\w-])(?P<left>[A-Za-z][a-z]+)-[ \u00a0](?P<right>[a-z]{3,})(?![\w-])")
_CLAUSE = words(
    "and or to but nor as than versus rather not through then never the an that which who when where what why how "
    "if he she it they we you his her its their our my your is was are were has had have just only even especially "
    "including with without from of at by for do so yet about less more most no some this these there here while"
)
_COMMON = 5.3
"""Zipf frequency from which a word after a hyphen and a space more likely begins a clause."""


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in (*_BEFORE.finditer(sentence.text), *_AFTER.finditer(sentence.text)):
        left, right = found["left"], found["right"]
        if left in _CLAUSE or right in _CLAUSE or not known(right) or (found.re is _AFTER and zipf(right) >= _COMMON):
            continue
        if found.re is _BEFORE and "-" in sentence.text[found.end() : found.end() + 40]:
            continue
        yield Hit(
            Span(found.start(), found.end()),
            "no space belongs beside the hyphen of a compound",
            f"{left}-{right}",
            safe=found.re is _BEFORE,
        )


RULE = Rule(
    name="space-before-hyphen",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("The talks were one -sided at best.", ("one -sided",), "The talks were one-sided at best."),
        Example("A well -known singer left early.", ("well -known",), "A well-known singer left early."),
        Example("It was a long- standing dispute.", ("long- standing",)),
    ),
    silent=(
        "Both short- and long-term plans failed.",
        "He came - at last - to the point.",
        "The plan -which nobody liked - was dropped.",
        "It fell to -5 degrees.",
    ),
)
