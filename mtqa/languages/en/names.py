"""Names that a document spells in two ways."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from mtqa.languages.en.lexicon import zipf
from mtqa.languages.sentence import Surroundings

__all__ = ["Variant", "base", "variants"]

_NAME = re.compile(r"[^\W\d_]{5,40}(?=$|['’])")
_SYLLABLES = re.compile(r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?[aeiouü]{1,3}(?:ng?|r)?)+", re.IGNORECASE)
_LONGER = 6  # letters that one of the two has at least
_TWO_SLIPS = 9  # letters that both have at least where they differ by two
_FAMILIAR, _UNHEARD = 3.0, 1.5
"""Zipf frequencies of a name that readers know, and up to which another is none that they may know as well."""
_MOST = 2  # occurrences of the rarer spelling; what occurs more often is another name
_MANY = 500  # names among which some are alike by chance
_CROWD = 20  # names so alike that none can be a slip for another
_ENDING = 2  # letters at the end that tell inflections and relatives apart ("Petrov", "Petrova")


@dataclass(frozen=True, slots=True)
class Variant:
    """How else a name is spelled in its document.

    Attributes:
        other: that spelling.
        sure: whether it occurs oftener there, or is a word that readers know. Names of plain syllables, such as Chinese
            ones, are often alike, so of them only the latter counts.
    """

    other: str
    sure: bool


def base(word: str) -> str:
    """A name without what an apostrophe adds; empty if the word is none."""
    found = _NAME.match(word)
    return found[0] if found and word[0].isupper() and not found[0].isupper() else ""


def variants(document: Surroundings) -> dict[str, Variant]:
    """Of each name that is the less likely of two spellings, in a document with not too many names."""
    counts: Counter[str] = Counter()
    for word, count in document.word_counts.items():
        if name := base(word):
            counts[name] += count
    found: dict[str, Variant] = {}
    if len(counts) > _MANY:
        return found
    for one, two in _pairs(counts):
        known, unheard = sorted((one, two), key=lambda name: zipf(name.lower()), reverse=True)
        familiar = zipf(known.lower()) >= _FAMILIAR
        if familiar and (zipf(unheard.lower()) > _UNHEARD or _slips(one, two) > 1):
            continue
        kept, rare = (known, unheard) if familiar else sorted((one, two), key=lambda name: counts[name], reverse=True)
        better = rare not in found or counts[kept] > counts[found[rare].other]
        if counts[rare] <= _MOST and better:
            alike = _SYLLABLES.fullmatch(kept) and _SYLLABLES.fullmatch(rare)
            sure = familiar or (counts[kept] > counts[rare] and not alike)
            found[rare] = Variant(kept, sure)
    return found


def _pairs(names: Counter[str]) -> Iterator[tuple[str, str]]:
    """Names that are one slip apart, or two where they are long, but for their endings; those that stand first in the
    document first."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for rest in _shortened(name.lower()):
            alike[rest].append(name)
    seen: set[tuple[str, str]] = set()
    for group in alike.values():
        if len(group) > _CROWD:
            continue
        for pair in combinations(group, 2):
            if pair not in seen:
                seen.add(pair)
                if _differ(*pair):
                    yield pair


def _shortened(name: str) -> set[str]:
    """The name, and without any one letter, or any two where it is long; its first letter is taken to be right."""
    rests = {name}
    for _ in range(1 if len(name) < _TWO_SLIPS else 2):
        rests |= {rest[:at] + rest[at + 1 :] for rest in rests for at in range(1, len(rest))}
    return rests


def _differ(one: str, two: str) -> bool:
    """Whether two names may be one in two spellings."""
    same = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    if one.lower() == two.lower():
        return True
    compound = not (one.istitle() and two.istitle())  # "TestCase" and "TestBase"
    if compound or max(len(one), len(two)) < _LONGER or max(len(one), len(two)) - same <= _ENDING:
        return False
    return _slips(one, two) <= (1 if min(len(one), len(two)) < _TWO_SLIPS else 2)


def _slips(one: str, two: str) -> int:
    """Letters that are missing, added, wrong or swapped with the next (restricted Damerau-Levenshtein distance), case
    apart."""
    one, two = one.lower(), two.lower()
    before: list[int] = []
    last = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(two, 1):
            best = min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b))
            if before and j > 1 and a == two[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
