"""A translation that two different sources have in one file, as when one was pasted over another.

Only sentences of four or more words whose sources have little in common are compared; the later one is flagged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, File
from mtqa.signals.source.rule import SourceExample, SourceRule
from mtqa.signals.source.shown import shown

_WORDS = 4
_UNSPACED = 30  # characters of a translation that is no label, in whatever script
_ALIKE = 0.3  # of the shorter source's words
_SIGNS = re.compile(r"[^\w]+")


def _find(unit: Compared) -> Iterator[Hit]:
    key = _plain(unit.target.text)
    first = unit.file.once(_sources).get(key)
    if first is None or unit.other is not None:
        return
    ours, theirs = set(_plain(unit.source.text).split()), set(_plain(first).split())
    if len(ours & theirs) < _ALIKE * min(len(ours), len(theirs)):
        yield Hit(unit.whole, f"{shown(first)}, a different source, has the same translation")


def _sources(file: File) -> Mapping[str, str]:
    """The first source of each translation that is long enough to be no label."""
    found: dict[str, str] = {}
    for unit in file.units:
        key = _plain(unit.target.text)
        if unit.other is None and (len(key.split()) >= _WORDS or len(key) >= _UNSPACED):
            found.setdefault(key, unit.source.text)
    return found


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", text).casefold().split())


RULE = SourceRule(
    name="shared-translation",
    description=__doc__,
    category=Category.MISTRANSLATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        SourceExample(
            pairs=(
                ("The file could not be opened.", "Die Datei konnte nicht geöffnet werden."),
                ("Your password has expired.", "Die Datei konnte nicht geöffnet werden."),
            ),
            marked=("Die Datei konnte nicht geöffnet werden.",),
        ),
        SourceExample(
            pairs=(
                ("Choose a folder for it", "Choisissez un dossier pour lui"),
                ("Nobody knows this user", "Choisissez un dossier pour lui"),
            ),
            marked=("Choisissez un dossier pour lui",),
            languages=("en", "fr"),
        ),
    ),
    silent=(
        SourceExample(
            pairs=(
                ("The file could not be opened.", "Die Datei konnte nicht geöffnet werden."),
                ("Could not open the file.", "Die Datei konnte nicht geöffnet werden."),
            ),
            marked=(),
        ),
        SourceExample(pairs=(("Close", "Schließen"), ("Shut", "Schließen")), marked=()),
    ),
)
