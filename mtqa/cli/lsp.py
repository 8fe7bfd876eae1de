"""``mtqa lsp``: the language server for editors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mtqa.cli.options import Model, Threads
from mtqa.core.settings import CheckerSettings

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["lsp"]


def lsp(
    model: Model = "mtqa-en",
    threads: Threads = None,
) -> None:
    """Show findings in your editor, as a language server.

    The editor starts it and talks to it over standard input and output.
    Articles are checked when they are opened and when they are saved.
    """
    from mtqa.lsp import serve

    def load(settings: CheckerSettings) -> Checker:
        from mtqa.checker import Checker

        return Checker.load(replace(settings, model=model, threads=threads))

    serve(load)
