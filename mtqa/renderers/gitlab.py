"""GitLab: a Code Quality report of the new findings and the files that could not be read."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from mtqa.core.findings import Severity
from mtqa.core.report import GateResult, Report
from mtqa.renderers.findings import explained, new_findings
from mtqa.renderers.json import dump
from mtqa.renderers.paths import from_root, repository_root
from mtqa.renderers.wording import visible

__all__ = ["render_gitlab"]

_SEVERITIES = {
    Severity.NEUTRAL: "info",
    Severity.MINOR: "minor",
    Severity.MAJOR: "major",
    Severity.CRITICAL: "critical",
}


def render_gitlab(report: Report, result: GateResult) -> str:
    """An array. A fingerprint stays as it is when the words move; findings that share one are told apart by their
    order. Paths are relative to the root of the repository, as GitLab wants them."""
    root = repository_root()
    seen: Counter[tuple[str, ...]] = Counter()
    issues = []
    for finding in new_findings(result):
        line = finding.location.lines.line if finding.location and finding.location.lines else 1
        severity = _SEVERITIES[finding.severity]
        path = from_root(finding.uri, root)
        identity = (path, finding.rule, finding.fingerprint)
        issues.append(_issue(path, finding.rule, explained(finding), severity, line, identity, seen))
    for failure in report.failures:
        message = f"could not be read: {failure.message}"
        path = from_root(failure.uri, root)
        issues.append(_issue(path, "unreadable", message, "critical", 1, (path, "unreadable"), seen))
    return dump(issues, indent=2)


def _issue(
    path: str,
    name: str,
    description: str,
    severity: str,
    line: int,
    identity: tuple[str, ...],
    seen: Counter[tuple[str, ...]],
) -> dict[str, Any]:
    parts = "\0".join([*identity, str(seen[identity])])
    seen[identity] += 1
    return {
        "description": visible(description),
        "check_name": name,
        "fingerprint": hashlib.sha256(parts.encode(errors="surrogatepass")).hexdigest(),
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    }
