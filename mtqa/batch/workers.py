"""Who judges the chunks: this process, or workers, which are processes here or on other machines.

A worker that dies, for want of memory or by a fault below Python, takes nothing with it: the records it held are judged
once more, one by one, and only the one that a worker dies of again becomes a row with an error. A worker that does not
answer in time is ended as if it had died, and the row that it does not answer twice is left undecided.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from mtqa.batch.chunks import Chunk, JudgedChunk, abstained, judge, place, unjudged
from mtqa.batch.columns import Columns
from mtqa.batch.record import Record
from mtqa.core.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Alone", "Channel", "Died", "Judges", "Site", "Workers"]

_DIED_TWICE = "the process that judged it died twice ({}); judge it alone, or shorten it"
_TOO_SLOW = "not judged: it took longer than {:g} s; split it, or allow more time"
_ITSELF = 2.0  # times of one document after which a worker that has not stopped by itself is ended


class Judges(Protocol):
    """Whoever judges chunks."""

    @property
    def signature(self) -> str:
        """Of their checker."""

    def judged(self, chunks: Iterable[Chunk], columns: Columns) -> Iterator[tuple[Chunk, JudgedChunk]]:
        """What becomes of each chunk, in order; few are read ahead."""


class Alone:
    """One checker in this process."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    @property
    def signature(self) -> str:
        """Of the checker."""
        return str(self._checker.signature)

    def judged(self, chunks: Iterable[Chunk], columns: Columns) -> Iterator[tuple[Chunk, JudgedChunk]]:
        """What becomes of each chunk; none is read ahead."""
        for chunk in chunks:
            yield chunk, judge(chunk.records, columns, self._checker)


class Died(Exception):  # noqa: N818
    """A worker is no more; the message says how it ended."""


class Channel(Protocol):
    """A worker, seen from here. It first sends its signature and what hindered it from loading the model, one of them
    empty; then, for each piece of work that it is sent, what it judged."""

    def send(self, records: Sequence[Record], columns: Columns) -> None:
        """Hand out work; to a dead worker too, which is found when it is to answer."""

    def receive(self) -> Any:
        """What the worker sent. Raises Died."""

    def end(self) -> None:
        """End the worker, whatever it does."""


