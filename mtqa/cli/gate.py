"""``mtqa gate``: whether articles may be published."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mtqa.cli.explain import rule_names
from mtqa.cli.judged import STDIN, Selection, excluded_by, judge, left_out, select
from mtqa.cli.options import (
    KIB,
    AskedFalseAlarmRate,
    ForceExclude,
    Language,
    MaxDocument,
    MinLevel,
    Model,
    NoCache,
    Profile,
    StdinFilename,
    Threads,
    Timeout,
    limits_of,
)
from mtqa.cli.terminal import check_suffix, check_target, emit, write_reports
from mtqa.config import Settings, load
from mtqa.core.errors import ConfigError, UnknownName
from mtqa.core.limits import BATCH, DocumentLimits
from mtqa.core.report import GateResult, Report
from mtqa.gate.ignores import IGNORE_FILE
from mtqa.renderers.gate import GATE_RENDERERS, render_gate

if TYPE_CHECKING:
    from mtqa.gate.baseline import Baseline
    from mtqa.gate.changes import Changes

__all__ = ["Run", "gate", "settings_of"]

_VIOLATED, _UNREADABLE = 1, 2


@dataclass(frozen=True, slots=True)
class Run:
    """One run over files: what was selected and what is said of it."""

    selection: Selection
    report: Report
    settings: Settings

    @classmethod
    def over(
        cls,
        paths: list[str],
        settings: Settings,
        *,
        stdin_filename: str | None = None,
        force_exclude: bool = False,
        language: str | None = None,
        model: str = "mtqa-en",
        threads: int | None = None,
        limits: DocumentLimits = BATCH,
        use_cache: bool = True,
        changes: Changes | None = None,
    ) -> Run:
        """Select the files that ``paths`` name, of which only changed ones where ``changes`` are given, and judge
        them."""
        if not paths:
            raise ConfigError("no articles; name files, folders or patterns, or - for standard input")
        if stdin_filename is not None and STDIN not in paths:
            raise ConfigError("--stdin-filename needs - among the paths; add it")
        selection = select(paths, excluded_by(settings), force_exclude=force_exclude)
        if changes is not None:
            touched = tuple(file for file in selection.files if changes.touches(file))
            notes = left_out(len(selection.files) - len(touched), f"without changes since {changes.revision}")
            selection = replace(selection, files=touched, notes=(*selection.notes, *notes))
        report = judge(
            selection,
            stdin_filename=stdin_filename,
            language=language,
            model=model,
            rate=settings.policy.false_alarm_rate,
            threads=threads,
            limits=limits,
            use_cache=use_cache,
        )
        return cls(selection, report, settings)

    def decide(self, baseline: Baseline | None, changes: Changes | None = None) -> GateResult:
        """What the settings say of the report."""
        from mtqa.gate.decide import decide
        from mtqa.gate.ignores import Ignores, Terms

        ignores = Ignores(terms=Terms.load(self.settings.term_files()))
        for document in self.report.documents:
            ignores.add(document.document)
        return decide(
            self.report,
            self.settings.policy_for,
            baseline=baseline,
            excuse=ignores.excuse,
            unchanged=changes.unchanged if changes else lambda document, segment: None,
            stale_ignores=ignores.stale,
            stale_fails=self.settings.policy.stale,
            gone=lambda file: not os.path.lexists(file),
            notes=self.selection.notes,
        )


def settings_of(**flags: Any) -> Settings:
    """The settings that hold in this folder; ``flags`` that are not None win."""
    given = {name.replace("_", "-"): value for name, value in flags.items() if value is not None}
    return load(Path.cwd(), flags=given, known_rules=rule_names())


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
    model: Model = "mtqa-en",
    threads: Threads = None,
    max_document: MaxDocument = (BATCH.size or 0) // KIB,
    timeout: Timeout = BATCH.seconds or 0.0,
    no_cache: NoCache = False,
) -> None:
    """Say whether articles may be published.

    Exit codes: 0 passed; 1 the policy is violated; 2 it could not run.
    """
    from mtqa.gate.baseline import Baseline

    wanted = _wanted(formats, outputs)
    settings = settings_of(
        profile=profile,
        fail_on=fail_on,
        min_level=min_level.value if min_level else None,
        false_alarm_rate=false_alarm_rate,
        baseline=str(baseline) if baseline else None,
    )
    known = Baseline.read(Path(settings.policy.baseline)) if settings.policy.baseline else None
    changes = _changes(changed_since, language) if changed_since is not None else None
    run = Run.over(
        paths or [],
        settings,
        stdin_filename=stdin_filename,
        force_exclude=force_exclude,
        language=language,
        model=model,
        threads=threads,
        limits=limits_of(max_document, timeout),
        use_cache=not no_cache,
        changes=changes,
    )
    for _, target in wanted:
        if target is not None:
            check_target(target, [*run.selection.files, *_own_inputs(settings)])
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
    if len(names) > len(files) + 1:
        raise ConfigError(f"{len(names)} formats and {len(files)} outputs; give an --output FILE to all but the last")
    if len(files) > len(names):
        raise ConfigError(f"{len(files)} outputs and {len(names)} formats; give a --format NAME for each")
    if len({file.absolute() for file in files}) < len(files):
        raise ConfigError("two reports in one file; give each --output a file of its own")
    for name, file in zip(names, files, strict=False):
        check_suffix(file, name)
    return list(zip(names, [*files, None], strict=False))


def _own_inputs(settings: Settings) -> list[Path]:
    """What the gate itself reads, besides articles."""
    found = [*settings.term_files(), *(Path(name) for name in ("mtqa.toml", "pyproject.toml", IGNORE_FILE))]
    return [*found, Path(settings.policy.baseline)] if settings.policy.baseline else found


def _changes(revision: str, language: str | None) -> Changes:
    from mtqa.core.errors import InputError
    from mtqa.formats import read_bytes
    from mtqa.gate.changes import Changes
    from mtqa.segmentation import segment

    def sentences(raw: bytes, name: str) -> list[str]:
        try:
            documents, _ = read_bytes(raw, name, language=language)
        except InputError:
            return []
        return [found.text for document in documents for found in segment(document)]

    return Changes(revision, Path.cwd(), sentences)


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
