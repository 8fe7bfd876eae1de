"""Text: one line a new finding, as compilers print them, then the violations and the result."""

from __future__ import annotations

from mtqa.core.report import Finding, GateResult, Report
from mtqa.renderers.findings import coverage, failed_documents, new_findings, standing_of, tally
from mtqa.renderers.wording import quoted, visible

__all__ = ["render_gate_text"]

_COMMANDS = ("::", "##[", "##vso[")  # of the logs of GitHub Actions and Azure Pipelines


def render_gate_text(report: Report, result: GateResult) -> str:
    """New findings, unreadable files, counts of documents and findings, stale entries, the signature, violations; last
    ``PASSED`` or ``FAILED``."""
    lines = [
        *(_inert(_line(finding)) for finding in new_findings(result)),
        *(_inert(sentence) for sentence in failed_documents(report)),
        coverage(report),
        tally(result),
        *(f"stale: {visible(entry)}" for entry in result.stale),
        *(f"note: {visible(note)}" for note in result.notes),
        visible(str(report.signature)),
        *(f"violation: {visible(violation)}" for violation in result.violations),
        standing_of(result),
    ]
    return "".join(f"{line}\n" for line in lines)


def _inert(line: str) -> str:
    """A line that begins with a path. One that begins as a command to the log's reader does is led by ``./``."""
    return f"./{line}" if line.lstrip().startswith(_COMMANDS) else line


def _line(finding: Finding) -> str:
    at = finding.location
    place = visible(finding.uri) + (f":{at.line}:{at.column}" if at else "")
    words = f"{quoted(visible(finding.words))} " if finding.words else ""
    return f"{place}: {finding.severity.value} {finding.rule}: {words}{visible(finding.message)}"
