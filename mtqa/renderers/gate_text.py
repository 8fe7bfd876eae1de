"""Text: one line a new finding, as compilers print them, then the violations and the result."""

from __future__ import annotations

from mtqa.core.report import Finding, GateResult, Report
from mtqa.renderers.findings import coverage, failed_documents, new_findings, standing_of, tally
from mtqa.renderers.wording import inert, quoted, visible

__all__ = ["render_gate_text"]


def render_gate_text(report: Report, result: GateResult) -> str:
    """New findings, unreadable files, counts of documents and findings, stale entries, the signature, violations; last
    ``PASSED`` or ``FAILED``."""
    lines = [
        *map(_line, new_findings(result)),
        *failed_documents(report),
        coverage(report),
        tally(result),
        *(f"stale: {visible(entry)}" for entry in result.stale),
        *(f"note: {visible(note)}" for note in result.notes),
        visible(str(report.signature)),
        *(f"violation: {visible(violation)}" for violation in result.violations),
        standing_of(result),
    ]
    return inert("".join(f"{line}\n" for line in lines))


def _line(finding: Finding) -> str:
    at = finding.location
    place = visible(finding.uri) + (f":{at.line}:{at.column}" if at else "")
    words = f"{quoted(visible(finding.words))} " if finding.words else ""
    return f"{place}: {finding.severity.value} {finding.rule}: {words}{visible(finding.message)}"
