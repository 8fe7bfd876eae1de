"""An open article and what the checker said of it, as diagnostics and hovers."""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass

from lsprotocol import types

from mtqa.checker import Checker
from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Flag, Severity
from mtqa.core.report import DocumentReport, Failure, Finding
from mtqa.formats import read_bytes
from mtqa.gate.findings import findings_of
from mtqa.gate.ignores import Ignores
from mtqa.gate.rules import explanations
from mtqa.lsp.positions import Positions
from mtqa.lsp.project import Project
from mtqa.renderers.wording import (
    CAUTIONS,
    false_alarms,
    further_reasons,
    headline,
    probability,
    standing,
    suggestions,
    visible,
)

__all__ = ["FORMAT_OF", "Article", "documents_of"]

FORMAT_OF = {
    "asciidoc": "asciidoc",
    "gfm": "markdown",
    "html": "html",
    "markdown": "markdown",
    "mdx": "mdx",
    "mhtml": "html",
    "plaintext": "text",
    "restructuredtext": "rst",
    "rst": "rst",
    "srt": "srt",
    "subrip": "srt",
    "text": "text",
    "vtt": "vtt",
    "webvtt": "vtt",
    "xhtml": "html",
}
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
        flags: those that the project asks for and nothing excuses, in text order.
        failure: why it could not be read, or was not judged.
        fpr: the false-alarm rate of the report's signature.
    """

    text: str
    positions: Positions
    project: Project
    report: DocumentReport | None = None
    flags: tuple[Flag, ...] = ()
    failure: str | None = None
    fpr: float = 0.0

    @classmethod
    def check(
        cls,
        checker: Checker,
        text: str,
        name: str,
        *,
        format: str,  # noqa: A002
        encoding: str,
        project: Project,
    ) -> Article:
        """Check ``text``, which is called ``name``; columns count units of ``encoding``."""
        positions = Positions(text, encoding)
        if not text or text.isspace():
            return cls(text=text, positions=positions, project=project)
        try:
            documents, failures = documents_of(text, name, format)
            report = checker.check(*documents, failures=failures)
            for fault in report.failures:
                raise InputError(fault.uri, fault.message)
        except InputError as error:
            return cls(text=text, positions=positions, project=project, failure=error.problem)
        found = Ignores(terms=project.terms).without_excused(report.documents[0])
        if found.over_limit:
            return cls(text=text, positions=positions, project=project, failure=found.reason)
        return cls(
            text=text,
            positions=positions,
            project=project,
            report=found,
            flags=tuple(filter(project.policy.looks_at, found.flags)),
            fpr=report.signature.fpr,
        )

    def diagnostics(self) -> list[types.Diagnostic]:
        """One for each flag, and at the top one for each verdict on the whole that the policy looks at, or the reason
        why the article cannot be read."""
        top = self.positions.between(0, 0)
        if self.failure is not None:
            return [_diagnostic(top, "unreadable", types.DiagnosticSeverity.Error, self.failure)]
        if self.report is None:
            return []
        whole = [
            _diagnostic(top, finding.rule, types.DiagnosticSeverity.Warning, self._said(self.report, finding))
            for finding in findings_of(self.report, self.project.policy)
        ]
        return whole + [self.diagnostic(flag) for flag in self.flags]

    def diagnostic(self, flag: Flag) -> types.Diagnostic:
        """What is published of a flag."""
        return _diagnostic(self.range(flag), flag.rule, _SEVERITIES[flag.severity], flag.message)

    def hover(self, at: types.Position) -> types.Hover | None:
        """What is said of the flags at a place, and why."""
        here = self.touching(types.Range(at, at))
        if self.report is None or not here:
            return None
        told = "\n\n".join(_explained(flag, self.report.document.text) for flag in here)
        # Plain text, as the words are the document's own and might be markup.
        content = types.MarkupContent(types.MarkupKind.PlainText, told)
        return types.Hover(content, self.range(here[0]))

    def touching(self, where: types.Range) -> list[Flag]:
        """The flags that share a place with ``where``, their ends included."""
        return [flag for flag in self.flags if _touch(self.range(flag), where)]

    def range(self, flag: Flag) -> types.Range:
        """Where a flag of the report stands, for the client."""
        assert self.report is not None  # noqa: S101 - a flag comes from a report
        return self.positions.range(self.report.document.locate(flag.span))

    def _said(self, report: DocumentReport, finding: Finding) -> str:
        if finding.rule == "unexpected-language":
            return standing(finding.message)
        if finding.rule == "undecided":
            return headline(report)
        p = "" if report.p_mt is None else f" (p {probability(report.p_mt)})"
        return f"{headline(report)}{p}. {standing(report.reason)} {false_alarms(self.fpr)}"


def documents_of(text: str, name: str, format: str) -> tuple[list[Document], list[Failure]]:  # noqa: A002
    """A client's text as ``format`` reads it: offsets into a document's content are those of ``text``. Raises
    InputError as ``mtqa.formats.read`` does."""
    # The mark keeps a declaration in the file ("charset=…") from being believed: the client sent characters.
    return read_bytes(BOM_UTF8 + text.encode("utf-8", "replace"), name, format=format)


def _diagnostic(where: types.Range, code: str, severity: types.DiagnosticSeverity, message: str) -> types.Diagnostic:
    return types.Diagnostic(range=where, message=visible(message), severity=severity, code=code, source="mtqa")


def _explained(flag: Flag, text: str) -> str:
    lines = [
        f"{flag.severity.value} {flag.category.label}: {flag.message} (p {probability(flag.probability)})",
        *(f"because {reason}" for reason in further_reasons(flag)),
        *(f"→ {after or 'delete'}{CAUTIONS[caution]}" for after, caution in suggestions(flag, text)),
        *(each.summary for each in explanations([flag.rule])),
        f"mtqa explain {flag.rule}",
    ]
    return "\n".join(map(visible, lines))


def _touch(one: types.Range, other: types.Range) -> bool:
    def pair(at: types.Position) -> tuple[int, int]:
        return at.line, at.character

    return pair(one.start) <= pair(other.end) and pair(other.start) <= pair(one.end)