class Site(Protocol):
    """Where workers are."""

    def start(self) -> Channel:
        """A new worker, which may take its time to answer."""

    def wait(self, channels: Sequence[Channel], seconds: float | None) -> Sequence[Channel]:
        """Those of ``channels`` from which something can be received, at least one, but for none after ``seconds``."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Job:
    """A chunk at work: what is still to be judged, in the pieces in which it is handed out."""

    chunk: Chunk
    left: deque[tuple[Record, ...]]
    done: list[JudgedChunk] = field(default_factory=list)
    piecemeal: bool = False

    def joined(self) -> JudgedChunk:
        return JudgedChunk.joined(self.done)


class Workers:
    """Checkers in processes of their own, which are started on entry, those beyond the machine's cores only once chunks
    wait for them, and ended on exit.

    Args:
        site: where.
        count: how many at the most.
        report: is told when one dies, in a sentence.
        seconds: that one document may be judged for; None for as long as it takes.
        clock: tells seconds.

    Raises:
        ModelError: a worker cannot load the model, or dies of it.
        ConfigError: two of them have different models.
    """

    def __init__(
        self,
        site: Site,
        count: int,
        *,
        report: Callable[[str], None],
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._site = site
        self._count = count
        self._report = report
        self._patience = None if seconds is None else _ITSELF * seconds
        self._clock = clock
        self._signature = ""
        self._starting: list[Channel] = []
        self._idle: list[Channel] = []
        self._busy: dict[Channel, _Job] = {}
        self._since: dict[Channel, float] = {}  # when it got its work

    @property
    def signature(self) -> str:
        """Of the checkers."""
        return self._signature

    def __enter__(self) -> Workers:
        try:
            self._starting = [self._site.start() for _ in range(min(self._count, os.cpu_count() or 1))]
            while not self._idle:
                for channel in self._site.wait(self._starting, None):
                    self._welcome(channel)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def judged(self, chunks: Iterable[Chunk], columns: Columns) -> Iterator[tuple[Chunk, JudgedChunk]]:
        """What becomes of each chunk, in order; at most two a worker are held."""
        source = iter(chunks)
        jobs: deque[_Job] = deque()  # in the order of their chunks
        waiting: deque[_Job] = deque()
        while True:
            while len(jobs) < 2 * self._count and (chunk := next(source, None)):
                jobs.append(_Job(chunk=chunk, left=deque([chunk.records])))
                waiting.append(jobs[-1])
            while self._idle and waiting:
                channel, job = self._idle.pop(), waiting.popleft()
                self._busy[channel], self._since[channel] = job, self._clock()
                channel.send(job.left[0], columns)
            while len(self._starting) < min(len(waiting), self._count - len(self._idle) - len(self._busy)):
                self._starting.append(self._site.start())
            if not jobs:
                return
            if not jobs[0].left:
                job = jobs.popleft()
                yield job.chunk, job.joined()
                continue
            answering = self._site.wait([*self._starting, *self._busy], self._left())
            late = self._late(answering)
            for channel in (*answering, *late):
                if channel in self._busy:
                    job = self._busy.pop(channel)
                    self._take(channel, job, columns, late=channel in late)
                    if job.left:
                        waiting.appendleft(job)
                else:
                    self._welcome(channel)

    def _left(self) -> float | None:
        """Seconds until the first worker is late; None where none can be."""
        if self._patience is None or not self._busy:
            return None
        return max(0.0, min(self._since[channel] for channel in self._busy) + self._patience - self._clock())

    def _late(self, answering: Sequence[Channel]) -> list[Channel]:
        """Workers that have neither answered nor time left."""
        if self._patience is None:
            return []
        end = self._clock() - self._patience
        return [each for each in self._busy if self._since[each] <= end and each not in answering]

    def _welcome(self, channel: Channel) -> None:
        self._starting.remove(channel)
        try:
            signature, problem = channel.receive()
        except Died as death:
            raise ModelError(f"a worker died while it loaded the model ({death}); use fewer --workers") from None
        if problem:
            raise ModelError(problem)
        if signature != (self._signature or signature):
            raise ConfigError(
                f"one worker has {signature}, another {self._signature}; give all the same mtqa and model"
            )
        self._signature = signature
        self._idle.append(channel)

    def _take(self, channel: Channel, job: _Job, columns: Columns, *, late: bool) -> None:
        """Receive what a worker has judged, or find that it died, or end it where it is late."""
        try:
            if late:
                raise Died(f"no answer in {self._patience:g} s")
            job.done.append(channel.receive())
            job.left.popleft()
            self._idle.append(channel)
        except Died as death:
            channel.end()
            self._starting.append(self._site.start())
            self._mourn(job, columns, str(death), late=late)

    def _mourn(self, job: _Job, columns: Columns, how: str, *, late: bool) -> None:
        if job.piecemeal:
            (record,) = job.left.popleft()
            if late:
                job.done.append(abstained(record, columns, _TOO_SLOW.format(self._patience), self._signature))
            else:
                job.done.append(unjudged(record, columns, _DIED_TWICE.format(how)))
            became = "stays undecided" if late else "becomes a row with an error"
            self._report(f"a worker died again ({how}); {place(record)} {became}")
        else:
            job.piecemeal = True
            job.left = deque((record,) for record in job.chunk.records)
            self._report(f"a worker died ({how}); its {len(job.left)} rows are judged once more, one by one")

    def _end(self) -> None:
        for channel in (*self._starting, *self._idle, *self._busy):
            channel.end()
        self._starting, self._idle, self._busy = [], [], {}
