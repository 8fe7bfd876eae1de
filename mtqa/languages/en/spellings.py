"""Words that British and American English spell in different ways."""

from __future__ import annotations

import re
from collections import Counter

from mtqa.languages.en.lexicon import zipf

__all__ = ["american", "strays"]

_OUR = (
    "arm behavi cand clam col demean endeav fav ferv flav harb hon hum lab neighb od parl ranc rum sav savi splend tum "
    "val vap vig"
)
_LED = "cancel channel counsel dial fuel label level marvel model panel pedal quarrel signal total travel unravel"
_SPELLINGS = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (rf"((?:dis|mis|re|un)?(?:{'|'.join(_OUR.split())})o)u(r[a-z]*)", r"\1\2"),
        (r"([a-z]{3,}i)s(e[ds]?|ing|ers?|ations?)", r"\1z\2"),
        (r"((?:anal|catal|paral)y)s(ed?|ing)", r"\1z\2"),
        (r"(cent|theat|spect|lust|(?:milli|centi)?lit|(?:milli|centi|kilo)met)re(s?)", r"\1er\2"),
        (r"((?:micro)?fib|calib|somb|sab)re(s?)", r"\1er\2"),
        (rf"((?:re|un|mis)?(?:{'|'.join(_LED.split())}))l(ed|ing|ers?|ous)", r"\1\2"),
        (r"(offen|defen|preten)c(es?|eless)", r"\1s\2"),
        (r"(catalog)ue(s?)", r"\1\2"),
        (r"(gr)e(ys?|yer|yish)", r"\1a\2"),
        (r"(m)ou(ld(?:s|ed|ing|y)?)", r"\1o\2"),
        (r"(s)c(eptic(?:s|al|ally|ism)?)", r"\1k\2"),
        (r"(alumin)i(um)", r"\1\2"),
        (r"(man)oeuv(?:re|er)(s|d|ing)?", r"\1euver\2"),
        (r"((?:ortho)?p)a(ed(?:iatric|iatrics|iatrician|iatricians|ic|ics))", r"\1\2"),
        (r"(art)e(facts?)", r"\1i\2"),
    )
)
"""Where both varieties have both spellings for different things ("meter", "program", "license"), a word is left out."""
_LISTED = 2.5
"""Zipf frequency from which on a form is a word."""


def american(word: str) -> str | None:
    """The American spelling of a word in lower case that is spelled as in British English; None of any other."""
    for pattern, spelling in _SPELLINGS:
        if found := pattern.fullmatch(word):
            other = found.expand(spelling)
            return other if other != word and zipf(other) >= _LISTED else None
    return None


def strays(counts: Counter[str]) -> dict[str, str]:
    """Of words that a document spells in both ways, those in the way that is rarer in it, with the other spelling.
    Where both are as frequent, the one that comes later is. ``counts``: of its words, in order."""
    both = {word: other for word in counts if (other := american(word)) and other in counts}
    other_way = {other: word for word, other in both.items()}
    british, its = sum(map(counts.__getitem__, both)), sum(map(counts.__getitem__, other_way))
    if british == its:
        first = next((word for word in counts if word in both or word in other_way), None)
        return both if first in other_way else other_way
    return both if british < its else other_way
