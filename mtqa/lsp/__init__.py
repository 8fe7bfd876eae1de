"""The language server: what mtqa says of an article, in an editor. Needs the extra ``mtqa[lsp]``."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from mtqa.checker import Checker
from mtqa.core.errors import ConfigError
from mtqa.core.settings import CheckerSettings

__all__ = ["serve"]


def serve(load: Callable[[CheckerSettings], Checker]) -> None:
    """Speak the Language Server Protocol over standard input and output until the client ends it.

    Args:
        load: a checker by what a project says of it; called in a thread, once for each such settings, when an article
            of it is opened.

    Raises:
        ConfigError: the extra is not installed.
    """
    if find_spec("pygls") is None:
        raise ConfigError("the language server needs pygls, which is not installed; pip install 'mtqa[lsp]'")
    from mtqa.lsp.server import make_server

    make_server(load).start_io()
