"""A name or code of the source that the translation lacks: an option (`--force`), a file (`README.md`), a version
(`2.4.1`), or a word with capitals, figures or underscores inside (`UTF-8`, `iPhone`, `file_name`).

Such words are the same in every language. Names such as LogEntry only get a remark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

from mtqa.core.findings import Category, Severity
from mtqa.languages.frequencies import frequency
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.shown import missing

_CODE = re.compile(r"(?<![\w./@-])(?:--[a-z][\w-]+|[A-Za-z0-9][\w.-]{0,60}\w)(?![\w@])")
_SIGNS = re.compile(r"[-_.\s\u2010\u2011]")
_PARTED = r"[-_.\s\u2010\u2011]{0,2}"
_MOST = 300  # words that are looked at
_SHORTEST = 3
_PART, _KNOWN = 2, 3.5  # letters of a part of an identifier, and how frequent it is on the Zipf scale
_NAMED = re.compile(r"(?=.*[A-Z])[A-Za-z]+[-_.]?\d")
_VARIABLE, _NAME, _ALIKE = re.compile(r"[A-Z\d]+(?:_[A-Z\d]+)+"), re.compile(r"[A-Z\d_]{3,60}"), 0.75
_COMPOUND = re.compile(r"(?!--)(.*\d[\w.]*)-(?:[A-Za-z]?[a-z]{2,})")
_LABEL = re.compile(r"([A-Z]?[a-z]+)[-_.]?(\d+)")
_VERSION = re.compile(r"\d+(?:\.\d+){2,}")
_NO_VERSION = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d\d|\d{4})|\d{1,3}(?:\.\d{3})+")  # a date, a large number
_CODES_IN = "en"  # the language of whose words identifiers are made
_FILE = re.compile(
    r"(?:[a-z\d_-]+|[A-Z]{2,})\."
    r"(?:md|txt|py|js|json|xml|html?|css|cfg|ini|toml|yaml|yml|conf|sh|exe|pdf|png|svg|po|mo|zip|tar|gz|log|c|h)"
)
_CAMEL = re.compile(r"[a-z][A-Z][a-z]|[A-Z][a-z]+[A-Z][a-z]+[A-Z]")


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy or unit.other is not None:
        return
    words = [_without_noun(found[0]) for found in islice(_CODE.finditer(unit.source.prose), _MOST)]
    codes = dict.fromkeys(word for word in words if _is_code(word, unit.source.language))
    target = unit.target.text
    sure = [code for code in codes if not (_stands_in(code, target) or _is_label(code, unit.source.language, target))]
    sure += [word for word in dict.fromkeys(words) if _VARIABLE.fullmatch(word) and _is_damaged(word, target)]
    if sure:
        yield Hit(unit.whole, missing(sure))
    elif names := [name for name in dict.fromkeys(words) if _CAMEL.search(name) and not _stands_in(name, target)]:
        yield Hit(unit.whole, missing(names), severity=Severity.NEUTRAL)


def _without_noun(word: str) -> str:
    """The code in a compound, such as UTF-8 in ``UTF-8-kodiert``."""
    found = _COMPOUND.fullmatch(word)
    return found[1] if found else word


def _is_damaged(name: str, text: str) -> bool:
    """Whether a text has a word like a name rather than the name: what it is in other words may be a translation."""
    return not _stands_in(name, text) and bool(get_close_matches(name, _NAME.findall(text)[:_MOST], cutoff=_ALIKE))


def _is_label(code: str, language: str, translation: str) -> bool:
    """Whether a code is a word and a number, and the translation has another word and that number: Bac1, Tray1."""
    found = _LABEL.fullmatch(code)
    if found is None or (frequency(found[1], language) or 0) < _KNOWN:
        return False
    return re.search(rf"[^\W\d_][-_. ]?{found[2]}(?!\d)", translation) is not None


def _stands_in(code: str, text: str) -> bool:
    """Whether a code stands in a text, with or without the signs that part it."""
    if code.casefold() not in text.casefold() and not _SIGNS.search(code):
        return False
    parts = map(re.escape, filter(None, _SIGNS.split(code)))
    pattern = rf"(?<![A-Za-z0-9]){_PARTED.join(parts)}(?![A-Za-z0-9])"
    return re.search(pattern, text, re.IGNORECASE) is not None


def _is_code(word: str, language: str) -> bool:
    """Whether a word is the same in every language."""
    if word.startswith("--"):
        return True
    if _VERSION.fullmatch(word):
        return _NO_VERSION.fullmatch(word) is None
    inside = _SIGNS.sub("", word)
    if not inside.isascii() or len(inside) < _SHORTEST:
        return False
    figures, letters = any(map(str.isdigit, inside)), any(map(str.isalpha, inside))
    return bool((figures and letters and _NAMED.match(word)) or _FILE.fullmatch(word) or _is_identifier(word, language))


def _is_identifier(word: str, language: str) -> bool:
    """Whether a word is made of others: one with an underscore may have its key marked by that. Where they are not
    English, it may be translated."""
    parts = word.split("_")
    return (
        language == _CODES_IN
        and len(parts) > 1
        and all(len(part) > _PART and (frequency(part, language) or 0) >= _KNOWN for part in parts)
    )


RULE = SourceRule(
    name="code-mismatch",
    description=__doc__,
    category=Category.MISTRANSLATION,
    severity=Severity.MINOR,
    otherwise="neutral for a name such as LogEntry",
    find=_find,
    custom=True,
    fires=(
        fires("Encoded in UTF-8.", "In Unicode kodiert.", "In Unicode kodiert."),
        fires("Set LC_ALL first.", "Setzen Sie zuerst LC_ALLES.", "Setzen Sie zuerst LC_ALLES."),
        fires("Run it with --force.", "Mit --zwingen ausführen.", "Mit --zwingen ausführen."),
        fires("Version 2.4.1 is out.", "Version 2.1.4 ist da.", "Version 2.1.4 ist da."),
        fires("Edit README.md first.", "Bearbeiten Sie zuerst LIESMICH.md.", "Bearbeiten Sie zuerst LIESMICH.md."),
    ),
    silent=(
        silent("Encoded in UTF-8.", "Als utf8 kodiert."),
        silent("UTF-8-encoded text from Tray1", "In UTF-8 kodierter Text aus Fach1"),
        silent("The NATO met.", "L’OTAN s’est réunie.", into="fr"),
        silent("In the 1990s and the 2nd century", "In den 1990ern und im 2. Jahrhundert"),
    ),
)
