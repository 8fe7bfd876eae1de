"""A space before a comma, full stop, colon, semicolon, question or exclamation mark, as French spells it or as a
tokeniser leaves it, and one before a comma or semicolon instead of after it. Ellipses, decimals, file endings and
emoticons are left alone. The edit is safe for a comma, and for a mark that ends a question or an exclamation: others
may stand alone, as in "key : value" or "build ."."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_SPACED = re.compile(r"(?<=[^\W_])[”\"’)%]?[ \u00a0\u202f]+(?P<mark>[,.;:?!])(?=[\s”\"’)]|$)(?! ?[.)(])")
_MOVED = re.compile(r"(?<=[^\W_])[”\"’)%]? (?P<mark>[,;])(?=[^\W\d_]{2})")
_MORE = re.compile(r"\w")
_LONGEST = 60
_NO_LETTER = re.compile(r"[^\w’']")


def _find(sentence: Sentence) -> Iterator[Hit]:
    text = sentence.text
    for found in _SPACED.finditer(text):
        span = _with_word(text, found)
        yield Hit(span, "no space belongs before this mark", "".join(span.of(text).split()), safe=_is_safe(found))
    for found in _MOVED.finditer(text):
        span = _with_word(text, found)
        yield Hit(
            span,
            "the space belongs after this mark, not before it",
            "".join(span.of(text).split()) + " ",
            safe=found["mark"] == ",",
        )


def _is_safe(found: re.Match[str]) -> bool:
    """Whether the mark can be nothing but the sentence's own."""
    return found["mark"] == "," or (found["mark"] in "?!" and not _MORE.search(found.string, found.end()))


def _with_word(text: str, found: re.Match[str]) -> Span:
    start = found.start()
    while start and found.start() - start < _LONGEST and not _NO_LETTER.match(text, start - 1):
        start -= 1
    return Span(start, found.end())


RULE = Rule(
    name="space-before-punctuation",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("We waited for hours , and nobody came.", ("hours ,",), "We waited for hours, and nobody came."),
        Example("He left ,and she stayed.", ("left ,",), "He left, and she stayed."),
        Example("The form is key : value in it.", ("key :",)),
        Example("Type docker build . in it.", ("build .",)),
        Example("Who would have thought so ?", ("so ?",), "Who would have thought so?"),
    ),
    silent=(
        "We waited ... and waited.",
        "A ratio of .5 is fine.",
        "It is late, he said. :)",
        "We sell .com addresses.",
    ),
)
