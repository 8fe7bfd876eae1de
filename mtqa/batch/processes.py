"""Workers that are processes on this machine."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from mtqa.batch.chunks import judge
from mtqa.batch.columns import Columns
from mtqa.batch.record import Record
from mtqa.batch.workers import Channel, Died
from mtqa.core.errors import MtqaError
from mtqa.core.faults import show_tracebacks

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Processes"]


class Processes:
    """This machine.

    Args:
        load: makes the checker in each process, which is spawned and imports it anew.
    """

    def __init__(self, load: Callable[[], Checker]) -> None:
        self._load = load

    def start(self) -> Channel:
        """A new process."""
        return _Process(self._load)

    def wait(self, channels: Sequence[Channel], seconds: float | None) -> Sequence[Channel]:
        """Those of ``channels`` from which something can be received, at least one, but for none after ``seconds``."""
        ready = set(wait([channel.connection for channel in channels if isinstance(channel, _Process)], seconds))
        return [channel for channel in channels if isinstance(channel, _Process) and channel.connection in ready]


class _Process:
    def __init__(self, load: Callable[[], Checker]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, there = context.Pipe()
        self._process = context.Process(target=_work, args=(there, load), daemon=True)
        with _uninterrupted():
            self._process.start()
        there.close()  # so that its end is seen here

    def send(self, records: Sequence[Record], columns: Columns) -> None:
        with suppress(OSError):
            self.connection.send((records, columns))

    def receive(self) -> Any:
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            self._process.join()
            raise Died(_cause(self._process.exitcode)) from None

    def end(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes that are started inside are deaf to SIGINT from the beginning; here it waits."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


def _work(connection: Connection, load: Callable[[], Checker]) -> None:
    """Judge what comes until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process tells when to stop
    show_tracebacks()
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
