"""Two articles or determiners before one noun ("the a", "a the", "the his")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_POSSESSIVES = r"my|your|his|her|its|our|their"
_TWO = re.compile(
    rf"(?<![\w’'.;-])(?:[Tt]he an?|(?:^An?|(?<!\S)an?) the|(?:^A|[Tt]he|(?<!\S)an?) (?:{_POSSESSIVES}|this|these)"
    r"|(?:my|your|our|their) (?:the|an?))(?= [a-z]{2,})"
)


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _TWO.finditer(sentence.text):
        yield Hit(Span(found.start(), found.end()), "one determiner too many; keep one")


RULE = Rule(
    name="double-determiner",
    description=__doc__,
    category=Category.GRAMMAR,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("He gave the a book to his friend.", ("the a",)),
        Example("They live in a the house by the sea.", ("a the",)),
        Example("She sold the her car last year.", ("the her",)),
    ),
    silent=(
        "He gave her the book.",
        "Is this the end of these our times?",
        "Vitamin A the body needs; the A team; the his-and-hers look.",
    ),
)
