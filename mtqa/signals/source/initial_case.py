"""A text that begins with a capital where the source begins with a small letter, or the other way round.

Only texts that begin with a word are checked, in languages whose letters have capitals; German nouns, all-capital
words and names may differ."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.conventions import unspaced
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceRule, fires, silent

_WORDS = 3  # in the source: fewer are a label
_WORD = re.compile(r"[^\W\d_]+")
_IDENTIFIER = re.compile(r"[\w-]*[-_.()/=][\w]|\w*[A-Z]")


def _find(unit: Compared) -> Iterator[Hit]:
    ours, theirs = (_first(side.text) for side in (unit.source, unit.target))
    if unit.is_copy or unspaced(unit.target.language) or not ours or not theirs or ours.isupper() is theirs.isupper():
        return
    if ours.isupper() and len(unit.source.text.split()) >= _WORDS and unit.source.text[-1:] in ".!?…:":
        word = _WORD.match(unit.target.text)
        if word and word[0].islower() and not _IDENTIFIER.match(unit.target.text):
            edit = word[0][0].upper() + word[0][1:]
            yield Hit(Span(0, word.end()), "the source begins with a capital letter", replacement=edit)


def _first(text: str) -> str:
    """The letter that a text begins with, where it has capitals."""
    first = text[:1]
    return first if first.lower() != first.upper() else ""


RULE = SourceRule(
    name="initial-case",
    description=__doc__,
    category=Category.SPELLING,
    severity=Severity.MINOR,
    find=_find,
    custom=True,
    fires=(
        fires("The file is new.", "die Datei ist neu.", "die"),
        fires("Choose a folder to open.", "choisissez un dossier à ouvrir.", "choisissez", into="fr"),
    ),
    silent=(
        silent("The file is new.", "Die Datei ist neu."),
        silent("the file", "Die Datei"),
        silent("IDs must be unique.", "id-Werte müssen eindeutig sein."),
    ),
)
