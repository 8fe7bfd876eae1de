"""Spoils human sentences and says which words it spoiled.

``learner`` makes the slips of people who write in a second language or in a hurry: the text is still a person's.
``garble`` makes those of a bad translation: calques of word order, merged compounds, wrong prepositions, words dropped
or doubled, words of another context.
"""

from __future__ import annotations

import random
import re

ARTICLES = ("a", "an", "the")
PREPOSITIONS = ("in", "on", "at", "of", "for", "to", "with", "from", "by", "about", "into", "over")
AUXILIARIES = ("is", "are", "was", "were", "has", "have", "had", "do", "does", "did")
PRONOUNS = ("he", "she", "it", "they", "we", "you", "who", "which", "that", "this", "his", "her", "its", "their")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_KEYS = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "r", "r": "t", "s": "d", "l": "k", "c": "v"}

Words = list[tuple[str, bool]]  # tokens with the white space before them, and whether they were spoiled


def tokens(text: str) -> Words:
    return [(found, False) for found in re.findall(r"\s*(?:[A-Za-z]+(?:['’][a-z]+)?|\d[\d.,]*|[^\sA-Za-z\d])", text)]


def join(words: Words) -> tuple[str, list[tuple[int, int]]]:
    """The text and the ranges of its spoiled words."""
    text, spans = "", []
    for word, spoiled in words:
        bare = word.lstrip()
        if not text:
            word = bare
        start = len(text) + len(word) - len(bare)
        text += word
        if spoiled and bare:
            spans.append((start, len(text)))
    return text, spans


def _bare(words: Words, i: int) -> str:
    return words[i][0].strip().lower()


def _at(words: Words, rng: random.Random, wanted) -> int | None:
    found = [i for i in range(len(words)) if wanted(words, i)]
    return rng.choice(found) if found else None


def _replace(words: Words, i: int, new: str) -> None:
    old = words[i][0]
    space = old[: len(old) - len(old.lstrip())]
    bare = old.strip()
    words[i] = (space + (new.capitalize() if bare[:1].isupper() else new), True)


def _one_of(kind):
    return lambda words, i: _bare(words, i) in kind


def _long(words: Words, i: int) -> bool:
    bare = words[i][0].strip()
    return len(bare) > 3 and bool(_WORD.fullmatch(bare))


def _plain(words: Words, i: int) -> bool:
    """A word in lower case between two words, so that moving it touches no punctuation."""
    bare = words[i][0].strip()
    return bool(_WORD.fullmatch(bare)) and bare.islower() and words[i][0] != bare


def drop(words: Words, rng: random.Random, kind) -> None:
    i = _at(words, rng, _one_of(kind))
    if i is None or i + 1 >= len(words):
        return
    del words[i]
    words[i] = (words[i][0], True)


def swap_for(words: Words, rng: random.Random, kind) -> None:
    i = _at(words, rng, _one_of(kind))
    if i is None:
        return
    _replace(words, i, rng.choice([w for w in kind if w != _bare(words, i)]))


def add_article(words: Words, rng: random.Random) -> None:
    i = _at(words, rng, lambda w, k: k > 0 and _plain(w, k) and _bare(w, k - 1) not in ARTICLES)
    if i is None:
        return
    words.insert(i, (" " + rng.choice(("the", "the", "a")), True))


def inflect(words: Words, rng: random.Random) -> None:
    i = _at(words, rng, _long)
    if i is None:
        return
    bare = words[i][0].strip()
    for ending in ("ing", "ed", "es", "s", "ly"):
        if bare.endswith(ending) and len(bare) > len(ending) + 2:
            _replace(words, i, bare[: -len(ending)].lower())
            return
    _replace(words, i, bare.lower() + rng.choice(("s", "s", "ing", "ed")))


def misspell(words: Words, rng: random.Random) -> None:
    i = _at(words, rng, _long)
    if i is None:
        return
    bare = words[i][0].strip()
    k = rng.randrange(1, len(bare) - 1)
    new = rng.choice(
        (
            bare[:k] + bare[k + 1 :],
            bare[:k] + bare[k + 1] + bare[k] + bare[k + 2 :],
            bare[:k] + bare[k] + bare[k:],
            bare[:k] + _KEYS.get(bare[k], "e") + bare[k + 1 :],
        )
    )
    words[i] = (words[i][0].replace(bare, new), True)


def casual(words: Words, rng: random.Random) -> None:
    """Lower case throughout or no comma: nothing that a reader would call an error of one word."""
    if rng.random() < 0.5:
        words[:] = [(w.lower(), spoiled) for w, spoiled in words]
    else:
        words[:] = [pair for pair in words if pair[0].strip() not in (",", ";")]


def move(words: Words, rng: random.Random) -> None:
    i = _at(words, rng, _plain)
    if i is None:
        return
    j = min(len(words) - 1, max(1, i + rng.choice((-3, -2, -1, 1, 2, 3, 4))))
    if j == i or not _plain(words, j):
        return
    word = words.pop(i)
    words.insert(j, (" " + word[0].strip(), True))


def merge(words: Words, rng: random.Random) -> None:
    i = _at(words, rng, lambda w, k: k + 1 < len(w) and _long(w, k) and _long(w, k + 1) and _plain(w, k + 1))
    if i is None:
        return
    words[i] = (words[i][0] + words[i + 1][0].strip(), True)
    del words[i + 1]


def double(words: Words, rng: random.Random) -> None:
    i = _at(words, rng, _plain)
    if i is None:
        return
    words.insert(i + 1, (words[i][0], True))


def foreign_sense(words: Words, rng: random.Random, stock: list[str]) -> None:
    i = _at(words, rng, lambda w, k: _plain(w, k) and _long(w, k))
    if i is None or not stock:
        return
    _replace(words, i, rng.choice(stock))


def learner(text: str, rng: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """``text`` with slips, about one in eight words, and the ranges of the spoiled words."""
    words = tokens(text)
    slips = (
        lambda: drop(words, rng, ARTICLES),
        lambda: swap_for(words, rng, PREPOSITIONS),
        lambda: swap_for(words, rng, ARTICLES),
        lambda: swap_for(words, rng, AUXILIARIES),
        lambda: add_article(words, rng),
        lambda: inflect(words, rng),
        lambda: inflect(words, rng),
        lambda: misspell(words, rng),
        lambda: misspell(words, rng),
    )
    for _ in range(1 + rng.randrange(1 + len(words) // 5)):
        rng.choice(slips)()
    if rng.random() < 0.2:
        casual(words, rng)
    return join(words)


def garble(text: str, rng: random.Random, stock: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """``text`` with a few errors of a bad translation, and the ranges of the spoiled words. ``stock`` are words
    of other texts."""
    words = tokens(text)
    errors = (
        lambda: move(words, rng),
        lambda: move(words, rng),
        lambda: merge(words, rng),
        lambda: double(words, rng),
        lambda: foreign_sense(words, rng, stock),
        lambda: foreign_sense(words, rng, stock),
        lambda: foreign_sense(words, rng, stock),
        lambda: swap_for(words, rng, PREPOSITIONS),
        lambda: swap_for(words, rng, PRONOUNS),
        lambda: swap_for(words, rng, AUXILIARIES),
        lambda: inflect(words, rng),
        lambda: drop(words, rng, (*ARTICLES, *PREPOSITIONS, *AUXILIARIES)),
        lambda: add_article(words, rng),
    )
    for _ in range(1 + rng.randrange(1 + len(words) // 10)):
        rng.choice(errors)()
    return join(words)
