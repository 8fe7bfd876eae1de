"""The baseline: findings that were there when the gate was put up, and what people said of findings.

A JSON file. A finding's identity is its path, its rule and its fingerprint (the rule, the flagged words and two tokens
on each side), not its line: moving a paragraph changes nothing, changing the sentence brings the finding back. A
model's finding, whose words may move by one, is also known by its sentence. In the file, paths are relative to its
folder; in memory, they are a report's.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from mtqa.core.errors import ConfigError, shown
from mtqa.core.files import MEGABYTE, is_file, is_there, read_text, replace_file
from mtqa.core.locks import locked
from mtqa.core.report import Finding, Report

__all__ = [
    "DEFAULT",
    "Baseline",
    "Entry",
    "Judgement",
    "Key",
    "Opinion",
    "as_reported",
    "changing",
    "covered_by",
    "key_of",
    "partial_in",
]

DEFAULT = "mtqa-baseline.json"
"""The file that is written where no other is named."""

_VERSION = 1
_WRITE = "mtqa baseline write ."
_LARGEST = 200 * MEGABYTE
_MOST = 10**9  # findings of one identity
_ROW_OF_FILE = re.compile(r"(.*?[^/]\.[^./#]+)(#.*)", re.DOTALL)  # names of files and folders may have a # as well
Key = tuple[str, str, str]
"""Path, rule and fingerprint."""


class Opinion(StrEnum):
    """What a person said of a finding."""

    CONFIRMED = "confirmed"
    FALSE_ALARM = "false-alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Findings of one identity that are tolerated: ``count`` of them. ``words`` are for people, ``sentence`` is as of
    the finding."""

    count: int
    words: str
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A person's word on a finding: a label. ``when`` is a date, ISO 8601; ``sentence`` is as of the finding."""

    opinion: Opinion
    who: str
    when: str
    words: str
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Tolerated findings and people's judgements, by identity; ``signature`` is that of the run that wrote it."""

    signature: str = ""
    entries: Mapping[Key, Entry] = field(default_factory=dict)
    judgements: Mapping[Key, Judgement] = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Iterable[Finding], signature: str) -> Baseline:
        """A baseline that tolerates exactly ``findings``."""
        last: dict[Key, Finding] = {}
        counts: Counter[Key] = Counter()
        for finding in findings:
            last[key_of(finding)] = finding
            counts[key_of(finding)] += 1
        entries = {
            key: Entry(count=count, words=last[key].words, sentence=last[key].sentence)
            for key, count in sorted(counts.items())
        }
        return cls(signature=signature, entries=entries)

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """From a file. Raises ConfigError where it is missing or not a baseline."""
        if is_there(path) and not is_file(path):
            raise ConfigError(f"{path}: not a file, so not a baseline; name one, or a file to make: {_WRITE}")
        try:
            raw = json.loads(read_text(path, _LARGEST))
        except FileNotFoundError:
            make = f"{_WRITE} --baseline {shlex.quote(str(path))}"
            raise ConfigError(f"{path}: no such baseline; make it from the articles of this folder: {make}") from None
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror}); check its name and permissions") from None
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"{path}: not a baseline ({error}); restore it, or delete it and write it anew") from None
        try:
            if raw["version"] != _VERSION:
                raise ConfigError(f"{path}: baseline version {shown(raw['version'])} is not known; update mtqa")
            folder = path.parent.resolve()
            return cls(
                signature=str(raw["signature"]),
                entries={_key(row, folder): _entry(row) for row in raw["entries"]},
                judgements={_key(row, folder): _judgement(row) for row in raw["judgements"]},
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ConfigError(
                f"{path}: not in the form of a baseline; restore it, or delete it and write it anew"
            ) from None

    def write(self, path: Path) -> None:
        """Replace ``path`` at once. Raises ConfigError where it cannot be written."""
        folder = path.parent.resolve()
        document = {
            "version": _VERSION,
            "signature": self.signature,
            "entries": [_row(key, folder) | _entry_row(entry) for key, entry in sorted(self.entries.items())],
            "judgements": [_row(key, folder) | _said_row(said) for key, said in sorted(self.judgements.items())],
        }
        try:
            replace_file(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise ConfigError(f"{path}: cannot be written ({error.strerror}); name another file") from None

    @property
    def size(self) -> int:
        """How many findings are tolerated."""
        return sum(entry.count for entry in self.entries.values())

    def keys(self, findings: Sequence[Finding]) -> list[Key]:
        """Under which identity the baseline would have each finding: its own, or, for a model's finding that the
        baseline does not have, that of another one of its rule and sentence that is no longer found."""
        room = Counter({key: entry.count for key, entry in self.entries.items()})
        room.update({key: 1 for key in self.judgements if key not in self.entries})
        places: dict[Key, list[Key]] = {}
        all_known: list[tuple[Key, Entry | Judgement]] = [*self.judgements.items(), *self.entries.items()]
        for key, known in all_known:
            if known.sentence:
                places.setdefault((key[0], key[1], known.sentence), []).append(key)
        keys = [key_of(finding) for finding in findings]
        strange: list[int] = []
        for number, key in enumerate(keys):
            room[key] -= 1
            if room[key] < 0:
                strange.append(number)
        for number in strange:
            finding = findings[number]
            near = places.get((finding.uri, finding.rule, finding.sentence), ())
            for key in near:
                if room[key] > 0:
                    room[key] -= 1
                    keys[number] = key
                    break
        return keys

    def updated(
        self, findings: Sequence[Finding], covered: Callable[[str], bool], signature: str, *, add: bool
    ) -> Baseline:
        """The baseline after a run over documents, those ``covered``: what is gone from them is dropped and counts
        shrink; they grow, and new findings come in, only with ``add``. Other documents' entries stay."""
        left = Counter({key: entry.count for key, entry in self.entries.items()})
        tolerated = []
        for finding, key in zip(findings, self.keys(findings), strict=True):
            if add or left[key] > 0:
                tolerated.append(finding)
            left[key] -= 1
        kept = {key: entry for key, entry in self.entries.items() if not covered(key[0])}
        for key, entry in Baseline.of(tolerated, signature).entries.items():
            kept[key] = max(entry, kept.get(key, entry), key=lambda each: each.count)
        return replace(self, signature=signature, entries=kept)

    def judged(self, finding: Finding, opinion: Opinion, who: str, when: date) -> Baseline:
        """The baseline with a person's word on ``finding``; the last one counts."""
        said = Judgement(
            opinion=opinion, who=who, when=when.isoformat(), words=finding.words, sentence=finding.sentence
        )
        return replace(self, judgements=dict(self.judgements) | {key_of(finding): said})


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Be the only process that changes the baseline at ``path``: who writes one that depends on what it holds reads
    and writes it inside. Raises ConfigError where the folder cannot be written or another process goes on changing
    it."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(path))
        except OSError as error:
            raise ConfigError(f"{path}: cannot be written ({error.strerror}); name another file") from None
        yield


def key_of(finding: Finding) -> Key:
    """The identity of a finding."""
    return finding.uri, finding.rule, finding.fingerprint


def covered_by(report: Report, gone: Callable[[str], bool] = lambda file: False) -> Callable[[str], bool]:
    """Whether a run says all there is to say of the document with a name: it was judged in full, or it is no longer a
    row of a file that was read in full, or its file is ``gone``."""
    partial = set(partial_in(report))
    documents = {document.document.uri for document in report.documents}
    bad = [failure.uri for failure in report.failures]
    files = {document.document.file for document in report.documents}
    whole = {file for file in files if not any(uri.startswith(f"{file}:") for uri in bad)}
    return lambda uri: uri not in partial and (uri in documents or (file := _parted(uri)[0]) in whole or gone(file))


def partial_in(report: Report) -> list[str]:
    """The documents of which a later run may say more: over a limit, or not read to the end by a language model."""
    return [each.document.uri for each in report.documents if each.over_limit or each.incomplete]


def _row(key: Key, folder: Path) -> dict[str, Any]:
    uri, rule, fingerprint = key
    file, row = _parted(uri)
    name = Path(os.path.relpath(file, folder)).as_posix()
    return {"path": name + row, "rule": rule, "fingerprint": fingerprint}


def _entry_row(entry: Entry) -> dict[str, Any]:
    return {"count": entry.count, "words": entry.words} | _sentence(entry)


def _said_row(said: Judgement) -> dict[str, Any]:
    return {"verdict": said.opinion.value, "who": said.who, "when": said.when, "words": said.words} | _sentence(said)


def _sentence(known: Entry | Judgement) -> dict[str, Any]:
    return {"sentence": known.sentence} if known.sentence else {}


def _key(row: Mapping[str, Any], folder: Path) -> Key:
    file, of_file = _parted(str(row["path"]))
    return as_reported(folder / file) + of_file, str(row["rule"]), str(row["fingerprint"])


def as_reported(file: Path) -> str:
    """A file's name in reports: relative to this folder where it lies below it, with forward slashes."""
    whole = Path(os.path.abspath(file))  # noqa: PTH100 - symbolic links stay as they are
    return whole.relative_to(Path.cwd()).as_posix() if whole.is_relative_to(Path.cwd()) else whole.as_posix()


def _parted(uri: str) -> tuple[str, str]:
    """A document's file, and what names a row of it, with its #."""
    parts = _ROW_OF_FILE.fullmatch(uri)
    return (parts[1], parts[2]) if parts else (uri, "")


def _entry(row: Mapping[str, Any]) -> Entry:
    count = row["count"]
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= _MOST:
        raise ValueError(f"count {count!r}")
    return Entry(count=count, words=str(row["words"]), sentence=str(row.get("sentence", "")))


def _judgement(row: Mapping[str, Any]) -> Judgement:
    return Judgement(
        opinion=Opinion(row["verdict"]),
        who=str(row["who"]),
        when=str(row["when"]),
        words=str(row["words"]),
        sentence=str(row.get("sentence", "")),
    )
