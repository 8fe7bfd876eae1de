"""A space on one side of the hyphen of a compound ("one -sided", "one- sided"). Suspended hyphens ("short- and
long-term"), dashes and lists are left alone. The edit is safe where the first word often begins a compound: elsewhere
the second may be an option of a command ("java -version")."""

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
_FIRST = words(
    "well ill self one two three four five six seven eight nine ten half full far long short high low hard soft so "
    "much best better worst good bad ever never newly old new cross non anti multi semi mid ultra single double first "
    "second third last large small deep broad wide close early late light heavy strong weak world left right"
)
"""Words that begin a compound and name no command."""
_UNIT = words("year month week day hour minute second mile metre meter foot inch point part member man page story")
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
            safe=found.re is _BEFORE and len(right) > 2 and (left in _FIRST or (left.isdigit() and right in _UNIT)),
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
        Example("Type java -version to see.", ("java -version",)),
        Example("Type find docs -name to see.", ("docs -name",)),
        Example("He got a 20 -year sentence.", ("20 -year",), "He got a 20-year sentence."),
    ),
    silent=(
        "Both short- and long-term plans failed.",
        "He came - at last - to the point.",
        "The plan -which nobody liked - was dropped.",
        "It fell to -5 degrees.",
    ),
)
