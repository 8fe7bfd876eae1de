"""What units, large numbers and days are called in a language, by CLDR: what two languages can be compared by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from mtqa.core.tags import primary

__all__ = ["MONEY", "PERCENT", "is_day_first", "units", "weekdays"]

PERCENT = "percent"
MONEY = {"€": "money-eur", "$": "money-usd", "£": "money-gbp", "¥": "money-jpy", "₽": "money-rub", "₹": "money-inr"}

_KINDS = ("digital", "duration", "frequency", "length", "mass", "temperature", "volume")
_ENGLISH = "en"  # whose signs are those of physics: km, MHz
_LETTERS = re.compile(r"[^\W\d_]+")
_POWERS = range(6, 13, 3)  # million, milliard or billion, billion or trillion


@lru_cache(maxsize=256)
def units(language: str) -> Mapping[str, frozenset[str]]:
    """What each word or sign behind a number may stand for, by the word in lower case: ``length-kilometer`` for ``km``,
    ``scale-9`` for ``Milliarden``, `PERCENT`. What stands before the first hyphen is what it measures."""
    found: dict[str, set[str]] = {"%": {PERCENT}, "％": {PERCENT}, "٪": {PERCENT}}
    found |= {"h": {"duration-hour"}, "s": {"duration-second"}}
    for sign, currency in MONEY.items():
        found[sign] = {currency}
        found[currency.rpartition("-")[2]] = {currency}
    for tag in dict.fromkeys((_ENGLISH, primary(language))):
        for name, width, pattern in _patterns(tag):
            word = _LETTERS.search(pattern.replace("{0}", ""))
            if word and (tag == primary(language) or width == "short"):
                found.setdefault(word[0].lower(), set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


def _patterns(language: str) -> Iterator[tuple[str, str, str]]:
    """What is written for each unit, and in which width."""
    locale = _locale(language)
    if locale is None:
        return
    for name, widths in locale._data.get("unit_patterns", {}).items():
        if name.partition("-")[0] in _KINDS or name == f"concentr-{PERCENT}":
            for width in ("long", "short"):
                for form, pattern in dict(widths.get(width, {})).items():
                    if form != "per" and isinstance(pattern, str):
                        yield (PERCENT if name.endswith(PERCENT) else name), width, pattern
    for width, forms in locale._data.get("compact_decimal_formats", {}).items():
        for patterns in forms.values():
            for power in _POWERS:
                pattern = patterns.get(str(10**power))
                yield f"scale-{power}", width, str(getattr(pattern, "pattern", pattern or ""))


@lru_cache(maxsize=256)
def weekdays(language: str) -> Mapping[str, int]:
    """The names of the days of the week, in lower case, with their numbers."""
    locale = _locale(language)
    return {name.lower(): number for number, name in locale.days["format"]["wide"].items()} if locale else {}


@lru_cache(maxsize=256)
def is_day_first(language: str) -> bool | None:
    """Whether a date in figures begins with the day; None where it is not known, or differs by country."""
    locale = _locale(language)
    if locale is None or primary(language) == _ENGLISH:
        return None
    pattern = str(locale.date_formats["short"].pattern).lower()
    return 0 <= pattern.find("d") < pattern.find("m") < pattern.find("y")


def _locale(language: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(primary(language))
    except (UnknownLocaleError, ValueError):
        return None
