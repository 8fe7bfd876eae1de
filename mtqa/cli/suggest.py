"""``mtqa suggest``: better texts for the flagged sentences of an article."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.inputs import opened
from mtqa.cli.llm_options import Llm, LlmBudget, LlmCalibration, LlmModel, LlmRemote, llm_of
from mtqa.cli.options import (
    Color,
    HowStrict,
    InputFormat,
    Language,
    Model,
    Output,
    Source,
    Threads,
    Translators,
    WhichEditor,
)
from mtqa.cli.terminal import (
    NO_TRANSLATOR,
    Colour,
    check_target,
    coloured,
    columns,
    complain,
    emit,
    working,
    write_report,
)
from mtqa.core.errors import InputError
from mtqa.core.settings import ARTICLES
from mtqa.formats import beside

__all__ = ["suggest"]


class Format(StrEnum):
    """Format of the suggestions."""

    TEXT = "text"
    JSON = "json"


def suggest(
    path: Annotated[str, typer.Argument(metavar="FILE", help="An article, or its address on the web.")],
    translator: Translators = None,
    dropped: Annotated[
        bool, typer.Option("--dropped", help="Also show the rejected texts, and why; JSON always does.")
    ] = False,
    format: Annotated[  # noqa: A002
        Format, typer.Option("--format", "-f", help="Format of the suggestions.")
    ] = Format.TEXT,
    output: Output = None,
    input_format: InputFormat = None,
    language: Language = None,
    source: Source = None,
    editor: WhichEditor = None,
    strictness: HowStrict = ARTICLES.strictness,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    llm_calibration: LlmCalibration = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
    color: Color = Colour.AUTO,
) -> None:
    """Suggest at most three other wordings for each flagged sentence, for you to choose from; nothing is changed."""
    from mtqa.gate.ignores import Ignores
    from mtqa.renderers.suggestions import render_suggestions_json, render_suggestions_text

    if output is not None:
        check_target(output, [Path(path)])
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, llm_calibration)
    documents, failures = opened(path, input_format, language)
    for failure in failures:
        complain(f"error: {failure.uri}: {failure.message}")
    pairing = beside(documents, source)
    documents = list(pairing.documents)
    for note in pairing.notes:
        complain(note)
    if not documents:
        raise InputError(path, "no article in it could be read; check the file")
    with working("Loading the models"):
        from mtqa.checker import Checker
        from mtqa.neural.translators import chosen
        from mtqa.repair import Suggester

        checker = Checker.load(
            replace(ARTICLES, model=model, editor=editor, strictness=strictness, threads=threads, llm=asked)
        )
        engines = chosen(translator or (), threads=threads, llm=asked)
        suggester = Suggester.load(checker, engines, model, llm=asked)
    with working("Looking for better texts"):
        report = checker.check(*documents)
        found = [
            (each, {v.segment.id: suggester.suggest(each, v.segment.id, ask=True) for v in each.worth_reading()})
            for each in map(Ignores().without_excused, report.documents)
        ]
    remark = "" if engines or asked else NO_TRANSLATOR
    if format is Format.JSON:
        text = render_suggestions_json(found, report.signature)
    else:
        width = columns()
        colour = output is None and coloured(color)
        text = render_suggestions_text(
            found, report.signature, remark=remark, dropped=dropped, width=width, colour=colour
        )
    if output is None:
        emit(text)
    else:
        write_report(output, text)
    if remark and format is Format.JSON:
        complain(remark)
    if failures:
        raise typer.Exit(2)
