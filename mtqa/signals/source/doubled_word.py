"""A word that occurs twice in a row where the source repeats nothing.

English has a rule of its own (repeated-word). Reflexives and other words that languages rightly repeat, such as "sie
sie", are left alone: only words of four or more letters are checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceRule, fires, silent

_DOUBLED = re.compile(r"(?<![\w’'-])([^\W\d_]+)[ \u00a0]\1(?![\w’'-])", re.IGNORECASE)
_SHORTEST = 5


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy or unit.target.language == "en" or _DOUBLED.search(unit.source.prose.lower()):
        return
    for found in _DOUBLED.finditer(unit.target.prose):
        if len(found[1]) >= _SHORTEST:
            yield Hit(Span(*found.span()), "the same word twice", replacement=found[1])


RULE = SourceRule(
    name="doubled-word",
    description=__doc__,
    category=Category.GRAMMAR,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        fires("Open the file again.", "Öffnen Sie die Datei Datei erneut.", "Datei Datei"),
        fires("Choose a folder.", "Choisissez un dossier dossier.", "dossier dossier", into="fr"),
    ),
    silent=(
        silent("Bye-bye, bye bye", "Tschüss, tschüss"),
        silent("You may delete them.", "Vous pouvez vous en séparer, nous nous en chargeons.", into="fr"),
    ),
)
