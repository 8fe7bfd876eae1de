"""Numbers in figures: what each is worth by the customs of a language, and how those of two texts agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mtqa.core.spans import Span
from mtqa.languages.conventions import conventions_of, months, separators
from mtqa.languages.quantities import MONEY, units
from mtqa.signals.source.compared import Compared, Side

__all__ = ["Figure", "agreement", "digits", "figures", "units_of", "words_apart"]

_FIGURE = re.compile(r"\d(?:\d|[.,’'٫٬](?=\d)|[\u00a0\u202f\u2009 ](?=\d{3}(?!\d)))*")
_IN_CODE = re.compile(r"[A-Za-z_][-_.]?$|[A-Za-z_]\d*\.$")
_TIMES = re.compile(r"\d\s?x$")  # 640x480
_GLUED = re.compile(r"[^\W\d]-$")
_GROUPED = re.compile(r"\d{1,3}(?:([^\d])\d{3})(?:\1\d{3})*")
_SPACES = re.compile(r"[\u00a0\u202f\u2009 ]")
_NOON = re.compile(r"\s?(?::\d\d)?\s?(?:[ap]\.?\s?m\b|noon|midnight)", re.IGNORECASE)
_UNIT = re.compile(r"[\s\u00a0-]?(°\s?[CF]\b|[^\W\d_]+)")
_MEASURE = re.compile(rf"[\s\u00a0\u202f-]?([%％٪{''.join(MONEY)}]|[^\W\d_]+)")
_CURRENCY = re.compile(rf"([{''.join(MONEY)}])\s?\Z")
_ROMAN = re.compile(r"(?<!\w)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?=\W|$|er?\b|ème\b)")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_WORD = re.compile(r"\w+")
_WORDS = re.compile(r"\w+(?:['’-]\w+)*")
_MIXED = 2
_MOST = 100  # numbers of a text that is no table
_TIME = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
_MONTHS = 12
_COUNTED = 3  # from which a number in words is no article, pronoun or second of time
_SMALL = 12  # numbers up to this are often spelled out
_CLOSE = 0.06  # how far a converted measure may be rounded
_METRIC = (1.0, 1000.0, 0.01, 0.001, 10000.0)  # m, km, cm, mm, ha, and so on


@dataclass(frozen=True, slots=True)
class Figure:
    """A run of figures.

    Attributes:
        value: by the customs of its language.
        loose: whether it may belong to a name or a code, so that it need not have a counterpart.
        unit: the word behind it, in lower case.
    """

    text: str
    span: Span
    value: float
    loose: bool = False
    unit: str = ""
    afternoon: bool = False


def figures(side: Side, language: str) -> list[Figure]:
    """The numbers in a text, read by the customs of ``language``; of dates, versions and times each part."""
    text = side.prose
    found: list[Figure] = []
    marks = separators(language) or separators("en")
    for run in _FIGURE.finditer(text):
        before = text[max(0, run.start() - 12) : run.start()]
        loose = bool(_GLUED.search(before))
        if _IN_CODE.search(before) and not loose and not _TIMES.search(before):
            continue
        unit = _UNIT.match(text, run.end())
        noon = _NOON.match(text, run.end())
        for part, start in _parts(run[0], run.start(), marks):
            span = Span(start, start + len(part))
            value = _value(part, marks)
            found.append(Figure(part, span, value, loose, unit[1].lower() if unit else "", noon is not None))
    return found


def _parts(text: str, start: int, marks: tuple[str, str] | None) -> Iterator[tuple[str, int]]:
    """A number in one piece; what cannot be one in the pieces of which it is made."""
    bare = _SPACES.sub(" ", text)
    signs = re.findall(r"\D", bare)
    whole = (
        not signs
        or _GROUPED.fullmatch(bare)
        or (len(signs) == 1 and signs[0] != " ")
        or (len(set(signs)) == _MIXED and signs.count(signs[-1]) == 1 and _GROUPED.match(bare))
    )
    if whole:
        yield text, start
        return
    for piece in re.finditer(r"\d+", text):
        yield piece[0], start + piece.start()


def _value(text: str, marks: tuple[str, str] | None) -> float:
    """What a number is worth."""
    whole, fraction = digits(text, marks)
    return float(f"{whole[:300]}.{fraction[:300]}")


def digits(text: str, marks: tuple[str, str] | None) -> tuple[str, str]:
    """The figures of a number before and behind its sign of decimals, by the marks of decimals and of thousands; where
    these make no sense, by the others."""
    bare = "".join(str(int(c)) if c.isdigit() else c for c in _SPACES.sub(" ", text))
    decimal, thousands = marks or (".", ",")
    signs = re.findall(r"\D", bare)
    if not signs:
        return bare, ""
    last = signs[-1]
    grouped = _GROUPED.fullmatch(bare) is not None and not bare.startswith("0")
    if len(set(signs)) == 1 and grouped and (len(signs) > 1 or last in (thousands, " ", "'", "’") or last != decimal):
        return re.sub(r"\D", "", bare), ""
    whole, _, fraction = bare.rpartition(last)
    return re.sub(r"\D", "", whole) or "0", fraction


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is left of the numbers of two texts where each has taken its counterpart.

    Attributes:
        lost: numbers of the source that the translation lacks; ``added``: the other way round.
        foreign: those of the translation that are only right by the customs of the source, with their counterparts.
        agreed: those of the source that are worth the same in the translation, with their counterparts.
    """

    lost: list[Figure]
    added: list[Figure]
    foreign: list[tuple[Figure, Figure]]
    agreed: list[tuple[Figure, Figure]]


