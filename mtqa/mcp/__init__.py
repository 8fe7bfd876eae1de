"""The checker as tools for programs that write: a server of the Model Context Protocol (docs/mcp.md). Needs the extra
``mtqa[mcp]``."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from mtqa.core.errors import ConfigError

if TYPE_CHECKING:
    from mtqa.mcp.desk import Desk

__all__ = ["require", "serve"]


def require() -> None:
    """Raises ConfigError unless the extra is installed."""
    if find_spec("mcp") is None:
        raise ConfigError("the server needs mcp, which is not installed; pip install 'mtqa[mcp]'")


def serve(desk: Desk) -> None:
    """Speak the protocol over standard input and output until the client ends it. Raises ConfigError unless the extra
    is installed."""
    require()
    from mtqa.mcp.server import run

    run(desk)
