"""JUnit XML: a test suite a document, whose one test fails where the document has findings that fail the gate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mtqa.core.report import Failure, Finding, GateResult, Report, State
from mtqa.renderers.findings import coverage, explained, standing_of, tally
from mtqa.renderers.wording import governing, inert, visible

__all__ = ["render_junit"]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(report: Report, result: GateResult) -> str:
    """A suite of one test for each document and each unreadable file, then one for the gate, which fails if the policy
    is violated. A test has at most one failure, whose text has a line for each finding or violation, so the count of
    failures is that of failed tests.

    New findings that do not fail the gate by themselves are in the suite's ``system-out``; a document with nothing but
    known and ignored findings counts as skipped.
    """
    root = Element("testsuites", name="mtqa")
    found: dict[str, list[Finding]] = {each.document.uri: [] for each in report.documents}
    for finding in result.findings:
        found.setdefault(finding.uri, []).append(finding)
    for uri, findings in found.items():
        _document(root, uri, findings)
    for failure in report.failures:
        _unreadable(root, failure)
    _gate(root, report, result)
    for count, kind in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        for suite in root:
            suite.set(count, str(len(suite.findall(f".//{kind}"))))
        root.set(count, str(len(root.findall(f".//{kind}"))))
    indent(root)
    written = inert(tostring(root, encoding="unicode"), colon="&#58;", sharp="&#35;")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _document(root: Element, uri: str, findings: Sequence[Finding]) -> None:
    case = _case(root, uri, uri)
    new = [finding for finding in findings if finding.state is State.NEW]
    failing = [finding for finding in new if finding.fails]
    if failing:
        _fail(case, list(map(explained, failing)), list(map(_line, failing)), failing[0].rule)
    if findings and not new:
        excuses = dict.fromkeys(f"{finding.state.value}: {finding.excuse}" for finding in findings)
        SubElement(case, "skipped", message=_legal("; ".join(excuses)))
    rest = [finding for finding in new if not finding.fails]
    if rest:
        SubElement(case, "system-out").text = "".join(f"{_legal(_line(finding))}\n" for finding in rest)


def _unreadable(root: Element, failure: Failure) -> None:
    case = _case(root, failure.uri, failure.uri)
    SubElement(case, "error", message=_legal(failure.message), type="unreadable").text = _legal(failure.message)


def _gate(root: Element, report: Report, result: GateResult) -> None:
    case = _case(root, "mtqa gate", "policy")
    if result.violations:
        _fail(case, result.violations, result.violations, "violation")
    told = [f"stale: {entry}" for entry in result.stale] + [f"note: {note}" for note in result.notes]
    lines = [standing_of(result), coverage(report), tally(result), *governing(report), *told, str(report.signature)]
    SubElement(case, "system-out").text = "".join(f"{_legal(line)}\n" for line in lines)


def _fail(case: Element, messages: Sequence[str], lines: Sequence[str], kind: str) -> None:
    """Give a test the one failure that it may have, for all of its findings or violations, a line each."""
    more = f" (and {len(messages) - 1:,} more)" if len(messages) > 1 else ""
    failure = SubElement(case, "failure", message=_legal(messages[0] + more), type=_legal(kind))
    failure.text = "\n".join(map(_legal, lines))


def _case(root: Element, suite: str, name: str) -> Element:
    parent = SubElement(root, "testsuite", name=_legal(suite))
    return SubElement(parent, "testcase", name=_legal(name), classname="mtqa")


def _line(finding: Finding) -> str:
    at = finding.location
    where = f"{at.lines.line}:{at.lines.column}: " if at and at.lines else f"{at.name}: " if at else ""
    return f"{where}{finding.severity.value} {finding.rule}: {explained(finding)}"


def _legal(text: str) -> str:
    """``text`` without what XML cannot hold, each such character as U+FFFD, on one line."""
    return visible(_ILLEGAL.sub("\ufffd", text))
