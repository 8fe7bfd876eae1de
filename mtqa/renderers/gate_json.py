"""JSON and JSON Lines of the gate: every finding with every field, by the schema in ``report.schema.json``."""

from __future__ import annotations

from typing import Any

from mtqa.core.findings import Severity
from mtqa.core.report import Finding, GateResult, Report
from mtqa.renderers.json import SCHEMA, dump, failure_json, location_json, number_json, report_json, signature_json

__all__ = ["render_gate_json", "render_gate_jsonl"]


def render_gate_json(report: Report, result: GateResult) -> str:
    """The object of the JSON report, and in it the gate's result as ``gate``."""
    gate = _result(result) | {"findings": [_finding(finding) for finding in result.findings]}
    return dump(report_json(report, Severity.NEUTRAL) | {"gate": gate}, indent=2)


def render_gate_jsonl(report: Report, result: GateResult) -> str:
    """A line for each finding, known and ignored ones too, and a last one with the result and the unreadable files."""
    head = {"schema": SCHEMA, "signature": signature_json(report.signature), "settings": list(report.settings)}
    failures = {"failures": [failure_json(failure) for failure in report.failures]}
    lines = [{"finding": _finding(finding)} for finding in result.findings]
    return "".join(dump(head | line) for line in [*lines, {"result": _result(result) | failures}])


def _result(result: GateResult) -> dict[str, Any]:
    return {
        "passed": result.passed,
        "violations": list(result.violations),
        "stale": list(result.stale),
        "notes": list(result.notes),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "uri": finding.uri,
        "rule": finding.rule,
        "category": finding.category,
        "severity": finding.severity.value,
        "probability": number_json(finding.probability),
        "message": finding.message,
        "reasons": list(finding.reasons),
        "words": finding.words,
        "location": None if finding.location is None else location_json(finding.location),
        "fingerprint": finding.fingerprint,
        "sentence": finding.sentence,
        "state": finding.state.value,
        "excuse": finding.excuse,
        "fails": finding.fails,
    }
