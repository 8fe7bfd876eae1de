"""Sentences that people judged, and what they said: scores, words tagged as wrong, error spans."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from mtqa.bench.data import Data, chosen, meets
from mtqa.bench.suites import Condition, Suite
from mtqa.core.spans import Span

__all__ = ["Annotated", "ErrorsSuite", "JudgedSet", "Repair", "Tag", "annotated_sets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """When a sentence counts as in need of repair: its ``key`` is at least, or at most, so much."""

    key: str
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("repair takes either at-least or at-most; give one")

    def __call__(self, value: float) -> bool:
        """Whether a row with this value needs repair."""
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSet:
    """Sentences that were judged in one way.

    Attributes:
        where: the rows that belong to it.
        scores: name of a human score to the key that has it; a minus before the key where higher is worse.
        repair: when a sentence needs repair; absent where the data does not say.
        in_documents: whether rows of the same ``system`` and ``doc`` are judged as consecutive sentences.
        every: take one segment (``seg``) in so many.
    """

    name: str
    where: Condition
    scores: Mapping[str, str] = field(default_factory=dict)
    repair: Repair | None = None
    in_documents: bool = False
    every: int = 1

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError("every must be 1 or more; change it")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsSuite(Suite):
    """Sentences that people scored, and words that they tagged.

    Rows have ``text``, the keys that the sets name, ``tok`` and ``tags`` (words and OK or BAD for each), and ``errors``
    (``[annotator, category, severity, start, end]``) where there are such.

    Attributes:
        sets: of sentences.
        sentences: the most of each set.
        source: whether the model may read what was translated (``source``).
    """

    sets: tuple[JudgedSet, ...]
    sentences: int = 3000
    source: bool = False

    def __post_init__(self) -> None:
        super(ErrorsSuite, self).__post_init__()
        names = [each.name for each in self.sets]
        if not names or len(set(names)) < len(names):
            raise ValueError("sets must be one or more, each with its own name; rename them")
        if self.sentences < 1:
            raise ValueError("sentences must be 1 or more; change it")


@dataclass(frozen=True, slots=True)
class Tag:
    """Characters that a person took for an error, and whether it was a major one."""

    span: Span
    major: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A sentence and its human judgements.

    Attributes:
        id: equal for the same sentence in another run.
        run: sentences of the same run are consecutive ones of a document.
        place: equal for translations of the same source.
        scores: by name, higher is better; the first is of the set's first score.
        repair: whether it needs repair; None where nobody said.
        bad: the words tagged as wrong; None where nobody tagged words.
        errors: None where nobody marked spans.
    """

    id: str
    run: str
    place: str
    text: str
    source: str | None
    scores: Mapping[str, float] = field(default_factory=dict)
    repair: bool | None = None
    bad: tuple[Span, ...] | None = None
    errors: tuple[Tag, ...] | None = None


def annotated_sets(data: Data, suite: ErrorsSuite, sample: int | None) -> dict[str, list[Annotated]]:
    """The sentences of each set, as many as the suite and ``sample`` allow. A row without the scores that its set asks
    for is a failure."""
    found: dict[str, list[Annotated]] = {each.name: [] for each in suite.sets}
    for number, row in data.rows(suite.data):
        for each in suite.sets:
            if meets(row, [each.where]) and _taken(row, each.every):
                try:
                    found[each.name].append(_annotated(row, each, number, suite.source))
                except (KeyError, TypeError, ValueError, OverflowError) as error:
                    data.fail(f"{suite.data}:{number}: malformed: {error}")
    most = min(suite.sentences, sample or suite.sentences)
    return {
        each.name: list(_some(found[each.name], most, each.in_documents, f"{suite.seed}/{each.name}"))
        for each in suite.sets
    }


def _taken(row: Mapping[str, Any], every: int) -> bool:
    seg = row.get("seg")
    return every == 1 or (isinstance(seg, int) and seg % every == 0)


def _some(found: Sequence[Annotated], most: int, in_documents: bool, seed: str) -> Iterator[Annotated]:
    """``most`` sentences: whole runs of them where they belong together."""
    if not in_documents:
        yield from (found[n] for n in chosen(len(found), most, seed))
        return
    runs: dict[str, list[Annotated]] = {}
    for each in found:
        runs.setdefault(each.run, []).append(each)
    order = sorted(runs, key=lambda run: hashlib.sha256(f"{seed}/{run}".encode()).digest())
    yield from islice(chain.from_iterable(runs[run] for run in order), most)


def _annotated(row: Mapping[str, Any], of: JudgedSet, number: int, sourced: bool) -> Annotated:
    scores = {}
    for name, key in of.scores.items():
        if (value := _number(row, key.removeprefix("-"))) is not None:
            scores[name] = -value if key.startswith("-") else value
    repair = _number(row, of.repair.key) if of.repair else None
    system, doc = str(row.get("system")), str(row.get("doc"))
    source = row.get("source")
    return Annotated(
        id=f"{of.name}/{number}",
        run=f"{system}/{doc}" if of.in_documents else str(number),
        place=source if isinstance(source, str) else str(number),
        text=row["text"],
        source=source if sourced and isinstance(source, str) else None,
        scores=scores,
        repair=of.repair(repair) if of.repair and repair is not None else None,
        bad=_bad_words(row),
        errors=_errors(row),
    )


def _number(row: Mapping[str, Any], key: str) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(f"{key} is not a number")
    return float(value)


def _bad_words(row: Mapping[str, Any]) -> tuple[Span, ...] | None:
    """The characters of words tagged BAD; a word that does not stand in the text (one that was escaped) has none."""
    if not row.get("tags"):
        return None
    if not isinstance(row.get("tok"), str) or not isinstance(row["tags"], str):
        raise ValueError("tok and tags must be words with spaces between")
    words, tags = row["tok"].split(" "), row["tags"].split(" ")
    if len(words) != len(tags):
        raise ValueError(f"{len(words)} words have {len(tags)} tags")
    at, found = 0, []
    for word, tag in zip(words, tags, strict=True):
        start = row["text"].find(word, at)
        if start >= 0:
            at = start + len(word)
            if tag == "BAD":
                found.append(Span(start, at))
    return tuple(found)


def _errors(row: Mapping[str, Any]) -> tuple[Tag, ...] | None:
    """The error spans of all annotators; those in the source, or on no characters, have no place in the text."""
    if not isinstance(row.get("errors"), list):
        return None
    found = []
    for _, _, severity, start, end in row["errors"]:
        if start is None or end is None:
            continue
        if type(start) is not int or type(end) is not int or not 0 <= start <= end <= len(row["text"]):
            raise ValueError("an error span is none of the text")
        if start < end and severity != "neutral":
            found.append(Tag(Span(start, end), severity in ("major", "critical")))
    return tuple(found)
