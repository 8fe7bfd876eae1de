"""The program: its commands, its version and its error boundary.

Exit codes: 0 when it ran; 1 when a batch ran and some of its rows could not be judged, or a person declined; 2 when
something could not be done; 130 when interrupted.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NoReturn

import typer

from mtqa.cli import (
    annotate,
    apply,
    baseline,
    batch,
    bench,
    cache,
    config,
    explain,
    gate,
    lsp,
    models,
    retranslate,
    review,
    score,
    serve,
    suggest,
    summarise,
    translators,
)
from mtqa.cli.terminal import complain, inert_errors
from mtqa.core.errors import MtqaError

__all__ = ["app", "main"]

_FAILED = 2
_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_INTERRUPTED = 130

app = typer.Typer(
    name="mtqa",
    help="Say how likely an article is machine-translated, and which words in it to repair.",
    epilog="Exit codes: 0 done; 1 some rows of a batch could not be judged, or you declined; 2 could not be done; "
    "130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("score")(score.score)
app.command("gate")(gate.gate)
app.command("annotate")(annotate.annotate)
app.command("batch")(batch.batch)
app.command("summarise")(summarise.summarise)
app.command("review")(review.review)
app.command("apply")(apply.apply)
app.command("explain")(explain.explain)
app.command("retranslate")(retranslate.retranslate)
app.command("translators")(translators.translators)
app.command("suggest")(suggest.suggest)
app.command("lsp")(lsp.lsp)
app.command("serve")(serve.serve)
app.add_typer(config.app, name="config")
app.add_typer(models.app, name="models")
app.add_typer(baseline.app, name="baseline")
app.add_typer(cache.app, name="cache")
app.add_typer(bench.app, name="bench")


@dataclass
class _Options:
    debug: bool = False


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run ``mtqa`` with ``arguments``, those of the process by default, and exit."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - stays open as long as the program
    if sys.stdout is None:
        complain("error: standard output is closed; open it, or send it to a file")
        sys.exit(_FAILED)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    with inert_errors():
        _run(arguments)
    sys.exit(_FAILED)


def _run(arguments: Sequence[str] | None) -> None:
    """Run the program, which exits unless it fails, and say how it failed."""
    options = _Options()
    try:
        app(arguments, prog_name="mtqa", obj=options)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except MtqaError as error:
        if options.debug:
            traceback.print_exc()
        complain(f"error: {error}")
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            complain(f"error: cannot write ({error.strerror}); free some space and run it again")
            return
        kind = type(error).__name__
        complain(f"internal error: {kind}: {error}; please report it with what 'mtqa --debug …' or MTQA_DEBUG=1 prints")


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    from mtqa.cli.version import version

    typer.echo(version())
    raise typer.Exit


@app.callback()
def _program(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", envvar="MTQA_DEBUG", help="Show tracebacks of errors.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Show the version and the signature of the model, then exit.",
        ),
    ] = False,
) -> None:
    context.obj.debug = debug
