"""A space before or after the text where the source has none, or the other way round: what the program puts before or
after it is run together or moved. Line breaks there are what line-break-mismatch is about."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.documents import Unit
from mtqa.core.findings import Category, Severity
from mtqa.languages.conventions import unspaced
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceExample, SourceRule, silent


def _find(unit: Compared) -> Iterator[Hit]:
    if unspaced(unit.target.language):
        return
    for wanted, found, where in margins(unit):
        if "\n" not in wanted + found and bool(wanted) is not bool(found):
            what, here = ("a space", "none") if wanted else ("no space", "one")
            yield Hit(unit.whole, f"the source has {what} {where} the text; here there is {here}")


def margins(unit: Compared) -> Iterator[tuple[str, str, str]]:
    """The white space of source and translation, at either end; nothing where it is not known."""
    source, found = unit.unit.source, unit.unit.margins
    if found is not None and source.strip():
        yield source[: len(source) - len(source.lstrip())], found[0], "before"
        yield source[len(source.rstrip()) :], found[1], "after"


RULE = SourceRule(
    name="margin-mismatch",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    custom=True,
    fires=(
        SourceExample(pairs=(("Name: ", "Name:"),), marked=("Name:",), unit=Unit(source="Name: ", margins=("", ""))),
        SourceExample(pairs=(("Done", "Fertig"),), marked=("Fertig",), unit=Unit(source="Done", margins=(" ", ""))),
    ),
    silent=(
        SourceExample(pairs=(("Name: ", "Name: "),), marked=(), unit=Unit(source="Name: ", margins=("", " "))),
        silent("Name", "Name"),
    ),
)
