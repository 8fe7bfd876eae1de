"""A translation that is the source, word for word.

Names, codes, and words that both languages have, such as "Status" in German, are left alone: a word counts where it is
clearly more frequent in the source's language than in the translation's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.vocabulary import is_unknown, telling

_WORDS = 3  # that tell: fewer may be a term of the trade
_CODE = re.compile(r"[=*\\#$|{}<>\[\]]|--|::|(?:^|\s)/|/\S*/|\w,\w")


def _find(unit: Compared) -> Iterator[Hit]:
    if " ".join(unit.target.prose.split()).casefold() != " ".join(unit.source.prose.split()).casefold():
        return
    if _CODE.search(unit.source.prose):
        return
    words = telling(unit.source.prose, unit.source.language, unit.target.language)
    if words:
        several = len(words) >= _WORDS
        surely = several or any(is_unknown(word, unit.target.language) for word in words)
        severity = Severity.MAJOR if several else Severity.MINOR if surely else Severity.NEUTRAL
        yield Hit(unit.whole, "the same as the source; left untranslated", severity=severity)


RULE = SourceRule(
    name="copied-source",
    description=__doc__,
    category=Category.UNTRANSLATED,
    severity=Severity.MAJOR,
    otherwise="minor where fewer than three words show it; neutral where the translation’s language may have them, too",
    find=_find,
    custom=True,
    fires=(
        fires("The file could not be opened.", "The file could not be opened.", "The file could not be opened."),
        fires("Unable to connect", "Unable to connect", "Unable to connect", into="fr"),
    ),
    silent=(
        silent("Status: OK", "Status: OK"),
        silent("PostgreSQL", "PostgreSQL"),
        silent("Ctrl+Alt+Del", "Ctrl+Alt+Del", into="fr"),
    ),
)
