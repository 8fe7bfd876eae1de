"""The words of a sentence that no list holds and that are no names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from mtqa.core.spans import Span
from mtqa.languages.en.lexicon import compound, correction, foreign, is_affix, known, rarest, zipf
from mtqa.languages.en.slips import COMMON_SLIPS
from mtqa.languages.sentence import Sentence, Word
from mtqa.languages.words import words

__all__ = [
    "QUOTATION",
    "foreign_words",
    "plain_words",
    "quotation_around",
    "quotations",
    "run_together",
    "unknown_words",
    "unquoted",
]

QUOTATION = r"“[^“”]*”|\"[^\"]*\"|‘[^‘’]*’|(?<!\w)'[^']*'(?!\w)"
_QUOTED = re.compile(QUOTATION)
_NAME_BEFORE = re.compile(r"(?<!\w)[A-Z](?:\.|[a-z]{5,}) $")
_LONGEST = 40
_LONG = 7
"""Letters from which on a part is longer than those of the compounds that English coins."""
_OTHER = 5  # letters of the other
_EVERYDAY = 5.0
"""Zipf frequency of two words from which on a list would have their compound, if English wrote it as one word."""
_COMMON = 4.0
_UNJOINED = words("the that this these which whose whom with from been would could should because their they them")
"""Words that English joins to no other, but for those that lists have ("without", "thereupon")."""


def plain_words(sentence: Sentence) -> list[Word]:
    """Lower-case words of four letters or more that stand free: not part of a name, number, compound with a hyphen,
    address, handle or tag."""
    text = sentence.text
    found = []
    for word in sentence.words:
        if not 4 <= len(word.text) <= _LONGEST or not word.text.islower():
            continue
        before, after = text[word.start - 1 : word.start], text[word.end : word.end + 1]
        if (before and before in "-_@#/\\.&'’=*0123456789") or (after and after in "-_@/\\&=*0123456789"):
            continue
        found.append(word)
    return found


def unknown_words(sentence: Sentence) -> list[Word]:
    """Lower-case words that English does not know, by themselves or by their parts, that are ASCII, no common
    misspellings, and that the document does not write as a name or again and again."""
    counts = sentence.document.word_counts
    return [
        word
        for word in plain_words(sentence)
        if not known(word.text)
        and word.text not in COMMON_SLIPS
        and word.text.isascii()
        and "'" not in word.text
        and not _NAME_BEFORE.search(sentence.text, max(0, word.start - 30), word.start)
        and counts[word.text.capitalize()] == 0
        and counts[word.text] < 3
        and foreign(word.text) is None
    ]


def quotations(sentence: Sentence) -> list[Span]:
    """What stands in quotation marks, and these."""
    return [Span(*found.span()) for found in _QUOTED.finditer(sentence.text)]


def quotation_around(span: Span, quoted: Sequence[Span]) -> Span | None:
    """The one of ``quoted`` that a span stands in."""
    at = bisect_right(quoted, span.start, key=lambda quotation: quotation.start) - 1
    return quoted[at] if at >= 0 and quoted[at].contains(span) else None


def unquoted(sentence: Sentence) -> list[Word]:
    """Its plain words outside of quotation marks that are no key before a colon ("color: red")."""
    quoted = quotations(sentence)
    return [
        word
        for word in plain_words(sentence)
        if quotation_around(word.span, quoted) is None and sentence.text[word.end : word.end + 1] != ":"
    ]


def run_together(word: str) -> tuple[str, ...] | None:
    """The two or three words that an unknown word is made of, if English would write them apart; None otherwise."""
    return None if correction(word, 3.0) else _joined(word) or _pair(word) or _three(word)


def _joined(word: str) -> tuple[str, ...] | None:
    """A word and one that is never joined to another."""
    parts = compound(word, shortest=3, frequency=_COMMON)
    return parts if parts and not _UNJOINED.isdisjoint(parts) and max(map(len, parts)) >= _OTHER else None


def _pair(word: str) -> tuple[str, ...] | None:
    """Two words of which the first is long, or not so long where both are everyday words."""
    parts = compound(word)
    if parts is None or len(parts[1]) < _OTHER or parts[0].endswith("o"):
        return None
    return parts if len(parts[0]) >= (_LONG if rarest(parts) < _EVERYDAY else _LONG - 1) else None


def _three(word: str) -> tuple[str, ...] | None:
    """Three common words of which one is long, and none the beginning or the ending of a derivation."""
    parts = compound(word, count=3, frequency=_COMMON)
    if parts is None or max(map(len, parts)) < _LONG or any(map(is_affix, parts)):
        return None
    return None if any(part.endswith("o") for part in parts[:-1]) else parts


def foreign_words(sentence: Sentence) -> list[Word]:
    """Lower-case words that are common in another language and rare in English."""
    return [word for word in sentence.words if word.text.islower() and zipf(word.text) < 4.2 and foreign(word.text)]
