"""Which words tell that a text is in the source's language rather than in the translation's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from mtqa.languages.conventions import conventions_of
from mtqa.languages.frequencies import frequency

__all__ = ["is_unknown", "leftovers", "telling"]

_WORD = re.compile(r"(?<![\w@#./-])[^\W\d_]+(?:['’][^\W\d_]+)*(?![\w@/]|[-.]\w)")
_QUOTED = re.compile(r"[\"“”„«»「」『』‘`]([^\"“”„«»「」『』’`\n]{1,300})[\"“”„«»「」『』’`]")
_GLOSS = re.compile(r"[(\[（][^()\[\]（）\n]{1,200}[)\]）]")
_SHORTEST = 2
_FREQUENT = 3.5  # Zipf scale: once in 300,000 words
_CLEARLY = 1.2  # on that scale: sixteen times as frequent
_UNKNOWN = 2.0
_COMMON = 4.5
_FEWEST = 2
_LONG = 4
_SENTENCE = 4  # words from which those that neither language's list has may be rare ones
_LARGEST = 2000  # words of a text that is looked at


def telling(text: str, source: str, target: str) -> list[str]:
    """Words of a text that are clearly more frequent in one language than in another, where they are at least half of
    its words; none where the frequencies of either are not known."""
    words = [word[0] for word in _WORD.finditer(text) if not word[0].isupper() and len(word[0]) >= _SHORTEST]
    known = [word for word in words if frequency(word.lower(), source) or frequency(word.lower(), target)]
    words = known if len(words) >= _SENTENCE else words
    found = [word for word in words[:_LARGEST] if _tells(word.lower(), source, target)]
    names = [word for word in words if word[0].isupper()]
    if len(words) > 1 and len(names) == len(words) and len(found) < len(words):
        return []
    return found if 2 * len(found) >= len(words) else []


def _tells(word: str, source: str, target: str) -> bool:
    ours, theirs = frequency(word, source), frequency(word, target)
    return ours is not None and theirs is not None and ours >= _FREQUENT and ours - theirs >= _CLEARLY


def leftovers(source: str, target: str, of_source: str, of_target: str) -> Iterator[tuple[int, int]]:
    """Where words of the source stand in the translation: ranges of it, from the first to the last word of each."""
    if of_source == of_target or "und" in (of_source, of_target):
        return
    ours = [word[0].lower() for word in _WORD.finditer(source)][:_LARGEST]
    pairs = set(pairwise(ours))
    quoted = [found.span() for pattern in (_QUOTED, _GLOSS) for found in pattern.finditer(target)]
    words = list(_WORD.finditer(target))[:_LARGEST]
    lower = [word[0].lower() for word in words]
    known = set(ours)
    at = 0
    while at < len(words):
        end = at + 1
        if lower[at] in known and not _heads_row(target, words[at]):
            while (
                end < len(words)
                and (lower[end - 1], lower[end]) in pairs
                and not _parted(target, words[end - 1], words[end])
            ):
                end += 1
            span = words[at].start(), words[end - 1].end()
            if not any(a <= span[0] and span[1] <= b for a, b in quoted) and _untranslated(
                [word[0] for word in words[at:end]], of_source, of_target
            ):
                yield span
        at = end


def _heads_row(text: str, word: re.Match[str]) -> bool:
    """Whether a word is set apart at the beginning of a line: it names a command."""
    line = text[text.rfind("\n", 0, word.start()) + 1 : word.start()]
    return text.startswith("  ", word.end()) and not line.strip()


def _parted(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    between = text[one.end() : other.start()]
    return not between.isspace() or "\n" in between


def _untranslated(words: list[str], source: str, target: str) -> bool:
    small = [word for word in words if word.islower() and len(word) >= _SHORTEST]
    telling_ = [word for word in small if _tells(word, source, target)]
    if len(words) > 1:
        return len(telling_) >= _FEWEST and 2 * len(telling_) >= len(words)
    if len(words[0]) < _LONG or not is_unknown(words[0], target):
        return False
    common = frequency(words[0], source) or 0.0
    if telling_:
        return common >= _COMMON
    return conventions_of(source).capital_nouns and words[0].istitle() and common >= _FREQUENT


def is_unknown(word: str, language: str) -> bool:
    """Whether a language hardly has a word, by a large list of its words; not where there is no such list."""
    found = frequency(word.lower(), language, "large")
    return found is not None and found < _UNKNOWN
