"""A unit as the source rules see it: what in its texts is no prose, and the other units of its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import islice
from typing import TypeVar, cast

from mtqa.core.documents import Unit
from mtqa.core.pairs import Pair
from mtqa.core.spans import Span
from mtqa.core.tags import primary
from mtqa.signals.source.signs import Sign, signs_of
from mtqa.signals.source.termbase import Term, Termbase

__all__ = ["Compared", "File", "Side", "balance"]

_MOST_SIGNS = 300
_T = TypeVar("_T")


class Side:
    """One of the texts of a unit.

    Attributes:
        text: without white space around it.
        language: its primary BCP 47 tag; ``"und"`` where it is not known.
    """

    def __init__(self, text: str, language: str, placeholders: frozenset[str]) -> None:
        self.text = text
        self.language = primary(language)
        self._placeholders = placeholders

    @cached_property
    def signs(self) -> tuple[Sign, ...]:
        """Tags, addresses, placeholders and entities, in order: the first few hundred."""
        return tuple(islice(signs_of(self.text, self._placeholders), _MOST_SIGNS))

    def of(self, *kinds: str) -> tuple[Sign, ...]:
        """The signs of some kinds."""
        return tuple(sign for sign in self.signs if sign.kind in kinds)

    @cached_property
    def prose(self) -> str:
        """The text with a blank for every character of a sign: offsets are the text's."""
        parts: list[str] = []
        at = 0
        for sign in self.signs:
            parts += (self.text[at : sign.span.start], " " * len(sign.span))
            at = sign.span.end
        return "".join((*parts, self.text[at:]))


class Compared:
    """One unit.

    Attributes:
        source, target: its texts.
        file: the units around it.
    """

    def __init__(self, pair: Pair, file: File) -> None:
        self.pair = pair
        self.file = file
        self.source = Side(pair.source, pair.source_language, pair.unit.placeholders)
        self.target = Side(pair.target, pair.language, pair.unit.placeholders)
        self._found: dict[object, object] = {}

    def once(self, find: Callable[[Compared], _T]) -> _T:
        """What ``find`` says of the unit, which it is asked once."""
        if find not in self._found:
            self._found[find] = find(self)
        return cast(_T, self._found[find])

    @property
    def unit(self) -> Unit:
        """What else the file says of it."""
        return self.pair.unit

    @property
    def is_copy(self) -> bool:
        """Whether the translation is the source: there is nothing to compare."""
        return self.source.text == self.target.text

    @cached_property
    def other(self) -> Side | None:
        """The source of the other forms of a plural."""
        plural = self.unit.plural
        return None if plural is None else Side(plural, self.source.language, self.unit.placeholders)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Those of the list that the source has, and those whose renderings are forbidden whatever they stand for."""
        return self.file.termbase.terms_in(self.source.text, self.source.language, self.target.language)

    @property
    def whole(self) -> Span:
        """All of the translation: what is pointed at where something is missing in it."""
        return Span(0, len(self.target.text))


class File:
    """The units of one document, and what is counted over all of them."""

    def __init__(self, pairs: Sequence[Pair], termbase: Termbase) -> None:
        self.units = tuple(Compared(pair, self) for pair in pairs)
        self.termbase = termbase
        self._counted: dict[object, object] = {}

    def once(self, count: Callable[[File], _T]) -> _T:
        """What ``count`` says of the file, which it is asked once."""
        if count not in self._counted:
            self._counted[count] = count(self)
        return cast(_T, self._counted[count])


def balance(source: Iterable[str], target: Iterable[str]) -> tuple[list[str], list[str]]:
    """What the target lacks of the source, and what it has beyond it."""
    ours, theirs = Counter(source), Counter(target)
    return list((ours - theirs).elements()), list((theirs - ours).elements())
