""" "A" before a vowel sound or "an" before a consonant sound ("a hour", "an user"). Letters, numbers, acronyms and
names are left alone, and so are words that are said both ways ("historic", "herb")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.lexicon import zipf
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence
from mtqa.languages.words import words

_PAIR = re.compile(
    r"(?:(?<![^\s“\"(])(?P<article>an?)|(?:^|(?<=[.!?:] ))[“\"]?(?P<first>An?)) (?P<word>[a-z]{3,})(?![\w’'-])"
)
_SILENT_H = re.compile(r"hour|hono(?:u?r|rar)|honest|heir")
_CONSONANT = re.compile(
    r"u(?:n(?:i(?!n|mp|de|nt|ma|ll)|a$)|s(?:e|u|ag)|t[ie]|r[aio]n|biq|k|v)|eu|ew|one(?!r)|once|ou[ij]"
)
_EITHER = re.compile(r"h(?:erb|ist|otel|abit|ero|yst|all|omage|umble)|u(?:nion|na|r)|[^aeiouy]+$")
_CLOSED = words("and are after also among under until upon into its our out over off all")


def _starts_with_vowel(word: str) -> bool | None:
    if _EITHER.match(word):
        return None
    if word[0] in "aeiou":
        return not _CONSONANT.match(word)
    return bool(_SILENT_H.match(word))


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _PAIR.finditer(sentence.text):
        article, word = found["article"] or found["first"], found["word"]
        vowel = _starts_with_vowel(word)
        if vowel is None or vowel == (len(article) == 2) or zipf(word) < 2.5 or word in _CLOSED:
            continue
        better = article[0] + ("n" if vowel else "")
        yield Hit(
            Span(found.end() - len(article) - len(word) - 1, found.end()),
            f"use “{better}” before a {'vowel' if vowel else 'consonant'} sound",
            f"{better} {word}",
            safe=True,
        )


RULE = Rule(
    name="article-mismatch",
    description=__doc__,
    category=Category.GRAMMAR,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("We waited for a hour.", ("a hour",), "We waited for an hour."),
        Example("Every site needs an user account.", ("an user",), "Every site needs a user account."),
        Example("It was a important day.", ("a important",), "It was an important day."),
    ),
    silent=(
        "An hour later, a user and a European met an honest man.",
        "A historic day, an historic day, a one-off, an MP, an 8 and a unit.",
        "Vitamin A is in it; a unanimous vote and an uninteresting one.",
    ),
)
