"""GitHub Actions: annotations of the changed lines, and Markdown for the summary of the job."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

from mtqa.core.excerpts import excerpt
from mtqa.core.report import Failure, Finding, GateResult, Report
from mtqa.renderers.findings import (
    LEVELS,
    coverage,
    explained,
    failed_documents,
    level,
    listed,
    new_findings,
    standing_of,
    tally,
    worst_first,
)
from mtqa.renderers.paths import from_root, repository_root
from mtqa.renderers.wording import counted, governing, inert, printable, quoted, visible

__all__ = ["github_summary", "render_github"]

_MOST = 10  # annotations of a level that GitHub shows of one step
_MOST_BYTES = 1_000_000  # of a summary; GitHub refuses one of over a mebibyte
_MOST_SENTENCES = 100
_MOST_CHARACTERS = 1_000
_MOST_OF_A_SENTENCE = 300
_LEFT_OUT = ("more finding or unreadable file", "more findings or unreadable files")
_COMMANDS = dict(zip(LEVELS, ("notice", "warning", "error"), strict=True))
_MARKUP = re.compile(r"[\\`*_~\[\]|:@$#!]")  # Markdown's own, and what makes links, mentions and formulas


def render_github(report: Report, result: GateResult) -> str:
    """Workflow commands that annotate unreadable files and new findings, the worst first, then the result in plain
    lines.

    At most ten of each level: GitHub shows no more. Where some are left out, the last notice says how many.
    """
    root = repository_root()
    found = [("error", _unreadable(failure, root)) for failure in report.failures]
    found += [(_COMMANDS[level(finding)], _annotation(finding, root)) for finding in worst_first(new_findings(result))]
    kept = {kind: [line for each, line in found if each == kind] for kind in ("error", "warning", "notice")}
    kept = {kind: lines[:_MOST] for kind, lines in kept.items()}
    if len(found) > sum(map(len, kept.values())):
        kept["notice"] = kept["notice"][: _MOST - 1]
        left = len(found) - sum(map(len, kept.values()))
        kept["notice"].append(f"::notice::{_data(counted(left, *_LEFT_OUT) + ' without an annotation')}")
    lines = [line for kind in kept.values() for line in kind]
    closing = [coverage(report), tally(result), *governing(report), *(f"note: {note}" for note in result.notes)]
    closing += [f"violation: {violation}" for violation in result.violations]
    lines += [inert(visible(line)) for line in closing]
    return "".join(f"{line}\n" for line in [*lines, standing_of(result)])


def github_summary(report: Report, result: GateResult) -> str:
    """Markdown for ``$GITHUB_STEP_SUMMARY``: the result, violations, unreadable files, stale entries, and a table of
    the new findings, the worst first. Rows beyond a megabyte are counted, not shown: GitHub refuses a longer summary.
    """
    head = [f"## mtqa gate: {standing_of(result).lower()}", "", f"{coverage(report)}; {tally(result)}.", ""]
    for title, sentences in (
        ("Violations", result.violations),
        ("Could not be read", failed_documents(report)),
        ("Stale entries", result.stale),
        ("Notes", result.notes),
    ):
        if sentences:
            head += [f"### {title}", "", *_items(sentences), ""]
    rows = [_row(finding) for finding in worst_first(new_findings(result))]
    if rows:
        head += ["| Severity | Place | Rule | Words | What |", "| --- | --- | --- | --- | --- |"]
    foot = [_markdown(f"{line[:1].upper()}{line[1:]}") + "\n" for line in governing(report)]
    foot += [f"Signature: {_markdown(str(report.signature))}"]
    room = _MOST_BYTES - len("\n".join([*head, *foot]).encode())
    shown: list[str] = []
    for row in rows:
        room -= len(row.encode()) + 1
        if room < 0:
            foot.insert(0, f"{counted(len(rows) - len(shown), 'more finding')} not shown here.\n")
            break
        shown.append(row)
    return "\n".join([*head, *shown, *([""] if rows else []), *foot]) + "\n"


def _annotation(finding: Finding, root: Path) -> str:
    properties = [f"file={_property(from_root(finding.uri, root))}"]
    if finding.location and (at := finding.location.lines):
        properties += [f"line={at.line}", f"col={at.column}", f"endLine={at.end_line}", f"endColumn={at.end_column}"]
    title = f"{finding.rule} ({finding.severity.value})"
    return f"::{_COMMANDS[level(finding)]} {','.join(properties)},title={_property(title)}::{_data(explained(finding))}"


def _unreadable(failure: Failure, root: Path) -> str:
    return f"::error file={_property(from_root(failure.uri, root))},title=could not be read::{_data(failure.message)}"


def _data(text: str) -> str:
    """``text`` as the message of a workflow command."""
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    """``text`` as a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _items(sentences: Sequence[str]) -> list[str]:
    return [f"- {_markdown(excerpt(sentence, _MOST_OF_A_SENTENCE))}" for sentence in listed(sentences, _MOST_SENTENCES)]


def _row(finding: Finding) -> str:
    place = finding.location.address if finding.location else finding.uri
    reasons = explained(finding).removeprefix(f"{quoted(finding.words)}: ")
    severity = f"{finding.severity.value}, fails" if finding.fails else finding.severity.value
    cells = (severity, place, finding.rule, finding.words, reasons)
    return f"| {' | '.join(_markdown(cell) for cell in cells)} |"


def _markdown(text: str) -> str:
    """``text`` on one line, so that Markdown and HTML show it as it stands."""
    escaped = html.escape(excerpt(visible(text), _MOST_CHARACTERS)).replace("&#x27;", "'")
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", escaped)
