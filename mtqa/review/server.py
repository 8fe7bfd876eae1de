"""A socket on this machine alone, and the page on it."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence

from mtqa.core.errors import ConfigError
from mtqa.listening import Patience, listen
from mtqa.review.app import make_app
from mtqa.review.desk import Desk

__all__ = ["run"]


def run(desks: Sequence[Desk], *, port: int, ready: Callable[[str], None]) -> None:
    """As ``mtqa.review.serve``."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen()
        except OSError as error:
            raise ConfigError(f"port {port}: {error.strerror}; name another with --port, or leave it out") from None
        bound = listening.getsockname()[1]
        token = secrets.token_urlsafe(24)
        app = make_app(
            desks,
            token=token,
            hosts=(f"127.0.0.1:{bound}", f"localhost:{bound}"),
            ready=lambda: ready(f"http://127.0.0.1:{bound}/{token}/"),
        )
        listen(app, listening, Patience(), graceful=2)
