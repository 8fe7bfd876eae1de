"""uvicorn on a socket, for clients that may be slow, many or hostile: what the review page and the service have below
them."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["Patience", "Seldom", "bound", "listen", "protocol"]

_BACKLOG = 128  # connections that are accepted before any of them is looked at
_OTHER_FILES = 2 * _BACKLOG  # that this process may have open besides connections
_FEWEST = 16
_LOGGERS = ("uvicorn.error", "asyncio")
_MOST_MESSAGES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What clients may take.

    Attributes:
        head: seconds to send the head of a request.
        answer: seconds to take what they are sent.
        connections: that may be open at the same time.
    """

    head: float = 15.0
    answer: float = 60.0
    connections: int = 512


def bound(host: str, port: int) -> socket.socket:
    """A socket that accepts connections at an address from now on, also where those of a server that has just ended
    still linger there (on Windows, once they are closed). Raises OSError where the system says that another program has
    the address, and UnicodeError where ``host`` cannot be a name. Some systems, such as macOS, let it listen at one
    address of this machine beside a program that listens at all of them."""
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind)
    try:
        listening.setsockopt(socket.SOL_SOCKET, _sharing(), 1)
        listening.bind(address)
        listening.listen()  # so that it answers from when its address is told
    except OSError:
        listening.close()
        raise
    return listening


def _sharing() -> int:
    """The option for a port that was just in use; on Windows, where that would let two programs listen at once, the one
    for a port that no other program can take."""
    return getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)


def listen(app: ASGIApp, listening: socket.socket, patience: Patience, *, graceful: int) -> None:
    """Answer at a socket that is bound, until the process is interrupted or told to end; then ``graceful`` seconds
    more for what is being answered."""
    config = uvicorn.Config(
        app,
        http=protocol(patience),
        ws="none",
        log_level="error",  # what clients send wrong is told to them
        access_log=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=graceful,
    )
    seldom = Seldom()
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(seldom)
    uvicorn.Server(config).run(sockets=[listening])


class Seldom(logging.Filter):
    """Lets each message through once in ``seconds``, whatever its details, and then says how often it was left out."""

    def __init__(self, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seconds = seconds
        self._clock = clock
        self._seen: dict[tuple[str, int, str], list[float]] = {}  # when it last went through, and how often not since

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a message goes through."""
        key = (record.pathname, record.lineno, str(record.msg).partition("\n")[0])
        now = self._clock()
        last, left_out = self._seen.get(key, (-self._seconds, 0))
        if now - last < self._seconds:
            self._seen[key] = [last, left_out + 1]
            return False
        if len(self._seen) >= _MOST_MESSAGES:
            self._seen.clear()
        self._seen[key] = [now, 0]
        if left_out:
            record.msg = f"{record.msg} (and {left_out:,.0f} times more since it was last said)"
        return True


def protocol(patience: Patience) -> type[H11Protocol]:
    """The protocol of a connection that is closed where a client takes too long to send the head of a request, or to
    take what it is sent; uvicorn itself waits for both as long as they take. Where there are too many connections, the
    one that has asked for nothing the longest makes room."""
    most = min(patience.connections, max(_FEWEST, _files() - _OTHER_FILES))
    there: dict[Patient, None] = {}  # in the order in which they came

    class Patient(H11Protocol):
        _head: asyncio.TimerHandle | None = None
        _drain: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if len(there) >= most:
                idle = next((each for each in there if each.asks_nothing), None)
                if idle is None:
                    transport.abort()
                    return
                idle.leave()
            there[self] = None
            self._expect_head()

        @property
        def asks_nothing(self) -> bool:
            return self.conn.their_state is h11.IDLE and (self.cycle is None or self.cycle.response_complete)

        def leave(self) -> None:
            there.pop(self, None)
            self.transport.abort()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._expect_head()

        def connection_lost(self, exc: Exception | None) -> None:
            there.pop(self, None)
            self._head = _cancelled(self._head)
            self._drain = _cancelled(self._drain)
            super().connection_lost(exc)

        def pause_writing(self) -> None:
            super().pause_writing()
            self._drain = self.loop.call_later(patience.answer, self.transport.abort)

        def resume_writing(self) -> None:
            super().resume_writing()
            self._drain = _cancelled(self._drain)

        def on_response_complete(self) -> None:
            super().on_response_complete()
            if self.conn.their_state is h11.SEND_BODY:  # answered without its body, which may never end
                self.transport.close()

        def _expect_head(self) -> None:
            if self.conn.their_state is not h11.IDLE:
                self._head = _cancelled(self._head)
            elif self._head is None:
                self._head = self.loop.call_later(patience.head, self._without_head)

        def _without_head(self) -> None:
            self._head = None
            if self.asks_nothing:
                self.transport.abort()

    return Patient


def _files() -> int:
    """How many files this process may have open."""
    try:
        import resource
    except ImportError:  # Windows
        return Patience().connections + _OTHER_FILES
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _cancelled(timer: asyncio.TimerHandle | None) -> Any:
    if timer is not None:
        timer.cancel()
