"""A translation that has more characters than its file allows: `maxwidth` of XLIFF in characters, `sizeRestriction` of
XLIFF 2, a comment or flag of PO such as `max-length:40`.

A letter and its marks count as one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from mtqa.core.documents import Unit
from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceExample, SourceRule


def _find(unit: Compared) -> Iterator[Hit]:
    limit = unit.unit.limit
    if limit is None or len(unit.target.text) <= limit:
        return
    places = [at for at, c in enumerate(unit.target.text) if not unicodedata.combining(c)]
    if len(places) > limit:
        over = Span(places[limit], len(unit.target.text))
        yield Hit(over, f"at most {limit} characters are allowed; this has {len(places)}")


RULE = SourceRule(
    name="overlong-translation",
    description=__doc__,
    category=Category.LENGTH,
    severity=Severity.MAJOR,
    find=_find,
    fires=(
        SourceExample(pairs=(("Save", "Speichern"),), marked=("hern",), unit=Unit(source="Save", limit=5)),
        SourceExample(pairs=(("Undo it", "Rückgängig"),), marked=("gig",), unit=Unit(source="Undo it", limit=7)),
    ),
    silent=(
        SourceExample(pairs=(("Save", "Sichern"),), marked=(), unit=Unit(source="Save", limit=7)),
        SourceExample(pairs=(("Save", "Sichern"),), marked=()),
    ),
)
