"""A number written as in the source's language where the translation's language writes it differently: it would be read
as another number (1,500 in German is one and a half).

Only numbers that mean something else by the conventions of the language, or nothing at all (1,234.5), are flagged."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.conventions import separators
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.figures import agreement, digits
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.shown import shown


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy or unit.source.language == unit.target.language or unit.other is not None:
        return
    ours, theirs = separators(unit.source.language), separators(unit.target.language)
    for here, there in unit.once(agreement).foreign if theirs else ():
        if {".", ","} & set(here.text) and here.text == there.text:
            written = _written(*digits(there.text, ours), *(theirs or ("", "")))
            message = f"the source says {shown(there.text)}, which is written {shown(written)} in this language"
            yield Hit(here.span, message, replacement=written)


def _written(whole: str, fraction: str, decimal: str, thousands: str) -> str:
    """A number by the customs of a language, with all its figures."""
    first = len(whole) % 3 or 3
    groups = [whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))]
    grouped = thousands.replace(" ", "\u00a0").join(groups)
    return f"{grouped}{decimal}{fraction}" if fraction else grouped


RULE = SourceRule(
    name="number-convention",
    description=__doc__,
    category=Category.NUMBER_FORMAT,
    severity=Severity.MINOR,
    find=_find,
    custom=True,
    fires=(
        fires("It holds 1,500 files.", "Es fasst 1,500 Dateien.", "1,500"),
        fires("It costs 12,345.67 in all.", "Insgesamt kostet es 12,345.67.", "12,345.67"),
    ),
    silent=(
        silent("It holds 1,500 files.", "Es fasst 1.500 Dateien."),
        silent("It needs version 3.5.", "Erfordert Version 3.5."),
        silent("It holds 1,500 files.", "これは1,500のファイルを持っています。", into="ja"),
    ),
)
