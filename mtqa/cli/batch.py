"""``mtqa batch``: a corpus in, a judged corpus out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqa.cli.options import FalseAlarmRate, Model
from mtqa.cli.terminal import complain, working
from mtqa.core.calibration import RATE

if TYPE_CHECKING:
    from mtqa.batch import Judges, Progress, Workers
    from mtqa.checker import Checker

__all__ = ["batch"]

_STREAM = Path("-")
_SOME_BAD = 1
_REMEMBERED = 600.0  # seconds of work that the time left is told from


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
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Number of processes that judge; each holds the model in memory.")
    ] = 1,
    engine: Annotated[
        Engine,
        typer.Option(help="Where workers run: on this machine, or on the Ray cluster that RAY_ADDRESS names."),
    ] = Engine.LOCAL,
    model: Model = "mtqa-en",
    false_alarm_rate: FalseAlarmRate = RATE,
    threads: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="CPU threads of each worker. By default every core, or one if there are several."
        ),
    ] = None,
) -> None:
    """Judge every document of a corpus, in order and in constant memory.

    If interrupted, the same command resumes.
    A row that cannot be judged becomes a row with an "error", and the exit code is 1.
    """
    from mtqa.batch import Alone, Columns, check, expanded, run

    columns = Columns(
        id=id_column, text=text_column, language=language_column, source=source_column, keep=tuple(keep or ())
    )
    files = expanded(paths)
    out = None if output == _STREAM else output
    check(files, out, columns=columns, restart=restart)
    with ExitStack() as stack:
        with working("Loading the model"):
            from mtqa.checker import Checker

            alone = workers == 1 and engine is Engine.LOCAL
            load = partial(Checker.load, model, rate=false_alarm_rate, threads=threads or (None if alone else 1))
            judges: Judges = (
                Alone(load()) if alone else stack.enter_context(_workers(engine, load, workers, threads or 1))
            )
        try:
            with _rate_shown() as progress:
                summary = run(judges, files, out, columns=columns, restart=restart, progress=progress)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(*["run the same command again to continue"] * (out is not None)) from None
    if not summary.rows:
        complain(f"{', '.join(paths)}: no rows in it")
    if summary.errors:
        complain(f'{summary.errors:,} of {summary.rows:,} rows could not be judged; their "error" says why')
        raise typer.Exit(_SOME_BAD)


@contextmanager
def _workers(engine: Engine, load: Callable[[], Checker], count: int, threads: int) -> Iterator[Workers]:
    from mtqa.batch import Processes, Workers, cluster

    with ExitStack() as stack:
        site = stack.enter_context(cluster(load, threads=threads)) if engine is Engine.RAY else Processes(load)
        yield stack.enter_context(Workers(site, count, report=complain))


@contextmanager
def _rate_shown() -> Iterator[Callable[[Progress], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), speed_estimate_period=_REMEMBERED) as bar:
        task = bar.add_task("Judging", total=None)

        def show(progress: Progress) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f", {progress.words / elapsed:,.0f} words/s" if elapsed else ""
            bar.update(
                task,
                description=f"{progress.rows:,} rows{rate}",
                completed=progress.share or 0.0,
                total=None if progress.share is None else 1.0,
            )

        yield show
