"""Workers that are actors on a Ray cluster (https://docs.ray.io). Needs the extra ``mtqa[ray]``."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from mtqa.batch.chunks import JudgedChunk, judge
from mtqa.batch.columns import Columns
from mtqa.batch.record import Record
from mtqa.batch.workers import Channel, Died
from mtqa.core.errors import ConfigError, MtqaError
from mtqa.core.faults import DEBUG, show_tracebacks

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Cluster", "cluster"]

_PATIENCE = 10.0  # seconds


@contextmanager
def cluster(load: Callable[[], Checker], *, threads: int) -> Iterator[Cluster]:
    """The cluster that RAY_ADDRESS names, else one that runs on this machine, else one started here for the while.

    Args:
        load: makes the checker in each actor; what it needs must be installed on every node.
        threads: CPUs that each actor takes up.

    Raises:
        ConfigError: the extra is not installed, or the cluster cannot be reached.
    """
    if find_spec("ray") is None:
        raise ConfigError("--engine ray needs ray, which is not installed; pip install 'mtqa[ray]'")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    ours = not ray.is_initialized()
    if ours:
        try:
            _reach(os.environ.get("RAY_ADDRESS", ""))
            told = bool(os.environ.get(DEBUG))
            ray.init(include_dashboard=False, log_to_driver=told, logging_level=logging.ERROR)
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).partition("\n")[0]
            raise ConfigError(f"no Ray cluster ({reason}); check RAY_ADDRESS") from None
    try:
        yield Cluster(load, threads)
    finally:
        if ours:
            ray.shutdown()


def _reach(address: str) -> None:
    """Raises OSError where nobody answers at ``HOST:PORT``: Ray itself would try for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), _PATIENCE).close()


class Cluster:
    """A Ray cluster that this process is connected to."""

    def __init__(self, load: Callable[[], Checker], threads: int) -> None:
        self._load = load
        self._threads = threads

    def start(self) -> Channel:
        """A new actor, which begins once a node has room for it."""
        return _Actor(self._load, self._threads)

    def wait(self, channels: Sequence[Channel], seconds: float | None) -> Sequence[Channel]:
        """Those of ``channels`` from which something can be received, at least one, but for none after ``seconds``."""
        import ray

        coming = {channel.coming: channel for channel in channels if isinstance(channel, _Actor)}
        ready, _ = ray.wait(list(coming), timeout=seconds, fetch_local=False)
        return [coming[each] for each in ready]


class _Actor:
    def __init__(self, load: Callable[[], Checker], threads: int) -> None:
        import ray

        made: Any = ray.remote(num_cpus=threads, max_restarts=0)(_Judging)
        self._actor: Any = made.remote(load)
        self.coming = self._actor.begin.remote()

    def send(self, records: Sequence[Record], columns: Columns) -> None:
        self.coming = self._actor.judge.remote(records, columns)

    def receive(self) -> Any:
        import ray

        try:
            return ray.get(self.coming)
        except ray.exceptions.RayError as error:
            raise Died(f"{type(error).__name__}: {str(error).strip().splitlines()[-1].strip()}") from None

    def end(self) -> None:
        import ray

        ray.kill(self._actor)


class _Judging:
    """Runs in the actor."""

    def __init__(self, load: Callable[[], Checker]) -> None:
        self._load = load

    def begin(self) -> tuple[str, str]:
        show_tracebacks()
        try:
            self._checker = self._load()
        except MtqaError as error:
            return "", str(error)
        return str(self._checker.signature), ""

    def judge(self, records: Sequence[Record], columns: Columns) -> JudgedChunk:
        return judge(records, columns, self._checker)
