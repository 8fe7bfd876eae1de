"""Words of the source that were left in the translation as they are.

At least two words in a row that are clearly more frequent in the source's language than in the translation's; one is
enough if it is in lower case and the other language hardly knows it. Names, codes and quotations are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.vocabulary import leftovers


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy:
        return
    for span in leftovers(unit.source.prose, unit.target.prose, unit.source.language, unit.target.language):
        if not _is_element(unit.target.text, *span):
            yield Hit(Span(*span), "words of the source, left untranslated")


def _is_element(text: str, start: int, end: int) -> bool:
    """Whether a range is all that an inline element holds: what programs say."""
    return text[start - 1 : start] == ">" and text[end : end + 1] == "<"


RULE = SourceRule(
    name="untranslated-text",
    description=__doc__,
    category=Category.UNTRANSLATED,
    severity=Severity.MAJOR,
    find=_find,
    custom=True,
    fires=(
        fires("Could not open the file.", "Konnte nicht open the file.", "open the file"),
        fires("Choose another folder first.", "Choisissez d’abord another folder.", "another folder", into="fr"),
    ),
    silent=(
        silent("Open the Status Server.", "Öffnen Sie den Status Server."),
        silent("Read “Gone with the Wind”.", "Lesen Sie „Gone with the Wind“."),
    ),
)
