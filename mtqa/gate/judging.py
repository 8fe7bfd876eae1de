"""Files to a report, through the cache: what the gate and the baseline work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mtqa.core.errors import InputError
from mtqa.core.limits import BATCH, DocumentLimits
from mtqa.core.report import DocumentReport, Failure, Report
from mtqa.formats import raw_bytes, read_bytes
from mtqa.gate.baseline import as_reported
from mtqa.gate.cache import Cache, cache_folder

if TYPE_CHECKING:
    from mtqa.checker import Checker
    from mtqa.core.documents import Document

__all__ = ["Engine", "Stage", "judge"]

_AT_ONCE = 32  # documents judged before what was said of them is kept

Stage = Callable[[str], AbstractContextManager[object]]
"""Is entered while something that may take a while is done, and told what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """How files are judged.

    Attributes:
        model: name of an installed model, or a folder that holds one.
        language: BCP 47 tag of all files; as declared or detected where it is None.
        threads: of the CPU; every core by default.
        limits: of one document.
        use_cache: whether reports on unchanged files are kept and taken from the cache.
    """

    model: str = "mtqa-en"
    language: str | None = None
    threads: int | None = None
    limits: DocumentLimits = BATCH
    use_cache: bool = True


@dataclass(slots=True)
class _File:
    """A file on its way: what is known of it from the cache, or its documents."""

    uri: str
    raw: bytes
    reports: list[DocumentReport] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


def judge(
    files: Sequence[Path], engine: Engine, rate: float, stage: Stage, piped: tuple[str, bytes] | None = None
) -> Report:
    """The report on ``files``, and on a text that is ``piped`` in with its name. The model is loaded only where the
    cache does not know one of them; ``rate`` is the false-alarm rate to decide at.

    Raises:
        ModelError: the model is missing or does not load.
        ConfigError: it has no threshold for ``rate``.
    """
    from mtqa.checker import signature_of
    from mtqa.neural import store

    signature = signature_of(store.locate(engine.model), rate=rate)
    conditions = (str(signature), engine.language or "", str(engine.limits.size))
    cache = Cache(cache_folder(), conditions) if engine.use_cache else None
    failures: list[Failure] = []
    found: list[_File] = []
    for name, raw in _read(files, piped, failures):
        known = cache.get(raw, name) if cache else None
        if known is not None:
            found.append(_File(name, raw, *known))
            continue
        try:
            documents, bad = read_bytes(raw, name, language=engine.language)
        except InputError as error:
            failures.append(Failure(uri=name, message=str(error).removeprefix(f"{name}: ")))
            continue
        found.append(_File(name, raw, failures=bad, documents=documents))
    unknown = [file for file in found if file.documents]
    if unknown:
        with stage("Loading the model"):
            from mtqa.checker import Checker

            checker = Checker.load(engine.model, rate=rate, threads=engine.threads, limits=engine.limits)
        with stage(f"Judging {len(unknown)} file{'s'[: len(unknown) > 1]}"):
            _judge(checker, unknown, cache)
    return Report(
        documents=tuple(report for file in found for report in file.reports),
        failures=(*failures, *(failure for file in found for failure in file.failures)),
        signature=signature,
    )


def _read(
    files: Sequence[Path], piped: tuple[str, bytes] | None, failures: list[Failure]
) -> Iterator[tuple[str, bytes]]:
    for file in files:
        name = as_reported(file)
        try:
            yield name, raw_bytes(file)
        except InputError as error:
            failures.append(Failure(uri=name, message=str(error).removeprefix(f"{file}: ")))
    if piped is not None:
        yield piped


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
