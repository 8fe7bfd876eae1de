"""A socket on this machine alone, and the page on it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from mtqa.core.errors import ConfigError
from mtqa.listening import Patience, bound, listen
from mtqa.review.app import make_app
from mtqa.review.desk import Desk

__all__ = ["run"]


def run(desks: Sequence[Desk], *, port: int, ready: Callable[[str], None]) -> None:
    """As ``mtqa.review.serve``."""
    try:
        listening = bound("127.0.0.1", port)
    except OSError as error:
        raise ConfigError(f"port {port}: {error.strerror}; name another with --port, or leave it out") from None
    with listening:
        taken = listening.getsockname()[1]
        token = secrets.token_urlsafe(24)
        app = make_app(
            desks,
            token=token,
            hosts=(f"127.0.0.1:{taken}", f"localhost:{taken}"),
            ready=lambda: ready(f"http://127.0.0.1:{taken}/{token}/"),
        )
        listen(app, listening, Patience(), graceful=2)
