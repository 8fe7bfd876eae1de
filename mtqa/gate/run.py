"""One run of the gate over files: the same behind the command line, hooks and other programs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mtqa.config import Settings, load
from mtqa.core.errors import ConfigError, InputError, UnknownRate
from mtqa.core.report import GateResult, Report
from mtqa.formats import read_bytes
from mtqa.formats.languages import language_tag
from mtqa.gate.baseline import DEFAULT, Baseline
from mtqa.gate.changes import Changes
from mtqa.gate.decide import decide
from mtqa.gate.ignores import IGNORE_FILE, Ignores, Terms
from mtqa.gate.judging import Method, Stage, judge
from mtqa.gate.rules import rule_names
from mtqa.gate.selection import few, left_out, select

__all__ = ["Run", "at_rate_of", "changes_since", "known_in", "settings_in"]

_DEFAULT = Method()


@dataclass(frozen=True, slots=True)
class Run:
    """What was judged, and by which settings.

    Attributes:
        files: that were judged.
        report: on them, with what of the input could not be read.
        notes: what was left out, and what stayed without a source: a sentence each.
    """

    files: tuple[Path, ...]
    report: Report
    settings: Settings
    notes: tuple[str, ...] = ()

    @classmethod
    def over(
        cls,
        paths: Sequence[str],
        settings: Settings,
        method: Method = _DEFAULT,
        *,
        force_exclude: bool = False,
        piped: tuple[str, bytes] | None = None,
        changes: Changes | None = None,
        stage: Stage = nullcontext,
    ) -> Run:
        """Select the files that ``paths`` name, of which only changed ones where ``changes`` are given, and judge them.

        Args:
            paths: files, folders and patterns.
            settings: in force, from ``settings_in``.
            method: how files are judged.
            force_exclude: whether excluded files are left out even where they are named.
            piped: a text that is in no file, with its name.
            changes: since a revision, from ``changes_since``.
            stage: see ``Stage``.

        Raises:
            ModelError: the model is missing or does not load.
            ConfigError: it has no threshold for the false-alarm rate, a pattern is none, or a term list is missing.
        """
        termbase = tuple(map(str, settings.termbase_files()))
        method = replace(method, checker=replace(method.checker, termbase=termbase))
        selection = select(paths, settings, force_exclude=force_exclude)
        files, notes = selection.files, selection.notes
        if changes is not None:
            files = tuple(file for file in files if changes.touches(file))
            unchanged = len(selection.files) - len(files)
            notes = (*notes, *left_out(unchanged, f"as unchanged since {changes.revision}"))
        with at_rate_of(settings):
            report, unpaired = judge(
                files, method, settings.policy, stage, piped, lambda file: settings.policy_for(file).source
            )
        held = dict.fromkeys((*settings.files, *method.checker.files))
        report = replace(report, failures=(*selection.failures, *report.failures), settings=tuple(held))
        return cls(files, report, settings, (*notes, *few(unpaired)))

    def decide(self, baseline: Baseline | None, changes: Changes | None = None) -> GateResult:
        """What the settings say of the report."""
        ignores = Ignores(terms=Terms.load(self.settings.term_files()))
        for document in self.report.documents:
            ignores.add(document.document)
        policy = self.settings.policy
        return decide(
            self.report,
            self.settings.policy_for,
            baseline=baseline,
            excuse=ignores.excuse,
            unchanged=changes.unchanged if changes else lambda document, segment: None,
            stale_ignores=ignores.stale,
            stale_fails=policy.stale and policy.fail_on is not None,
            gone=lambda file: not os.path.lexists(file),
            notes=(*self.notes, *_unused(baseline)),
        )

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that the run depends on: the articles, and what says how they are taken."""
        found = [*self.files, *self.settings.term_files(), *self.settings.termbase_files()]
        found += [Path(name) for name in ("mtqa.toml", "pyproject.toml", IGNORE_FILE)]
        baseline = self.settings.policy.baseline
        return (*found, Path(baseline)) if baseline else tuple(found)


def settings_in(folder: Path, flags: Mapping[str, Any] | None = None) -> Settings:
    """The settings that hold in ``folder``; ``flags`` that are not None win. Raises ConfigError where one is wrong."""
    settings = load(folder, flags=flags, known_rules=rule_names())
    for values, origins in [
        (settings.policy.values(), settings.origins),
        *((o.values, o.origins) for o in settings.overrides),
    ]:
        for tag in values.get("languages", ()):
            if language_tag(tag) is None:
                raise ConfigError(f"{origins['languages']}: no language has the tag '{tag}'; change it or remove it")
    return settings


def _unused(baseline: Baseline | None) -> tuple[str, ...]:
    """That a baseline lies in this folder and is not in use, if so."""
    if baseline is not None or not Path(DEFAULT).is_file():
        return ()
    return (f"{DEFAULT} is in this folder but not in use; give --baseline {DEFAULT}, or name it in the settings",)


@contextmanager
def at_rate_of(settings: Settings) -> Iterator[None]:
    """A model that has no threshold for their false-alarm rate is told with where it is set."""
    try:
        yield
    except UnknownRate as error:
        raise UnknownRate(f"{settings.place_of('false-alarm-rate')}{error}") from None


def known_in(settings: Settings) -> Baseline | None:
    """The baseline that ``settings`` name. Raises ConfigError where it cannot be read."""
    path = settings.policy.baseline
    try:
        return Baseline.read(path) if path else None
    except ConfigError as error:
        raise ConfigError(f"{settings.place_of('baseline')}{error}") from None


def changes_since(revision: str, folder: Path, language: str | None = None) -> Changes:
    """What changed in ``folder`` since ``revision``. Raises ConfigError where git does not know that."""
    from mtqa.language import with_language
    from mtqa.segmentation import segment

    def sentences(raw: bytes, name: str, read_as: str | None) -> list[str]:
        try:
            documents, _ = read_bytes(raw, name, language=language)
        except InputError:
            return []
        told = [replace(each, language=read_as) if read_as else with_language(each) for each in documents]
        return [found.text for document in told for found in segment(document)]

    return Changes(revision, folder, sentences)
