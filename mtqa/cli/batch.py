"""``mtqa batch``: a corpus in, a judged corpus out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqa.cli.options import (
    KIB,
    CorpusEditor,
    FalseAlarmRate,
    HowStrict,
    MaxDocument,
    Model,
    Source,
    Timeout,
    limits_of,
)
from mtqa.cli.progress import shown
from mtqa.cli.terminal import complain, working
from mtqa.core.limits import BATCH
from mtqa.core.settings import CORPORA, RATE, Editor

if TYPE_CHECKING:
    from mtqa.batch import Judges, Progress, Workers
    from mtqa.checker import Checker

__all__ = ["batch"]

_STREAM = Path("-")
_SOME_BAD = 1
_LARGER = 4  # times the largest text that a row, or an article with its markup, may have in bytes
_KB, _MB = 10**3, 10**6


class Engine(StrEnum):
    """Where workers run."""

    LOCAL = "local"
    RAY = "ray"


def batch(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="JSON Lines, CSV, TSV, Parquet or articles: files, folders, patterns; - for JSON Lines on standard "
            "input. Each may be .gz or .zst.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Output: .parquet, else JSON Lines, compressed if .gz or .zst; - for standard output.",
        ),
    ],
    restart: Annotated[
        bool, typer.Option("--restart", help="Start over: drop an unfinished run, or replace a finished output.")
    ] = False,
    id_column: Annotated[str, typer.Option(metavar="COLUMN", help="Column (or key) of the id.")] = "id",
    text_column: Annotated[str, typer.Option(metavar="COLUMN", help="Column of the text.")] = "text",
    language_column: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column of the language; it may be missing.")
    ] = "language",
    source_column: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column of the source text; it may be missing.")
    ] = "source",
    keep: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Copy a column into the output; repeat for more.")
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option(
            metavar="CHAR",
            help="What separates the fields of CSV and TSV, such as ; or tab. By default taken from the suffix.",
        ),
    ] = None,
    no_quotes: Annotated[
        bool, typer.Option("--no-quotes", help="In CSV and TSV, treat quotation marks as text: they enclose no field.")
    ] = False,
    source: Source = None,
    max_document: MaxDocument = (BATCH.size or 0) // KIB,
    timeout: Timeout = BATCH.seconds or 0.0,
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Number of processes that judge; each holds the model in memory.")
    ] = 1,
    engine: Annotated[
        Engine,
        typer.Option(help="Where workers run: on this machine, or on the Ray cluster that RAY_ADDRESS names."),
    ] = Engine.LOCAL,
    editor: CorpusEditor = Editor.FAST,
    strictness: HowStrict = CORPORA.strictness,
    model: Model = "mtqa-en",
    false_alarm_rate: FalseAlarmRate = RATE,
    threads: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="CPU threads of each worker. By default every core for a single worker, and one for each of several.",
        ),
    ] = None,
) -> None:
    """Judge every document of a corpus, in order and in constant memory.

    If interrupted, the same command resumes.
    A row that cannot be judged becomes a row with an "error", and the exit code is 1.
    A row with nothing to judge gets no probability; that is not an error.
    """
    from mtqa.batch import Alone, Columns, Reading, check, expanded, run, taken_for_lines
    from mtqa.gate.selection import unread, without_reports

    columns = Columns(
        id=id_column, text=text_column, language=language_column, source=source_column, keep=tuple(keep or ())
    )
    limits = limits_of(max_document, timeout)
    delimiter = "\t" if delimiter in ("tab", "\\t") else delimiter
    reading = Reading(delimiter=delimiter, quotes=not no_quotes, row=_LARGER * max_document * KIB, source=source)
    named, others = expanded(paths)
    there, notes = without_reports([file for file in named if file is not None], paths)
    files = [file for file in named if file is None or file in there]
    out = None if output == _STREAM else output
    check(files, out, columns=columns, restart=restart, reading=reading)
    strange = [f"{file}: read as JSON Lines, as its suffix names no other format" for file in taken_for_lines(files)]
    for note in (*notes, *unread(others), *strange):
        complain(note)
    complain(f"judging {_named(files)}")
    last: Progress | None = None
    with ExitStack() as stack, _interrupted(out, lambda: last):
        with working("Loading the model"):
            from mtqa.checker import Checker

            alone = workers == 1 and engine is Engine.LOCAL
            many = threads or (None if alone else 1)
            judging = replace(
                CORPORA,
                model=model,
                editor=editor,
                strictness=strictness,
                rate=false_alarm_rate,
                threads=many,
                limits=limits,
            )
            load = partial(Checker.load, judging)
            judges: Judges = (
                Alone(load()) if alone else stack.enter_context(_workers(engine, load, workers, threads or 1, timeout))
            )
        with shown() as show:

            def progress(now: Progress) -> None:
                nonlocal last
                last = now
                show(now)

            summary = run(judges, files, out, columns=columns, restart=restart, reading=reading, progress=progress)
    if not summary.rows:
        complain(f"{', '.join(paths)}: no rows in it")
    if summary.not_judged:
        were, their = ("was", "its") if summary.not_judged == 1 else ("were", "their")
        rows = "row" if summary.rows == 1 else "rows"
        complain(f'{summary.not_judged:,} of {summary.rows:,} {rows} {were} not judged; {their} "reason" says why')
    if summary.errors:
        complain(f'{summary.errors:,} of {summary.rows:,} rows could not be judged; their "error" says why')
        raise typer.Exit(_SOME_BAD)


@contextmanager
def _workers(
    engine: Engine, load: Callable[[], Checker], count: int, threads: int, seconds: float
) -> Iterator[Workers]:
    from mtqa.batch import Processes, Workers, cluster

    with ExitStack() as stack:
        site = stack.enter_context(cluster(load, threads=threads)) if engine is Engine.RAY else Processes(load)
        yield stack.enter_context(Workers(site, count, report=complain, seconds=seconds))


@contextmanager
def _interrupted(out: Path | None, last: Callable[[], Progress | None]) -> Iterator[None]:
    """Say what an interruption leaves."""
    try:
        yield
    except KeyboardInterrupt:
        progress = last()
        count = 0 if progress is None else progress.resumed + progress.rows
        if out is None:
            said = f"{count:,} row{'s'[: count != 1]} written; a run to standard output cannot be continued"
        elif count:
            are, them = ("row is", "it") if count == 1 else ("rows are", "them")
            said = f"{count:,} {are} kept in {out}.part; run the same command again to continue after {them}"
        else:
            said = "no row was judged; run the same command again"
        raise KeyboardInterrupt(said) from None


def _named(files: Sequence[Path | None]) -> str:
    if len(files) == 1 and files[0] is None:
        return "standard input"
    size = sum(file.stat().st_size for file in files if file is not None and file.is_file())
    name = str(files[0]) if len(files) == 1 else f"{len(files):,} files"
    return f"{name}, {size / _MB:,.1f} MB" if size >= _MB else f"{name}, {max(1, round(size / _KB))} KB"
