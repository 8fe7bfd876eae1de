"""Files to a report, through the cache: what the gate and the baseline work on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mtqa.cli.terminal import working
from mtqa.config import Settings
from mtqa.core.errors import InputError
from mtqa.core.limits import DocumentLimits
from mtqa.core.report import DocumentReport, Failure, Report
from mtqa.formats import MAX_BYTES, expand, raw_bytes, read_bytes
from mtqa.gate import git
from mtqa.gate.baseline import as_reported
from mtqa.gate.cache import Cache, cache_folder
from mtqa.gate.ignores import PathIgnores
from mtqa.gate.reports import is_report

if TYPE_CHECKING:
    from mtqa.checker import Checker
    from mtqa.core.documents import Document

__all__ = ["STDIN", "Selection", "excluded_by", "judge", "left_out", "select"]

STDIN = "-"
_AT_ONCE = 32  # documents judged before what was said of them is kept


@dataclass(frozen=True, slots=True)
class Selection:
    """What to judge: files, names of none, whether standard input is among them, and what was left out, a sentence
    each."""

    files: tuple[Path, ...]
    failures: tuple[Failure, ...]
    stdin: bool
    notes: tuple[str, ...] = ()


def excluded_by(settings: Settings) -> Callable[[Path], bool]:
    """Whether the settings, or the patterns of the current folder's ``.mtqaignore``, leave a file out."""
    ignored = PathIgnores.load(Path.cwd())
    return lambda file: settings.excludes(file) or ignored.matches(file)


def select(paths: Iterable[str], excluded: Callable[[Path], bool], *, force_exclude: bool) -> Selection:
    """The files that ``paths`` name. ``excluded`` ones are left out, but for those named one by one, unless
    ``force_exclude``; so are, where they were only found in a folder or by a pattern, those that git ignores and
    reports that mtqa wrote."""
    given = list(paths)
    named = {Path(path) for path in given if path != STDIN and not Path(path).is_dir()}
    files, failures = expand(path for path in given if path != STDIN)
    kept = [file for file in files if not ((force_exclude or file not in named) and excluded(file))]
    unnamed = [file for file in kept if file not in named]
    ignored = git.ignored(unnamed)
    reports = {file for file in unnamed if file not in ignored and is_report(file)}
    notes = [
        f"{as_reported(file)}: left out, because mtqa wrote it as a report; name it to have it judged"
        for file in reports
    ]
    notes += left_out(len(files) - len(kept), "by exclude or .mtqaignore")
    notes += left_out(len(ignored), "because git ignores them" if len(ignored) > 1 else "because git ignores it")
    return Selection(
        files=tuple(file for file in kept if file not in ignored and file not in reports),
        failures=tuple(failures),
        stdin=STDIN in given,
        notes=tuple(sorted(notes)),
    )


def left_out(count: int, why: str) -> list[str]:
    """A note on ``count`` files that are not judged, none where that is 0."""
    return [f"{count:,} file{'s'[: count > 1]} left out {why}"] if count else []


@dataclass(slots=True)
class _File:
    """A file on its way: what is known of it from the cache, or its documents."""

    uri: str
    raw: bytes
    reports: list[DocumentReport] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


def judge(
    selection: Selection,
    *,
    stdin_filename: str | None,
    language: str | None,
    model: str,
    rate: float,
    threads: int | None,
    limits: DocumentLimits,
    use_cache: bool,
) -> Report:
    """The report on the selected files. The model is loaded only where the cache does not know one of them.

    Raises:
        ModelError: the model is missing or does not load.
        ConfigError: it has no threshold for ``rate``.
    """
    from mtqa.checker import signature_of
    from mtqa.neural import store

    signature = signature_of(store.locate(model), rate=rate)
    cache = Cache(cache_folder(), (str(signature), language or "", str(limits.size))) if use_cache else None
    failures = list(selection.failures)
    files: list[_File] = []
    for name, raw in _read(selection, stdin_filename, failures):
        known = cache.get(raw, name) if cache else None
        if known is not None:
            files.append(_File(name, raw, *known))
            continue
        try:
            documents, bad = read_bytes(raw, name, language=language)
        except InputError as error:
            failures.append(Failure(uri=name, message=str(error).removeprefix(f"{name}: ")))
            continue
        files.append(_File(name, raw, failures=bad, documents=documents))
    unknown = [file for file in files if file.documents]
    if unknown:
        with working("Loading the model"):
            from mtqa.checker import Checker

            checker = Checker.load(model, rate=rate, threads=threads, limits=limits)
        with working(f"Judging {len(unknown)} file{'s'[: len(unknown) > 1]}"):
            _judge(checker, unknown, cache)
    return Report(
        documents=tuple(report for file in files for report in file.reports),
        failures=(*failures, *(failure for file in files for failure in file.failures)),
        signature=signature,
    )


def _read(selection: Selection, stdin_filename: str | None, failures: list[Failure]) -> Iterable[tuple[str, bytes]]:
    for file in selection.files:
        name = as_reported(file)
        try:
            yield name, raw_bytes(file)
        except InputError as error:
            failures.append(Failure(uri=name, message=str(error).removeprefix(f"{file}: ")))
    if selection.stdin:
        name = as_reported(Path(stdin_filename)) if stdin_filename else "<stdin>"
        yield name, sys.stdin.buffer.read(MAX_BYTES + 1)


def _judge(checker: Checker, files: Sequence[_File], cache: Cache | None) -> None:
    at = 0
    while at < len(files):
        some: list[_File] = []
        while at < len(files) and (not some or sum(len(f.documents) for f in some) < _AT_ONCE):
            some.append(files[at])
            at += 1
        outcomes = iter(checker.outcomes([document for file in some for document in file.documents]))
        for file in some:
            said = [next(outcomes) for _ in file.documents]
            file.reports = [each for each in said if isinstance(each, DocumentReport)]
            faults = [each for each in said if isinstance(each, Failure)]
            file.failures += faults
            if cache is not None and not faults and not any(report.over_limit for report in file.reports):
                cache.put(file.raw, file.uri, file.reports, file.failures)
