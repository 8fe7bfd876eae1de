"""A placeholder that was never filled or put back: `{0}`, `{{name}}`, `%s`, `__NAME__`, `#PLACEHOLDER#`, `⟦1⟧`, or
lorem ipsum; not one that the source has, too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_PLACEHOLDER = re.compile(
    r"""
    \{\{[^{}\n]{0,40}\}\} | [$\#%]?\{\w{0,30}\} | (?<![\w%])%(?:\d\$)?(?:s|d|@|\(\w+\)s)(?!\w) | (?<!\w)%\w+%(?!\w)
    | (?<!\w)__\w+?__(?!\w) | (?<![\w#])\#[A-Z][A-Z_]{2,}\#(?!\w) | ⟦[^⟧\n]*⟧ | (?<!\w)XX?PLACEHOLDER\w*
    | (?<!\w)\[(?:INSERT|YOUR|NAME|DATE)[ A-Z]*\] | (?i:\blorem\ ipsum\b) | ▁ | @-@ | &\#?\w+\ ; | <unk>|<pad>|</s>
    """,
    re.VERBOSE,
)


def _find(sentence: Sentence) -> Iterator[Hit]:
    source = sentence.segment.source or ""
    for found in _PLACEHOLDER.finditer(sentence.text):
        if found[0] in source:  # it belongs there
            continue
        yield Hit(Span(found.start(), found.end()), "a placeholder was left in the text; put in the real words")


RULE = Rule(
    name="leftover-placeholder",
    description=__doc__,
    category=Category.MARKUP,
    severity=Severity.MAJOR,
    find=_find,
    prose=False,
    fires=(
        Example("Dear {0}, your order %s has shipped.", ("{0}", "%s")),
        Example("Hello __NAME__, this is #PLACEHOLDER# speaking.", ("__NAME__", "#PLACEHOLDER#")),
    ),
    silent=("Prices rose by 5% since May.", "The set {a, b} is finite.", "We are #WINNING, they wrote."),
)
