"""A text that ends with a different mark from the source: a question mark, a colon or an exclamation mark that is
missing, added or changed.

Each language has marks of its own (`。`, `？`, `؟`, `;` in Greek); quotation marks and brackets at the end are
ignored. Where a file often has one mark for another, such as questions for "Whether …", that only gets a remark. A full
stop that is missing or added is what full-stop-mismatch is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, File
from mtqa.signals.source.rule import SourceRule, fires, silent

_CLOSING = "\"'”’“»›«」』）)]*_ \u00a0\u202f\u200f\u200e"
_MARKS = {
    **dict.fromkeys(".。．।։۔።", "."),
    **dict.fromkeys("?？؟՞፧", "?"),
    **dict.fromkeys("!！", "!"),
    **dict.fromkeys(":：", ":"),
}
_NAMES = {
    "": "without a mark",
    ".": "with a full stop",
    "?": "with a question mark",
    "!": "with an exclamation mark",
    ":": "with a colon",
    "…": "with an ellipsis",
}
_REMARKS = ({".", ":"}, {".", "…"}, {"…", ""})
_LIKE = ({".", "!"}, {"…", ":"})
_UNPUNCTUATED = frozenset(("th", "lo", "my", "km", "bo"))
_FEWEST, _SHARE = 5, 0.01  # units with one mark for another, up to which they are slips
_LAST = re.compile(r"\S{1,40}\s?[^\w\s]{0,4}\Z")


def _find(unit: Compared) -> Iterator[Hit]:
    ours, theirs = ends(unit)
    if ours != theirs and {ours, theirs} != {".", ""} and {ours, theirs} not in _LIKE:
        custom = unit.file.once(_ends)[ours.strip("."), theirs] > max(_FEWEST, _SHARE * len(unit.file.units))
        severity = Severity.NEUTRAL if custom or {ours, theirs} in _REMARKS else None
        said = f"the source ends {_NAMES[ours]}; this ends {_NAMES[theirs]}"
        yield Hit(last_word(unit.target.text), said, severity=severity)


def _ends(file: File) -> Counter[tuple[str, str]]:
    """How often each mark stands for each, where a full stop in the source is none."""
    return Counter((ours.strip("."), theirs) for ours, theirs in map(ends, file.units))


def ends(unit: Compared) -> tuple[str, str]:
    """The marks that the source and the translation end with, as English has them, empty for none; the same where they
    cannot be compared."""
    target = unit.target.text
    if unit.is_copy or unit.target.language in _UNPUNCTUATED or target[-1:] in "])}>%":
        return "", ""
    return _last(unit.source.text, unit.source.language), _last(target, unit.target.language)


def _last(text: str, language: str) -> str:
    """The mark that a text ends with, as English has it; empty for none."""
    bare = text.rstrip(_CLOSING)
    if bare.endswith(("...", "…")):
        return "…"
    last = bare[-1:]
    if language == "el" and last in (";", "\u037e"):
        return "?"
    return _MARKS.get(last, "")


def last_word(text: str) -> Span:
    """The last word of a text, its marks included."""
    found = _LAST.search(text)
    return Span(found.start() if found else 0, len(text))


RULE = SourceRule(
    name="final-punctuation",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    otherwise="neutral for a full stop that became a colon or an ellipsis, for an ellipsis that is missing or "
    "added, and for what is frequent in a file",
    find=_find,
    fires=(
        fires("Do you want to save?", "Möchten Sie speichern.", "speichern."),
        fires("Enter a new name:", "Geben Sie einen Namen ein", "ein"),
    ),
    silent=(
        silent("Do you want to save?", "保存しますか？", into="ja"),
        silent("Save the file", "Datei sichern."),
        silent("He said “no”.", "Er sagte: „Nein.“"),
    ),
)
