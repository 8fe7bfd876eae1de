"""Two articles or determiners before one noun ("the a", "a the", "the his")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.signals.surface.passage import Passage
from mtqa.signals.surface.rule import Example, Finding, Rule

_ARTICLES = r"the|a|an"
_POSSESSIVES = r"my|your|his|her|its|our|their"
_TWO = re.compile(
    rf"(?<![\w’'.-])(?:(?i:the) (?:a|an)|(?:^An?|(?<!\S)an?) (?:the|an|a)|(?i:{_ARTICLES}) (?:{_POSSESSIVES}|this|these)"
    rf"|(?i:{_POSSESSIVES}|this|these|those) (?:{_ARTICLES}|{_POSSESSIVES}))(?= [a-z]{{2,}})"
)
_PRONOUN = re.compile(r"(?i:this|these|those|her|his) ")


def _find(passage: Passage) -> Iterator[Finding]:
    for found in _TWO.finditer(passage.text):
        if not _PRONOUN.match(found.group()):
            yield Finding(Span(found.start(), found.end()), "one determiner too many; keep one")


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
