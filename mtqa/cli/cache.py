"""``mtqa cache``: what was said of files, and by language models, kept."""

from __future__ import annotations

import typer

from mtqa.cli.terminal import emit
from mtqa.core.files import is_folder
from mtqa.core.llm import answers_folder
from mtqa.gate.cache import Cache, cache_folder

__all__ = ["app"]

app = typer.Typer(help="Manage the gate's cache of reports on unchanged files.", no_args_is_help=True)


@app.command()
def clear() -> None:
    """Delete all cached reports, and the answers of language models (--llm)."""
    for folder in (cache_folder(), *filter(is_folder, [answers_folder()])):
        emit(f"{folder}: {Cache.clear(folder):,} dropped\n")


@app.command()
def path() -> None:
    """Show where the cached reports are."""
    emit(f"{cache_folder()}\n")
