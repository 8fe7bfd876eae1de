"""An open article and what the checker said of it, as diagnostics, hovers and code actions."""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass
from itertools import takewhile

from lsprotocol import types

from mtqa.checker import Checker
from mtqa.core.errors import InputError
from mtqa.core.findings import Applicability, Edit, Flag, Severity
from mtqa.core.report import Decision, DocumentReport
from mtqa.formats import read_bytes, write
from mtqa.lsp.positions import Positions
from mtqa.renderers.wording import (
    false_alarms,
    further_reasons,
    headline,
    printable,
    probability,
    standing,
    suggestions,
    visible,
)

__all__ = ["FORMAT_OF", "Article"]

FORMAT_OF = {"html": "html", "markdown": "markdown", "plaintext": "text"}
"""Formats by the language identifiers of editors; documents in other languages are left alone."""

_SEVERITIES = {
    Severity.NEUTRAL: types.DiagnosticSeverity.Information,
    Severity.MINOR: types.DiagnosticSeverity.Warning,
    Severity.MAJOR: types.DiagnosticSeverity.Error,
    Severity.CRITICAL: types.DiagnosticSeverity.Error,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A text and the report on it.

    Attributes:
        text: as the client held it when it was checked; what is said holds for no other text.
        report: None where the text could not be read or is empty.
        failure: why it could not be read.
        fpr: the false-alarm rate of the report's signature.
    """

    text: str
    positions: Positions
    report: DocumentReport | None = None
    failure: str | None = None
    fpr: float = 0.0

    @classmethod
    def check(cls, checker: Checker, text: str, name: str, *, language_id: str, encoding: str) -> Article:
        """Check ``text``, which is called ``name``; columns count units of ``encoding``."""
        positions = Positions(text, encoding)
        if not text or text.isspace():
            return cls(text=text, positions=positions)
        try:
            # The mark keeps a declaration in the file ("charset=…") from being believed: the client sent characters.
            raw = BOM_UTF8 + text.encode("utf-8", "replace")
            documents, failures = read_bytes(raw, name, format=FORMAT_OF[language_id])
            report = checker.check(*documents, failures=failures)
        except InputError as error:
            return cls(text=text, positions=positions, failure=str(error).removeprefix(f"{name}: "))
        return cls(text=text, positions=positions, report=report.documents[0], fpr=report.signature.fpr)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """All flags, in text order."""
        return () if self.report is None else self.report.flags

    def diagnostics(self) -> list[types.Diagnostic]:
        """One for each flag, and at the top one for an article that is called likely-mt or cannot be read."""
        found: list[types.Diagnostic] = []
        top = self.positions.between(0, 0)
        if self.failure is not None:
            found.append(_diagnostic(top, "unreadable", types.DiagnosticSeverity.Error, self.failure))
        if self.report is not None and self.report.decision is Decision.LIKELY_MT:
            p = "" if self.report.p_mt is None else f" (p {probability(self.report.p_mt)})"
            told = f"{headline(self.report)}{p}. {standing(self.report.reason)} {false_alarms(self.fpr)}"
            found.append(_diagnostic(top, "machine-translation", types.DiagnosticSeverity.Warning, told))
        return found + [self._diagnostic(flag) for flag in self.flags]

    def hover(self, at: types.Position) -> types.Hover | None:
        """What is said of the flags at a place, and why."""
        here = [flag for flag in self.flags if _touches(self._range(flag), types.Range(at, at))]
        if self.report is None or not here:
            return None
        told = "\n\n".join(_explained(flag, self.report.document.text) for flag in here)
        # Plain text, as the words are the document's own and might be markup.
        content = types.MarkupContent(types.MarkupKind.PlainText, told)
        return types.Hover(content, self._range(here[0]))

    def actions(self, uri: str, where: types.Range) -> list[types.CodeAction]:
        """A quick fix for each flag that touches ``where`` and whose edits may all be applied unread."""
        found: list[types.CodeAction] = []
        for flag in self.flags:
            if not flag.edits or any(edit.applicability is not Applicability.SAFE for edit in flag.edits):
                continue
            change = self._change(flag.edits) if _touches(self._range(flag), where) else None
            if change is None or self.report is None:
                continue
            ((after, _), *_) = suggestions(flag, self.report.document.text)
            title = f"Replace with “{visible(after)}”" if after else "Delete"
            found.append(
                types.CodeAction(
                    title=f"{title} (mtqa: {flag.rule})",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[self._diagnostic(flag)],
                    edit=types.WorkspaceEdit(changes={uri: [change]}),
                )
            )
        return found

    def _change(self, edits: tuple[Edit, ...]) -> types.TextEdit | None:
        """The edits as the format writes them; None where markup lies inside or they overlap."""
        if self.report is None:
            return None
        try:
            after = write(self.report.document, edits).decode("utf-8-sig")
        except InputError:
            return None
        start = _alike(self.text, after)
        room = min(len(self.text), len(after)) - start
        end = min(_alike(self.text[::-1], after[::-1]), room)
        return types.TextEdit(self.positions.between(start, len(self.text) - end), after[start : len(after) - end])

    def _range(self, flag: Flag) -> types.Range:
        assert self.report is not None  # noqa: S101 - a flag comes from a report
        return self.positions.range(self.report.document.locate(flag.span))

    def _diagnostic(self, flag: Flag) -> types.Diagnostic:
        return _diagnostic(self._range(flag), flag.rule, _SEVERITIES[flag.severity], flag.message)


def _diagnostic(where: types.Range, code: str, severity: types.DiagnosticSeverity, message: str) -> types.Diagnostic:
    return types.Diagnostic(range=where, message=visible(message), severity=severity, code=code, source="mtqa")


def _explained(flag: Flag, text: str) -> str:
    lines = [
        f"{flag.severity.value} {flag.category.label}: {flag.message} (p {probability(flag.probability)})",
        *(f"because {reason}" for reason in further_reasons(flag)),
        *(f"→ {after or 'delete'} ({caution.value})" for after, caution in suggestions(flag, text)),
        f"mtqa explain {flag.rule}",
    ]
    return "\n".join(printable(" ".join(line.split())) for line in lines)


def _touches(one: types.Range, other: types.Range) -> bool:
    def pair(at: types.Position) -> tuple[int, int]:
        return at.line, at.character

    return pair(one.start) <= pair(other.end) and pair(other.start) <= pair(one.end)


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
