"""Requests to jobs of the checker, and what it says of them to answers."""

from __future__ import annotations

import asyncio
import io
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from typing import IO

from mtqa.batch.chunks import unjudged
from mtqa.batch.columns import Columns
from mtqa.batch.record import Record
from mtqa.batch.records import lines
from mtqa.batch.rows import BadRow, Row, parse, write_bad, write_row
from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.faults import internal
from mtqa.core.report import DocumentReport, Failure, Report, Signature
from mtqa.formats import from_text, read_bytes
from mtqa.gate.ignores import Ignores
from mtqa.renderers.json import dump, report_json
from mtqa.serve.judging import Faulty, Job, Judging
from mtqa.serve.schema import ScoreRequest

__all__ = ["article_job", "rows"]

_AHEAD = 8  # rows of a batch that are in the queue at the same time
_COLUMNS = Columns()


def article_job(asked: ScoreRequest, signature: Signature) -> Job:
    """The job that makes the JSON report on an article. What it raises to who waits is InputError where there is
    nothing to judge in it."""
    text = asked.text.removeprefix("\ufeff")

    def read() -> Sequence[Document]:
        if asked.format == "text":
            return [from_text(text, uri=asked.uri, language=asked.language, source=asked.source)]
        if asked.source is not None:
            raise InputError(asked.uri, f"a source beside {asked.format}; leave it out, or send plain text")
        raw = text.encode("utf-8", "replace")
        return read_bytes(raw, asked.uri, format=asked.format, language=asked.language)[
            0
        ]  # only JSON Lines have failures

    def write(outcomes: Sequence[DocumentReport | Failure]) -> bytes:
        ignores = Ignores()
        reports = tuple(ignores.without_excused(each) for each in outcomes if isinstance(each, DocumentReport))
        failures = tuple(each for each in outcomes if isinstance(each, Failure))
        if failures and not reports:
            raise Faulty(failures[0].message)
        report = Report(documents=reports, failures=failures, signature=signature)
        return dump(report_json(report, asked.min_level)).encode()

    return Job(size=len(asked.text), read=read, write=write)


async def rows(body: IO[bytes], judging: Judging, signature: Signature, *, most: int) -> AsyncGenerator[bytes]:
    """The rows of ``mtqa batch`` for JSON Lines, in order; ``most`` bytes of a line are judged."""
    waiting: deque[asyncio.Task[bytes]] = deque()
    try:
        records = lines(io.BufferedReader(body), "request", most)  # type: ignore[type-var]
        while (record := await asyncio.to_thread(next, records, None)) is not None:  # where it takes long, others go on
            waiting.append(asyncio.ensure_future(_row(record, judging, signature)))
            if len(waiting) == _AHEAD:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()


async def _row(record: Record, judging: Judging, signature: Signature) -> bytes:
    row: Row | BadRow | None = None

    def read() -> Sequence[Document]:
        nonlocal row
        row = parse(record, _COLUMNS)
        return [row.document] if isinstance(row, Row) else ()

    def write(outcomes: Sequence[DocumentReport | Failure]) -> bytes:
        if isinstance(row, BadRow):
            return write_bad(row)
        assert row is not None  # noqa: S101 - it was read
        (outcome,) = outcomes
        if isinstance(outcome, Failure):
            raise Faulty(outcome.message)
        return write_row(row, outcome, signature)

    try:
        return await judging.judge(Job(size=len(record.raw), read=read, write=write), patient=True)
    except Faulty as error:
        return unjudged(record, _COLUMNS, str(error)).written
    except Exception as error:
        return unjudged(record, _COLUMNS, internal(error, f"line {record.line}")).written
