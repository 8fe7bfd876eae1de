"""What is excused from the gate, each with its reason: files, passages of a file, and words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mtqa.core.documents import Document
from mtqa.core.findings import Flag
from mtqa.core.report import DocumentReport
from mtqa.gate.ignore_comments import TextIgnores
from mtqa.gate.ignore_paths import IGNORE_FILE, PathIgnores
from mtqa.gate.ignore_terms import Terms

__all__ = ["IGNORE_FILE", "Ignores", "PathIgnores", "Terms"]


class Ignores:
    """Answers for each flag of a run whether it is excused, and at the end which ignores were for nothing.

    Args:
        paths: files that are left out.
        terms: words that spelling rules are not to point at.
    """

    def __init__(self, paths: PathIgnores | None = None, terms: Terms | None = None) -> None:
        self._paths = paths
        self._terms = terms
        self._read: dict[tuple[str, str], TextIgnores] = {}

    def add(self, document: Document) -> None:
        """Reads the ignores in ``document``. ``excuse`` does so by itself; a document without flags needs this, for
        its ignores to count in ``stale``."""
        self._of(document)

    def excuse(self, document: Document, flag: Flag, *, words: str | None = None) -> str | None:
        """Why ``flag`` is excused, in a sentence; None if it is not. An ignore in the file goes before a term.

        Args:
            document: that the flag's span is in.
            words: that it stands on; those of its span by default.
        """
        reason = self._of(document).excuse(document, flag)
        if reason is None and self._paths is not None:
            reason = self._paths.reason(Path(document.file))
        if reason is None and self._terms is not None:
            reason = self._terms.reason(flag.rule, flag.span.of(document.text) if words is None else words)
        return reason

    def without_excused(self, report: DocumentReport) -> DocumentReport:
        """``report`` without the flags that are excused, and with a remark on how many there were."""
        excused = {id(flag) for flag in report.flags if self.excuse(report.document, flag) is not None}
        if not excused:
            return report
        verdicts = tuple(
            replace(verdict, flags=tuple(flag for flag in verdict.flags if id(flag) not in excused))
            for verdict in report.verdicts
        )
        count = len(excused)
        remark = f"{count:,} ignored finding{'s are' if count > 1 else ' is'} left out"
        return replace(report, verdicts=verdicts, remarks=(*report.remarks, remark))

    def stale(self) -> tuple[str, ...]:
        """Each ignore in a file that excused nothing and each that cannot be honoured, a sentence each, by document. To
        be asked after all flags. Terms and patterns are general, and never stale."""
        return tuple(line for one in self._read.values() for line in one.stale())

    def _of(self, document: Document) -> TextIgnores:
        key = (document.uri, document.content)
        if key not in self._read:
            self._read[key] = TextIgnores.read(document)
        return self._read[key]
