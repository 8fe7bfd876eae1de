"""A stream of records, chunk by chunk, and what is written of each.

Where a chunk ends depends on its own records alone. A run that is taken up again where a chunk ended therefore goes
through the same chunks, and writes the same bytes, as one that was never interrupted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtqa.batch.columns import Columns
from mtqa.batch.record import Record
from mtqa.batch.records import Corpus
from mtqa.batch.rows import BadRow, Row, parse, write_abstained, write_bad, write_row
from mtqa.core.errors import ConfigError
from mtqa.core.faults import internal
from mtqa.core.report import DocumentReport, Failure

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Chunk", "JudgedChunk", "abstained", "chunks", "judge", "place", "unjudged"]

BYTES = 120_000
"""Bytes after which a chunk ends, some 20,000 words: enough to fill batches of every length, and seconds of work to
lose."""

FIRST = 6_000
"""Bytes after which the first chunk ends, a thousand words, so that something is soon seen and kept; each next one is
as large as all before it together, up to ``BYTES``."""

ROWS = 5_000
"""Records after which a chunk ends, however short."""

_ANOTHER = "the unfinished run of this output was made from another input; start over with --restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some consecutive records.

    Attributes:
        sha256: hexadecimal digest of all records of the corpus up to the end of this chunk.
        share: of the corpus that was read with it, from 0 to 1; None where its size is not known.
    """

    records: tuple[Record, ...]
    sha256: str
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedChunk:
    """What became of some records.

    Attributes:
        written: their rows in the output, one each.
        errors: how many of them could not be judged for a fault of theirs.
        not_judged: how many got no probability, without any fault: those that are blank, in a language that the model
            does not judge, or over a limit.
        words: in those without a fault.
    """

    written: bytes
    errors: int = 0
    not_judged: int = 0
    words: int = 0

    @classmethod
    def joined(cls, parts: Sequence[JudgedChunk]) -> JudgedChunk:
        """What became of the records of all ``parts``, in order."""
        return cls(
            written=b"".join(part.written for part in parts),
            errors=sum(part.errors for part in parts),
            not_judged=sum(part.not_judged for part in parts),
            words=sum(part.words for part in parts),
        )


def chunks(corpus: Corpus, *, skip: int = 0, sha256: str | None = None) -> Iterator[Chunk]:
    """The records of a corpus in chunks; no more than one is read ahead.

    Args:
        corpus: from its beginning.
        skip: how many records were judged before.
        sha256: digest of those. Raises ConfigError where the corpus begins with others.
    """
    digest = hashlib.sha256()
    held: list[Record] = []
    size = count = before = 0
    for record in corpus:
        place = f"{record.file}\0{record.line}\0{record.error}" if record.line is None or record.error else ""
        digest.update(f"{len(place)} {len(record.raw)} {place}".encode("utf-8", "backslashreplace") + record.raw)
        count += 1
        if count <= skip:
            before += len(record.raw)
        if count < skip:
            continue
        if count == skip:
            if digest.hexdigest() != sha256:
                raise ConfigError(_ANOTHER)
            continue
        held.append(record)
        size += len(record.raw)
        if size >= min(BYTES, max(FIRST, before)) or len(held) >= ROWS:
            yield Chunk(records=tuple(held), sha256=digest.hexdigest(), share=corpus.share)
            before += size
            held, size = [], 0
    if count < skip:
        raise ConfigError(_ANOTHER)
    if held:
        yield Chunk(records=tuple(held), sha256=digest.hexdigest(), share=corpus.share)


def judge(records: Sequence[Record], columns: Columns, checker: Checker) -> JudgedChunk:
    """The output rows of ``records``, in order. Whatever goes wrong with one becomes a row with an error."""
    rows = [_parsed(record, columns) for record in records]
    outcomes = iter(checker.outcomes([row.document for row in rows if isinstance(row, Row)]))
    return JudgedChunk.joined(
        [
            _written(record, row, next(outcomes) if isinstance(row, Row) else None, columns, checker)
            for record, row in zip(records, rows, strict=True)
        ]
    )


def unjudged(record: Record, columns: Columns, error: str) -> JudgedChunk:
    """The output row of a record that could not be judged. An article is not read again: that may be what kills."""
    if record.line is None:
        return JudgedChunk(written=write_bad(_bad(record, columns, error)), errors=1)
    row = _parsed(record, columns)
    try:
        line = write_bad(BadRow(file=record.file, line=record.line, id=row.id, kept=row.kept, error=error))
    except Exception:  # what is kept cannot be written
        line = write_bad(_bad(record, columns, error))
    return JudgedChunk(written=line, errors=1)


def abstained(record: Record, columns: Columns, reason: str, signature: str) -> JudgedChunk:
    """The output row of a record that took too long to judge, which is not read again."""
    try:
        return JudgedChunk(written=write_abstained(record, columns, reason, signature), not_judged=1)
    except Exception:  # nor can it be read
        return unjudged(record, columns, reason)


def _parsed(record: Record, columns: Columns) -> Row | BadRow:
    try:
        return parse(record, columns)
    except Exception as error:
        return _bad(record, columns, internal(error, place(record)))


def _written(
    record: Record, row: Row | BadRow, outcome: DocumentReport | Failure | None, columns: Columns, checker: Checker
) -> JudgedChunk:
    try:
        if isinstance(row, BadRow):
            return JudgedChunk(written=write_bad(row), errors=1)
        if isinstance(outcome, DocumentReport):
            return JudgedChunk(
                written=write_row(row, outcome, checker.signature),
                not_judged=int(outcome.p_mt is None),
                words=len(row.document.text.split()),
            )
        problem = outcome.message if outcome is not None else ""
        bad = BadRow(file=record.file, line=record.line, id=row.id, kept=row.kept, error=problem)
        return JudgedChunk(written=write_bad(bad), errors=1)
    except Exception as error:
        return JudgedChunk(written=write_bad(_bad(record, columns, internal(error, place(record)))), errors=1)


def _bad(record: Record, columns: Columns, error: str) -> BadRow:
    """Without what the row holds, which may be at fault."""
    id_ = record.file if record.line is None else None
    return BadRow(file=record.file, line=record.line, id=id_, kept=dict.fromkeys(columns.keep), error=error)


def place(record: Record) -> str:
    """What to call a record."""
    return record.file if record.line is None else f"{record.file}, row {record.line}"
