"""Files to a report, through the cache: what the gate and the baseline work on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtqa.config.policy import Policy
from mtqa.core.errors import InputError
from mtqa.core.report import DocumentReport, Failure, Report
from mtqa.core.settings import GATE, CheckerSettings
from mtqa.formats import FORMATS, beside, raw_bytes, read_bytes
from mtqa.formats.languages import given_language
from mtqa.gate.baseline import as_reported
from mtqa.gate.cache import Cache, cache_folder

if TYPE_CHECKING:
    from mtqa.checker import Checker
    from mtqa.core.documents import Document

__all__ = ["Method", "Stage", "judge"]

_AT_ONCE = 32  # documents judged before what was said of them is kept

Stage = Callable[[str], AbstractContextManager[object]]
"""Is entered while something that may take a while is done, and told what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How files are judged.

    Attributes:
        checker: by which, where the policy does not say otherwise.
        language: BCP 47 tag of all files; as declared or detected where it is None.
        use_cache: whether reports on unchanged files are kept and taken from the cache.
    """

    checker: CheckerSettings = GATE
    language: str | None = None
    use_cache: bool = True


@dataclass(frozen=True, slots=True)
class _File:
    """A file on its way, with that which it was translated from: what is still to be judged of it, or what was said,
    and what of it could not be read or judged."""

    uri: str
    raw: bytes = b""
    source: bytes = b""
    documents: Sequence[Document] = ()
    reports: Sequence[DocumentReport] = ()
    failures: Sequence[Failure] = ()
    notes: Sequence[str] = ()


def judge(
    files: Sequence[Path],
    method: Method,
    policy: Policy,
    stage: Stage,
    piped: tuple[str, bytes] | None = None,
    source_of: Callable[[str], str | None] = lambda _: None,
) -> tuple[Report, tuple[str, ...]]:
    """The report on ``files``, and on a text that is ``piped`` in with its name; and notes on their sources. The model
    is loaded only where the cache does not know one of them; ``policy`` says at which false-alarm rate to decide, and
    who flags sentences, ``source_of`` what a file was translated from, as a pattern of `mtqa.formats.pairing`.

    Raises:
        ModelError: the model is missing or does not load.
        ConfigError: it has no threshold for the rate, or ``method`` names no language.
    """
    from mtqa.checker import signature_of

    language = given_language(method.language)
    settings = policy.judging(method.checker)
    signature = signature_of(settings)
    conditions = (str(signature), language or "", str(settings.limits.size), *FORMATS.signature)
    cache = Cache(cache_folder(), conditions) if method.use_cache else None
    found = [_read(file, language, cache, source_of) for file in files]
    if piped is not None:
        found.append(_opened(*piped, language, cache, source_of))
    unknown = [file for file in found if file.documents]
    if unknown:
        with stage("Loading the model"):
            from mtqa.checker import Checker

            checker = Checker.load(settings)
        with stage(f"Judging {len(unknown)} file{'s'[: len(unknown) > 1]}"):
            judged = iter([file for some in _groups(unknown) for file in _judged(checker, some, cache)])
        found = [next(judged) if file.documents else file for file in found]
    report = Report(
        documents=tuple(report for file in found for report in file.reports),
        failures=tuple(failure for file in found for failure in file.failures),
        signature=signature,
    )
    return report, tuple(note for file in found for note in file.notes)


def _read(file: Path, language: str | None, cache: Cache | None, source_of: Callable[[str], str | None]) -> _File:
    name = as_reported(file)
    try:
        raw = raw_bytes(file)
    except InputError as error:
        return _File(name, failures=[Failure(uri=name, message=error.problem)])
    return _opened(name, raw, language, cache, source_of)


def _opened(
    name: str, raw: bytes, language: str | None, cache: Cache | None, source_of: Callable[[str], str | None]
) -> _File:
    pattern = source_of(name)
    if pattern is None and cache is not None and (known := cache.get(raw, name)) is not None:
        return _File(name, raw, reports=known[0], failures=known[1])
    try:
        documents, failures = read_bytes(raw, name, language=language)
        found = beside(documents, pattern)
    except InputError as error:
        return _File(name, failures=[Failure(uri=name, message=error.problem)])
    if pattern is not None and cache is not None and (known := cache.get(raw, name, found.raw)) is not None:
        return _File(name, raw, reports=known[0], failures=known[1], notes=found.notes)
    return _File(name, raw, found.raw, documents=found.documents, failures=failures, notes=found.notes)


def _groups(files: Iterable[_File]) -> Iterator[list[_File]]:
    """Consecutive files to be judged together."""
    group: list[_File] = []
    for file in files:
        if sum(len(each.documents) for each in group) >= _AT_ONCE:
            yield group
            group = []
        group.append(file)
    if group:
        yield group


def _judged(checker: Checker, files: Sequence[_File], cache: Cache | None) -> Iterator[_File]:
    """The files with what is said of them, which is kept unless it may be another time's."""
    outcomes = iter(checker.outcomes([document for file in files for document in file.documents]))
    for file in files:
        said = [next(outcomes) for _ in file.documents]
        reports = [each for each in said if isinstance(each, DocumentReport)]
        faults = [each for each in said if isinstance(each, Failure)]
        whole = replace(file, documents=(), reports=reports, failures=[*file.failures, *faults])
        if cache is not None and not faults and not any(report.over_limit or report.incomplete for report in reports):
            cache.put(file.raw, file.uri, reports, whole.failures, file.source)
        yield whole
