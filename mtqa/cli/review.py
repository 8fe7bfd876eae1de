"""``mtqa review``: a local page on which a person repairs articles."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from mtqa.cli.gate import settings_of
from mtqa.cli.inputs import STDIN, opened
from mtqa.cli.llm_options import Llm, LlmBudget, LlmCalibration, LlmModel, LlmRemote, llm_of
from mtqa.cli.options import (
    AskedEditor,
    AskedFalseAlarmRate,
    AskedStrictness,
    InputFormat,
    Language,
    Model,
    Source,
    Threads,
    Translators,
)
from mtqa.cli.terminal import NO_TRANSLATOR, complain, emit, working
from mtqa.config import Settings
from mtqa.core.errors import ConfigError
from mtqa.core.settings import ARTICLES, CheckerSettings
from mtqa.formats import beside
from mtqa.web import is_url

if TYPE_CHECKING:
    from mtqa.core.documents import Document
    from mtqa.core.protocols import Translator
    from mtqa.repair import Suggester

__all__ = ["review"]

_BESIDE = 1  # CPU threads of what looks for suggestions: the page comes first


def review(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, patterns, or web addresses.")],
    edits: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="File that keeps every action. By default NAME.edits.jsonl beside each article."
        ),
    ] = None,
    who: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="The name of the person who repairs. By default your login name."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 for any free one.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    input_format: InputFormat = None,
    language: Language = None,
    source: Source = None,
    translator: Translators = None,
    false_alarm_rate: AskedFalseAlarmRate = None,
    editor: AskedEditor = None,
    strictness: AskedStrictness = None,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    llm_calibration: LlmCalibration = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
) -> None:
    """Repair articles on a local web page, sentence by sentence.

    Every action is kept in an edits file, and the articles stay as they are until you run 'mtqa apply'.
    Ctrl-C ends it; nothing is lost, except what you did to a web page and did not export.
    """
    from mtqa.review import require, serve

    require()
    from mtqa.gate.ignores import Ignores, Terms
    from mtqa.gate.run import at_rate_of
    from mtqa.repair.actions import login_name
    from mtqa.repair.log import Log, Memory, beside
    from mtqa.review.desk import Desk, open_desks
    from mtqa.review.suggesting import Seeker

    settings = settings_of(
        false_alarm_rate=false_alarm_rate,
        editor=editor.value if editor else None,
        strictness=strictness.value if strictness else None,
        source=source,
    )
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, llm_calibration)
    ignores = Ignores(terms=Terms.load(settings.term_files()))
    read = _read(paths, settings, input_format, language)
    name = login_name() if who is None else who
    with ExitStack() as stack:
        shared = None if edits is None else stack.enter_context(Log(edits))
        with working("Judging"):
            from mtqa.checker import Checker
            from mtqa.neural.translators import chosen

            termbase = tuple(map(str, settings.termbase_files()))
            judging = settings.policy.judging(
                replace(ARTICLES, model=model, threads=threads, termbase=termbase, llm=asked)
            )
            with at_rate_of(settings):
                checker = Checker.load(judging)
            engines = chosen(translator or (), threads=_BESIDE, llm=asked)
            seeker = Seeker(partial(_suggester, judging, engines))
            stack.callback(seeker.close)
            desks: list[Desk] = []
            for file, documents in read:
                fetched = is_url(documents[0].file)
                desks += open_desks(
                    checker,
                    file,
                    documents,
                    log=shared or (Memory() if fetched else stack.enter_context(Log(beside(file)))),
                    who=name,
                    seeker=seeker,
                    policy=settings.policy_for(file),
                    ignores=ignores,
                    adviser=asked.label if asked else "",
                )
        if not engines and asked is None:
            complain(NO_TRANSLATOR)
        with suppress(KeyboardInterrupt):  # which may reach it or only end the server
            serve(desks, port=port, ready=lambda address: _ready(address, desks, browser))
        lost = shared is None and any(is_url(documents[0].file) for _, documents in read)
        complain(f"ended; every action is kept{', except those on web pages' if lost else ''}")


def _read(
    paths: Sequence[str], settings: Settings, input_format: str | None, language: str | None
) -> list[tuple[Path, list[Document]]]:
    """The files that have articles, without what the gate would leave out."""
    from mtqa.gate.selection import few, select

    if STDIN in paths:
        raise ConfigError("standard input cannot be repaired; name files, folders or patterns")
    selection = select([path for path in paths if not is_url(path)], settings)
    for note in selection.notes:
        complain(note)
    failures, notes = list(selection.failures), list[str]()
    read = []
    for name in (*map(str, selection.files), *filter(is_url, dict.fromkeys(paths))):
        documents, bad = opened(name, input_format, language)
        failures += bad
        found = beside(documents, settings.policy_for(name).source)
        notes += found.notes
        read += [(_file(name), list(found.documents))] if documents else []
    for note in few(notes):
        complain(note)
    for failure in failures:
        complain(f"error: {failure.uri}: {failure.message}")
    if failures or not read:
        raise ConfigError("some articles could not be read; put them right first, or leave them out")
    return read


def _file(name: str) -> Path:
    """The file, or what a web page would be called as one."""
    return Path(urlsplit(name).path.rstrip("/").rpartition("/")[2] or "page.html") if is_url(name) else Path(name)


def _suggester(judging: CheckerSettings, engines: Sequence[Translator]) -> Suggester:
    """With models of its own, as two threads cannot share them."""
    from mtqa.checker import Checker
    from mtqa.repair import Suggester

    checker = Checker.load(replace(judging, threads=_BESIDE, llm=None))
    return Suggester.load(checker, engines, judging.model, llm=judging.llm)


def _ready(address: str, desks: Sequence[object], browser: bool) -> None:
    emit(f"Review {len(desks)} document{'s'[: len(desks) > 1]} at {address}\nCtrl-C ends it.\n")
    if browser:
        webbrowser.open(address)
