"""``mtqa models``: which models there are, and their files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from mtqa.cli.terminal import complain, emit
from mtqa.core.errors import ModelError
from mtqa.neural import store

__all__ = ["app"]

app = typer.Typer(help="List, get and check models.", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(metavar="NAME", help="A model's name, as 'mtqa models list' gives it.")]
_Pulled = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="A model's name, or the hub id of a translation model with its commit, OWNER/MODEL@COMMIT."
    ),
]


@app.command("list")
def list_() -> None:
    """List every model: whether it is installed, its licence, and what it is."""
    from mtqa.renderers.wording import visible

    found, broken = store.available()
    rows = [
        [
            visible(cell)
            for cell in (name, "here" if is_here else "not pulled", _said(manifest, "licence"), _about(manifest))
        ]
        for name, manifest, is_here in found
    ]
    widths = [max(map(len, column), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        emit("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")
    _end_with(broken)


@app.command()
def pull(name: _Pulled) -> None:
    """Download a model from its sources and check it. No other command downloads models."""
    from mtqa.neural import pulling

    with _download_shown() as progress:
        manifest = pulling.pull(name, progress=progress)
    emit(f"{manifest.signature} is in {manifest.path}\n")


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A model. By default every installed one.")] = None,
) -> None:
    """Check every file of a model against its manifest."""
    found, faults = ([(name, store.locate(name), True)], []) if name else store.available()
    for manifest in [manifest for _, manifest, is_here in found if is_here]:
        try:
            store.verify(manifest)
        except ModelError as error:
            faults.append(error)
        else:
            count = len(manifest.files)
            emit(f"{manifest.signature}: {count} file{'s'[: count > 1]} intact\n")
    _end_with(faults)


@app.command()
def path(name: _Name) -> None:
    """Show the folder of an installed model."""
    emit(f"{store.locate(name).path}\n")


def _end_with(faults: Sequence[ModelError]) -> None:
    for fault in faults:
        complain(f"error: {fault}")
    if faults:
        raise typer.Exit(2)


def _about(manifest: store.Manifest) -> str:
    return _said(manifest, "description")


def _said(manifest: store.Manifest, key: str) -> str:
    return str(manifest.data.get(key, ""))


@contextmanager
def _download_shown() -> Iterator[Callable[[str, int, int], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("")
        yield lambda file, done, total: shown.update(task, description=file, completed=done, total=total or None)
