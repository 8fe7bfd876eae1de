"""``mtqa score``: articles in, a report out."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from mtqa.cli.inputs import STDIN, check_inputs, opened, piped
from mtqa.cli.llm_options import Llm, LlmBudget, LlmCalibration, LlmModel, LlmRemote, llm_of
from mtqa.cli.options import (
    Color,
    FalseAlarmRate,
    HowStrict,
    InputFormat,
    Language,
    Model,
    Output,
    Source,
    StdinFilename,
    Threads,
    Translators,
    WhichEditor,
)
from mtqa.cli.terminal import (
    Colour,
    check_suffix,
    check_target,
    coloured,
    columns,
    complain,
    emit,
    working,
    write_report,
)
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.findings import Severity
from mtqa.core.report import Failure
from mtqa.core.settings import ARTICLES, LANGUAGE_MODEL, RATE
from mtqa.formats import beside, expand, read_bytes
from mtqa.renderers import RENDERERS, render
from mtqa.web import is_url

__all__ = ["Fluency", "score"]


class Fluency(StrEnum):
    """Where the surprisal of words comes from."""

    ESTIMATE = "estimate"
    LM = "lm"


def score(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Files, folders, patterns such as 'news/**/*.md', web addresses, or - for standard input.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", metavar="NAME", help=f"Format of the report: {', '.join(RENDERERS)}.")
    ] = "text",
    output: Output = None,
    input_format: InputFormat = None,
    stdin_filename: StdinFilename = None,
    language: Language = None,
    source: Source = None,
    min_level: Annotated[
        Severity | None,
        typer.Option(help="Report flags of this severity or higher. The default depends on the format."),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="In text reports, how many sentences to show of each article; 0 for all."
        ),
    ] = None,
    fluency: Annotated[
        Fluency,
        typer.Option(
            help="What measures how hard words are to predict: estimate, the model that judges; lm, the language model "
            "that 'mtqa models pull' downloads."
        ),
    ] = Fluency.ESTIMATE,
    false_alarm_rate: FalseAlarmRate = RATE,
    round_trip: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TAG",
            help="Show sentences after machine translation into this language and back; auto takes up to two.",
        ),
    ] = None,
    translator: Translators = None,
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
    """Say how likely articles are machine-translated, and what to repair in them."""
    from mtqa.gate.ignores import Ignores
    from mtqa.gate.selection import unread, without_reports

    paths = paths or []
    check_inputs(paths, stdin_filename)
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, llm_calibration)
    if translator and not round_trip and "MTQA_TRANSLATORS" not in os.environ:
        raise ConfigError("--translator is for round trips; add --round-trip auto")
    options = _options(format, min_level=min_level, top=top, colour=output is None and coloured(color))
    named = [path for path in paths if path != STDIN and not is_url(path)]
    there, missing, others = expand(named)
    files, notes = without_reports(there, named)
    if output is not None:
        check_target(output, files)
        check_suffix(output, format)
    with working("Reading"):
        names = [*map(str, files), *filter(is_url, dict.fromkeys(paths))]
        found = list(_read(names, piped(paths, stdin_filename or "<stdin>"), input_format, language, notes, source))
    documents = [document for read, _ in found for document in read]
    failures = [*missing, *(failure for _, bad in found for failure in bad)]
    for note in (*notes, *unread(others)):
        complain(note)
    if documents:
        with working("Loading the model"):
            from mtqa.checker import Checker

            judging = replace(
                ARTICLES,
                model=model,
                editor=editor,
                strictness=strictness,
                rate=false_alarm_rate,
                language_model=LANGUAGE_MODEL if fluency is Fluency.LM else None,
                round_trip=tuple(round_trip or ()),
                translators=tuple(translator or ()),
                threads=threads,
                llm=asked,
            )
            checker = Checker.load(judging)
        with working(f"Judging {len(documents)} article{'s'[: len(documents) > 1]}"):
            report = checker.check(*documents, failures=failures)
            report = replace(report, documents=tuple(map(Ignores().without_excused, report.documents)))
            failures = list(report.failures)
            text = render(report, format, **options)
        if output is None:
            emit(text)
        else:
            write_report(output, text)
    if failures:
        if not documents:
            for failure in failures:
                complain(f"error: {failure.uri}: {failure.message}")
        else:
            count = len(failures)
            complain(f"error: {count} input{'s'[: count > 1]} could not be read or judged; the report says why")
        raise typer.Exit(2)


def _read(
    names: Sequence[str],
    piped: tuple[str, bytes] | None,
    input_format: str | None,
    language: str | None,
    notes: list[str],
    source: str | None,
) -> Iterator[tuple[Sequence[Document], list[Failure]]]:
    """What is in each file or page, and in what is piped in under a name, beside its ``source``, and what cannot be
    read of it. What is to be said of sources joins the ``notes``."""
    reads = [(name, partial(opened, name, input_format, language)) for name in names]
    if piped is not None:
        name, raw = piped
        reads.append((name, partial(read_bytes, raw, name, format=input_format, language=language)))
    for name, read in reads:
        try:
            documents, failures = read()
            found = beside(documents, source)
        except InputError as error:
            yield [], [Failure(uri=name, message=error.problem)]
        else:
            notes += found.notes
            yield found.documents, failures


def _options(format: str, *, top: int | None, min_level: Severity | None, colour: bool) -> dict[str, object]:  # noqa: A002
    """The options that a renderer is given: those that were asked for, and what it needs to know of the terminal."""
    taken = inspect.signature(RENDERERS[format]).parameters
    if top is not None and "top" not in taken:
        raise ConfigError(f"--top does nothing with --format {format}, which has every sentence; leave it out")
    asked = {"min_level": min_level, "top": top}
    given = {"colour": colour, "width": columns()}
    return {name: value for name, value in (asked | given).items() if value is not None and name in taken}
