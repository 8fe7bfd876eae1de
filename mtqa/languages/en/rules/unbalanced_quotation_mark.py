"""A curly quotation mark without its partner in the document. A quotation may run over several sentences and
paragraphs, each of which may open it again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.en.signs import names_sign
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence, Surroundings, runs

_QUOTE = re.compile(r"(?P<opening>„|(?<![\w.,!?…])“|(?<=[.,!?…])“(?=[^\W\d_])|(?<!\S)”(?=\w))|“|”")


def _unbalanced(document: Surroundings) -> dict[int, list[int]]:
    """Offsets of quotation marks without a partner, by ordinal of their sentence. A quotation may run over several
    sentences and paragraphs; each of its paragraphs may open it again."""
    found: dict[int, list[int]] = {}
    opened: tuple[int, int] | None = None
    for sentence in document.sentences:
        for mark in _QUOTE.finditer(sentence.text):
            if names_sign(sentence, mark.start()):
                continue
            here = (sentence.index, mark.start())
            if mark["opening"]:
                continued = sentence.starts_block and not sentence.text[: mark.start()].strip()
                if opened is not None and not continued:
                    found.setdefault(opened[0], []).append(opened[1])
                opened = here
            elif opened is None:
                found.setdefault(here[0], []).append(here[1])
            else:
                opened = None
    if opened is not None:
        found.setdefault(opened[0], []).append(opened[1])
    return found


def _find(sentence: Sentence) -> Iterator[Hit]:
    if ("“" not in sentence.text and "”" not in sentence.text) or sentence.text.count('"') % 2:
        return
    for span in runs(sentence.document.once(_unbalanced).get(sentence.index, ())):
        side = "closed" if sentence.text[span.start] == "“" else "opened"
        yield Hit(span, f"this quotation is never {side}")


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
        "The word has five signs, with the mark ” after it.",
    ),
)
