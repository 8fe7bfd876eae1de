"""Which files are judged: those that are named or found, without excluded ones, term lists and mtqa's own reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtqa.config import Settings
from mtqa.core.files import is_file, is_folder, is_there
from mtqa.core.report import Failure
from mtqa.formats import expand
from mtqa.gate import git
from mtqa.gate.baseline import as_reported
from mtqa.gate.ignores import PathIgnores
from mtqa.gate.reports import is_own, is_report

__all__ = ["Selection", "few", "left_out", "listed", "select", "unread", "without_reports"]

_NAMED = 5  # files, or kinds of them, that a note names


@dataclass(frozen=True, slots=True)
class Selection:
    """What to judge: files, names of none, and what was left out, a sentence each."""

    files: tuple[Path, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...] = ()


def select(paths: Sequence[str], settings: Settings, *, force_exclude: bool = False) -> Selection:
    """The files that ``paths`` name. What the settings, or the patterns of the current folder's ``.mtqaignore``,
    exclude is left out, and so are the settings' own term lists, but for files named one by one, unless
    ``force_exclude``; so are, where they were only found in a folder or by a pattern, those that git ignores and
    reports that mtqa wrote. Raises ConfigError where a pattern is none, or the settings name a term list that is
    missing."""
    files, failures, others = expand(paths)
    named = _named(paths)
    ignored_paths = PathIgnores.load(Path.cwd())
    listing = {file.resolve() for file in settings.term_files()}

    def excludes(file: Path) -> bool:
        return settings.excludes(file) or ignored_paths.matches(file)

    held = {file for file in files if force_exclude or file not in named}
    terms = {file for file in held if file.resolve() in listing} if listing else set()
    excluded = {file for file in held - terms if excludes(file)}
    kept = [file for file in files if file not in terms | excluded]
    baseline = settings.policy.baseline
    used = listing | {baseline.resolve()} if baseline else listing
    strange = [file for file in others if not (excludes(file) or (used and file.resolve() in used))]
    not_kept = git.ignored([*(file for file in kept if file not in named), *strange])
    ignored = not_kept.intersection(kept)
    own, note = without_reports((file for file in kept if file not in ignored), paths)
    notes = [
        *note,
        *left_out(len(excluded), "by exclude or .mtqaignore"),
        *left_out(
            len(terms), f"because the settings name {'them as term lists' if len(terms) > 1 else 'it as a term list'}"
        ),
        *left_out(len(ignored), "because git ignores them" if len(ignored) > 1 else "because git ignores it"),
        *unread(file for file in strange if file not in not_kept),
    ]
    return Selection(tuple(own), tuple(failures), tuple(sorted(notes)))


def without_reports(files: Iterable[Path], paths: Sequence[str]) -> tuple[list[Path], list[str]]:
    """``files`` without reports that mtqa wrote, but for those that ``paths`` name one by one; and a note on them."""
    named = _named(paths)
    kept: list[Path] = []
    reports: list[str] = []
    for file in files:
        if file not in named and is_report(file):
            reports.append(as_reported(file))
        else:
            kept.append(file)
    if not reports:
        return kept, []
    them, one = ("them as reports", "one") if len(reports) > 1 else ("it as a report", "it")
    why = f"because mtqa wrote {them}: {listed(sorted(reports))}; name {one} to have it judged"
    return kept, left_out(len(reports), why)


def unread(others: Iterable[Path]) -> list[str]:
    """A note on files that were met in folders and that no format reads, by their kinds, those of mtqa's own aside;
    none where there are none."""
    kinds = Counter(_kind(file) for file in others if not is_own(file))
    count = kinds.total()
    them = "them" if count > 1 else "it"
    return left_out(
        count, f"because no format reads {them}: {listed([f'{n:,} {kind}' for kind, n in kinds.most_common()])}"
    )


def _kind(file: Path) -> str:
    """What a note calls a file: by its suffix, unless it is none on a disk."""
    if is_there(file) and not is_file(file):
        return "special (pipe, socket or device)"
    return file.suffix.lower() or "without a suffix"


def left_out(count: int, why: str) -> list[str]:
    """A note on ``count`` files that are not judged, none where that is 0."""
    return [f"{count:,} file{'s'[: count > 1]} left out {why}"] if count else []


def few(notes: Sequence[str]) -> list[str]:
    """The first notes, and how many more there are."""
    left = len(notes) - _NAMED
    return [*notes[:_NAMED], *([f"{left:,} more notes of this kind"] if left > 0 else [])]


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    left = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {left:,} more" if left > 0 else "")


def _named(paths: Sequence[str]) -> Collection[Path]:
    """Those of ``paths`` that are no folders: the files that a person names one by one."""
    return {Path(path) for path in paths if not is_folder(path)}
