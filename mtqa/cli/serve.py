"""``mtqa serve``: the checker as an HTTP service."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.options import CorpusEditor, FalseAlarmRate, HowStrict, Model, Threads, limits_of
from mtqa.cli.terminal import complain, emit, working
from mtqa.core.settings import CORPORA, RATE, Editor
from mtqa.serve.limits import Limits

__all__ = ["serve"]

_DEFAULT = Limits()
_KIB = 1024


def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any free one.")] = 8017,
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File of bearer tokens, one per line; each request must carry one of them."),
    ] = None,
    max_document: Annotated[int, typer.Option(min=1, metavar="KIB", help="The largest document.")] = _DEFAULT.document
    // _KIB,
    max_batch: Annotated[int, typer.Option(min=1, metavar="KIB", help="The largest batch.")] = _DEFAULT.batch // _KIB,
    max_waiting: Annotated[
        int, typer.Option(min=1, metavar="N", help="Documents that may wait; more are refused.")
    ] = _DEFAULT.waiting,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=86400, metavar="SECONDS", help="How long one document may wait and be judged.")
    ] = _DEFAULT.seconds,
    editor: CorpusEditor = Editor.FAST,
    strictness: HowStrict = CORPORA.strictness,
    model: Model = "mtqa-en",
    false_alarm_rate: FalseAlarmRate = RATE,
    threads: Threads = None,
) -> None:
    """Answer requests over HTTP, for a CMS or a pipeline.

    POST /v1/score and /v1/batch, GET /healthz, /metrics and /openapi.json.
    Ctrl-C ends it, after it has answered what was asked.
    """
    from mtqa.serve import Tokens, require
    from mtqa.serve import serve as run

    require()
    from mtqa.serve.server import is_local

    tokens = Tokens.load(token_file) if token_file is not None else Tokens()
    limits = Limits(document=max_document * _KIB, batch=max_batch * _KIB, waiting=max_waiting, seconds=timeout)
    with working("Loading the model"):
        from mtqa.checker import Checker

        judging = replace(
            CORPORA,
            model=model,
            editor=editor,
            strictness=strictness,
            rate=false_alarm_rate,
            threads=threads,
            limits=limits_of(max_document, timeout),
        )
        checker = Checker.load(judging)
    if not tokens and not is_local(host):
        complain(f"warning: anyone who can reach {host} may send requests; use --token-file to require a token")
    with suppress(KeyboardInterrupt):
        run(
            checker,
            host=host,
            port=port,
            limits=limits,
            tokens=tokens,
            ready=lambda address: emit(f"mtqa answers at {address}\nCtrl-C ends it.\n"),
        )