def agreement(unit: Compared) -> Agreement:
    """How the numbers of a unit agree. Spelled-out numbers, Roman ones, the clock of twelve hours and converted
    measures are numbers, too."""
    source, target = unit.source, unit.target
    ours, theirs = figures(source, source.language), figures(target, target.language)
    if max(len(ours), len(theirs)) > _MOST:
        return Agreement([], [], [], [])
    own = _strike(ours, theirs, lambda one, other: one.value == other.value)
    foreign = [(other, one) for one, other in own if _is_foreign(other, target)]
    if source.language != target.language:
        as_source = {figure.span: figure.value for figure in figures(target, source.language)}
        struck = _strike(ours, theirs, lambda one, other: one.value == as_source.get(other.span))
        foreign += [(other, one) for one, other in struck]
    _strike_times(ours, theirs)
    _strike(ours, theirs, _same_hour)
    _strike(ours, theirs, lambda one, other: _same_digits(one, other, source, target))
    measures = conventions_of(source.language).measures
    _strike(ours, theirs, lambda one, other: _converted(one, other, measures))
    lost, added = _unmatched(ours, target), _unmatched(theirs, source)
    if lost or added:  # each may be the counterpart of a small one that might have been spelled out
        lost, added = (
            lost or _unmatched(ours, target, guess=False),
            added or _unmatched(theirs, source, guess=False),
        )
    return Agreement(lost, added, foreign, own)


def _unmatched(those: list[Figure], side: Side, *, guess: bool = True) -> list[Figure]:
    """The numbers that the other text does not have, nor says in words; with ``guess``, nor may say in words that are
    not known."""
    return [
        each for each in those if not (each.loose or _within(each, side) or _spelled(each.value, side, guess=guess))
    ]


def _is_foreign(figure: Figure, side: Side) -> bool:
    """Whether a number has a sign of thousands and one of decimals, which its language has the other way round, or is a
    measure with another sign of decimals."""
    signs = re.findall(r"[.,]", figure.text)
    marks = separators(side.language)
    if not signs or marks is None or signs[-1] == marks[0]:
        return False
    measured = len(signs) == 1 and not _GROUPED.fullmatch(figure.text) and bool(units_of(figure, side))
    return len(set(signs)) == _MIXED or measured


def units_of(figure: Figure, side: Side) -> frozenset[str]:
    """The units that what stands beside a number may mean."""
    known = units(side.language)
    text = side.text
    behind = _MEASURE.match(text, figure.span.end)
    before = _CURRENCY.search(text, max(0, figure.span.start - 2), figure.span.start)
    return known.get(behind[1].lower() if behind else "", frozenset()) | known.get(
        before[1] if before else "", frozenset()
    )


