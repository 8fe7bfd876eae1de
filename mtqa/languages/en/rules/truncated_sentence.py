"""A paragraph that breaks off: it ends, without a final mark, in a word that needs another after it ("of the",
"because"). Headings, captions and list items are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_OPEN = re.compile(
    r"(?<![\w’'-])(?<![;,:-] )(?:the|a|an|and|or|than|because|although|whose|their|its|my|our|your|into|between"
    r"|during|if|whether)$"
)


def _find(sentence: Sentence) -> Iterator[Hit]:
    if not sentence.running_text or not sentence.ends_block or len(sentence.words) < 6:
        return
    found = _OPEN.search(sentence.text.rstrip())
    if found:
        yield Hit(Span(found.start(), found.end()), "the sentence breaks off here; finish it")


RULE = Rule(
    name="truncated-sentence",
    description=__doc__,
    category=Category.OMISSION,
    severity=Severity.MAJOR,
    find=_find,
    fires=(
        Example("The minister told the press that he would resign because of the", ("the",)),
        Example("The two countries have signed an agreement on trade and", ("and",)),
    ),
    silent=(
        "The minister told the press that he would resign.",
        "What are you waiting for",
        "That is the house that I used to live in",
        "The The played to an audience they were proud of.",
    ),
)
