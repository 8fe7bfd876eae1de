"""How frequent words are in a language, by wordfreq's lists, which are read on first use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import log10

__all__ = ["frequency", "most_common", "zipf"]

_LISTS = {"hr": "sh"}


@cache
def _frequencies(language: str, size: str) -> Mapping[str, float]:
    import wordfreq

    frequencies: Mapping[str, float] = wordfreq.get_frequency_dict(_LISTS.get(language, language), size)
    return frequencies


def zipf(word: str, language: str, size: str = "small") -> float:
    """Zipf frequency of a word in a language's list, ``"small"`` or ``"large"``: log10 of its occurrences in a billion
    words, from about 1 (rare) to 7 (``the``); 0.0 where the list does not hold it."""
    frequency = _frequencies(language, size).get(word.lower().replace("’", "'"))
    return log10(frequency) + 9 if frequency else 0.0


def frequency(word: str, language: str, size: str = "small") -> float | None:
    """The same; None where there is no such list of the language."""
    return zipf(word, language, size) if _has_list(language, size) else None


@cache
def _has_list(language: str, size: str) -> bool:
    from wordfreq import available_languages

    return _LISTS.get(language, language) in available_languages(size)


def most_common(language: str, count: int) -> frozenset[str]:
    """The ``count`` most frequent words of a language; none where there is no list of it, which is read anew each time:
    it would stay in memory for every language that turns up."""
    from wordfreq import available_languages, get_frequency_list, top_n_list

    name = _LISTS.get(language, language)
    if name not in available_languages("small"):
        return frozenset()
    words = frozenset(top_n_list(name, count, wordlist="small"))
    get_frequency_list.cache_clear()
    return words
