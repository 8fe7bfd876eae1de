"""A space before a comma, full stop, colon, semicolon, question or exclamation mark, as French spells it or as a
tokeniser leaves it. Ellipses, decimals, file endings and emoticons are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.signals.surface.passage import Passage
from mtqa.signals.surface.rule import Example, Finding, Rule

_SPACED = re.compile(r"(?<=[^\W_])[”\"’)%]?[ \u00a0\u202f]+(?P<mark>[,.;:?!])(?=[\s”\"’)]|$)(?! ?[.)(])")
_LONGEST = 60
_NO_LETTER = re.compile(r"[^\w’']")


def _find(passage: Passage) -> Iterator[Finding]:
    text = passage.text
    for found in _SPACED.finditer(text):
        start = found.start()
        while start and found.start() - start < _LONGEST and not _NO_LETTER.match(text, start - 1):
            start -= 1
        words = text[start : found.end()]
        yield Finding(
            Span(start, found.end()),
            "no space belongs before this mark",
            "".join(words.split()),
            safe=True,
        )


RULE = Rule(
    name="space-before-punctuation",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("We waited for hours , and nobody came.", ("hours ,",), "We waited for hours, and nobody came."),
        Example("Who would have thought so ?", ("so ?",), "Who would have thought so?"),
    ),
    silent=(
        "We waited ... and waited.",
        "A ratio of .5 is fine.",
        "It is late, he said. :)",
        "We sell .com addresses.",
    ),
)
