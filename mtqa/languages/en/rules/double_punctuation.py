"""Punctuation that is doubled or collides: ",,", ". .", ",.", ";,". Ellipses, "?!", repeated exclamation marks and
abbreviations before a comma are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_COLLISION = re.compile(
    r"(?<![.,;:!?])(?<!\. )(?:,[ ]?,|;[ ]?;|,[ ]?[.;](?!\.)|;[ ]?[,.]|:[ ]?[.;,](?!\.)|\.\ \.)(?![.,;:!?)]|\ \.|\d|\w)"
)
_ENTITY_END = re.compile(r"&#?\w{2,8};$")


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _COLLISION.finditer(sentence.text):
        if _ENTITY_END.search(sentence.text, max(0, found.start() - 10), found.start() + 1):
            continue
        marks = found.group().replace(" ", "")
        same = marks[0] == marks[1]
        yield Hit(
            Span(found.start(), found.end()),
            "two marks where one belongs",
            marks[0] if same else None,
            safe=same,
        )


RULE = Rule(
    name="double-punctuation",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("We came,, we saw.", (",,",), "We came, we saw."),
        Example("We came and saw. .", (". .",), "We came and saw."),
        Example("We came; , then we saw.", ("; ,",)),
    ),
    silent=("We came... we saw.", "Really?! Yes!!", "Acme Inc., the maker. . . of all", "It is 3 p.m., or so."),
)
