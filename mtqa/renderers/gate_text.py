"""Text: one line a new finding, as compilers print them, then what was not judged, the violations and the result."""

from __future__ import annotations

from mtqa.core.report import Decision, DocumentReport, Finding, GateResult, Report
from mtqa.renderers.findings import coverage, failed_documents, new_findings, standing_of, tally, what
from mtqa.renderers.wording import counted, governing, inert, quoted, visible

__all__ = ["render_gate_text"]

_MOST = 10  # undecided documents that are named


def render_gate_text(report: Report, result: GateResult) -> str:
    """New findings, unreadable files, counts of documents and findings, files of settings, stale entries, notes, the
    signature, violations; last what ``standing_of`` says."""
    lines = [
        *map(_line, new_findings(result)),
        *failed_documents(report),
        coverage(report),
        tally(result),
        *governing(report),
        *(f"stale: {visible(entry)}" for entry in result.stale),
        *(f"note: {visible(note)}" for note in (*result.notes, *_undecided(report, result))),
        visible(str(report.signature)),
        *(f"violation: {visible(violation)}" for violation in result.violations),
        standing_of(result),
    ]
    return inert("".join(f"{line}\n" for line in lines))


def _line(finding: Finding) -> str:
    at = finding.location
    place = visible(at.address if at else finding.uri) + (f":{at.lines.column}" if at and at.lines else "")
    words = f"{quoted(visible(finding.words))}: " if finding.words else ""
    fails = " [fails]" if finding.fails else ""
    return f"{place}: {finding.severity.value} {finding.rule}: {words}{visible(what(finding))}{fails}"


def _undecided(report: Report, result: GateResult) -> list[str]:
    """Which documents were judged and are undecided, and why, but for those that a finding says it of."""
    told = {finding.uri for finding in result.findings if finding.rule == Decision.UNDECIDED}
    found = [each for each in report.documents if _is_undecided(each) and each.document.uri not in told]
    said = [f"{each.document.uri} is undecided: {each.reason}" for each in found]
    left = len(said) - _MOST
    return [*said[:_MOST], f"{counted(left, 'more document is', 'more documents are')} undecided"] if left > 0 else said


def _is_undecided(report: DocumentReport) -> bool:
    return report.decision is Decision.UNDECIDED and not (report.blank or report.foreign or report.over_limit)
