"""The checker as an HTTP service (docs/serve.md). Needs the extra ``mtqa[serve]``."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mtqa.core.errors import ConfigError
from mtqa.serve.limits import Limits
from mtqa.serve.tokens import Tokens

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Limits", "Tokens", "require", "serve"]


def require() -> None:
    """Raises ConfigError unless the extra is installed."""
    if any(find_spec(name) is None for name in ("fastapi", "prometheus_client", "uvicorn")):
        raise ConfigError("the service needs fastapi, prometheus-client and uvicorn; pip install 'mtqa[serve]'")


def serve(
    checker: Checker, *, host: str, port: int, limits: Limits, tokens: Tokens, ready: Callable[[str], None]
) -> None:
    """Serve until the process is interrupted or told to end; requests that are being answered are finished first.

    Args:
        checker: judges everything, in a thread of its own.
        host: name or address to listen at.
        port: 0 for any that is free.
        limits: of requests.
        tokens: one of which a request must bear; none for everybody.
        ready: called with the service's address once it answers.

    Raises:
        ConfigError: the extra is not installed, there is no such host, or the port is taken.
    """
    require()
    from mtqa.serve.server import run

    run(checker, host=host, port=port, limits=limits, tokens=tokens, ready=ready)
