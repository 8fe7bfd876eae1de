"""Who judges the chunks: this process, or several others on the same machine.

A worker that dies, for want of memory or by a fault below Python, takes nothing with it: the records it held are judged
once more, one by one, and only the one that it dies of becomes a row with an error.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Protocol, cast

from mtqa.batch.chunks import Chunk, Judged, judge, unjudged
from mtqa.batch.records import Columns, Record
from mtqa.core.errors import ModelError, MtqaError

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Alone", "Judges", "Workers"]

_DIED = "the process that judged it died twice ({}); judge it alone, or shorten it"


class Judges(Protocol):
    """Whoever judges chunks."""

    @property
    def signature(self) -> str:
        """Of their checker."""

    def judged(self, chunks: Iterable[Chunk], columns: Columns) -> Iterator[tuple[Chunk, Judged]]:
        """What becomes of each chunk, in order; few are read ahead."""


class Alone:
    """One checker in this process."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    @property
    def signature(self) -> str:
        """Of the checker."""
        return str(self._checker.signature)

    def judged(self, chunks: Iterable[Chunk], columns: Columns) -> Iterator[tuple[Chunk, Judged]]:
        """What becomes of each chunk; none is read ahead."""
        for chunk in chunks:
            yield chunk, judge(chunk.records, columns, self._checker)


@dataclass(slots=True, kw_only=True)
class _Job:
    """A chunk at work: what is still to be judged, in the pieces in which it is handed out."""

    chunk: Chunk
    left: deque[tuple[Record, ...]]
    done: list[Judged] = field(default_factory=list)
    piecemeal: bool = False

    def joined(self) -> Judged:
        return Judged(
            written=b"".join(each.written for each in self.done),
            errors=sum(each.errors for each in self.done),
            words=sum(each.words for each in self.done),
        )


@dataclass(slots=True, kw_only=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    job: _Job | None = None


class Workers:
    """Checkers in processes of their own, which are started on entry and ended on exit.

    Args:
        load: makes the checker in each process, where it is unpickled.
        count: how many.
        report: is told when one dies, in a sentence.

    Raises:
        ModelError: a worker cannot load the model, or dies of it.
    """

    def __init__(self, load: Callable[[], Checker], count: int, *, report: Callable[[str], None]) -> None:
        self._load = load
        self._count = count
        self._report = report
        self._workers: list[_Worker] = []
        self._signature = ""

    @property
    def signature(self) -> str:
        """Of the checkers."""
        return self._signature

    def __enter__(self) -> Workers:
        try:
            self._workers = [self._started() for _ in range(self._count)]
            for worker in self._workers:
                self._await(worker)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def judged(self, chunks: Iterable[Chunk], columns: Columns) -> Iterator[tuple[Chunk, Judged]]:
        """What becomes of each chunk, in order; at most two a worker are held."""
        source = iter(chunks)
        jobs: deque[_Job] = deque()  # in order, the finished ones behind unfinished ones
        idle = list(self._workers)
        ended = False
        while True:
            while idle and not ended and len(jobs) < 2 * self._count:
                chunk = next(source, None)
                if chunk is None:
                    ended = True
                    break
                jobs.append(_Job(chunk=chunk, left=deque([chunk.records])))
                _hand_out(idle.pop(), jobs[-1], columns)
            if not jobs:
                return
            if not jobs[0].left:
                job = jobs.popleft()
                yield job.chunk, job.joined()
                continue
            busy = {worker.connection: (worker, worker.job) for worker in self._workers if worker.job}
            for connection in wait(list(busy)):
                worker, job = busy[cast(Connection, connection)]
                self._take(worker, job, columns)
                if job.left:
                    _hand_out(worker, job, columns)
                else:
                    worker.job = None
                    idle.append(worker)

    def _take(self, worker: _Worker, job: _Job, columns: Columns) -> None:
        """Receive what a worker has judged, or find that it died."""
        try:
            job.done.append(worker.connection.recv())
            job.left.popleft()
        except (EOFError, OSError):
            self._mourn(worker, job, columns)

    def _mourn(self, worker: _Worker, job: _Job, columns: Columns) -> None:
        worker.process.join()
        how = _cause(worker.process.exitcode)
        self._replace(worker)
        if job.piecemeal:
            (record,) = job.left.popleft()
            job.done.append(unjudged(record, columns, _DIED.format(how)))
            self._report(f"a worker died again ({how}); {record.file}, row {record.line} becomes a row with an error")
        else:
            job.piecemeal = True
            job.left = deque((record,) for record in job.chunk.records)
            self._report(f"a worker died ({how}); its {len(job.left)} rows are judged once more, one by one")

    def _started(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(there, self._load), daemon=True)
        process.start()
        there.close()
        return _Worker(process=process, connection=here)

    def _await(self, worker: _Worker) -> None:
        try:
            self._signature, problem = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join()
            how = _cause(worker.process.exitcode)
            raise ModelError(f"a worker died while it loaded the model ({how}); use fewer --workers") from None
        if problem:
            raise ModelError(problem)

    def _replace(self, worker: _Worker) -> None:
        worker.connection.close()
        fresh = self._started()
        worker.process, worker.connection = fresh.process, fresh.connection
        self._await(worker)

    def _end(self) -> None:
        for worker in self._workers:
            worker.connection.close()
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
        self._workers = []


def _hand_out(worker: _Worker, job: _Job, columns: Columns) -> None:
    worker.job = job
    with suppress(OSError):  # a dead one is found when it is to answer
        worker.connection.send((job.left[0], columns))


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


def _work(connection: Connection, load: Callable[[], Checker]) -> None:
    """Judge what comes until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process tells when to stop
    try:
        checker = load()
    except MtqaError as error:
        connection.send(("", str(error)))
        return
    with suppress(EOFError, OSError):
        connection.send((str(checker.signature), ""))
        while True:
            records, columns = connection.recv()
            connection.send(judge(records, columns, checker))
