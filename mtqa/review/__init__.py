"""A local page on which a person repairs articles. Needs the extra ``mtqa[review]``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mtqa.core.errors import ConfigError

if TYPE_CHECKING:
    from mtqa.review.desk import Desk

__all__ = ["require", "serve"]


def require() -> None:
    """Raises ConfigError unless the extra is installed."""
    if any(find_spec(name) is None for name in ("starlette", "uvicorn")):
        raise ConfigError("the page needs starlette and uvicorn; pip install 'mtqa[review]'")


def serve(desks: Sequence[Desk], *, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page on 127.0.0.1 until the process is interrupted.

    Args:
        desks: one an article.
        port: 0 for any that is free.
        ready: called with the page's address once it answers.

    Raises:
        ConfigError: the extra is not installed, or the port is taken.
    """
    require()
    from mtqa.review.server import run

    run(desks, port=port, ready=ready)
