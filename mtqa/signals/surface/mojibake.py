"""Letters garbled by a wrong decoding ("Ã©" for "é", "â€™" for "’") or lost in one (U+FFFD)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_HIGH = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_GARBLED = re.compile(rf"\ufffd|[ÂÃÄÅÎÏÐÑØÙ](?=[{_HIGH}])|â[\u0080€][{_HIGH}]|ï»¿|ð[Ÿ\u009f]|Â(?=[£€ ])")
_CERTAIN = re.compile("\ufffd|â€|Ã.|ï»¿|ðŸ")
_SPACE = re.compile(r"\s|$")
_OUTER = ".,;:!?”“\"'()[]"


def _repaired(words: str) -> str | None:
    try:
        repaired = words.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return repaired if repaired.isprintable() else None


def _find(sentence: Sentence) -> Iterator[Hit]:
    text, end = sentence.text, 0
    if text.isascii():
        return
    for found in _GARBLED.finditer(text):
        if found.start() < end:
            continue
        start = max(end, *(text.rfind(space, end, found.start()) + 1 for space in " \n\t"))
        space = _SPACE.search(text, found.end())
        end = space.start() if space else len(text)
        words = text[start:end].strip()
        inner = words.strip(_OUTER) or words
        start = text.index(inner, start)
        repaired = _repaired(inner)
        if repaired is None and not _CERTAIN.search(inner):
            continue
        yield Hit(
            Span(start, start + len(inner)),
            "letters were garbled by a wrong encoding" if repaired else "letters were lost in a wrong encoding",
            repaired,
            safe=repaired is not None,
        )


RULE = Rule(
    name="mojibake",
    description=__doc__,
    category=Category.ENCODING,
    severity=Severity.MAJOR,
    find=_find,
    prose=False,
    fires=(
        Example("The cafÃ© was closed.", ("cafÃ©",), "The café was closed."),
        Example("It wasnâ€™t open.", ("wasnâ€™t",), "It wasn’t open."),
        Example("A na\ufffdve idea.", ("na\ufffdve",)),
    ),
    silent=("The café was closed.", "SÃO PAULO and ÅRHUS are cities.", "It wasn’t €5 – it was £6."),
)
