"""Words that a model quotes, found in the text that it quotes them from: exactly, or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from mtqa.core.spans import Span

__all__ = ["Quotable", "quotable_words"]

_LONGEST = 2000
_TOGETHER = re.compile(  # scripts that write words together: Thai, Lao, Burmese, Khmer, Japanese, Chinese
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_RUN, _MOST_RUNS = 5, 250  # words of a run; runs that servers take as an enumeration
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("‘’‚‛′ʼ", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"…": "..."}
)


@dataclass(frozen=True)
class Quotable:
    """A text that quotations are looked for in."""

    text: str

    def find(self, words: str) -> Span | None:
        """Where ``words`` stand: exactly, else with white space and typography folded (kinds of quotation marks,
        apostrophes and dashes, compatible forms). None where they do not, or may stand in more than one place: they are
        never placed by guess."""
        words = words.strip()
        if not words or len(words) > _LONGEST:
            return None
        found = _only(self.text, words)
        if found is not None or words in self.text:
            return found
        folded, starts = self._folded
        wanted = "".join(piece for piece, _ in _pieces(words)).strip()
        place = _only(folded, wanted) if wanted else None
        return None if place is None else Span(starts[place.start], starts[place.end - 1] + 1)

    @cached_property
    def _folded(self) -> tuple[str, list[int]]:
        """The text, folded, and of each of its characters where it stood."""
        pieces, starts = [], []
        for piece, at in _pieces(self.text):
            pieces.append(piece)
            starts += [at] * len(piece)
        return "".join(pieces), starts


def quotable_words(text: str) -> list[str]:
    """``"*"`` and the runs of words that stand in a text once, of up to five words or of fewer where they would be more
    than servers allow: for a model that can only choose. None where not even the words are few enough, or nothing
    stands between them."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    longest = min(_RUN, _MOST_RUNS // max(len(words), 1))
    if not longest or _TOGETHER.search(text):
        return []
    line = Quotable(text)
    runs = (text[start:end] for n, (start, _) in enumerate(words) for _, end in words[n : n + longest])
    return ["*", *(run for run in dict.fromkeys(runs) if line.find(run))]


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Each character as it is compared, and where it stands; a run of white space is one blank."""
    blank = False
    for at, character in enumerate(text):
        if character.isspace():
            if not blank:
                yield " ", at
            blank = True
            continue
        blank = False
        yield unicodedata.normalize("NFKC", character.translate(_TYPOGRAPHY)), at


def _only(text: str, words: str) -> Span | None:
    """The one place of ``words``: of several, the one where they are whole words. Part of a word is no place of them,
    except in scripts that write words together."""
    begin = r"(?<!\w)" if words[0].isalnum() else ""
    end = r"(?!\w)" if words[-1].isalnum() else ""
    quoted = re.escape(words)
    for pattern in (f"{begin}{quoted}{end}", quoted):
        places = _places(pattern, text)
        if places:
            return places[0] if len(places) == 1 else None
    return None


def _cuts(text: str, at: int) -> bool:
    """Whether a word of an alphabet with capitals, or a number, goes on there."""
    around = text[at - 1 : at + 1] if at else ""
    return len(around) == 2 and all(each.isdecimal() or each.isupper() or each.islower() for each in around)


def _places(pattern: str, text: str) -> list[Span]:
    """The first two."""
    found: list[Span] = []
    for match in re.finditer(pattern, text):
        if any(_cuts(text, at) for at in match.span()):
            continue
        found.append(Span(*match.span()))
        if len(found) == 2:
            break
    return found
