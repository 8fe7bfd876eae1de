"""A negation expressed twice, as many languages do and English does not ("did not see nobody"). Quoted and reported
speech is left alone, and so are negations in two clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_TWICE = re.compile(
    r"\b(?:(?:do|does|did|have|has|had|is|are|was|were|can|could|will|would|should)(?: not|n[’']t)|cannot|never)"
    r"(?: (?!(?:not|no|the|that|if|but|just|only|merely|or|and|as|for|because)\b)[a-z]+){1,3}"
    r" (?:nothing|nobody|nowhere|no one|none)\b(?! (?:but|else|except|other|short|more|less|to|if|like)\b|[’'])",
)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|‘[^’]*(?:’|$)|(?<!\w)'[^']*(?:'(?!\w)|$)")


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _TWICE.finditer(sentence.text):
        span = Span(found.start(), found.end())
        if not any(span.overlaps(Span(q.start(), q.end())) for q in _QUOTED.finditer(sentence.text)):
            yield Hit(span, "negated twice, which says the opposite; negate once")


RULE = Rule(
    name="double-negation",
    description=__doc__,
    category=Category.GRAMMAR,
    severity=Severity.MAJOR,
    find=_find,
    fires=(
        Example("The police did not find nothing in the car.", ("did not find nothing",)),
        Example("She has never told nobody about it.", ("never told nobody",)),
    ),
    silent=(
        "The police found nothing in the car.",
        "It does not say that nobody came.",
        "“I ain't done nothing, I didn't see nobody,” he said.",
        "It was not for nothing that they left.",
    ),
)
