"""``mtqa baseline``: findings that the gate tolerates, and what people said of findings."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqa.cli.gate import settings_of
from mtqa.cli.inputs import STDIN
from mtqa.cli.llm_options import Llm, LlmBudget, LlmCalibration, LlmModel, LlmRemote, llm_of
from mtqa.cli.options import (
    AskedEditor,
    AskedFalseAlarmRate,
    ForceExclude,
    GateStrictness,
    Language,
    MinLevel,
    Model,
    NoCache,
    Profile,
    Threads,
)
from mtqa.cli.terminal import complain, emit, working
from mtqa.core.errors import ConfigError
from mtqa.core.files import is_folder, is_there
from mtqa.core.findings import Severity
from mtqa.core.report import Finding, State
from mtqa.core.settings import GATE, CheckerSettings, Editor, Strictness
from mtqa.gate.baseline import DEFAULT, Baseline, Opinion, changing, covered_by, partial_in

if TYPE_CHECKING:
    from mtqa.config import Settings
    from mtqa.gate.run import Run

__all__ = ["app"]

app = typer.Typer(
    help="Manage the findings that the gate tolerates, and people's judgements of findings.", no_args_is_help=True
)

Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders or patterns.")]
Target = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help=f"The baseline. By default the one that the settings name, otherwise {DEFAULT} in this folder.",
    ),
]


@app.command()
def write(
    paths: Paths,
    baseline: Target = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing baseline.")] = False,
    profile: Profile = None,
    min_level: MinLevel = None,
    false_alarm_rate: AskedFalseAlarmRate = None,
    editor: AskedEditor = None,
    strictness: GateStrictness = None,
    force_exclude: ForceExclude = False,
    language: Language = None,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    llm_calibration: LlmCalibration = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
    no_cache: NoCache = False,
) -> None:
    """Tolerate every finding of these files from now on. People's judgements of findings are kept."""
    target = _target(baseline)
    if not force:
        _check_new(target, paths)
    _known(target)
    _check(paths, target)
    settings = _settings(false_alarm_rate, editor, strictness, profile, min_level)
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, llm_calibration, cache=not no_cache)
    checker = replace(GATE, model=model, threads=threads, llm=asked)
    run = _over(paths, settings, language, checker, use_cache=not no_cache, force_exclude=force_exclude)
    _refuse_unreadable(run, target)
    with changing(target):
        if not force:
            _check_new(target, paths)  # another process may have made it meanwhile
        found = replace(Baseline.of(_new(run), str(run.report.signature)), judgements=_known(target).judgements)
        found.write(target)
    _say_partial(run)
    count = found.size
    emit(f"{target}: {count:,} finding{'s'[: count != 1]} tolerated; name it with --baseline or in the settings\n")


@app.command()
def update(
    paths: Paths,
    baseline: Target = None,
    add: Annotated[bool, typer.Option("--add", help="Tolerate new findings, too.")] = False,
    profile: Profile = None,
    min_level: MinLevel = None,
    false_alarm_rate: AskedFalseAlarmRate = None,
    editor: AskedEditor = None,
    strictness: GateStrictness = None,
    force_exclude: ForceExclude = False,
    language: Language = None,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    llm_calibration: LlmCalibration = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
    no_cache: NoCache = False,
) -> None:
    """Drop what is no longer in these files; with --add, also tolerate what is new."""
    target = _target(baseline)
    Baseline.read(target)
    _check(paths, target)
    settings = _settings(false_alarm_rate, editor, strictness, profile, min_level)
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, llm_calibration, cache=not no_cache)
    checker = replace(GATE, model=model, threads=threads, llm=asked)
    run = _over(paths, settings, language, checker, use_cache=not no_cache, force_exclude=force_exclude)
    _refuse_unreadable(run, target)
    found, covered = _new(run), covered_by(run.report, gone=lambda file: not os.path.lexists(file))
    with changing(target):
        before = Baseline.read(target)
        after = before.updated(found, covered, str(run.report.signature), add=add)
        after.write(target)
    _say_partial(run)
    emit(f"{target}: {before.size:,} finding{'s'[: before.size != 1]} tolerated before, {after.size:,} now\n")


@app.command()
def show(baseline: Target = None) -> None:
    """List the tolerated findings, and people's judgements of findings."""
    from mtqa.renderers.wording import visible

    found = Baseline.read(_target(baseline))
    lines = [
        f"{path}: {entry.count} × {rule}{_quoted(entry.words)} ({fingerprint})"
        for (path, rule, fingerprint), entry in found.entries.items()
    ]
    lines += [
        f"{path}: {said.opinion.value}, says {said.who} on {said.when}: {rule}{_quoted(said.words)} ({fingerprint})"
        for (path, rule, fingerprint), said in found.judgements.items()
    ]
    emit("".join(f"{visible(line)}\n" for line in lines) or "nothing is tolerated\n")


