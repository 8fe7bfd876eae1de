"""The same words three times or more in a row, as a translator that is stuck repeats them. Short cries ("no, no, no"),
songs and single words for emphasis ("very very very") are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.repetition import Repetition, repetitions
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence


def _fewest(run: Repetition) -> int:
    if run.length == 1:
        return 8 if run.parted else 5
    if run.length <= 3:
        return 5 if run.parted else 3
    return 3


def _find(sentence: Sentence) -> Iterator[Hit]:
    for run in repetitions(sentence):
        if run.times >= _fewest(run):
            first = sentence.text[run.span.start : run.once]
            yield Hit(run.span, f"the same words are repeated {run.times} times", first)


RULE = Rule(
    name="hallucinated-loop",
    description=__doc__,
    category=Category.UNINTELLIGIBLE,
    severity=Severity.CRITICAL,
    find=_find,
    fires=(
        Example(
            "He is a member of the board, a member of the board, a member of the board of directors.",
            ("a member of the board, a member of the board, a member of the board",),
        ),
        Example("The house house house house house stood there.", ("house house house house house",)),
    ),
    silent=(
        "No, no, no, said the teacher.",
        "It was a very, very, very long day.",
        "Location, location, location: that is what counts.",
        "We will fight on the beaches, we will fight on the landing grounds.",
    ),
)
