"""A number that is right but measures something other than in the source: GB for MB, minutes for seconds, $ for €,
billions for millions, or without its per cent sign or minus.

The names of units are those of CLDR in each language; a unit that it does not know is left alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.conventions import unspaced
from mtqa.languages.quantities import MONEY, PERCENT, units
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, Side
from mtqa.signals.source.figures import Figure, agreement, figures, units_of
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.shown import shown

_MINUS = re.compile(r"(?:^|[\s(])[-−–]\Z")
_DASH = re.compile(r"[-−–‑]")
_WORD = re.compile(rf"[^\W\d_]+|[%％٪{''.join(MONEY)}]")
_STEM = 5  # letters that an adjective shares with the noun


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy or unit.other is not None:
        return
    source, target = unit.source, unit.target
    agreed = unit.once(agreement).agreed
    measures: dict[float, set[frozenset[str]]] = defaultdict(set)
    for each in figures(target, target.language) if agreed else ():
        measures[each.value].add(units_of(each, target))
    for one, other in agreed:
        wanted, same = units_of(one, source), measures[one.value]
        if wanted and all(_is_another(wanted, found) for found in same):
            yield Hit(_measured(other, target), f"the source says {shown(_said(one, source))}")
        elif PERCENT in wanted and not any(same) and not _has_percent(target):
            yield Hit(other.span, f"the source says {shown(_said(one, source))}")
        elif _is_negative(one, source) and not _DASH.search(target.text) and not _spelled_out(source, target):
            yield Hit(other.span, f"the source says {shown('−' + one.text)}", severity=Severity.MINOR)


def _is_another(wanted: frozenset[str], found: frozenset[str]) -> bool:
    """Whether two measures are of the same kind and cannot be the same."""
    kinds = {name.partition("-")[0] for name in wanted}
    return bool(found) and not wanted & found and any(name.partition("-")[0] in kinds for name in found)


def _has_percent(side: Side) -> bool:
    """Whether a text speaks of per cent, in figures, in words or in an adjective."""
    names = [word for word, means in units(side.language).items() if PERCENT in means]
    words = [word.lower() for word in _WORD.findall(side.text)]
    return unspaced(side.language) or any(word.startswith(name[:_STEM]) for word in words for name in names)


def _is_negative(figure: Figure, side: Side) -> bool:
    return _MINUS.search(side.text[max(0, figure.span.start - 2) : figure.span.start]) is not None


def _spelled_out(source: Side, target: Side) -> bool:
    """Whether the translation has so many more words that one of them may say minus."""
    return len(target.text.split()) > len(source.text.split())


def _measured(figure: Figure, side: Side) -> Span:
    """A number with its unit."""
    behind = _WORD.search(side.text, figure.span.end)
    near = behind is not None and behind.start() <= figure.span.end + 1
    return Span(figure.span.start, behind.end() if behind and near else figure.span.end)


def _said(figure: Figure, side: Side) -> str:
    span = _measured(figure, side)
    before = side.text[max(0, span.start - 1) : span.start]
    return (before if units(side.language).get(before) else "") + span.of(side.text)


RULE = SourceRule(
    name="unit-mismatch",
    description=__doc__,
    category=Category.MISTRANSLATION,
    severity=Severity.MAJOR,
    otherwise="minor for a minus that is missing",
    find=_find,
    fires=(
        fires("Files may have 25 MB.", "Dateien dürfen 25 GB haben.", "25 GB"),
        fires("Wait 30 seconds.", "Attendez 30 minutes.", "30 minutes", into="fr"),
        fires("It costs $20 a month.", "Es kostet 20 € im Monat.", "20 €"),
        fires("About 50% have agreed.", "Etwa 50 haben zugestimmt.", "50"),
        fires("It shows −5 °C.", "Es zeigt 5 °C.", "5"),
    ),
    silent=(
        silent("Files may have 25 MB.", "Les fichiers peuvent faire 25 Mo.", into="fr"),
        silent("A 10% discount", "10-prozentiger Rabatt"),
        silent("It has 3 million users.", "Er hat 3 Mio. Nutzer."),
        silent("It spent $5 billion.", "Gastó 5 mil millones de dólares.", into="es"),
        silent("5 MB of 10 GB", "Von 10 GB sind 5 MB"),
    ),
)
