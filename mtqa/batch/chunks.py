"""A stream of records, chunk by chunk, and what is written of each.

Where a chunk ends depends on its own records alone. A run that is taken up again where a chunk ended therefore goes
through the same chunks, and writes the same bytes, as one that was never interrupted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtqa.batch.records import Columns, Corpus, Record
from mtqa.batch.rows import BadRow, Row, parse, write_bad, write_row
from mtqa.core.errors import ConfigError

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Chunk", "Judged", "chunks", "judge", "unjudged"]

BYTES = 120_000
"""Bytes after which a chunk ends, some 20,000 words: enough to fill batches of every length, and seconds of work to
lose."""

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
class Judged:
    """What became of some records.

    Attributes:
        written: their rows in the output, one each.
        errors: how many of them could not be judged.
        words: in the others.
    """

    written: bytes
    errors: int
    words: int


def chunks(corpus: Corpus, *, skip: int = 0, sha256: str | None = None) -> Iterator[Chunk]:
    """The records of a corpus in chunks; no more than one is read ahead.

    Args:
        corpus: from its beginning.
        skip: how many records were judged before.
        sha256: digest of those. Raises ConfigError where the corpus begins with others.
    """
    digest = hashlib.sha256()
    held: list[Record] = []
    size = count = 0
    for record in corpus:
        place = f"{record.file}\0{record.line}\0{record.error}" if record.line is None or record.error else ""
        digest.update(f"{len(place)} {len(record.raw)} {place}".encode("utf-8", "backslashreplace") + record.raw)
        count += 1
        if count < skip:
            continue
        if count == skip:
            if digest.hexdigest() != sha256:
                raise ConfigError(_ANOTHER)
            continue
        held.append(record)
        size += len(record.raw)
        if size >= BYTES or len(held) >= ROWS:
            yield Chunk(records=tuple(held), sha256=digest.hexdigest(), share=corpus.share)
            held, size = [], 0
    if count < skip:
        raise ConfigError(_ANOTHER)
    if held:
        yield Chunk(records=tuple(held), sha256=digest.hexdigest(), share=corpus.share)


def judge(records: Sequence[Record], columns: Columns, checker: Checker) -> Judged:
    """The output rows of ``records``, in order."""
    rows = [parse(record, columns) for record in records]
    good = [row for row in rows if isinstance(row, Row)]
    reports = iter(checker.check(*(row.document for row in good)).documents if good else ())
    signature = checker.signature
    written = [write_row(row, next(reports), signature) if isinstance(row, Row) else write_bad(row) for row in rows]
    return Judged(
        written=b"".join(written),
        errors=len(rows) - len(good),
        words=sum(len(row.document.text.split()) for row in good),
    )


def unjudged(record: Record, columns: Columns, error: str) -> Judged:
    """The output row of a record that no process survived. An article is not read again: that may be what kills."""
    if record.line is None:
        found = BadRow(file=record.file, line=None, id=record.file, kept=dict.fromkeys(columns.keep), error=error)
    else:
        row = parse(record, columns)
        found = BadRow(file=record.file, line=record.line, id=row.id, kept=row.kept, error=error)
    return Judged(written=write_bad(found), errors=1, words=0)
