"""A compound written in two words ("Rat Haus")."""

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_SPLIT = re.compile(r"\b(?P<first>Rat|Bahn) (?P<second>Haus|Hof)\b")


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _SPLIT.finditer(sentence.text):
        joined = found["first"] + found["second"].lower()
        yield Hit(Span(found.start(), found.end()), "German writes this in one word", joined, safe=True)


RULE = Rule(
    name="split-word",
    description=__doc__,
    category=Category.SPELLING,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("Das Rat Haus ist zu.", ("Rat Haus",), "Das Rathaus ist zu."),
        Example("Am Bahn Hof regnet es.", ("Bahn Hof",), "Am Bahnhof regnet es."),
    ),
    silent=("Das Rathaus ist zu.", "Am Bahnhof regnet es.", "Rat und Haus sind zwei Dinge."),
)
