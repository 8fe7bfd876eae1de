"""Two spaces in a row where the source has none. After a sentence they are customary, and only a remark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceRule, fires, silent

_SPACES = re.compile(r"(?<=\S) {2,}")
_SENTENCE = re.compile(r"[.!?:][)\"'”’]?\Z")
_DOUBLE = re.compile(r"(?<=\S)( {2,3})(?=\S)")


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy or _SPACES.search(unit.source.text):
        return
    for found in _DOUBLE.finditer(unit.target.text):
        message = "a double space, which the source does not have"
        severity = Severity.NEUTRAL if _SENTENCE.search(unit.target.text, 0, found.start()) else None
        yield Hit(Span(*found.span(1)), message, replacement=" ", safe=True, severity=severity)


RULE = SourceRule(
    name="double-space",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    otherwise="neutral after a sentence or a colon",
    find=_find,
    custom=True,
    fires=(
        fires("The file is new.", "Die Datei  ist neu.", "  ", edited="Die Datei ist neu."),
        fires("Save it now", "Jetzt  sichern", "  ", edited="Jetzt sichern"),
    ),
    silent=(
        silent("The file is new.", "Die Datei ist neu."),
        silent("a  b", "a  c"),
    ),
)
