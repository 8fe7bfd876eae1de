"""Names that a document spells in two ways."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from mtqa.languages.en.lexicon import zipf
from mtqa.languages.sentence import Sentence, Surroundings
from mtqa.languages.words import words

__all__ = ["Variant", "base", "variants"]

_NAME = re.compile(r"[^\W\d_]{5,40}(?=$|['’])")
_MANY = 500  # names among which some are alike by chance
_CROWD = 20  # names so alike that none can be a slip for another
_SYLLABLES = re.compile(r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?[aeiouü]{1,3}(?:ng?|r)?)+", re.IGNORECASE)
_LONGER = 6  # letters that one of the two has at least
_TWO_SLIPS = 9  # letters that both have at least where they differ by two
_FAMILIAR, _UNHEARD = 3.0, 1.5
"""Zipf frequencies of a name that readers know, and up to which another is none that they may know as well."""
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
_JOINED = ("and", "or", "from", "than", "versus", "vs", "unlike", "not")


@dataclass(frozen=True, slots=True)
class Variant:
    """How else a name is spelled in its document.

    Attributes:
        other: that spelling.
        sure: whether it occurs oftener there, or is a word that readers know, or both belong to one person. Names of
            plain syllables, such as Chinese ones, are often alike, so their number does not count.
    """

    other: str
    sure: bool


@dataclass(slots=True)
class _Seen:
    """How often a name stands in a document, in order, and the given names before it."""

    counts: Counter[str] = field(default_factory=Counter)
    given: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    joined: set[frozenset[str]] = field(default_factory=set)

    def one_person(self, one: str, two: str) -> bool | None:
        """Whether two spellings belong to one person: both have the same given name, or only one has any (True), each
        has its own (False), or nothing is known (None)."""
        mine, its = self.given.get(one, set()), self.given.get(two, set())
        if mine and its:
            return not mine.isdisjoint(its)
        return True if mine or its else None


def base(word: str) -> str:
    """A name without what an apostrophe adds; empty if the word is none."""
    found = _NAME.match(word)
    return found[0] if found and word[0].isupper() and not found[0].isupper() else ""


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
    for before, word in pairwise((None, *sentence.words)):
        if word is None or not (name := base(word.text)):
            continue
        if _TOLD.search(sentence.text, max(0, word.start - 20), word.start):
            continue
        seen.counts[name] += 1
        if before is None or sentence.text[before.end : word.start] not in (" ", ". "):
            continue
        if before.text[0].isupper() and before.text.lower() not in _TITLES:
            seen.given[name].add(before.text)
    names = [word for word in sentence.words if base(word.text) or word.text in _JOINED]
    for one, join, two in zip(names, names[1:], names[2:], strict=False):
        if join.text in _JOINED:
            seen.joined.add(frozenset((base(one.text), base(two.text))))


def _judged(one: str, two: str, seen: _Seen) -> tuple[str, Variant] | None:
    """The less likely of two spellings, unless they are two names."""
    counts, same = seen.counts, seen.one_person(one, two)
    if one.lower() == two.lower():
        kept, rare = sorted((one, two), key=lambda name: (counts[name], not name.istitle()), reverse=True)
        return (rare, Variant(kept, counts[kept] > counts[rare])) if counts[rare] <= _MOST else None
    if same is False or frozenset((one, two)) in seen.joined or (_ends(one, two) and not same):
        return None
    known, unheard = sorted((one, two), key=lambda name: zipf(name.lower()), reverse=True)
    if zipf(known.lower()) >= _FAMILIAR:
        if zipf(unheard.lower()) > _UNHEARD or _slips(one, two) > 1:
            return None
        return (unheard, Variant(known, True)) if counts[unheard] <= _MOST else None
    kept, rare = sorted((one, two), key=lambda name: (counts[name], bool(seen.given.get(name))), reverse=True)
    often = counts[kept] > counts[rare] and not (_SYLLABLES.fullmatch(kept) and _SYLLABLES.fullmatch(rare))
    return (rare, Variant(kept, often or same is True)) if counts[rare] <= _MOST else None


def _pairs(names: Counter[str]) -> Iterator[tuple[str, str]]:
    """Names that are one slip apart, or two where they are long; those that stand first in the document first."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for rest in _shortened(_plain(name)):
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
    rests = {_plain(rest) for rest in _rests(one, two)}
    inflected = len(rests) > 1 and rests <= _INFLECTIONS | {""}
    if compound or inflected or max(len(one), len(two)) < _LONGER:
        return False
    long = min(len(one), len(two)) >= _TWO_SLIPS and not _ends(one, two)
    return _slips(one, two) <= (2 if long else 1)


def _plain(text: str) -> str:
    """In lower case and without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))


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
    one, two = _plain(one), _plain(two)
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