def _strike_times(ours: list[Figure], theirs: list[Figure]) -> None:
    """Takes from both lists the times of day that one text writes with a full stop, and so as one number, and the other
    with a colon."""
    for one, others in ((ours, theirs), (theirs, ours)):
        for figure in [each for each in one if _TIME.fullmatch(each.text)]:
            hour, minute = map(float, figure.text.split("."))
            hours = [each for each in others if each.value == hour or (each.afternoon and each.value + 12 == hour)]
            minutes = [each for each in others if each.value == minute]
            if hours and minutes and hours[0] is not minutes[-1]:
                one.remove(figure)
                others.remove(hours[0])
                others.remove(minutes[-1])


def _strike(
    ours: list[Figure], theirs: list[Figure], agree: Callable[[Figure, Figure], bool]
) -> list[tuple[Figure, Figure]]:
    """Takes from both lists what agrees, one for one, and gives the pairs."""
    pairs = []
    for one in list(ours):
        other = next((each for each in theirs if agree(one, each)), None)
        if other is not None:
            ours.remove(one)
            theirs.remove(other)
            pairs.append((one, other))
    return pairs


def _same_hour(one: Figure, other: Figure) -> bool:
    early, late = sorted((one.value, other.value))
    return (one.afternoon or other.afternoon) and (late - early == 12 or (early, late) == (0, 12))


def _same_digits(one: Figure, other: Figure, source: Side, target: Side) -> bool:
    """Whether two numbers are the same where the customs of a language are not known."""
    unknown = "und" in (source.language, target.language) or None in (
        separators(source.language),
        separators(target.language),
    )
    return unknown and re.sub(r"\D", "", one.text) == re.sub(r"\D", "", other.text)


def _converted(one: Figure, other: Figure, measures: Mapping[str, tuple[str, float]]) -> bool:
    """Whether a measure of the source was converted to a metric one."""
    kind, factor = measures.get(one.unit, ("", 0.0))
    if kind == "temperature":
        return abs((one.value - 32) / 1.8 - other.value) <= 1
    return bool(factor) and any(
        abs(one.value * factor - other.value * unit) <= _CLOSE * one.value * factor for unit in _METRIC
    )


def _within(figure: Figure, side: Side) -> bool:
    """Whether a number stands in a text after all, in a code or a placeholder, or once for several."""
    return re.search(rf"(?<!\d){re.escape(figure.text)}(?!\d|[.,]\d)", side.text) is not None


def _spelled(value: float, side: Side, *, guess: bool = True) -> bool:
    """Whether a text says a number in words or in Roman numerals; with ``guess``, also whether it may, as its numerals
    are not known."""
    numerals = conventions_of(side.language).numerals
    if not numerals or (numerals.inside and value <= _SMALL):
        return guess and value <= _SMALL
    if value != int(value):
        return False
    number = int(value)
    text = side.prose.lower()
    words = frozenset((*_WORDS.findall(text), *_WORD.findall(text)))
    if numerals.says(number, words, text):
        return True
    if number <= _MONTHS and any(months(side.language).get(word) == number for word in words):
        return True
    if (
        number >= 1000
        and number % 1000 == 0
        and (numerals.says(1000, words, text) or numerals.says(1000000, words, text))
    ):
        return True
    return any(found[0] and _roman(found[0]) == number for found in _ROMAN.finditer(side.prose))


def words_apart(unit: Compared) -> tuple[list[int], list[int]]:
    """Numbers from three to twelve that one text says in words and the other in no way: those of the source, and those
    of the translation."""
    apart = []
    for one, other in ((unit.source, unit.target), (unit.target, unit.source)):
        written = {figure.value for figure in figures(other, other.language)}
        apart.append([n for n in _in_words(one) if n not in written and not _spelled(n, other)])
    return apart[0], apart[1]


def _in_words(side: Side) -> list[int]:
    numerals, text = conventions_of(side.language).numerals, side.prose.lower()
    words = frozenset(_WORD.findall(text))
    if not numerals or numerals.inside:
        return []
    return [number for number in range(_COUNTED, _SMALL + 1) if numerals.says(number, words, text)]


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[c] for c in text]
    return sum(-v if any(v < later for later in values[n + 1 : n + 2]) else v for n, v in enumerate(values))
