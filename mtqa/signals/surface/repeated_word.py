"""The same word twice in a row ("the the"). Doublings that English knows ("had had", "that that", "very very",
"bye bye"), names, numbers and words parted by punctuation are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.signals.surface.lexicon import zipf
from mtqa.signals.surface.passage import Passage
from mtqa.signals.surface.rule import Example, Finding, Rule

_TWICE = re.compile(r"(?<![\w'’-])(?P<word>[^\W\d_]+)[ \u00a0](?=(?P<again>(?i:(?P=word)))(?![\w'’-]))")
_DOUBLED = frozenset(
    (
        *("had", "that", "is", "was", "do", "who", "no", "so", "very", "really", "many", "much", "far", "long", "big"),
        *(
            "too",
            "never",
            "now",
            "well",
            "there",
            "yes",
            "bye",
            "ha",
            "knock",
            "plus",
            "double",
            "way",
            "more",
            "years",
            "up",
        ),
        *("in", "on", "down", "out", "over", "again", "ever", "boo", "wow", "oh", "la", "da", "ho", "hey", "hip"),
        *("please", "go", "come", "same", "different", "just", "it", "you", "what", "this", "all", "little", "old"),
    )
)
_FUNCTION = 5.6
"""Zipf frequency from which a doubled word is a slip beyond doubt."""


def _find(passage: Passage) -> Iterator[Finding]:
    for found in _TWICE.finditer(passage.text):
        word, again = found["word"], found["again"]
        around = passage.text[max(0, found.start() - len(word) - 1) : found.end("again") + len(word) + 1]
        thrice = around.lower().count(word.lower()) > 2
        if word.lower() in _DOUBLED or again[0].isupper() or thrice or zipf(word) < (3 if len(word) > 3 else _FUNCTION):
            continue
        yield Finding(
            Span(found.start(), found.end("again")),
            "the word is repeated",
            word,
            safe=zipf(word) >= _FUNCTION,
        )


RULE = Rule(
    name="repeated-word",
    description=__doc__,
    category=Category.GRAMMAR,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("He closed the the door.", ("the the",), "He closed the door."),
        Example("They want to to leave.", ("to to",), "They want to leave."),
    ),
    silent=(
        "She had had enough, and that that hurt was very very plain.",
        "No no, said Duran Duran in Walla Walla.",
        "Whoever goes, goes at once: bye bye.",
    ),
)
