"""What English and its neighbours know of a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mtqa.languages import frequencies
from mtqa.languages.words import words

__all__ = ["adverb_of_place", "compound", "correction", "foreign", "is_affix", "is_foreign", "known", "rarest", "zipf"]

LATIN = ("de", "fr", "es", "it", "pt", "nl", "pl", "cs", "ro", "sv", "da", "nb", "fi", "hu", "tr", "hr", "is", "id")
"""Languages in Latin script that an untranslated word is looked up in."""

_ADVERB = re.compile(
    r"(?:here|there|where)(?:in|un)?(?:about|above|abouts|after|against|among|anent|as|at|away|before|below|beneath|between"
    r"|by|for|fore|from|in|into|of|on|out|over|through|throughout|to|tofore|under|unto|up|upon|with|withal|within|without)"
    r"(?:soever)?|(?:here|where)(?:so)?ever|hitherunto"
)
"""Adverbs of contracts and deeds, of which no list has all."""
_SUFFIXES = (
    *("s", "es", "d", "ed", "r", "er", "rs", "ers", "st", "est", "ing", "ings", "in", "y", "ly", "ily", "ally"),
    *("ness", "nesses", "less", "like", "ish", "ism", "isms", "ist", "ists", "ship", "hood", "dom", "wise", "ward"),
    *("able", "ability", "ible", "ful", "fully", "ment", "ments", "al", "ial", "ic", "ical", "ity", "ous", "esque"),
    *("ize", "ized", "izes", "izing", "ization", "izations", "ise", "ised", "ises", "ising", "isation", "isations"),
    *("ify", "ified", "ifying", "ification", "fication", "ation", "ations", "ee", "ees", "or", "ors", "an", "ian"),
    *("ians", "ette", "let", "lets", "proof", "free", "gate", "man", "men", "woman", "women", "person"),
    *("people", "folk", "house", "going", "goer", "goers"),
)
_INFLECTIONS = words("s es ed ing")
_PREFIXES = (
    *("un", "re", "non", "anti", "pre", "post", "over", "under", "out", "mis", "dis", "de", "in", "im", "sub", "super"),
    *("inter", "intra", "multi", "micro", "macro", "mega", "mini", "hyper", "ultra", "counter", "co", "pro", "semi"),
    *("bi", "tri", "mono", "poly", "auto", "bio", "eco", "geo", "neuro", "cyber", "crypto", "electro", "photo", "tele"),
    *("thermo", "hydro", "aero", "astro", "psycho", "socio", "trans", "pseudo", "quasi", "para", "nano", "up", "down"),
    *("cardio", "gastro", "immuno", "agro", "techno", "proto", "meta", "self", "extra", "fore", "mid", "arch", "vice"),
)
_AFFIXES = frozenset((*_PREFIXES, *_SUFFIXES, "most", "some"))


@lru_cache(maxsize=1 << 16)
def zipf(word: str) -> float:
    """Zipf frequency of a word in English, from the large list (321,000 words); 0.0 where that does not hold it."""
    return frequencies.zipf(word, "en", "large")


@lru_cache(maxsize=1 << 16)
def known(word: str) -> bool:
    """Whether a word is English: listed, an adverb such as "thereunto", or a listed word with the usual endings and
    prefixes."""
    lower = word.lower().replace("’", "'")
    return zipf(lower) > 0 or adverb_of_place(lower) or _derived(lower)


def is_affix(part: str) -> bool:
    """Whether words begin or end with it as they are derived: ``super``, ``hood``."""
    return part in _AFFIXES


def adverb_of_place(word: str) -> bool:
    """Whether a lower-case word is "here", "there" or "where" with a preposition ("hereunto", "thereinbefore")."""
    return _ADVERB.fullmatch(word) is not None


def _derived(word: str, depth: int = 2) -> bool:
    base = word.partition("'")[0]
    if base != word:
        return zipf(base) > 0 or _derived(base, depth)
    if depth == 0:
        return False
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem == word or len(stem) < 3:
            continue
        least = 1.0 if suffix in _INFLECTIONS else 2.0
        if _stem(stem, suffix[0] in "aeiouy", least) or _derived(stem, depth - 1):
            return True
    for prefix in _PREFIXES:
        stem = word.removeprefix(prefix)
        if stem != word and len(stem) >= 4 and (zipf(stem) >= 1.5 or _derived(stem, depth - 1)):
            return True
    return False


def _stem(stem: str, vowel: bool, least: float) -> bool:
    """Whether an ending was taken off a word of a Zipf frequency of ``least`` or more; an ending that begins with a
    vowel may have swallowed an ``e`` (``lik(ed)``) or doubled the last letter (``stop(p)(ed)``)."""
    forms = [stem, stem + "e"] if vowel else [stem]
    if vowel and stem[-1] == stem[-2]:
        forms.append(stem[:-1])
    if stem[-1] == "i":
        forms.append(stem[:-1] + "y")
    return any(zipf(form) >= least for form in forms)


def rarest(words: Iterable[str]) -> float:
    """The Zipf frequency of the rarest of words."""
    return min(map(zipf, words))


def compound(word: str, *, count: int = 2, shortest: int = 4, frequency: float = 2.7) -> tuple[str, ...] | None:
    """The so many English words that a word is run together from, those of which the rarest is the most frequent; None
    where there are none with ``shortest`` letters and a Zipf frequency of ``frequency`` each."""
    best = max(_cuts(word.lower(), count, shortest), key=rarest, default=None)
    return best if best is not None and rarest(best) >= frequency else None


def _cuts(word: str, count: int, shortest: int) -> Iterator[tuple[str, ...]]:
    """All ways to cut a word into so many parts of ``shortest`` letters or more."""
    if count == 1:
        yield (word,)
        return
    for cut in range(shortest, len(word) - shortest * (count - 1) + 1):
        yield from ((word[:cut], *rest) for rest in _cuts(word[cut:], count - 1, shortest))


@lru_cache(maxsize=1 << 12)
def correction(word: str, commonest: float = 4.0) -> str | None:
    """The most frequent English word that is one slip away (a letter missing, doubled, swapped or wrong), if its Zipf
    frequency is ``commonest`` or more. The first letter is taken to be right."""
    lower = word.lower()
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(lower[:at], lower[at:]) for at in range(1, len(lower) + 1)]
    slips = {head + tail[1:] for head, tail in cuts if tail}
    slips |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    slips |= {head + letter + tail for head, tail in cuts for letter in letters}
    slips |= {head + letter + tail[1:] for head, tail in cuts if tail for letter in letters}
    best = max(slips, key=zipf, default=None)
    return best if best is not None and zipf(best) >= commonest else None


@lru_cache(maxsize=1 << 14)
def foreign(word: str) -> tuple[str, float] | None:
    """The language in which a word is most at home and its Zipf frequency there, if that is at least 30 times its
    English one and the word is rare in English; None otherwise."""
    if zipf(word) >= 4.2:
        return None
    language, frequency = max(((lang, frequencies.zipf(word, lang)) for lang in LATIN), key=lambda pair: pair[1])
    return (language, frequency) if frequency >= zipf(word) + 1.5 and frequency >= 3.5 else None


def is_foreign(word: str) -> bool:
    """Whether there is such a language: the English list has words of all its neighbours, as they are quoted."""
    return foreign(word) is not None
