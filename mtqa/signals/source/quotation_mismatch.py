"""A quotation that the source has and the translation only opens or only closes, or has no marks for at all.

Marks of any language count; apostrophes, and inches and minutes after a figure, do not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceRule, fires, silent

_MARK = re.compile(r"(?<!\d)\"|[“”„‟«»「」『』]|(?<=\d)\"(?=[\s.,;:!?)]|$)(?<!\d\")")
_PLAIN = re.compile(r"(?<=\d)\"")
_OTHER = re.compile(r"[\"'‘’‹›‚`<*《》“”]|&quot;|&[lr]aquo;")
_PAIR = 2


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy:
        return
    ours, theirs = (len(_MARK.findall(side.prose)) for side in (unit.source, unit.target))
    plain = len(_PLAIN.findall(unit.source.prose))
    if ours % 2 == 0 and theirs % 2 == 1 and (plain + ours) % 2 == 0 and not _PLAIN.search(unit.target.prose):
        source = "the source’s are in pairs" if ours else "the source has none"
        yield Hit(unit.whole, f"an unpaired quotation mark; {source}")
    elif ours >= _PAIR and not theirs and not _OTHER.search(unit.target.text):
        yield Hit(unit.whole, "the quotation marks of the source are missing here", severity=Severity.NEUTRAL)


RULE = SourceRule(
    name="quotation-mismatch",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    otherwise="neutral where all the marks are missing",
    find=_find,
    custom=True,
    fires=(
        fires("The file “a” is new.", "Die Datei „a ist neu.", "Die Datei „a ist neu."),
        fires('The file "a" is new.', 'Le fichier "a est nouveau.', 'Le fichier "a est nouveau.', into="fr"),
    ),
    silent=(
        silent("The file “a” is new.", "Die Datei „a“ ist neu."),
        silent('The file "a" is new.', "Le fichier « a » est nouveau.", into="fr"),
        silent('A 5" screen', 'Ein 5"-Bildschirm'),
    ),
)
