"""A curly quotation mark without its partner in the document. A quotation may run over several sentences and
paragraphs, each of which may open it again."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.signals.surface.passage import Passage, runs
from mtqa.signals.surface.rule import Example, Finding, Rule


def _find(passage: Passage) -> Iterator[Finding]:
    if ("“" not in passage.text and "”" not in passage.text) or passage.text.count('"') % 2:
        return
    for span in runs(passage.document.unbalanced.get(passage.index, ())):
        side = "closed" if passage.text[span.start] == "“" else "opened"
        yield Finding(span, f"this quotation is never {side}")


RULE = Rule(
    name="unbalanced-quotation-mark",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("“We will go, he said.\nNobody went.", ("“",)),
        Example("We will go,” he said.", ("”",)),
    ),
    silent=(
        "“We will go,” he said.",
        "“We will go.\n“We will not come back,” he said.",
        "He said: “We will go.\nWe will not come back.”",
        "It is 6' 2\" tall.",
        "The word has five signs, with the mark ” behind it.",
    ),
)
