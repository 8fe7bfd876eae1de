"""``mtqa summarise``: what a judged corpus says as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.options import Output
from mtqa.cli.terminal import check_target, show, working
from mtqa.core.errors import InputError
from mtqa.core.files import is_folder

__all__ = ["summarise"]

_SUFFIXES = {"markdown": "md"}


def summarise(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="An output of mtqa batch.")],
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Also sum up by this kept column, or by language; repeat for more."),
    ] = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", metavar="NAME", help="Format of the summary: markdown, json or html.")
    ] = "markdown",
    output: Output = None,
) -> None:
    """Estimate how much of a judged corpus is machine-translated, with intervals and what they rest on."""
    from mtqa.batch.overview import summarise as summarised
    from mtqa.batch.showing import OVERVIEWS

    render = OVERVIEWS[format]
    if is_folder(path):
        raise InputError(path, "a folder; give an output of mtqa batch")
    if output is not None:
        check_target(output, [path])
    with working("Counting"):
        text = render(summarised(path, by or ()))
    show(text, output, instead=Path(f"{path.stem}.summary.{_SUFFIXES.get(format, format)}"))
