"""``mtqa batch``: a corpus in, a judged corpus out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqa.cli.options import FalseAlarmRate, Model, Threads
from mtqa.cli.terminal import complain, working
from mtqa.core.calibration import RATE

if TYPE_CHECKING:
    from mtqa.batch import Progress

__all__ = ["batch"]

_STREAM = Path("-")
_SOME_BAD = 1
_REMEMBERED = 600.0  # seconds of work that the time left is told from


def batch(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN.jsonl", help="Rows {id, text, language?, source?}; may be gzip; - for standard input."
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT.jsonl", help="The judged rows; - for standard output.")
    ],
    restart: Annotated[
        bool, typer.Option("--restart", help="Drop an unfinished run, or replace a finished output.")
    ] = False,
    model: Model = "mtqa-en",
    false_alarm_rate: FalseAlarmRate = RATE,
    threads: Threads = None,
) -> None:
    """Judge every row of a JSON Lines file, in order and in constant memory.

    Interrupted, the same command goes on where it stopped. A row that cannot be judged becomes a row with an "error",
    and the exit code is 1.
    """
    from mtqa.batch import check_paths, run

    in_, out = (None if path == _STREAM else path for path in (source, output))
    check_paths(in_, out, restart=restart)
    with working("Loading the model"):
        from mtqa.checker import Checker

        checker = Checker.load(model, rate=false_alarm_rate, threads=threads)
    try:
        with _rate_shown() as progress:
            summary = run(checker, in_, out, restart=restart, progress=progress)
    except KeyboardInterrupt:
        if out is not None:
            complain("interrupted; run the same command again to go on")
        raise
    if not summary.rows:
        complain(f"{source}: no rows in it")
    if summary.errors:
        complain(f'{summary.errors:,} of {summary.rows:,} rows could not be judged; their "error" says why')
        raise typer.Exit(_SOME_BAD)


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
