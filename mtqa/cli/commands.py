"""The program's commands and its own options."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated, Any

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
    interrupts,
    llm,
    lsp,
    mcp,
    models,
    retranslate,
    review,
    score,
    serve,
    suggest,
    summarise,
    translators,
)
from mtqa.cli.groups import Group
from mtqa.cli.terminal import complain
from mtqa.core.faults import DEBUG

__all__ = ["Options", "app"]


class _Interruptible(Group):
    def invoke(self, ctx: Any) -> Any:
        try:
            with interrupts.Raised():
                return super().invoke(ctx)
        except KeyboardInterrupt as error:
            complain("; ".join(["interrupted", *map(str, error.args)]))
            raise typer.Exit(interrupts.INTERRUPTED) from None


app = typer.Typer(
    name="mtqa",
    cls=_Interruptible,
    help="Say how likely an article is machine-translated, and which words in it to repair.",
    epilog="Exit codes: 0 done; 1 the gate failed, some rows of a batch could not be judged, or you declined; "
    "2 could not be done; 130 interrupted.",
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
app.command("mcp")(mcp.mcp)
app.command("serve")(serve.serve)
app.add_typer(config.app, name="config", cls=Group)
app.add_typer(models.app, name="models", cls=Group)
app.add_typer(llm.app, name="llm", cls=Group)
app.add_typer(baseline.app, name="baseline", cls=Group)
app.add_typer(cache.app, name="cache", cls=Group)
app.add_typer(bench.app, name="bench", cls=Group)


@dataclass
class Options:
    """Of the program, whatever the command."""

    debug: bool = False


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    from mtqa.cli.version import version

    typer.echo(version())
    raise typer.Exit


@app.callback()
def _program(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", envvar=DEBUG, help="Show tracebacks of errors.")] = False,
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
    if debug:
        os.environ[DEBUG] = "1"  # for workers, too
