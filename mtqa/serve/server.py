"""A socket, and uvicorn on it."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from mtqa.core.errors import ConfigError
from mtqa.serve.app import make_app
from mtqa.serve.limits import Limits
from mtqa.serve.tokens import Tokens

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["is_local", "run"]

_LOCAL = "localhost"


def is_local(host: str) -> bool:
    """Whether only this machine reaches ``host``."""
    try:
        return host == _LOCAL or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run(
    checker: Checker, *, host: str, port: int, limits: Limits, tokens: Tokens, ready: Callable[[str], None]
) -> None:
    """As ``mtqa.serve.serve``."""
    with _bound(host, port) as listening:
        bound = listening.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        app = make_app(
            checker,
            limits=limits,
            tokens=tokens,
            hosts=(name, _LOCAL) if is_local(host) else (),
            ready=lambda: ready(f"http://{name}:{bound}"),
        )
        config = uvicorn.Config(
            app,
            http=_patient(limits),
            ws="none",
            log_level="error",  # what clients send wrong is told to them
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=round(limits.seconds),
        )
        uvicorn.Server(config).run(sockets=[listening])


def _bound(host: str, port: int) -> socket.socket:
    if not host:
        raise ConfigError("--host: is empty; name a host, or 0.0.0.0 for all")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen()  # so that it answers from when its address is told
        except OSError:
            listening.close()
            raise
    except (OSError, UnicodeError) as error:  # the latter where it cannot be a name
        reason = getattr(error, "strerror", None) or "not a host name"
        raise ConfigError(f"{host}:{port}: {reason}; name another by --host or --port") from None
    return listening


def _patient(limits: Limits) -> type[H11Protocol]:
    """The protocol of a connection that is closed where a client takes too long to send the head of a request, or to
    take what it is sent. uvicorn itself waits for both as long as they take."""

    class Patient(H11Protocol):
        _head: asyncio.TimerHandle | None = None
        _drain: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._expect_head()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._expect_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._head = _cancelled(self._head)
            self._drain = _cancelled(self._drain)
            super().connection_lost(exc)

        def pause_writing(self) -> None:
            super().pause_writing()
            self._drain = self.loop.call_later(limits.seconds, self.transport.abort)

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
                self._head = self.loop.call_later(limits.patience, self._without_head)

        def _without_head(self) -> None:
            self._head = None
            if self.conn.their_state is h11.IDLE and (self.cycle is None or self.cycle.response_complete):
                self.transport.abort()

    return Patient


def _cancelled(timer: asyncio.TimerHandle | None) -> Any:
    if timer is not None:
        timer.cancel()
