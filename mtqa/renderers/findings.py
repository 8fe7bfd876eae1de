"""What all formats of the gate share: its findings in words, in numbers and in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mtqa.core.findings import Category, Severity
from mtqa.core.report import Finding, GateResult, Report, State
from mtqa.core.rules import OF_DOCUMENT
from mtqa.renderers.wording import counted, quoted, visible

__all__ = [
    "LEVELS",
    "coverage",
    "explained",
    "failed_documents",
    "failing",
    "level",
    "listed",
    "new_findings",
    "standing_of",
    "tally",
    "what",
    "worst_first",
]

LEVELS = ("note", "warning", "error")


def new_findings(result: GateResult) -> tuple[Finding, ...]:
    """Those that are neither known nor ignored, by file and place."""
    return tuple(finding for finding in result.findings if finding.state is State.NEW)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Those that fail alone, then by severity; in the order given where both are equal."""
    return sorted(findings, key=lambda finding: (-LEVELS.index(level(finding)), -finding.severity.rank))


def level(finding: Finding) -> str:
    """One of ``LEVELS``: error for a critical finding and for one that fails alone, warning for a major one."""
    if finding.fails or finding.severity is Severity.CRITICAL:
        return "error"
    return "warning" if finding.severity is Severity.MAJOR else "note"


def explained(finding: Finding) -> str:
    """The words, what is wrong, and the reasons that the message does not give; words as they stand in the file."""
    words = f"{quoted(finding.words)}: " if finding.words else ""
    reasons = [reason for reason in dict.fromkeys(finding.reasons) if reason != finding.message]
    return "; ".join([f"{words}{what(finding)}", *reasons])


def what(finding: Finding) -> str:
    """What is wrong, and of words also in which category: ``"grammar: the word is repeated"``."""
    if finding.category == OF_DOCUMENT:
        return finding.message
    return f"{Category(finding.category).label}: {finding.message}"


def failing(result: GateResult) -> list[str]:
    """Why the gate fails, a sentence each: each finding that fails alone, then the violations."""
    found = [
        f"{finding.location.address if finding.location else finding.uri}: "
        f"{finding.severity.value} {finding.rule}: {explained(finding)}"
        for finding in result.findings
        if finding.fails
    ]
    return [*found, *result.violations]


def standing_of(result: GateResult) -> str:
    """``"PASSED"``, ``"FAILED"``, or ``"ERROR"`` where something could not be read, so that neither can be said."""
    if not result.complete:
        return "ERROR"
    return "PASSED" if result.passed else "FAILED"


def coverage(report: Report) -> str:
    """How many documents were judged, and how many were not: ``"3 documents judged, 1 with nothing to judge"``."""
    blank = sum(document.blank for document in report.documents)
    foreign = sum(document.foreign for document in report.documents)
    parts = [f"{counted(len(report.documents) - blank - foreign, 'document')} judged"]
    parts += [f"{blank:,} with nothing to judge"] if blank else []
    parts += [f"{foreign:,} in another language, checked by the rules alone"] if foreign else []
    parts += [f"{len(report.failures):,} not read"] if report.failures else []
    return ", ".join(parts)


def tally(result: GateResult) -> str:
    """How many findings are new, known and ignored, and how many of the new ones fail: ``"3 new findings (1 fails), 2
    known from the baseline, 0 ignored"``, ``"3 new findings, no baseline in use, 0 ignored"``."""
    number = {state: sum(finding.state is state for finding in result.findings) for state in State}
    fails = sum(finding.fails for finding in result.findings)
    told = f" ({fails:,} {'fails' if fails == 1 else 'fail'})" if fails else ""
    known = f"{number[State.KNOWN]:,} known"
    if result.baseline:
        known += " from the baseline"
    elif not number[State.KNOWN]:
        known = "no baseline in use"
    return f"{counted(number[State.NEW], 'new finding')}{told}, {known}, {number[State.IGNORED]:,} ignored"


def failed_documents(report: Report) -> list[str]:
    """A sentence for each document that could not be read, safe to show."""
    return [f"{visible(failure.uri)}: could not be read: {visible(failure.message)}" for failure in report.failures]


def listed(sentences: Sequence[str], most: int) -> list[str]:
    """The first ``most`` sentences, and how many more there are."""
    left = len(sentences) - most
    return [*sentences[:most], f"… and {left:,} more"] if left > 0 else list(sentences)
