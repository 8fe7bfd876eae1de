"""What is customary in a language, for comparing texts in two: its numerals, and how figures are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from mtqa.core.registry import Registry
from mtqa.core.tags import primary
from mtqa.languages.scripts import UNSPACED

__all__ = ["CONVENTIONS", "Conventions", "Numerals", "conventions_of", "months", "separators", "unspaced"]


@dataclass(frozen=True, slots=True)
class Numerals:
    """Numbers in words.

    Attributes:
        whole: words by what they say.
        stems: beginnings of words likewise.
        inside: whether they stand inside words, as the language is written without spaces.
    """

    whole: Mapping[str, int]
    stems: Mapping[str, int]
    inside: bool = False

    @classmethod
    def listed(cls, lines: str, *, inside: bool = False) -> Numerals:
        """From lines such as ``2 two both second* twice``: what follows a number says it; of a word with an asterisk it
        is the beginning."""
        whole: dict[str, int] = {}
        stems: dict[str, int] = {}
        for line in filter(None, map(str.strip, lines.splitlines())):
            number, *words = line.split()
            for word in words:
                (stems if word.endswith("*") else whole)[word.rstrip("*")] = int(number)
        return cls(whole, stems, inside)

    def __bool__(self) -> bool:
        return bool(self.whole or self.stems)

    def says(self, number: int, words: frozenset[str], text: str) -> bool:
        """Whether the words of a text, in lower case, say a number."""
        if self.inside:
            return any(value == number and word in text for word, value in self.whole.items())
        return any(self.whole.get(word) == number for word in words) or any(
            value == number and any(word.startswith(stem) for word in words) for stem, value in self.stems.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """Those of one language; what is left out is not asked of it.

    Attributes:
        tag: its primary BCP 47 tag.
        numerals: small numbers in words, ordinals and multiples among them.
        measures: of a unit in words, what it measures and how many of the SI unit it is: ``("length", 1609.344)``.
        spaced: punctuation marks that a space stands before.
        opened: by the mark that ends a sentence, the one that opens it.
        capital_nouns: whether nouns begin with a capital.
    """

    tag: str
    numerals: Numerals = field(default_factory=lambda: Numerals({}, {}))
    measures: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    spaced: str = ""
    opened: Mapping[str, str] = field(default_factory=dict)
    capital_nouns: bool = False


CONVENTIONS: Registry[Conventions] = Registry(
    "language",
    {
        tag: f"mtqa.languages.{tag}.conventions:CONVENTIONS"
        for tag in ("cs", "da", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "sv", "uk", "zh")
    },
)


def conventions_of(language: str) -> Conventions:
    """Those of a language, by its BCP 47 tag; with nothing in them where they are not known."""
    tag = primary(language)
    return CONVENTIONS[tag] if tag in CONVENTIONS else Conventions(tag=tag)


@lru_cache(maxsize=256)
def separators(language: str) -> tuple[str, str] | None:
    """The signs of decimals and of thousands in a language, by CLDR; None where it is not known. A space stands for any
    kind of space."""
    from babel import Locale, UnknownLocaleError

    try:
        symbols = Locale.parse(primary(language)).number_symbols["latn"]
    except (KeyError, UnknownLocaleError, ValueError):
        return None
    decimal, thousands = symbols["decimal"], symbols["group"]
    return decimal, " " if thousands.isspace() else thousands


@lru_cache(maxsize=256)
def months(language: str) -> Mapping[str, int]:
    """The names of the months in a language, in lower case and without a full stop, by CLDR; none where it is not
    known."""
    from babel import Locale, UnknownLocaleError

    try:
        names = Locale.parse(primary(language)).months
    except (KeyError, UnknownLocaleError, ValueError):
        return {}
    return {
        name.lower().rstrip("."): number
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in names[context][width].items()
    }


def unspaced(language: str) -> bool:
    """Whether a language is written without spaces between words."""
    return primary(language) in UNSPACED
