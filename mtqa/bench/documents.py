"""WMT rows to documents of consecutive segments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from mtqa.bench.data import Data, chosen, meets
from mtqa.bench.suites import Condition
from mtqa.checker import Checker
from mtqa.core.documents import Segment
from mtqa.core.report import DocumentReport, Failure
from mtqa.core.spans import Span
from mtqa.formats import from_text

__all__ = ["Origin", "Text", "WrittenSegment", "by_writer", "consecutive", "in_batches", "reports", "texts"]

_AT_ONCE = 64  # documents to a batch


class Readable(Protocol):
    """A document that can be judged."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def segments(self) -> tuple[str, ...]:
        """Its sentences."""


T = TypeVar("T")
R = TypeVar("R", bound=Readable)


class Origin(StrEnum):
    """Who wrote a text, as the data's ``origin`` says it."""

    MACHINE = "mt"
    HUMAN = "human"
    ORIGINAL = "original"

    @property
    def label(self) -> str:
        """For people."""
        return {"mt": "machine", "human": "human translation", "original": "original"}[self.value]


@dataclass(frozen=True, slots=True)
class WrittenSegment:
    """A segment of a data file, and the id of the document that it stands in, ``""`` where the file names none."""

    text: str
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A document made of consecutive segments.

    Attributes:
        place: pair and ordinal: documents of the same place were translated from the same source.
        docs: of each segment, the id of the document of the data that it stands in.
    """

    origin: Origin
    pair: str
    writer: str
    place: str
    segments: tuple[str, ...]
    docs: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Equal for the same text in another run."""
        return f"{self.origin}/{self.pair}/{self.writer}/{len(self.segments)}/{self.place.rpartition('/')[2]}"


Writers = Mapping[tuple[Origin, str, str], Mapping[int, WrittenSegment]]
"""Origin, pair and writer (a system or a reference) to segment number to segment."""


def by_writer(data: Data, name: str, year: int, left_out: Sequence[Condition]) -> Writers:
    """The segments of each writer in a file. A row without what it needs is a failure."""
    found: dict[tuple[Origin, str, str], dict[int, WrittenSegment]] = defaultdict(dict)
    for number, row in data.rows(name):
        if row.get("year") != year or row.get("origin") not in list(Origin):
            continue
        names = _names(row)
        if names is None:
            data.fail(f"{name}:{number}: no pair, seg or system")
            continue
        line = WrittenSegment(row["text"], row["doc"] if isinstance(row.get("doc"), str) else "")
        for writer in names:
            if not meets({**row, "system": writer}, left_out):
                found[Origin(row["origin"]), row["pair"], writer][row["seg"]] = line
    return found


def _names(row: Mapping[str, Any]) -> list[str] | None:
    """The writer of a row and all that wrote the same; None where the row is malformed."""
    if not isinstance(row.get("pair"), str) or type(row.get("seg")) is not int:
        return None
    if row["origin"] == Origin.ORIGINAL:
        return [""]
    same = row.get("same", [])
    names = [row.get("system"), *(same if isinstance(same, list) else [None])]
    return names if all(isinstance(name, str) and name for name in names) else None


def texts(writers: Writers, length: int, *, documents: int, sample: int | None, seed: int) -> list[Text]:
    """Documents of ``length`` segments, drawn by chance.

    Args:
        documents: the most of each machine system and pair; 0 for all. People's are taken whole.
        sample: the most of each writer, people included.
    """
    found = []
    for (origin, pair, writer), rows in sorted(writers.items()):
        numbers = sorted(rows)
        most = [n for n in (sample, documents if origin is Origin.MACHINE else 0) if n]
        for n in chosen(len(numbers) // length, min(most, default=None), f"{seed}/{pair}/{writer}"):
            at = numbers[n * length : (n + 1) * length]
            found.append(
                Text(
                    origin=origin,
                    pair=pair,
                    writer=writer,
                    place=f"{pair}/{at[0] // length}",
                    segments=tuple(rows[number].text for number in at),
                    docs=tuple(rows[number].doc for number in at),
                )
            )
    return found


def reports(
    checker: Checker, texts: Sequence[R], language: str, failures: list[str]
) -> Iterator[tuple[R, DocumentReport]]:
    """Each text with the report on it, as on any article; one that cannot be judged is a sentence in ``failures``."""
    for batch in in_batches(texts, _AT_ONCE):
        documents = [from_text("\n\n".join(text.segments), uri=text.id, language=language) for text in batch]
        for text, outcome in zip(batch, checker.outcomes(documents), strict=True):
            if isinstance(outcome, Failure):
                failures.append(f"{text.id}: {outcome.message}")
            else:
                yield text, outcome


def in_batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """``size`` at a time, in order."""
    return (things[at : at + size] for at in range(0, len(things), size))


def consecutive(texts: Sequence[str], language: str, sources: Sequence[str | None] = ()) -> list[Segment]:
    """Texts as the segments of one document, one each, so that none is split further.

    Args:
        sources: what each was translated from, where that may be read.
    """
    at, found = 0, []
    for number, text in enumerate(texts):
        span = Span(at, at + len(text))
        source = sources[number] if sources else None
        found.append(Segment(id=number, span=span, text=text, language=language, block=number, source=source))
        at = span.end + 2
    return found
