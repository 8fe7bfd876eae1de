"""``mtqa serve``: the checker as an HTTP service."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.options import FalseAlarmRate, Model, Threads
from mtqa.cli.terminal import complain, emit, working
from mtqa.core.calibration import RATE
from mtqa.serve.limits import Limits

__all__ = ["serve"]

_DEFAULT = Limits()
_KIB = 1024


def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Where it listens; 0.0.0.0 for everywhere.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any that is free.")] = 8017,
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Bearer tokens, one a line, of which a request must have one."),
    ] = None,
    max_document: Annotated[int, typer.Option(min=1, metavar="KIB", help="The largest document.")] = _DEFAULT.document
    // _KIB,
    max_batch: Annotated[int, typer.Option(min=1, metavar="KIB", help="The largest batch.")] = _DEFAULT.batch // _KIB,
    max_waiting: Annotated[
        int, typer.Option(min=1, metavar="N", help="Documents that may wait; more are refused.")
    ] = _DEFAULT.waiting,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=86400, metavar="SECONDS", help="That a document may wait and be judged for.")
    ] = _DEFAULT.seconds,
    model: Model = "mtqa-en",
    false_alarm_rate: FalseAlarmRate = RATE,
    threads: Threads = None,
) -> None:
    """Answer requests over HTTP: POST /v1/score and /v1/batch, GET /healthz, /metrics and /openapi.json. Ctrl-C ends
    it, once what has been asked is answered."""
    from mtqa.serve import Tokens, require
    from mtqa.serve import serve as run

    require()
    from mtqa.serve.server import is_local

    tokens = Tokens.load(token_file) if token_file is not None else Tokens()
    limits = Limits(document=max_document * _KIB, batch=max_batch * _KIB, waiting=max_waiting, seconds=timeout)
    with working("Loading the model"):
        from mtqa.checker import Checker

        checker = Checker.load(model, rate=false_alarm_rate, threads=threads)
    if not tokens and not is_local(host):
        complain(f"warning: everybody who reaches {host} may ask; give --token-file to admit only bearers of a token")
    with suppress(KeyboardInterrupt):
        run(
            checker,
            host=host,
            port=port,
            limits=limits,
            tokens=tokens,
            ready=lambda address: emit(f"mtqa answers at {address}\nCtrl-C ends it.\n"),
        )
