"""Term lists: names, brands and product words that no spelling rule is to point at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtqa.core.errors import ConfigError
from mtqa.core.folding import Folding
from mtqa.gate.ignore_lists import lines_of
from mtqa.languages import PACKS

__all__ = ["Terms", "spelling_rules"]

_COMMENT = re.compile(r"(?:^|\s)#(?:\s.*)?$|^#.*$")
_APOSTROPHES = str.maketrans("’ʼ＇", "'''")
_MARKS = ("'", "`", "´")  # used as quotation marks, though the first is punctuation alone to Unicode


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms and where each is listed.

    Attributes:
        places: by term in its compared form, ``"brands.txt, line 3"``.
    """

    places: Mapping[str, str]

    @classmethod
    def load(cls, paths: Sequence[Path]) -> Terms:
        """The terms of UTF-8 files, one a line. A line that begins with ``#`` is a comment, and so is what follows a
        ``#`` with white space on both sides.

        Raises:
            ConfigError: a file cannot be read or is not UTF-8, or a line has no letter or digit in it.
        """
        places: dict[str, str] = {}
        for path in paths:
            for number, line in enumerate(lines_of(path), start=1):
                term = _COMMENT.sub("", line.strip()).strip()
                if not term:
                    continue
                if not any(map(str.isalnum, term)):
                    raise ConfigError(
                        f"{path}, line {number}: '{term}' is not a word; write one term per line, or put # before it"
                    )
                places.setdefault(_compared(term), f"{path}, line {number}")
        return cls(places)

    def reason(self, rule: str, words: str) -> str | None:
        """Why a finding of ``rule`` at ``words`` is excused, in a sentence; None if it is not."""
        if rule not in spelling_rules():
            return None
        compared = _compared(words)
        place = self.places.get(compared) or self.places.get(compared.removesuffix("'s"))
        return f"term list {place}" if place else None


def spelling_rules() -> frozenset[str]:
    """The rules that take a word they do not know for an error: the models', and those of every language."""
    return frozenset(("surprising", "garbled")).union(*(pack.spelling for pack in PACKS.values()))


def _compared(words: str) -> str:
    """Casefolded, white space collapsed, apostrophes alike, quotation marks and punctuation around them left out."""
    words = " ".join(unicodedata.normalize("NFC", Folding.of(words).text).translate(_APOSTROPHES).casefold().split())
    start, end = 0, len(words)
    while start < end and _around(words[start]):
        start += 1
    while end > start and _around(words[end - 1]):
        end -= 1
    return words[start:end] or words


def _around(char: str) -> bool:
    return char.isspace() or char in _MARKS or unicodedata.category(char).startswith("P")
