"""Names that a document spells in two ways."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from mtqa.core.folding import unaccented
from mtqa.languages.en.lexicon import zipf
from mtqa.languages.sentence import Sentence, Surroundings, Word
from mtqa.languages.words import words

__all__ = ["Variant", "name_of", "variants"]

_NAME = re.compile(r"[^\W\d_]{5,40}(?=$|['’])")
_ODD = re.compile(r"[A-Z]{2}[a-z]")  # capitals of a program's names
_BEFORE, _AFTER = "_<>=/\\@#$%&`.", "_<>=/\\@(&"
"""Signs beside words that are parts of something else."""
_MANY = 500  # names among which some are alike by chance
_CROWD = 20  # names so alike that none can be a slip for another
_SYLLABLES = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:a(?:i|o|ng?)?|e(?:i|ng?|r)?|ou|ong|i(?:a(?:o|ng?)?|e|u|ng?|ong)?"
    r"|u(?:a(?:i|ng?)?|o|i|n|e)?|ü[en]?)|[bpmfw]?o)++",
    re.IGNORECASE,
)
"""Of Chinese in Latin letters, and the simpler ones of many languages."""
_LONGER = 6  # letters that one of the two has at least
_TWO_SLIPS = 9  # letters that both have at least where they differ by two
_FAMILIAR, _LISTED, _UNHEARD = 3.0, 1.0, 1.5
"""Zipf frequencies: of a name that readers know; of one that lists have, where they do not have the other; and up to
which another is none that readers may know as well."""
_MOST = 2  # occurrences of the rarer spelling; what occurs more often is another name
_ENDING = 2  # letters at the end that may tell inflections and relatives apart
_INFLECTIONS = words("s es n an en ian in a o i y er ed na va ka")
_TITLES = words(
    "a ambassador an and as at aunt brother but captain chairman chairwoman chancellor chief coach colonel "
    "commissioner comrade congressman congresswoman constable councillor councilman councilwoman dame deputy "
    "detective director don doña dr father for frau general governor herr if in inspector judge justice king lady "
    "lieutenant lord madame mademoiselle major mayor minister miss monsieur mr mrs ms of officer on pope premier "
    "president prince princess prof professor queen reverend saint secretary senator sergeant señor señora "
    "sheriff signor signora sir sister so spokesman spokeswoman st that the then this uncle vice when while"
)
"""Titles, and words that begin sentences: no given names."""
_TOLD = re.compile(r"(?<!\w)(?:spell(?:ed|t)|written|known as|called|pronounced|aka|née|or) [“\"‘']?$")
_NEAR = 4  # words up to the second of two that are joined
_JOINED = ("and", "or", "from", "than", "versus", "vs", "unlike", "not")


@dataclass(frozen=True, slots=True)
class Variant:
    """How else a name is spelled in its document.

    Attributes:
        other: that spelling.
        sure: whether it occurs oftener there, or is a name that lists have, or both belong to one person. Names of
            plain syllables, such as Chinese ones, are often alike, so of them only lists count; of capitals and
            accents nothing is sure.
    """

    other: str
    sure: bool


@dataclass(slots=True)
class _Seen:
    """How often a name stands in a document, in order; the words before it that may be given names; all words before
    others with a capital; and names that stand side by side."""

    counts: Counter[str] = field(default_factory=Counter)
    given: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    first: set[str] = field(default_factory=set)
    beside: set[frozenset[str]] = field(default_factory=set)

    def one_person(self, one: str, two: str) -> bool:
        """Whether two spellings have the same given name, or only one of them has any and neither is one."""
        mine, its = self.given.get(one, set()), self.given.get(two, set())
        if mine and its:
            return not mine.isdisjoint(its)
        return bool(mine or its) and self.first.isdisjoint((one, two)) and not _plain_syllables(one, two)

    def two_people(self, one: str, two: str) -> bool:
        """Whether each has a given name of its own, or they stand side by side."""
        mine, its = self.given.get(one, set()), self.given.get(two, set())
        return bool(mine and its and mine.isdisjoint(its)) or frozenset((one, two)) in self.beside


def name_of(sentence: Sentence, word: Word) -> str:
    """The name that a word is, without what an apostrophe adds; empty if it is none, or part of more."""
    found = _NAME.match(word.text)
    before, after = sentence.text[max(0, word.start - 1) : word.start], sentence.text[word.end : word.end + 1]
    before, after = before or " ", after or " "
    if not found or not word.text[0].isupper() or found[0].isupper() or _ODD.search(found[0]):
        return ""
    joined = before in _BEFORE or after in _AFTER or unicodedata.category(after)[0] in "MC"
    return "" if joined else found[0]


def variants(document: Surroundings) -> dict[str, Variant]:
    """Of each name that is the less likely of two spellings, in a document with not too many names."""
    seen = _Seen()
    for sentence in document.sentences:
        _look(sentence, seen)
    if len(seen.counts) > _MANY:
        return {}
    found: dict[str, Variant] = {}
    for one, two in _pairs(seen.counts):
        if told := _judged(one, two, seen):
            rare, variant = told
            if rare not in found or seen.counts[variant.other] > seen.counts[found[rare].other]:
                found[rare] = variant
    return found


def _look(sentence: Sentence, seen: _Seen) -> None:
    last, gap = "", _NEAR
    for before, word in pairwise((None, *sentence.words)):
        if word is None:
            continue
        follows = before and sentence.text[before.end : word.start] in (" ", ". ") and before.text[0].isupper()
        if before and follows and word.text[0].isupper():
            seen.first.add(before.text)
        gap += 1
        if not (name := name_of(sentence, word)):
            continue
        if gap == 1 or (gap <= _NEAR and before and before.text in _JOINED):
            seen.beside.add(frozenset((last, name)))
        last, gap = name, 0
        if _TOLD.search(sentence.text, max(0, word.start - 20), word.start):
            continue
        seen.counts[name] += 1
        if before and follows and before.text.lower() not in _TITLES:
            seen.given[name].add(before.text)


def _judged(one: str, two: str, seen: _Seen) -> tuple[str, Variant] | None:
    """The less likely of two spellings, unless they are two names."""
    counts, same = seen.counts, seen.one_person(one, two)
    if unaccented(one) == unaccented(two):
        kept, rare = sorted((one, two), key=lambda name: (counts[name], not name.istitle()), reverse=True)
        return (rare, Variant(kept, sure=False)) if counts[rare] <= _MOST else None
    if seen.two_people(one, two) or (_ends(one, two) and not same):
        return None
    listed, strange = sorted((one, two), key=lambda name: zipf(name.lower()), reverse=True)
    common, rare_word = zipf(listed.lower()), zipf(strange.lower())
    if rare_word > _UNHEARD and (common >= _FAMILIAR or not same):
        return None
    if common >= _FAMILIAR or (common >= _LISTED and rare_word == 0 and not _plain_syllables(one, two)):
        if common >= _FAMILIAR and _slips(one, two) > 1:
            return None
        return (strange, Variant(listed, sure=True)) if counts[strange] <= _MOST else None
    kept, rare = sorted((one, two), key=lambda name: counts[name], reverse=True)
    often = counts[kept] > counts[rare] and not _plain_syllables(one, two)
    return (rare, Variant(kept, sure=often or same)) if counts[rare] <= _MOST else None


def _plain_syllables(one: str, two: str) -> bool:
    return bool(_SYLLABLES.fullmatch(one) and _SYLLABLES.fullmatch(two))


def _pairs(names: Counter[str]) -> Iterator[tuple[str, str]]:
    """Names that are one slip apart, or two where they are long; those that stand first in the document first."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for rest in _shortened(unaccented(name)):
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
    if one.lower() == two.lower():
        return True
    compound = not (one.istitle() and two.istitle())  # "TestCase" and "TestBase"
    rests = {unaccented(rest) for rest in _rests(one, two)}
    inflected = len(rests) > 1 and rests <= _INFLECTIONS | {""}
    if compound or inflected or max(len(one), len(two)) < _LONGER:
        return False
    long = min(len(one), len(two)) >= _TWO_SLIPS and not _ends(one, two)
    return _slips(one, two) <= (2 if long else 1)


def _rests(one: str, two: str) -> tuple[str, str]:
    """What follows the letters that both begin with."""
    same = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return one[same:], two[same:]


def _ends(one: str, two: str) -> bool:
    """Whether they differ in their endings alone."""
    return max(map(len, _rests(one, two))) <= _ENDING


def _slips(one: str, two: str) -> int:
    """Letters that are missing, added, wrong or swapped with the next (restricted Damerau-Levenshtein distance), case
    and accents apart."""
    one, two = unaccented(one), unaccented(two)
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
