"""Where the service listens."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from mtqa.core.errors import ConfigError
from mtqa.listening import Patience, bound, listen
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
        taken = listening.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        app = make_app(
            checker,
            limits=limits,
            tokens=tokens,
            hosts=(name, _LOCAL) if is_local(host) else (),
            ready=lambda: ready(f"http://{name}:{taken}"),
        )
        patience = Patience(head=limits.patience, answer=limits.seconds, connections=limits.connections)
        listen(app, listening, patience, graceful=round(limits.seconds))


def _bound(host: str, port: int) -> socket.socket:
    if not host:
        raise ConfigError("--host is empty; name a host, or 0.0.0.0 for all")
    try:
        return bound(host, port)
    except (OSError, UnicodeError) as error:  # the latter where it cannot be a name
        reason = getattr(error, "strerror", None) or "not a host name"
        raise ConfigError(f"{host}:{port}: {reason}; name another with --host or --port") from None
