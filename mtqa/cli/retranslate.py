"""``mtqa retranslate``: an article beside a machine translation of it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.terminal import Colour, check_target, coloured, emit, working, write_report
from mtqa.core.errors import ConfigError
from mtqa.formats import FORMATS, read

__all__ = ["Translators", "retranslate"]

Translators = Annotated[
    list[str] | None,
    typer.Option(
        "--translator",
        metavar="NAME",
        envvar="MTQA_TRANSLATORS",
        help="Use this one: an engine, a model's name or folder, or libretranslate:URL, which sends the text there. "
        "Give it again for more. By default every one on this machine; 'mtqa translators' lists them.",
    ),
]


def retranslate(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="An article.")],
    via: Annotated[
        str | None,
        typer.Option(metavar="TAG", help="There and back by this language, e.g. pt. By default the best known."),
    ] = None,
    from_source: Annotated[
        bool, typer.Option("--from-source", help="Translate the sources that the file holds instead.")
    ] = False,
    translator: Translators = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", metavar="NAME", help="text, json or html.")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here instead of printing it.")
    ] = None,
    input_format: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"Of the article: {', '.join(FORMATS)}. By default told from the suffix."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="TAG", help="Of the article, e.g. en. By default declared or detected.")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, metavar="N", help="CPU threads. By default every core.")] = None,
    color: Annotated[
        Colour, typer.Option(help="Colour text; auto: on a terminal, unless NO_COLOR is set.")
    ] = Colour.AUTO,
) -> None:
    """Show an article beside its machine translation, with the words that differ: there and back by another language,
    or from the sources in the file."""
    from mtqa.renderers.retranslation import RETRANSLATION_RENDERERS, render_retranslation

    if format not in RETRANSLATION_RENDERERS:
        raise ConfigError(f"--format {format}: unknown; use {', '.join(RETRANSLATION_RENDERERS)}")
    if via and from_source:
        raise ConfigError("--via and --from-source exclude each other; leave one out")
    if output is not None:
        check_target(output, [path])
    document = read(path, format=input_format, language=language)
    with working("Translating"):
        from mtqa.neural.translators import installed, load
        from mtqa.retranslation import from_source as translated_anew
        from mtqa.retranslation import there_and_back

        engines = [load(name, threads=threads) for name in translator or ()] or installed(threads=threads)
        found = translated_anew(document, engines) if from_source else there_and_back(document, engines, via or "auto")
    width = min(max(shutil.get_terminal_size().columns if sys.stdout.isatty() else 80, 40), 100)
    text = render_retranslation(found, format, width=width, colour=output is None and coloured(color))
    if output is None:
        emit(text)
    else:
        write_report(output, text)
