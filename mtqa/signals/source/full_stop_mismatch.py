"""A full stop at the end that the source has and the translation lacks, or the other way round.

Texts of a few words are left alone, and so are quotation marks and brackets after it. Each language has a full stop of
its own (`。`, `।`)."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.final_punctuation import ends, last_word
from mtqa.signals.source.rule import SourceRule, fires, silent

_WORDS = 5  # below which a text is a label


def _find(unit: Compared) -> Iterator[Hit]:
    ours, theirs = ends(unit)
    words = len(unit.source.text.split())
    if {ours, theirs} == {".", ""} and words >= _WORDS:
        said = (
            "the source ends with a full stop; this does not" if ours else "a full stop, which the source does not have"
        )
        yield Hit(last_word(unit.target.text), said)


RULE = SourceRule(
    name="full-stop-mismatch",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    custom=True,
    fires=(
        fires("The file could not be saved.", "Die Datei konnte nicht gesichert werden", "werden"),
        fires("The file could not be saved", "Le fichier n’a pas pu être enregistré.", "enregistré.", into="fr"),
    ),
    silent=(
        silent("Save the file", "Datei sichern."),
        silent("The file could not be saved.", "ファイルを保存できませんでした。", into="ja"),
        silent("They call it “the file.”", "Sie nennen es „die Datei“."),
    ),
)
