"""Punctuation that is the source's rather than the language's: a Spanish question or exclamation without the mark that
opens it, a French `:`, `;`, `!` or `?` without a space before it, a Chinese or Japanese sentence that ends with a
narrow mark.

Where a language allows both, the file decides: a mark is flagged only where nearly all other units differ from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.conventions import conventions_of, unspaced
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, File
from mtqa.signals.source.rule import SourceExample, SourceRule, fires, silent

_LIST = re.compile(r"\w;\w|\w: \w+[.,]?\s*$")
_FEWEST, _RARE = 20, 0.05
_TIGHT = re.compile(r"(?<=[^\W\d_])([:;!?])(?=\s|$)")
_LOOSE = re.compile(r"[^\W\d_][ \u00a0\u202f][:;!?](?=\s|$)")
_NARROW = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff])([.,?!:;])(?=\s*$)")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff][。，、？！：；](?=\s*$)")
_HOW = {False: "a space before the mark", True: "a full-width mark"}


def _find(unit: Compared) -> Iterator[Hit]:
    text, language = _looked_at(unit), unit.target.language
    if unit.is_copy:
        return
    for closing, opening in conventions_of(language).opened.items():
        if text.rstrip().endswith(closing) and opening not in text and unit.source.text.rstrip().endswith(closing):
            end = len(text.rstrip())
            yield Hit(Span(end - 1, end), f"“{opening}” is missing at the beginning")
    wrong, right = _styles(language)
    if wrong and right and not _LIST.search(unit.source.text) and (found := wrong.search(text)):
        bad, good = unit.file.once(_customs)
        if good >= _FEWEST and bad <= _RARE * good:
            said = f"{good} other texts in this file have {_HOW[unspaced(language)]}"
            yield Hit(Span(*found.span(1)), said)


def _customs(file: File) -> tuple[int, int]:
    """How many units have punctuation as in the source's language, and how many as in their own."""
    counts = [0, 0]
    for unit in file.units:
        for number, pattern in enumerate(_styles(unit.target.language)):
            counts[number] += bool(pattern and pattern.search(_looked_at(unit)))
    return counts[0], counts[1]


def _looked_at(unit: Compared) -> str:
    """The text; without placeholders where a mark may belong to one."""
    return unit.target.text if unspaced(unit.target.language) else unit.target.prose


def _styles(language: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """What tells punctuation that is foreign to a language, and its own; None where there is no such thing."""
    if unspaced(language):
        return _NARROW, _WIDE
    marks = conventions_of(language).spaced
    return (_TIGHT, _LOOSE) if marks else (None, None)


RULE = SourceRule(
    name="locale-punctuation",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        fires("Save the file?", "Guardar el archivo?", "?", into="es"),
        SourceExample(
            pairs=(*((f"Are there {n} files?", f"Y a-t-il {n} fichiers ?") for n in range(30)), ("Why?", "Pourquoi?")),
            marked=("?",),
            languages=("en", "fr"),
        ),
    ),
    silent=(
        silent("Save the file?", "¿Guardar el archivo?", into="es"),
        silent("Why?", "Pourquoi?", into="fr"),
        silent("At 12:30", "À 12:30", into="fr"),
    ),
)
