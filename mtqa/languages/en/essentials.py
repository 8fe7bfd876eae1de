"""What no suggestion for an English sentence may change."""

from __future__ import annotations

import re

from mtqa.languages.pack import Essentials
from mtqa.languages.words import words

__all__ = ["ESSENTIALS"]

_NEGATION = re.compile(
    r"\b(?:not|cannot|no|never|none|nobody|nothing|nowhere|neither|nor|without|hardly|barely|scarcely|unless)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)
_NUMERAL = re.compile(
    r"\b(?P<number>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand"
    r"|million|billion|trillion|dozen|half|twice|third|quarter|double)s?\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"I(?:['’]\w+)?")

_MEASURE = re.compile(r"(?P<ordinal>(?:st|nd|rd|th)\b)?[\s-]?(?P<unit>%|[^\W\d_]+(?:\s+cent\b)?)?")
_UNITS = words(
    "mm cm m km g kg mg t l ml ms s min h am pm mph v w hz khz mhz ghz kb mb gb tb kw mw bn mn usd eur gbp percent "
    "hundred thousand million billion trillion dozen dollar euro pound cent degree year month week day hour minute "
    "second mile foot inch yard acre hectare kilometre kilometer metre meter kilogram gram tonne ton litre liter"
)
_OTHER_UNITS = {"feet": "foot", "inches": "inch", "%": "percent", "per cent": "percent"}


def _measure(behind: str) -> str:
    found = _MEASURE.match(behind)
    if not found:
        return ""
    word = " ".join((found["unit"] or "").lower().split())
    word = _OTHER_UNITS.get(word, word)
    singular = word.removesuffix("s")
    unit = word if word in _UNITS else singular if singular in _UNITS else ""
    return f"{'th' if found['ordinal'] else ''} {unit}".rstrip()


ESSENTIALS = Essentials(negation=_NEGATION, numeral=_NUMERAL, measure=_measure, pronoun=_PRONOUN)
