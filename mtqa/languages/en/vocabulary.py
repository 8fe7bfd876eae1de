"""The words of a sentence that no list holds and that are no names."""

from __future__ import annotations

import re

from mtqa.languages.en.lexicon import compound, correction, foreign, known, zipf
from mtqa.languages.sentence import Sentence, Word

__all__ = ["foreign_words", "run_together", "unknown_words"]

_NAME_BEFORE = re.compile(r"(?<!\w)[A-Z](?:\.|[a-z]{5,}) $")
_LONGEST = 40
_LONG = 7
"""Letters from which on a first part is longer than those of the compounds that English coins."""


def _plain_words(sentence: Sentence) -> list[Word]:
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
    """Lower-case words that English does not know, by themselves or by their parts, that are ASCII and that the
    document does not write as a name or again and again."""
    counts = sentence.document.word_counts
    return [
        word
        for word in _plain_words(sentence)
        if not known(word.text)
        and word.text.isascii()
        and "'" not in word.text
        and not _NAME_BEFORE.search(sentence.text, max(0, word.start - 30), word.start)
        and counts[word.text.capitalize()] == 0
        and counts[word.text] < 3
        and foreign(word.text) is None
    ]


def run_together(word: str) -> tuple[str, str] | None:
    """The two words that an unknown word is made of, if English would write them apart; None otherwise."""
    parts = compound(word)
    if parts is None or len(parts[0]) < _LONG or len(parts[1]) < 5 or parts[0].endswith("o") or correction(word, 3.0):
        return None
    return parts


def foreign_words(sentence: Sentence) -> list[Word]:
    """Lower-case words that are common in another language and rare in English."""
    return [word for word in sentence.words if word.text.islower() and zipf(word.text) < 4.2 and foreign(word.text)]
