"""The queue before the checker.

Jobs of all requests are judged by one thread, several in one batch where several wait: the checker's verdicts do not
depend on what is judged beside a document, and its threads are used better. Nothing waits for a batch to fill.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from mtqa.core.documents import Document
from mtqa.core.errors import MtqaError
from mtqa.core.faults import internal
from mtqa.core.report import DocumentReport, Failure

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Busy", "Faulty", "Job", "Judging", "TooSlow"]

_TOGETHER = 16  # jobs of a batch
_BYTES = 64 * 1024  # of a batch, after which no other job joins it
_FORGET = 0.2  # weight of the latest batch in the rate

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Documents that one client waits for. Both functions run in the thread of the checker.

    Attributes:
        size: bytes, which the time that it takes is told from.
        read: makes the documents; what it raises is raised to who waits.
        write: makes the answer of what is said of them, one each.
    """

    size: int
    read: Callable[[], Sequence[Document]]
    write: Callable[[Sequence[DocumentReport | Failure]], bytes]


class Busy(MtqaError):  # noqa: N818
    """No more jobs can wait; ``seconds`` is after what time one probably can."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"busy; try again in {seconds} s")
        self.seconds = seconds


class Faulty(MtqaError):  # noqa: N818
    """A document met a fault of mtqa."""


class TooSlow(MtqaError):  # noqa: N818
    """A job was not judged in time."""


@dataclass(eq=False, slots=True)
class _Waiting:
    job: Job
    answer: asyncio.Future[bytes]


class Judging:
    """Judges jobs in the order in which they came.

    Args:
        checker: judges them.
        waiting: how many may wait.
        seconds: that a job may wait and be judged for.
        judged: called after each batch with the jobs and the documents in it.
    """

    def __init__(
        self, checker: Checker, *, waiting: int, seconds: float, judged: Callable[[int, int], None] = lambda *_: None
    ) -> None:
        self._checker = checker
        self._most = waiting
        self._seconds = seconds
        self._judged = judged
        self._queue: deque[_Waiting] = deque()
        self._changed = asyncio.Condition()
        self._running = 0  # bytes of the batch that is being judged
        self._rate: float | None = None  # bytes a second
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mtqa-judge")

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return sum(not each.answer.done() for each in self._queue)

    @property
    def ahead(self) -> float:
        """Seconds that a new job would probably wait for; 0 until the first ones have been judged."""
        if self._rate is None:
            return 0.0
        return (self._running + sum(e.job.size for e in self._queue if not e.answer.done())) / self._rate

    async def judge(self, job: Job, *, patient: bool = False) -> bytes:
        """The answer to a job. Cancelled, or too late, it is not judged where it still waits.

        Args:
            job: what to judge.
            patient: wait for room in the queue, and as long as it takes.

        Raises:
            Busy: unless patient, too many jobs wait, or it would wait too long.
            TooSlow: unless patient, it was not judged in time.
        """
        async with self._changed:
            if patient:
                await self._changed.wait_for(lambda: self.waiting < self._most)
            elif self.waiting >= self._most or self.ahead > self._seconds:
                raise Busy(max(1, math.ceil(self.ahead)))
            waiting = _Waiting(job, asyncio.get_running_loop().create_future())
            self._queue.append(waiting)
            self._changed.notify_all()
        try:
            async with asyncio.timeout(None if patient else self._seconds):
                return await waiting.answer
        except TimeoutError:
            raise TooSlow from None
        finally:
            waiting.answer.cancel()

    async def run(self) -> None:
        """Judge, until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._queue)
                    batch = self._taken()
                    self._changed.notify_all()
                if not batch:
                    continue
                began = time.monotonic()
                self._running = sum(each.job.size for each in batch)
                jobs = [each.job for each in batch]
                results, documents = await loop.run_in_executor(self._thread, _results, self._checker, jobs)
                rate = self._running / max(1e-3, time.monotonic() - began)
                self._rate = rate if self._rate is None else self._rate + _FORGET * (rate - self._rate)
                self._running = 0
                for each, result in zip(batch, results, strict=True):
                    if each.answer.done():
                        continue
                    if isinstance(result, Exception):
                        each.answer.set_exception(result)
                    else:
                        each.answer.set_result(result)
                self._judged(len(batch), documents)
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    def _taken(self) -> list[_Waiting]:
        """The next jobs to judge together, without those that nobody waits for any more."""
        batch: list[_Waiting] = []
        size = 0
        while self._queue and len(batch) < _TOGETHER and (not batch or size + self._queue[0].job.size <= _BYTES):
            each = self._queue.popleft()
            if not each.answer.done():
                batch.append(each)
                size += each.job.size
        return batch


def _results(checker: Checker, jobs: Sequence[Job]) -> tuple[list[bytes | Exception], int]:
    """The answer to each job, or what went wrong with it, and the number of documents that were judged."""
    read = [_tried(job.read) for job in jobs]
    documents = [found if not isinstance(found, Exception) else () for found in read]
    try:
        outcomes = iter(checker.outcomes([document for found in documents for document in found]))
    except Exception as error:  # nothing can be judged
        return [_told(error)] * len(jobs), 0
    results: list[bytes | Exception] = []
    for job, found, own in zip(jobs, read, documents, strict=True):
        said = [next(outcomes) for _ in own]
        results.append(found if isinstance(found, Exception) else _tried(partial(job.write, said)))
    return results, sum(map(len, documents))


def _tried(work: Callable[[], T]) -> T | Exception:
    try:
        return work()
    except Exception as error:
        return _told(error)


def _told(error: Exception) -> MtqaError:
    return error if isinstance(error, MtqaError) else Faulty(internal(error, "a request"))
