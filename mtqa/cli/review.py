"""``mtqa review``: a local page on which a person repairs articles."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.options import InputFormat, Language, Model, Threads
from mtqa.cli.terminal import complain, emit, working
from mtqa.core.errors import ConfigError
from mtqa.formats import expand, read_all

__all__ = ["review"]


def review(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders or patterns.")],
    edits: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keeps every action. By default beside each article: NAME.edits.jsonl."),
    ] = None,
    who: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Who repairs. By default the login name.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of 127.0.0.1; 0 for any that is free.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    input_format: InputFormat = None,
    language: Language = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
) -> None:
    """Repair articles on a page of this machine, sentence by sentence; Ctrl-C ends it. Nothing is lost: every action is
    kept in an edits file, and the articles stay as they are until 'mtqa apply'."""
    from mtqa.review import require, serve

    require()
    from mtqa.repair.actions import login_name
    from mtqa.repair.log import Log, beside
    from mtqa.review.desk import Desk, open_desks
    from mtqa.review.suggesting import from_rules

    files, failures = expand(paths)
    read = []
    for file in files:
        documents, bad = read_all(file, format=input_format, language=language)
        failures += bad
        read += [(file, documents)] if documents else []
    for failure in failures:
        complain(f"error: {failure.uri}: {failure.message}")
    if failures or not read:
        raise ConfigError("not every article can be read; repair those first, or leave them out")
    name = login_name() if who is None else who
    with ExitStack() as stack:
        shared = None if edits is None else stack.enter_context(Log(edits))
        with working("Judging"):
            from mtqa.checker import Checker

            checker = Checker.load(model, threads=threads)
            desks: list[Desk] = []
            for file, documents in read:
                log = shared or stack.enter_context(Log(beside(file)))
                desks += open_desks(checker, file, documents, log=log, who=name, suggest=from_rules)
        try:
            serve(desks, port=port, ready=lambda address: _ready(address, desks, browser))
        except KeyboardInterrupt:
            complain("ended; every action is kept")


def _ready(address: str, desks: Sequence[object], browser: bool) -> None:
    emit(f"Review {len(desks)} document{'s'[: len(desks) > 1]} at {address}\nCtrl-C ends it.\n")
    if browser:
        webbrowser.open(address)
