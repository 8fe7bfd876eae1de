"""``mtqa retranslate``: an article beside a machine translation of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.inputs import opened
from mtqa.cli.llm_options import Llm, LlmBudget, LlmModel, LlmRemote, llm_of
from mtqa.cli.options import Color, InputFormat, Language, Output, Threads, Translators
from mtqa.cli.terminal import Colour, check_target, coloured, columns, emit, working, write_report
from mtqa.core.errors import ConfigError
from mtqa.formats import the_one

__all__ = ["retranslate"]


def retranslate(
    path: Annotated[str, typer.Argument(metavar="FILE", help="An article, or its address on the web.")],
    via: Annotated[
        str | None,
        typer.Option(metavar="TAG", help="Go through this language, e.g. pt. By default the best one available."),
    ] = None,
    from_source: Annotated[bool, typer.Option("--from-source", help="Translate the file's sources instead.")] = False,
    translator: Translators = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", metavar="NAME", help="Format of the comparison: text, json or html.")
    ] = "text",
    output: Output = None,
    input_format: InputFormat = None,
    language: Language = None,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    threads: Threads = None,
    color: Color = Colour.AUTO,
) -> None:
    """Show an article beside a machine translation of it, with the differing words marked.

    The translation goes there and back through another language, or starts from the sources in the file.
    """
    from mtqa.renderers.retranslation import RETRANSLATION_RENDERERS, render_retranslation

    if format not in RETRANSLATION_RENDERERS:
        raise ConfigError(f"--format {format}: unknown; use {', '.join(RETRANSLATION_RENDERERS)}")
    if via and from_source:
        raise ConfigError("--via and --from-source exclude each other; leave one out")
    if output is not None:
        check_target(output, [Path(path)])
    asked = llm_of(llm, llm_model, llm_remote, llm_budget)
    document = the_one(*opened(path, input_format, language), path)
    with working("Translating"):
        from mtqa.neural.translators import chosen
        from mtqa.retranslation import from_source as translated_anew
        from mtqa.retranslation import there_and_back

        engines = chosen(translator or (), threads=threads, llm=asked)
        found = translated_anew(document, engines) if from_source else there_and_back(document, engines, via or "auto")
    width = columns()
    text = render_retranslation(found, format, width=width, colour=output is None and coloured(color))
    if output is None:
        emit(text)
    else:
        write_report(output, text)
