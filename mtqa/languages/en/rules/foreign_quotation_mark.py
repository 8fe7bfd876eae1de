"""Quotation marks of another language in English: „low“, «angled» or »turned«. A whole quotation has a safe
edit; a mark without its partner has none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_QUOTED = re.compile(r"„+[^„“”]*[“”]?|«+[^«»]*»?|»+[^«»]*«?|‚[^‚‘’\n]*[‘’]|[‹›]+|[「」『』]+")


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _QUOTED.finditer(sentence.text):
        words = found.group()
        whole = len(words) > 2 and words[0] in "„«»" and words[1] not in "„«»" and words[-1] in "“”«»"
        yield Hit(
            Span(found.start(), found.end()),
            "English quotes with “ and ”",
            f"“{words[1:-1].strip()}”" if whole else None,
            safe=whole,
        )


RULE = Rule(
    name="foreign-quotation-mark",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("He called it a „mistake“ and left.", ("„mistake“",), "He called it a “mistake” and left."),
        Example("The film « Amelie » was shown.", ("« Amelie »",), "The film “Amelie” was shown."),
    ),
    silent=("He called it a “mistake” and left.", "The film 'Amelie' was shown.", 'A 5" nail and the "big" one.'),
)
