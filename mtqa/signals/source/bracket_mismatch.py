"""A bracket that is not closed or opened where the source's are.

Brackets of any script count. A translation that has no brackets at all, or a pair more, is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceRule, fires, silent

_KINDS = (("(（", ")）", "round bracket"), ("[［", "]］", "square bracket"), ("{｛", "}｝", "curly bracket"))
_SMILEY = re.compile(r"[:;]-?[()]")
_ENUMERATED = re.compile(r"(?:^|\s)(?:\w|\d{1,2})\)")


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy:
        return
    source, target = (_SMILEY.sub("", side.prose) for side in (unit.source, unit.target))
    for opening, closing, name in _KINDS:
        ours, theirs = (sum(map(text.count, opening)) - sum(map(text.count, closing)) for text in (source, target))
        if ours == 0 and theirs and not _ENUMERATED.search(target):
            said = "opened but not closed" if theirs > 0 else "closed but not opened"
            yield Hit(unit.whole, f"a {name} is {said}, unlike in the source")


RULE = SourceRule(
    name="bracket-mismatch",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        fires("Save (as a copy)", "Sichern (als Kopie", "Sichern (als Kopie"),
        fires("See [the guide].", "Siehe Anleitung].", "Siehe Anleitung]."),
    ),
    silent=(
        silent("Save (as a copy)", "另存为（副本）", into="zh"),
        silent("Save a copy", "Kopie sichern (neu)"),
        silent("a) first, b) second", "a) erstens, b) zweitens"),
    ),
)
