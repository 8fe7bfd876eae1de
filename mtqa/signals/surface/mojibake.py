"""Letters garbled by a wrong decoding ("Ã©" for "é", "â€™" for "’") or lost in one (U+FFFD)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.signals.surface.passage import Passage
from mtqa.signals.surface.rule import Example, Finding, Rule

_HIGH = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_GARBLED = re.compile(
    rf"[^\s\ufffd]*(?:\ufffd|[ÂÃÄÅÎÏÐÑØÙ](?=[{_HIGH}])|â[\u0080€][{_HIGH}]|ï»¿|ð[Ÿ\u009f])\S*|Â(?=[£€ ])\S*"
)
_LAST = re.compile(r"[.,;:!?”\"')]+$")


def _repaired(words: str) -> str | None:
    try:
        repaired = words.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return repaired if repaired.isprintable() else None


def _find(passage: Passage) -> Iterator[Finding]:
    if passage.text.isascii():
        return
    for found in _GARBLED.finditer(passage.text):
        words = _LAST.sub("", found.group()) or found.group()
        repaired = _repaired(words)
        if repaired is None and "\ufffd" not in words and not re.search("â€|Ã.|ï»¿|ðŸ", words):
            continue
        yield Finding(
            Span(found.start(), found.start() + len(words)),
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
    english=False,
    prose=False,
    fires=(
        Example("The cafÃ© was closed.", ("cafÃ©",), "The café was closed."),
        Example("It wasnâ€™t open.", ("wasnâ€™t",), "It wasn’t open."),
        Example("A na\ufffdve idea.", ("na\ufffdve",)),
    ),
    silent=("The café was closed.", "SÃO PAULO and ÅRHUS are cities.", "It wasn’t €5 – it was £6."),
)
