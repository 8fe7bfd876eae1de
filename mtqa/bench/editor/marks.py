"""Documents that copy editors marked, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mtqa.bench.data import Data, chosen
from mtqa.bench.editor.rivals import RIVALS
from mtqa.bench.suites import Suite
from mtqa.core.documents import WORD
from mtqa.core.findings import Category
from mtqa.core.settings import Editor
from mtqa.core.spans import Span

__all__ = [
    "CATEGORIES",
    "MUST",
    "NOTHING",
    "OTHER",
    "SHOULD",
    "SOUND",
    "UNTOLD",
    "EditorSuite",
    "Mark",
    "MarkedDocument",
    "MarkedLine",
    "letter_of",
    "marked_documents",
    "over_words",
    "worst",
]

SOUND, SHOULD, MUST = 0, 1, 2
"""Levels of lines and marks: nothing to repair, a line that one understands and no careful writer would leave so, one
that must be repaired."""

CATEGORIES: Mapping[str, Category] = {
    "w": Category.MISTRANSLATION,
    "g": Category.GRAMMAR,
    "o": Category.WORD_ORDER,
    "m": Category.MISSING_OR_EXTRA,
    "u": Category.UNTRANSLATED,
    "n": Category.UNINTELLIGIBLE,
    "r": Category.REGISTER,
    "s": Category.SPELLING,
    "i": Category.INCONSISTENT,
}
"""What the letters of marks mean."""

_ALSO = {
    Category.ADDITION: Category.MISSING_OR_EXTRA,
    Category.OMISSION: Category.MISSING_OR_EXTRA,
    Category.AWKWARD: Category.REGISTER,
    Category.PUNCTUATION: Category.SPELLING,
}
_LETTERS = {category: letter for letter, category in CATEGORIES.items()}

NOTHING, UNTOLD, OTHER = ".", "?", "x"
"""Beside the letters, what is said of a word: nothing, no reason, one that editors' marks do not have."""


def letter_of(category: Category) -> str:
    """The letter of the marks that mean this category, or one that they do not tell from it."""
    return _LETTERS.get(_ALSO.get(category, category), OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorSuite(Suite):
    """Marked documents.

    Rows have ``kind`` (of text), ``lines`` and, where others may have the same, ``source``. A line has ``text``,
    ``level`` and ``spans`` (``[start, end, level, letter]``); where a second editor marked it, too, theirs are
    ``again``. The editor's recipe makes such files of its labels.

    Attributes:
        systems: a file of further documents, by systems without labels to learn from.
        editor: whose flags are measured, one of `mtqa.core.settings.Editor`.
        rivals: keys of `mtqa.bench.editor.rivals.RIVALS`.
    """

    by_options: ClassVar[tuple[str, ...]] = ("seed", "editor")

    systems: str = ""
    editor: str = Editor.CAREFUL.value
    rivals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super(EditorSuite, self).__post_init__()
        if self.editor not in {*Editor}:
            raise ValueError(f"editor must be {' or '.join(Editor)}, not '{self.editor}'; put it right")
        if unknown := [name for name in self.rivals if name not in RIVALS]:
            raise ValueError(f"rivals must be of {', '.join(RIVALS)}, not '{unknown[0]}'; put it right")

    @property
    def files(self) -> tuple[str, ...]:
        """In the folder with the data."""
        return tuple(name for name in (self.data, self.systems) if name)


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters of a line that an editor marked; its letter, or `UNTOLD`."""

    span: Span
    level: int
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedLine:
    """A line and its marks.

    Attributes:
        level: of the line; None where nobody said.
        again: the marks of a second editor; None where there was none.
    """

    text: str
    level: int | None
    marks: tuple[Mark, ...]
    again: tuple[Mark, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedDocument:
    """Consecutive lines.

    Attributes:
        id: equal for the same document in another run.
        kind: of text.
        place: equal for texts with the same source.
    """

    id: str
    kind: str
    place: str
    lines: tuple[MarkedLine, ...]

    @property
    def segments(self) -> tuple[str, ...]:
        """The texts of its lines."""
        return tuple(line.text for line in self.lines)


def marked_documents(data: Data, name: str, *, sample: int | None, seed: int) -> list[MarkedDocument]:
    """The documents of a file, at most ``sample`` of them. A malformed one is a failure."""
    found = []
    for number, row in data.rows(name):
        try:
            found.append(_document(row, f"{name}:{number}"))
        except (KeyError, TypeError, ValueError) as error:
            data.fail(f"{name}:{number}: malformed: {error}")
    return [found[n] for n in chosen(len(found), sample, f"{seed}/{name}")]


def _document(row: Mapping[str, Any], name: str) -> MarkedDocument:
    if not isinstance(row["kind"], str):
        raise ValueError("kind is no word")
    lines = tuple(map(_line, row["lines"]))
    return MarkedDocument(id=name, kind=row["kind"], place=str(row.get("source", name)), lines=lines)


def _line(line: Mapping[str, Any]) -> MarkedLine:
    text, level = line["text"], line["level"]
    if level not in (None, SOUND, SHOULD, MUST):
        raise ValueError(f"{level} is not a level")
    again = line.get("again")
    return MarkedLine(
        text=text,
        level=level,
        marks=_marks(line["spans"], text),
        again=None if again is None else _marks(again, text),
    )


def _marks(spans: Sequence[Sequence[Any]], text: str) -> tuple[Mark, ...]:
    found = []
    for start, end, level, letter, *_ in spans:
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            raise ValueError("a mark is on none of the text")
        if level not in (SHOULD, MUST):
            raise ValueError(f"{level} is not a level of a mark")
        if letter not in (None, *CATEGORIES):
            raise ValueError(f"'{letter}' is not a category of a mark")
        found.append(Mark(Span(start, end), level, letter or UNTOLD))
    return tuple(found)


def worst(marks: Sequence[Mark]) -> int:
    """The level of the worst mark."""
    return max((mark.level for mark in marks), default=SOUND)


def over_words(text: str, marks: Sequence[Mark]) -> str:
    """A character for each word of a text: the letter of the worst mark on it, or `NOTHING`."""
    return "".join(_letters(text, marks))


def _letters(text: str, marks: Sequence[Mark]) -> Iterator[str]:
    ranked = sorted(marks, key=lambda mark: -mark.level)
    for match in WORD.finditer(text):
        word = Span(*match.span())
        yield next((mark.letter for mark in ranked if mark.span.overlaps(word)), NOTHING)
