"""The same two to six words twice in a row ("in the in the"). Three or more in a row are a loop."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.repetition import repetitions
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence
from mtqa.languages.words import words

_RELATIVE = words("what whatever who whoever which whichever all where how")
_PAIRING = words("and to by after upon or on for against in")


def _find(sentence: Sentence) -> Iterator[Hit]:
    for run in repetitions(sentence):
        first = sentence.text[run.span.start : run.once]
        paired = run.length == 2 and not _PAIRING.isdisjoint(first.lower().split())
        whole = not _RELATIVE.isdisjoint(sentence.text[: run.span.start].lower().split()[-1:])  # "what will be will be"
        if whole or run.times != 2 or run.length == 1 or run.parted or paired or first.istitle():
            continue
        if sentence.text[run.span.end : run.span.end + 1] not in ("-", "’", "'"):
            yield Hit(run.span, "the phrase is repeated", first, safe=run.length >= 3)


RULE = Rule(
    name="repeated-phrase",
    description=__doc__,
    category=Category.GRAMMAR,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example(
            "He lives in the house in the house by the sea.",
            ("in the house in the house",),
            "He lives in the house by the sea.",
        ),
        Example("We met at noon at noon today.", ("at noon at noon",)),
    ),
    silent=(
        "He lives in the house, in the house by the sea.",
        "Again and again, the same again.",
        "Whatever will be will be.",
        "They went from door to door and from street to street.",
    ),
)
