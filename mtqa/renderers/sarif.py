"""SARIF 2.1.0, for code scanning services and editors.

Every finding is a result; known and ignored ones carry a suppression. Consumers refuse large files, so at most 5,000
results and 10 MB are written, the worst first, and a notification says how many were left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtqa.core.excerpts import excerpt
from mtqa.core.report import Finding, GateResult, Report, State
from mtqa.core.rules import OF_DOCUMENT, Explanation
from mtqa.renderers.findings import explained, failed_documents, level, listed, worst_first
from mtqa.renderers.json import dump, number_json
from mtqa.renderers.paths import from_root, repository_root, uri_reference
from mtqa.renderers.wording import counted, visible

__all__ = ["render_sarif"]

MOST_RESULTS = 5_000
MOST_BYTES = 10_000_000
_MOST_SENTENCES = 1_000
_MOST_CHARACTERS = 1_000
_MOST_OF_A_SENTENCE = 300

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SUPPRESSION = {State.KNOWN: "external", State.IGNORED: "inSource"}
_BRACE = re.compile("[{}]")
_LINK = re.compile(r"(?<!\\)(\\*)\]\(")


def render_sarif(report: Report, result: GateResult) -> str:
    """One log with one run. The run's properties hold the signature, the gate's result and the violations, those of its
    invocation the files of settings that held."""
    ranked = worst_first(result.findings)
    kept = ranked[:MOST_RESULTS]
    written = dump(_log(report, result, kept), indent=2)
    while kept and len(written.encode()) >= MOST_BYTES:
        kept = kept[: len(kept) * 9 // 10]
        written = dump(_log(report, result, kept), indent=2)
    return written


def _log(report: Report, result: GateResult, kept: Sequence[Finding]) -> dict[str, Any]:
    root = repository_root()
    rules = _rules(result)
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "mtqa", "version": report.signature.version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, result, len(result.findings) - len(kept))],
        "results": [_result(finding, places[finding.rule], root) for finding in kept],
        "properties": {
            "signature": str(report.signature),
            "passed": result.passed,
            "violations": _sentences(result.violations),
            "stale": _sentences(result.stale),
        },
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules(result: GateResult) -> list[dict[str, Any]]:
    """One for each rule that found something, by name; one without an explanation is described by its first finding."""
    found = {
        each.rule: Explanation(
            name=each.rule, category=each.category, severity=each.severity, language="", description=each.message
        )
        for each in reversed(result.findings)
    }
    found |= {each.name: each for each in result.rules if each.name in found}
    tags = {name: sorted({each.category for each in result.findings if each.rule == name}) for name in found}
    return [_rule(found[name], tags[name]) for name in sorted(found)]


def _rule(rule: Explanation, tags: Sequence[str]) -> dict[str, Any]:
    caution = "Every finding is a suggestion until a person agrees."
    if rule.category == OF_DOCUMENT:
        caution = "A verdict on the whole document: a probability, not a proof. Nothing in the text has to be wrong."
    return {
        "id": rule.name,
        "shortDescription": _text(rule.summary),
        "fullDescription": _text(" ".join(rule.description.split())),
        "help": _text(f"`mtqa explain {rule.name}` says more. {caution}"),
        "properties": {"tags": tags},
    }


def _invocation(report: Report, result: GateResult, left_out: int) -> dict[str, Any]:
    notifications = [
        {"level": "error", "message": _text(sentence)} for sentence in _sentences(failed_documents(report))
    ]
    notifications += [{"level": "note", "message": _text(sentence)} for sentence in _sentences(result.notes)]
    if left_out:
        sentence = f"{counted(left_out, 'finding')} left out: the least severe of those that this file has no room for"
        notifications.append({"level": "warning", "message": _text(sentence)})
    return {
        "executionSuccessful": not report.failures,
        "toolExecutionNotifications": notifications,
        "properties": {"settings": list(map(visible, report.settings))},
    }


def _result(finding: Finding, rule: int, root: Path) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": uri_reference(from_root(finding.uri, root))}}
    location: dict[str, Any] = {"physicalLocation": place}
    if finding.location and (at := finding.location.lines):
        place["region"] = {
            "startLine": at.line,
            "startColumn": at.column,
            "endLine": at.end_line,
            "endColumn": at.end_column,
        }
    elif finding.location:
        location["logicalLocations"] = [{"name": _shown(finding.location.name)}]
    suppressions = []
    if finding.state in _SUPPRESSION:
        suppressions = [{"kind": _SUPPRESSION[finding.state], "justification": _shown(finding.excuse or "")}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": level(finding),
        "message": _text(explained(finding)),
        "locations": [location],
        "partialFingerprints": {"mtqa/v1": finding.fingerprint},
        "suppressions": suppressions,  # of all results or of none, as the standard wants it
        "properties": {
            "category": finding.category,
            "severity": finding.severity.value,
            "probability": number_json(finding.probability),
            "fails": finding.fails,
        },
    }


def _sentences(sentences: Sequence[str]) -> list[str]:
    return [excerpt(visible(sentence), _MOST_OF_A_SENTENCE) for sentence in listed(sentences, _MOST_SENTENCES)]


def _shown(text: str) -> str:
    return excerpt(visible(text), _MOST_CHARACTERS)


def _text(text: str) -> dict[str, str]:
    """A message. Braces are doubled and links broken: ``{0}`` would be a placeholder, ``[a](b)`` a link."""
    shown = _BRACE.sub(lambda brace: brace[0] * 2, _shown(text))
    return {"text": _LINK.sub(lambda end: end[0] if len(end[1]) % 2 else f"\\{end[0]}", shown)}
