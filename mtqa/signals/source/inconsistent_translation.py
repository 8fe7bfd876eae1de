"""A source text that is translated in two ways in one file. The rarer translation is flagged or, where
neither is rarer, the later one.

Capitals, punctuation and marks of keys do not count, nor do the forms of a plural. It is a fault in sentences of five
or more words, and in identical texts of three or more that have no context; elsewhere it is only a remark: a label
often differs by what it stands on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, File
from mtqa.signals.source.rule import SourceExample, SourceRule
from mtqa.signals.source.shown import shown

_WORDS, _SAME_WORDS = 5, 3  # of a sentence, and of a text that is the very same
_FORM = re.compile(r"\[(?:\d{1,3}|=\d{1,9}|zero|one|two|few|many|other)\]|(?<=[._])(?:zero|one|two|few|many|other)\Z")
_SIGNS = re.compile(r"[^\w%{}$]+")


def _find(unit: Compared) -> Iterator[Hit]:
    key = _plain(unit.source.text)
    others = unit.file.once(_translations).get(key)
    if others is None or unit.other is not None or unit.is_copy:
        return
    own = _plain(unit.target.text)
    best = max(others, key=lambda text: others[text].count)
    if own != best and not _of_one_plural(unit, others[best].first):
        said = f"the same source is translated as {shown(others[best].first.target.text)} elsewhere in this file"
        severity = None if _is_meant(unit, others[best].first) else Severity.NEUTRAL
        yield Hit(unit.whole, said, severity=severity)


@dataclass(slots=True)
class _Rendering:
    """A translation of a source: how often it occurs, and the first unit that has it."""

    count: int
    first: Compared


def _is_meant(unit: Compared, other: Compared) -> bool:
    """Whether the two should read the same: they are sentences, or the very same text without a context to tell them
    apart."""
    source = unit.source.text
    words = len(source.split())
    same = source == other.source.text and not unit.pair.key.endswith(f"|{source}")
    return words >= (_SAME_WORDS if same else _WORDS) and (same or source[-1] in ".!?。！？")


def _of_one_plural(unit: Compared, other: Compared) -> bool:
    """Whether their keys name forms of the same: ``files[few]`` and ``files[many]``, ``files_few`` and ``_many``."""
    first, second = (_FORM.subn("", one.pair.key) for one in (unit, other))
    return first == second and first[1] > 0


def _translations(file: File) -> Mapping[str, Mapping[str, _Rendering]]:
    """Of each source that has several translations, the renderings, the earliest first."""
    found: dict[str, dict[str, _Rendering]] = defaultdict(dict)
    for unit in file.units:
        if unit.other is None and (key := _plain(unit.source.text)) and (own := _plain(unit.target.text)):
            found[key].setdefault(own, _Rendering(0, unit)).count += 1
    return {key: renderings for key, renderings in found.items() if len(renderings) > 1}


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", text.replace("_", "").replace("&", "")).casefold().split())


RULE = SourceRule(
    name="inconsistent-translation",
    description=__doc__,
    category=Category.INCONSISTENT,
    severity=Severity.MINOR,
    otherwise="neutral for labels and for texts in different contexts",
    find=_find,
    custom=True,
    fires=(
        SourceExample(
            pairs=(
                ("Could not open the file!", "Die Datei konnte nicht geöffnet werden!"),
                ("Could not open the file.", "Öffnen der Datei fehlgeschlagen."),
            ),
            marked=("Öffnen der Datei fehlgeschlagen.",),
        ),
        SourceExample(
            pairs=(
                ("Save all the open files", "Tout sauver"),
                ("Save all the open files", "Enregistrer tout"),
                ("Save all the open files", "Tout sauver"),
            ),
            marked=("Enregistrer tout",),
            languages=("en", "fr"),
        ),
    ),
    silent=(
        SourceExample(pairs=(("_Open the file", "Datei _öffnen"), ("Open the file", "Datei öffnen")), marked=()),
        SourceExample(pairs=(("Save it now", "Jetzt sichern"), ("Save it later", "Später sichern")), marked=()),
    ),
)
