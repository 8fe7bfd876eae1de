"""A number that differs from the source's, is missing, or was added.

Numbers are compared by their value in each language: 1,500 in English is 1.500 in German. A number in words, in Roman
numerals or on a twelve-hour clock counts, and so does a measure that was converted (5 miles, 8 km). Figures in names
and codes (UTF-8, H264) are left alone, and so are the forms of a plural, which may leave their number out."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.figures import agreement, words_apart
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.shown import listed

_SMALL = 16  # a number up to this may stand for a word: hexadecimal, 16進


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy or unit.other is not None:
        return
    found = unit.once(agreement)
    lost, added = (list(dict.fromkeys(figure.text for figure in each)) for each in (found.lost, found.added))
    for figure in found.added:
        if lost:
            yield Hit(figure.span, f"the source says {listed(lost)}; here it is {listed([figure.text])}")
        else:
            small = figure.value <= _SMALL
            severity = Severity.NEUTRAL if small else Severity.MINOR
            yield Hit(figure.span, "the source has no such number", severity=severity)
    if not lost and not added and all(words := words_apart(unit)):
        said = f"the source says {listed(map(str, words[0]))}, in words; here it is {listed(map(str, words[1]))}"
        yield Hit(unit.whole, said)
    if lost and not added:
        yield Hit(unit.whole, f"the source says {listed(lost)}, which is missing here", severity=Severity.MINOR)


RULE = SourceRule(
    name="number-mismatch",
    description=__doc__,
    category=Category.MISTRANSLATION,
    severity=Severity.MAJOR,
    otherwise="minor where a number is only missing or only added; neutral where one up to 16 is only added",
    find=_find,
    fires=(
        fires("The limit is 1,500 files.", "Die Grenze liegt bei 15,00 Dateien.", "15,00"),
        fires("It opened on 12 March 1998.", "Eröffnet wurde es am 12. März 1989.", "1989"),
        fires("Choose three colours.", "Wählen Sie vier Farben.", "Wählen Sie vier Farben."),
        fires("Wait 45 seconds.", "Warten Sie einige Sekunden.", "Warten Sie einige Sekunden."),
    ),
    silent=(
        silent("The limit is 1,500.25 files.", "Die Grenze liegt bei 1.500,25 Dateien."),
        silent("We respect three of them.", "Wir achten drei davon."),
        silent("Choose two of 3 colours.", "Wählen Sie 2 von drei Farben."),
        silent("It is 5 miles from here, at 5:30 p.m.", "Es sind 8 km von hier, um 17:30 Uhr."),
        silent("A castle of the 19th century.", "Un château du XIXe siècle.", into="fr"),
    ),
)
