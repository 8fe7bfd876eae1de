"""The same words three times or more in a row, as a translator that is stuck repeats them. Short cries ("no, no, no"),
songs and single words for emphasis ("very very very") are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.signals.surface.passage import Passage
from mtqa.signals.surface.repetition import repetitions
from mtqa.signals.surface.rule import Example, Finding, Rule


def _find(passage: Passage) -> Iterator[Finding]:
    for run in repetitions(passage):
        if run.times >= (3 if run.length >= 3 else 4 if run.length == 2 else 5):
            yield Finding(
                run.span, f"the same words stand here {run.times} times", passage.text[run.span.start : run.once]
            )


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