@app.command()
def mark(
    path: Annotated[str, typer.Argument(metavar="PATH", help="The file that has the finding.")],
    fingerprint: Annotated[
        str, typer.Argument(metavar="FINGERPRINT", help="Its fingerprint, from a JSON or SARIF report.")
    ],
    opinion: Annotated[Opinion, typer.Argument(metavar="VERDICT", help="The judgement: confirmed or false-alarm.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says so.")],
    baseline: Target = None,
    false_alarm_rate: AskedFalseAlarmRate = None,
    editor: AskedEditor = None,
    strictness: GateStrictness = None,
    language: Language = None,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    llm_calibration: LlmCalibration = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
    no_cache: NoCache = False,
) -> None:
    """Record a person's judgement of a finding. A false alarm is tolerated from then on."""
    from mtqa.renderers.wording import visible

    target = _target(baseline)
    _known(target)
    _check([path], target)
    if is_folder(path):
        raise ConfigError(f"{path}: a folder; name the file that has the finding")
    if not by.strip():
        raise ConfigError("--by is blank; give the name of the person who judged it")
    settings = _settings(false_alarm_rate, editor, strictness)
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, llm_calibration, cache=not no_cache)
    checker = replace(GATE, model=model, threads=threads, llm=asked)
    run = _over([path], settings, language, checker, use_cache=not no_cache)
    found = next((f for f in run.decide(None).findings if f.fingerprint == fingerprint), None)
    if found is None:
        _refuse_unreadable(run, target)
        look_up = f"mtqa gate {shlex.quote(path)} --format json"
        raise ConfigError(f"{path}: no finding {fingerprint}; look it up with: {look_up}")
    with changing(target):
        _known(target).judged(found, opinion, by, date.today()).write(target)
    what = f"{found.rule}{_quoted(found.words)} ({fingerprint})"
    emit(visible(f"{target}: recorded as {opinion.value}: {path}: {what}") + "\n")


def _quoted(words: str) -> str:
    """What follows the name of a rule: its words, if it has some."""
    return f" “{words}”" if words else ""


def _settings(
    false_alarm_rate: float | None,
    editor: Editor | None,
    strictness: Strictness | None,
    profile: str | None = None,
    min_level: Severity | None = None,
) -> Settings:
    """Those in force, with the options that change what is found."""
    return settings_of(
        profile=profile,
        min_level=min_level.value if min_level else None,
        false_alarm_rate=false_alarm_rate,
        editor=editor.value if editor else None,
        strictness=strictness.value if strictness else None,
    )


def _over(
    paths: list[str],
    settings: Settings,
    language: str | None,
    checker: CheckerSettings,
    *,
    use_cache: bool,
    force_exclude: bool = False,
) -> Run:
    from mtqa.gate.judging import Method
    from mtqa.gate.run import Run

    method = Method(checker=checker, language=language, use_cache=use_cache)
    return Run.over(paths, settings, method, force_exclude=force_exclude, stage=working)


def _check(paths: list[str], target: Path) -> None:
    """Raises ConfigError where ``paths`` name what a baseline cannot be about."""
    if STDIN in paths:
        raise ConfigError("a baseline knows findings by their file, and standard input is not one; name files")
    for path in map(Path, paths):
        if is_there(target) and is_there(path) and path.samefile(target):
            raise ConfigError(f"{path}: the baseline itself; name articles")


def _check_new(target: Path, paths: list[str]) -> None:
    """Raises ConfigError where there is a baseline at ``target`` already."""
    if is_there(target):
        update = f"mtqa baseline update {shlex.join([*paths, '--baseline', str(target)])}"
        raise ConfigError(f"{target}: exists already; use --force to replace it, or: {update}")


def _known(target: Path) -> Baseline:
    try:
        there = target.exists()
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written ({error.strerror}); name another file") from None
    return Baseline.read(target) if there else Baseline()


def _target(given: Path | None) -> Path:
    return given or Path(settings_of().policy.baseline or DEFAULT)


def _new(run: Run) -> list[Finding]:
    return [finding for finding in run.decide(None).findings if finding.state is State.NEW]


def _say_partial(run: Run) -> None:
    """That some documents were not judged in full, so that a later run may find more in them."""
    from mtqa.gate.selection import listed
    from mtqa.renderers.wording import visible

    if partial := partial_in(run.report):
        what = "was" if len(partial) == 1 else "were"
        complain(visible(f"{listed(partial)} {what} not judged in full, and may have more findings; run this again"))


def _refuse_unreadable(run: Run, target: Path) -> None:
    """Ends the program where an input could not be read: a baseline that does not know of it would be wrong."""
    for failure in run.report.failures:
        complain(f"error: {failure.uri}: {failure.message}")
    if run.report.failures:
        complain(f"error: {target} was left as it was; correct the above or leave it out, and run this again")
        raise typer.Exit(2)
