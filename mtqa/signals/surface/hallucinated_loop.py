"""The same words three times or more in a row, as a translator that is stuck repeats them. Short cries ("no, no, no"),
songs and single words for emphasis ("very very very") are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.signals.surface.passage import Passage
from mtqa.signals.surface.repetition import Repetition, repetitions
from mtqa.signals.surface.rule import Example, Finding, Rule


def _fewest(run: Repetition) -> int:
    if run.length == 1:
        return 8 if run.parted else 5
    if run.length <= 3:
        return 5 if run.parted else 3
    return 3


def _find(passage: Passage) -> Iterator[Finding]:
    for run in repetitions(passage):
        if run.times >= _fewest(run):
            first = passage.text[run.span.start : run.once]
            yield Finding(run.span, f"the same words are repeated {run.times} times", first)


RULE = Rule(
    name="hallucinated-loop",
    description=__doc__,
    category=Category.UNINTELLIGIBLE,
    severity=Severity.CRITICAL,
    find=_find,
    english=False,
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
