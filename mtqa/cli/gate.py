"""``mtqa gate``: whether articles may be published."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from mtqa.cli.inputs import STDIN, check_inputs, piped
from mtqa.cli.llm_options import Llm, LlmBudget, LlmCalibration, LlmModel, LlmRemote, llm_of
from mtqa.cli.options import (
    KIB,
    AskedEditor,
    AskedFalseAlarmRate,
    ForceExclude,
    GateStrictness,
    Language,
    MaxDocument,
    MinLevel,
    Model,
    NoCache,
    Profile,
    Source,
    StdinFilename,
    Threads,
    Timeout,
    limits_of,
)
from mtqa.cli.terminal import check_suffix, check_target, emit, working, write_reports
from mtqa.config import Settings
from mtqa.core.errors import ConfigError, UnknownName
from mtqa.core.limits import BATCH
from mtqa.core.report import GateResult, Report
from mtqa.core.settings import GATE
from mtqa.renderers.gate import GATE_RENDERERS, render_gate
from mtqa.renderers.wording import counted

__all__ = ["gate", "settings_of"]

_VIOLATED, _UNREADABLE = 1, 2


def settings_of(**flags: Any) -> Settings:
    """The settings that hold in this folder; ``flags`` that are not None win."""
    from mtqa.gate.run import settings_in

    return settings_in(Path.cwd(), {name.replace("_", "-"): value for name, value in flags.items()})


def gate(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Files, folders, patterns, or - for standard input."),
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help=f"Format of the report: {', '.join(GATE_RENDERERS)}. Repeat for more.",
        ),
    ] = None,
    outputs: Annotated[
        list[Path] | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to write the report of that --format. Repeat for more."
        ),
    ] = None,
    profile: Profile = None,
    fail_on: Annotated[
        str | None, typer.Option(metavar="LEVEL", help="Fail on a new flag of this severity or higher, or never.")
    ] = None,
    min_level: MinLevel = None,
    false_alarm_rate: AskedFalseAlarmRate = None,
    editor: AskedEditor = None,
    strictness: GateStrictness = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File of tolerated findings, made by 'mtqa baseline write'.")
    ] = None,
    changed_since: Annotated[
        str | None, typer.Option(metavar="REV", help="Count only what changed in git since this revision.")
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Report, but never exit with 1.")] = False,
    force_exclude: ForceExclude = False,
    stdin_filename: StdinFilename = None,
    language: Language = None,
    source: Source = None,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    llm_calibration: LlmCalibration = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
    max_document: MaxDocument = (BATCH.size or 0) // KIB,
    timeout: Timeout = BATCH.seconds or 0.0,
    no_cache: NoCache = False,
) -> None:
    """Say whether articles may be published.

    Exit codes: 0 passed; 1 the policy is violated; 2 it could not run.
    """
    from mtqa.gate.baseline import as_reported
    from mtqa.gate.judging import Method
    from mtqa.gate.run import Run, changes_since, known_in

    paths = paths or []
    wanted = _wanted(formats, outputs)
    settings = settings_of(
        profile=profile,
        fail_on=fail_on,
        min_level=min_level.value if min_level else None,
        false_alarm_rate=false_alarm_rate,
        editor=editor.value if editor else None,
        strictness=strictness.value if strictness else None,
        baseline=str(baseline) if baseline else None,
        source=source,
    )
    known = known_in(settings)
    changes = None if changed_since is None else changes_since(changed_since, Path.cwd(), language)
    check_inputs(paths, stdin_filename)
    limits = limits_of(max_document, timeout)
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, llm_calibration, cache=not no_cache)
    run = Run.over(
        [path for path in paths if path != STDIN],
        settings,
        Method(
            checker=replace(GATE, model=model, threads=threads, limits=limits, llm=asked),
            language=language,
            use_cache=not no_cache,
        ),
        force_exclude=force_exclude,
        piped=piped(paths, as_reported(Path(stdin_filename)) if stdin_filename else "<stdin>"),
        changes=changes,
        stage=working,
    )
    for _, target in wanted:
        if target is not None:
            check_target(target, run.inputs)
    result = run.decide(known, changes)
    rendered = [(name, target, render_gate(run.report, result, name)) for name, target in wanted]
    write_reports({target: text for _, target, text in rendered if target is not None}, {})
    for name, target, text in rendered:
        if target is None:
            emit(text, commands=name == "github")
    _summarise(run.report, result, [name for name, _ in wanted])
    if run.report.failures:
        raise typer.Exit(_UNREADABLE)
    if not result.passed and not exit_zero:
        raise typer.Exit(_VIOLATED)


def _wanted(formats: list[str] | None, outputs: list[Path] | None) -> list[tuple[str, Path | None]]:
    """Each format with its file; the last may go to standard output."""
    names = list(formats or (["github"] if os.environ.get("GITHUB_ACTIONS") == "true" else ["text"]))
    files = list(outputs or ())
    for name in names:
        if name not in GATE_RENDERERS:
            raise UnknownName("gate format", name, GATE_RENDERERS)
    named, placed = counted(len(names), "format"), counted(len(files), "output")
    if len(names) > len(files) + 1:
        raise ConfigError(f"{named} and {placed}; give an --output FILE to all but the last")
    if len(files) > len(names):
        raise ConfigError(f"{placed} and {named}; give a --format NAME for each")
    if len({file.absolute() for file in files}) < len(files):
        raise ConfigError("two reports in one file; give each --output a file of its own")
    for name, file in zip(names, files, strict=False):
        check_suffix(file, name)
    return list(zip(names, [*files, None], strict=False))


def _summarise(report: Report, result: GateResult, names: list[str]) -> None:
    """Append to the summary of the step, where GitHub gives a file for it."""
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if "github" not in names or not target:
        return
    from mtqa.renderers.github import github_summary

    try:
        with Path(target).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(github_summary(report, result))
    except OSError as error:
        raise ConfigError(f"GITHUB_STEP_SUMMARY cannot be written ({error.strerror}); unset it") from None
