"""``mtqa mcp``: tools for programs that write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqa.cli.gate import settings_of
from mtqa.cli.options import AskedEditor, AskedStrictness, Model, Threads, Translators
from mtqa.core.errors import ConfigError
from mtqa.core.limits import BATCH
from mtqa.core.settings import CheckerSettings

if TYPE_CHECKING:
    from mtqa.checker import Checker
    from mtqa.repair import Suggester

__all__ = ["mcp"]


def mcp(
    root: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER", help="A folder whose files may be read. Repeat for more. By default the current one."
        ),
    ] = None,
    translator: Translators = None,
    editor: AskedEditor = None,
    strictness: AskedStrictness = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
) -> None:
    """Offer tools to programs that write, as a server of the Model Context Protocol.

    The program starts it and talks to it over standard input and output.
    """
    from mtqa.mcp import require, serve

    require()
    from mtqa.mcp.desk import Desk

    roots = root or [Path()]
    for folder in roots:
        if not folder.is_dir():
            raise ConfigError(f"--root {folder}: no such folder; check the path")
    settings = settings_of(editor=editor.value if editor else None, strictness=strictness.value if strictness else None)
    judging = settings.policy.judging(CheckerSettings(model=model, threads=threads, limits=BATCH))

    def load() -> Checker:
        from mtqa.checker import Checker

        return Checker.load(judging)

    def suggesting(checker: Checker) -> Suggester:
        from mtqa.neural.translators import chosen
        from mtqa.repair import Suggester

        return Suggester.load(checker, chosen(translator or (), threads=threads), model)

    serve(Desk(load, suggesting, settings=settings, roots=roots))
