"""The gate's formats, on one fixed result. ``MTQA_UPDATE_SNAPSHOTS=1 pytest tests/test_gate_formats.py`` writes the
snapshots."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import pytest
from fixed_gate import ABSOLUTE, COMMAND, HOSTILE, MAYOR, finding, passed, report, result
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from junitparser import Error, Failure, JUnitXml, Skipped
from sarif.loader import load_sarif_file
from test_renderers import HOSTILE as CONTROLS
from test_renderers import Page

from mtqa.core.errors import UnknownName
from mtqa.core.findings import Severity
from mtqa.core.report import Finding, GateResult, Report, State
from mtqa.renderers import render
from mtqa.renderers.gate import GATE_RENDERERS, render_gate
from mtqa.renderers.github import github_summary
from mtqa.renderers.paths import from_root, repository_root, uri_reference
from mtqa.renderers.wording import quoted, visible

SNAPSHOTS = Path(__file__).parent / "snapshots"
SCHEMA = json.loads(files("mtqa.renderers").joinpath("report.schema.json").read_text(encoding="utf-8"))
NAMES = {
    "text": "gate.txt",
    "json": "gate.json",
    "jsonl": "gate.jsonl",
    "sarif": "gate.sarif",
    "junit": "gate.junit.xml",
    "github": "gate.github.txt",
    "gitlab": "gate.gitlab.json",
    "html": "gate.html",
}
NEW = 7


def many(number: int, severity: Severity = Severity.MAJOR, words: str = "spoke it") -> GateResult:
    """A result with ``number`` new findings."""
    return GateResult(
        findings=tuple(finding(severity=severity, words=words, place=(n, 1, n, 9)) for n in range(1, number + 1)),
        violations=(),
    )


def nothing() -> Report:
    """A report without documents."""
    return Report(documents=(), failures=(), signature=report().signature)


def run_of(whole: Report, gate: GateResult) -> dict[str, object]:
    """The one run of the SARIF log."""
    (run,) = json.loads(render_gate(whole, gate, "sarif"))["runs"]
    return run


def check_snapshot(name: str, found: str) -> None:
    kept = SNAPSHOTS / name
    if os.environ.get("MTQA_UPDATE_SNAPSHOTS"):
        kept.write_bytes(found.encode())
    assert found == kept.read_bytes().decode()


@pytest.mark.parametrize("format", GATE_RENDERERS)
def test_snapshot(format: str) -> None:  # noqa: A002
    check_snapshot(NAMES[format], render_gate(report(), result(), format))


def test_snapshot_of_the_summary() -> None:
    check_snapshot("gate.summary.md", github_summary(report(), result()))


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UnknownName, match="gate format"):
        render_gate(report(), result(), "sarfi")


def junit_new(text: str) -> int:
    suites = [suite for suite in JUnitXml.fromstring(text.encode()) if suite.name != "mtqa gate"]
    cases = [case for suite in suites for case in suite]
    failures = [each for case in cases for each in case.result if isinstance(each, Failure)]
    lines = [line for each in failures for line in each.text.splitlines()]
    return len(lines) + sum(len((case.system_out or "").splitlines()) for case in cases)


COUNTS: dict[str, Callable[[str], int]] = {
    "text": lambda text: len(re.findall(r"^.*: (?:neutral|minor|major|critical) [a-z-]+: ", text, re.MULTILINE)),
    "json": lambda text: sum(each["state"] == "new" for each in json.loads(text)["gate"]["findings"]),
    "jsonl": lambda text: sum(json.loads(line).get("finding", {}).get("state") == "new" for line in text.splitlines()),
    "sarif": lambda text: sum(not each["suppressions"] for each in json.loads(text)["runs"][0]["results"]),
    "junit": junit_new,
    "github": lambda text: len(re.findall(r"^::(?!.*title=could not be read)", text, re.MULTILINE)),
    "gitlab": lambda text: sum(each["check_name"] != "unreadable" for each in json.loads(text)),
    "html": lambda text: int(re.findall(r"(\d+) new finding", Page(text).text)[0]),
}


@pytest.mark.parametrize(("gate", "number"), [(result(), NEW), (passed(), 0)])
@pytest.mark.parametrize("format", GATE_RENDERERS)
def test_every_format_counts_the_same_new_findings(format: str, gate: GateResult, number: int) -> None:  # noqa: A002
    assert COUNTS[format](render_gate(report(), gate, format)) == number


def test_the_summary_has_a_row_for_each_new_finding() -> None:
    rows = re.findall(
        r"^\| (?:neutral|minor|major|critical)(?:, fails)? \|", github_summary(report(), result()), re.MULTILINE
    )
    assert len(rows) == NEW


@pytest.mark.parametrize("format", set(GATE_RENDERERS) - {"gitlab"})
def test_result_and_unreadable_files_are_shown(format: str) -> None:  # noqa: A002
    failed, good = (render_gate(report(), gate, format) for gate in (result(), passed()))
    shown = {"junit": "PASSED", "html": '<h2 id="gate">Passed</h2>', "text": "PASSED", "github": "PASSED"}
    truth = re.compile(shown.get(format, '"passed": true'))
    assert truth.search(good)
    assert not truth.search(failed)
    for whole in (failed, good):
        assert "not text: it holds NUL bytes" in whole
        assert "no such file" in whole
    assert "the policy allows 5" in failed


@pytest.mark.parametrize("format", GATE_RENDERERS)
def test_ends_with_one_line_feed_and_holds_no_control_character(format: str) -> None:  # noqa: A002
    shown = render_gate(report(), result(), format)
    assert re.search(r"[^\n]\n\Z", shown)
    assert not set(shown.replace("\n", "")) & set(CONTROLS)


def hostile_result(text: str) -> GateResult:
    """A result in which every string but rule and category is ``text``."""
    shared = {"uri": text, "words": text, "message": text, "reasons": (text,), "fingerprint": text}
    findings = (
        finding(**shared, fails=True),
        finding(**shared),
        finding(**shared, place=None, state=State.KNOWN, excuse=text),
        finding(**shared, state=State.IGNORED, excuse=text),
    )
    return GateResult(findings=findings, violations=(text,), stale=(text,))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), min_size=1, max_size=40))
def test_no_text_breaks_a_format(text: str) -> None:
    gate = hostile_result(text)
    for format in GATE_RENDERERS:  # noqa: A001
        shown = render_gate(report(), gate, format)
        assert not set(shown.encode().decode().replace("\n", "")) & set(CONTROLS)
        if format != "html":
            assert COUNTS[format](shown) == 2
    assert len(re.findall(r"^\| minor(?:, fails)? \|", github_summary(report(), gate), re.MULTILINE)) == 2


# Text


def test_text_is_one_line_a_finding_and_ends_with_the_result() -> None:
    lines = render_gate(report(), result(), "text").split("\n")
    assert lines[0] == (
        "../drafts/a|b `c`, 100%: é🙈 ␛[31m&.txt:3:7: major leftover-markup: "
        '‘<script>alert("x")</script>’: markup: markup left in the text [fails]'
    )
    assert lines[3].endswith(": major garbled: “spoke it”: awkward style: an editor would probably rewrite this")
    assert lines[5] == "articles/mayor <1>.txt: major machine-translation: likely machine-translated, p = 0.97 [fails]"
    assert "7 new findings (2 fail), 1 known from the baseline, 2 ignored" in lines
    assert "note: articles/rain.txt is undecided: it has 5 words, too few to tell" in lines
    assert lines[-2:] == ["ERROR", ""]
    assert render_gate(report(), passed(), "text").endswith("\nPASSED\n")


@pytest.mark.parametrize(
    ("states", "baseline", "said"),
    [
        ([State.NEW] * 2, False, "2 new findings, no baseline in use, 0 ignored"),
        ([State.NEW], True, "1 new finding, 0 known from the baseline, 0 ignored"),
        ([State.KNOWN], False, "0 new findings, 1 known, 0 ignored"),
        ([State.KNOWN, State.IGNORED], True, "0 new findings, 1 known from the baseline, 1 ignored"),
    ],
)
def test_a_baseline_is_named_only_where_one_is_in_use(states: list[State], baseline: bool, said: str) -> None:
    gate = GateResult(
        findings=tuple(replace(finding(), state=state) for state in states), violations=(), baseline=baseline
    )
    for name in ("text", "github", "html", "junit"):
        assert said in render_gate(nothing(), gate, name)


def test_what_could_not_be_read_is_an_error_and_no_failed_policy() -> None:
    gate = replace(passed(), complete=False)
    shown = {name: render_gate(report(), gate, name) for name in ("text", "github", "html", "junit")}
    assert shown["text"].endswith("\nERROR\n")
    assert shown["github"].endswith("\nERROR\n")
    assert '<h2 id="gate">Error</h2>' in shown["html"]
    assert "ERROR" in shown["junit"]
    assert github_summary(report(), gate).startswith("## mtqa gate: error\n")
    assert not any(re.search("PASSED|FAILED|Passed|Failed", each) for each in shown.values())


def test_text_holds_no_workflow_command() -> None:
    assert not re.findall(r"^\s*::", render_gate(report(), result(), "text"), re.MULTILINE)


def test_text_says_of_documents_that_are_undecided_why_unless_a_finding_does() -> None:
    rain = next(each for each in report().documents if each.document.uri == "articles/rain.txt")
    many_of_them = Report(
        documents=tuple(replace(rain, document=replace(rain.document, uri=f"{n}.txt")) for n in range(12)),
        failures=(),
        signature=report().signature,
    )
    told = [line for line in render_gate(many_of_them, passed(), "text").splitlines() if line.startswith("note: ")]
    assert (len(told), told[-1]) == (11, "note: 2 more documents are undecided")
    told_by = replace(passed(), findings=(finding("0.txt", "undecided", words="", place=None),))
    assert "note: 0.txt" not in render_gate(many_of_them, told_by, "text")
    assert "undecided" not in render_gate(many_of_them, passed(), "github")


# JSON


def test_json_obeys_its_schema() -> None:
    whole = json.loads(render_gate(report(), result(), "json"))
    Draft202012Validator(SCHEMA).validate(whole)
    assert len(whole["gate"]["findings"]) == len(result().findings)
    line = Draft202012Validator({"$ref": "#/$defs/gate_line", "$defs": SCHEMA["$defs"]})
    for each in render_gate(report(), result(), "jsonl").splitlines():
        line.validate(json.loads(each))


def test_json_is_the_report_and_the_gate() -> None:
    whole = json.loads(render_gate(report(), result(), "json"))
    gate = whole.pop("gate")
    assert whole == json.loads(render(report(), "json"))
    lines = [json.loads(line) for line in render_gate(report(), result(), "jsonl").splitlines()]
    assert [line["finding"] for line in lines[:-1]] == gate.pop("findings")
    assert lines[-1]["result"] == gate | {"failures": whole["failures"]}


def test_json_has_every_field_of_a_finding() -> None:
    fields = set(result().findings[0].__dataclass_fields__)
    assert set(json.loads(render_gate(report(), result(), "json"))["gate"]["findings"][0]) == fields


# SARIF


def test_sarif_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "gate.sarif"
    path.write_text(render_gate(report(), result(), "sarif"), encoding="utf-8")
    read = load_sarif_file(str(path))
    assert read.get_distinct_tool_names() == ["mtqa"]
    assert read.get_result_count() == len(result().findings)
    assert Counter(each["Severity"] for each in read.get_records()) == {"error": 3, "warning": 1, "note": 6}
    places = {(each["Location"], each["Line"]) for each in read.get_records()}
    assert (uri_reference(MAYOR), 9) in places


def test_sarif_results_are_the_findings_worst_first() -> None:
    run = run_of(report(), result())
    assert run["columnKind"] == "unicodeCodePoints"
    levels = [each["level"] for each in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    left = list(result().findings)
    for each in run["results"]:
        (location,) = each["locations"]
        path = unquote(location["physicalLocation"]["artifactLocation"]["uri"]).removeprefix("file://")
        (found,) = [
            one
            for one in left
            if (one.uri, one.rule, each["properties"]["severity"]) == (path, each["ruleId"], one.severity.value)
            and region_of(one) == location["physicalLocation"].get("region")
            and visible(one.words) in plain(each["message"]["text"])
        ]
        left.remove(found)
        assert run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == found.rule
        assert each["partialFingerprints"] == {"mtqa/v1": found.fingerprint}
        kinds = {State.NEW: [], State.KNOWN: ["external"], State.IGNORED: ["inSource"]}[found.state]
        assert [one["kind"] for one in each["suppressions"]] == kinds
        assert [one["justification"] for one in each["suppressions"]] == [visible(found.excuse or "")] * len(kinds)
    assert not left


def plain(message: str) -> str:
    """A message of SARIF as a viewer shows it."""
    return message.replace("\\]", "]").replace("{{", "{").replace("}}", "}")


def region_of(found: Finding) -> dict[str, int] | None:
    at = found.location and found.location.lines
    if at is None:
        return None
    return {"startLine": at.line, "startColumn": at.column, "endLine": at.end_line, "endColumn": at.end_column}


_SARIF = Path(__file__).parent / "data/sarif/sarif-schema-2.1.0.json"


@pytest.mark.parametrize(
    ("whole", "gate"),
    [(report(), result()), (nothing(), passed()), (nothing(), many(20))],
)
def test_sarif_obeys_the_schema_of_the_standard(whole: Report, gate: GateResult) -> None:
    validator = Draft7Validator(json.loads(_SARIF.read_text(encoding="utf-8")))
    log = json.loads(render_gate(whole, gate, "sarif"))
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)] == []
    assert not validator.is_valid(log | {"version": "2.0.0"})


def test_sarif_has_what_the_standard_demands() -> None:
    log = json.loads(render_gate(report(), result(), "sarif"))
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert set(run) == {"tool", "columnKind", "invocations", "results", "properties"}
    driver = run["tool"]["driver"]
    assert {key: driver[key] for key in driver if key != "rules"} == {"name": "mtqa", "version": "0.1.0"}
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == sorted(set(ids)) == sorted({found.rule for found in result().findings})
    for rule in driver["rules"]:
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
    for each in run["results"]:
        assert each["level"] in ("none", "note", "warning", "error")
        assert each["message"]["text"]
        uri = each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?:[\w.~/-]|%[0-9A-F]{2}|^file:)+", uri, re.ASCII)
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert [bool(re.search("could not be read", each)) for each in told] == [True, True, False]
    assert told[-1].endswith(result().notes[0].partition("\x1b")[2])
    assert run["properties"]["signature"] == str(report().signature)
    (clean,) = run_of(nothing(), passed())["invocations"]
    assert clean == {
        "executionSuccessful": True,
        "toolExecutionNotifications": [],
        "properties": {"settings": []},
    }


def test_sarif_messages_hold_no_placeholder_and_no_link() -> None:
    texts = [each["message"]["text"] for each in run_of(report(), result())["results"]]
    (text,) = [each for each in texts if "placeholder" in each]
    assert "{{0}}" in text
    assert "{{1}}" in text
    assert "[a\\](http" in text


@pytest.mark.parametrize("before", ["[a](b)", "[a\\](b)", "[a\\\\](b)", "[a\\\\\\](b)", "[[a]](b)](c)"])
def test_sarif_breaks_links_that_are_escaped_already(before: str) -> None:
    gate = GateResult(findings=(replace(finding(), words=before),), violations=())
    (each,) = run_of(nothing(), gate)["results"]
    assert all(len(slashes) % 2 for slashes in re.findall(r"(\\*)\]\(", each["message"]["text"]))


def test_sarif_keeps_5000_results_the_worst_first() -> None:
    critical = finding(severity=Severity.CRITICAL, place=(9999, 1, 9999, 2))
    whole = GateResult(findings=(*many(5_001).findings, critical), violations=())
    run = run_of(nothing(), whole)
    assert len(run["results"]) == 5_000
    assert run["results"][0]["level"] == "error"
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("2 findings left out")


def test_sarif_stays_below_ten_megabytes() -> None:
    written = render_gate(nothing(), many(5_000, words="漢" * 2_000), "sarif")
    assert 5_000_000 < len(written.encode()) < 10_000_000
    (run,) = json.loads(written)["runs"]
    left = 5_000 - len(run["results"])
    assert left > 0
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith(f"{left:,} findings left out")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("articles/mayor <1>.txt", "articles/mayor%20%3C1%3E.txt"),
        ("../a.txt", "../a.txt"),
        ("a/../../b.txt", "a/../../b.txt"),
        ("a#b?c%20.txt", "a%23b%3Fc%2520.txt"),
        ("c:x.txt", "c%3Ax.txt"),
        ("é🙈.txt", "%C3%A9%F0%9F%99%88.txt"),
        ("\udce9\ud800.txt", "%E9%EF%BF%BD.txt"),
        (ABSOLUTE, "file:///srv/press%20room/ferry.txt"),
    ],
)
def test_a_path_as_uri(path: str, uri: str) -> None:
    assert uri_reference(path) == uri


# JUnit


def test_junit_is_read_back() -> None:
    read = JUnitXml.fromstring(render_gate(report(), result(), "junit").encode())
    suites = {suite.name: suite for suite in read}
    names = [each.document.uri for each in report().documents]
    assert set(names) <= set(suites)
    assert (read.tests, read.failures, read.errors, read.skipped) == (len(suites), 2 + 1, 2, 1)
    kinds = {name: [type(each) for case in suite for each in case.result] for name, suite in suites.items()}
    assert kinds[MAYOR] == kinds["mtqa gate"] == [Failure]
    assert all(len(case.result) <= 1 for suite in read for case in suite), "as many tests failed as are counted"
    (policy,) = [each for case in suites["mtqa gate"] for each in case.result]
    assert len(policy.text.splitlines()) == len(result().violations) == 2
    assert policy.message.endswith("the policy allows 5 (and 1 more)")
    assert kinds[COMMAND] == []
    assert kinds[ABSOLUTE] == [Skipped]
    assert kinds["articles/ferry.txt"] == []
    assert kinds["::warning::x,y .bin"] == [Error]
    (hostile,) = [suite for name, suite in suites.items() if name.startswith("..")]
    (case,) = hostile
    assert case.result[0].message == '‘<script>alert("x")</script>’: markup: markup left in the text'
    assert "\ufffd" in hostile.name
    assert not set(hostile.name) & set(CONTROLS)


def test_junit_tells_a_character_that_xml_cannot_hold() -> None:
    gate = GateResult(findings=(finding(words="a\x00b\ud800c\uffff", fails=True),), violations=())
    (suite, _) = JUnitXml.fromstring(render_gate(nothing(), gate, "junit").encode())
    assert [case.result[0].message for case in suite] == [
        "“a\ufffdb\ufffdc\ufffd”: awkward style: an editor would probably rewrite this"
    ]


# GitHub


def test_github_commands_are_escaped() -> None:
    lines = render_gate(report(), result(), "github").split("\n")
    commands = [line for line in lines if line.startswith("::")]
    shape = re.compile(
        r"::(error|warning|notice) file=([^:,\r\n]+)(?:,(?:line|col|endLine|endColumn)=\d+)*,title=[^:,]+::"
    )
    assert all(shape.match(line) for line in commands)
    assert len(commands) == NEW + 2
    name = "../drafts/a|b `c`%2C 100%25%3A é🙈%0D%0A␛[31m&.txt"
    start = f"::error file={name},line=3,col=7,endLine=3,endColumn=34,title=leftover-markup (major)::"
    assert any(line.startswith(start) for line in commands)
    rest = [line for line in lines if not line.startswith("::")]
    counts = ["3 documents judged, 2 not read", "7 new findings (2 fail), 1 known from the baseline, 2 ignored"]
    assert rest[:2] == counts
    assert rest[-2:] == ["ERROR", ""]
    assert not [line for line in rest if "##[" in line]


@pytest.mark.parametrize("severity", [Severity.MINOR, Severity.MAJOR, Severity.CRITICAL])
def test_github_shows_ten_of_a_level_and_counts_the_rest(severity: Severity) -> None:
    gate = GateResult(findings=(*many(25, severity).findings, *many(12, Severity.NEUTRAL).findings), violations=())
    lines = [line for line in render_gate(nothing(), gate, "github").split("\n") if line.startswith("::")]
    number = {kind: sum(line.startswith(f"::{kind}") for line in lines) for kind in ("error", "warning", "notice")}
    assert max(number.values()) == 10
    assert lines[-1] == f"::notice::{37 - (len(lines) - 1)} more findings or unreadable files without an annotation"
    assert not render_gate(nothing(), many(10, severity), "github").count("more finding")


def test_the_summary_escapes_markup() -> None:
    shown = github_summary(report(), result())
    table = [line for line in shown.split("\n") if line.startswith("| ")]
    assert all(len(line.split("|")) == 7 for line in table)
    assert not re.search(r"[`<>]|\]\(", shown)
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in shown
    assert "&#124;" in shown
    assert "&#96;c&#96;" in shown


def test_a_long_summary_stays_below_a_mebibyte_and_counts_the_rest() -> None:
    shown = github_summary(nothing(), many(20_000, words="漢" * 50))
    rows = shown.count("\n| major |")
    assert 900_000 < len(shown.encode()) < 2**20
    assert f"{20_000 - rows:,} more findings not shown here." in shown


# GitLab


def test_gitlab_has_what_it_needs_and_unique_fingerprints() -> None:
    issues = json.loads(render_gate(report(), result(), "gitlab"))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == NEW + 2
    for issue in issues:
        assert issue["severity"] in ("info", "minor", "major", "critical")
        assert issue["description"]
        assert issue["location"]["lines"]["begin"] >= 1
    assert [issue["severity"] for issue in issues[:5]] == ["major", "minor", "info", "major", "minor"]
    assert [issue["location"]["path"] for issue in issues[:2]] == [HOSTILE] * 2


def test_gitlab_fingerprints_stay_when_words_move() -> None:
    def prints(*places: tuple[int, int, int, int]) -> list[str]:
        gate = GateResult(findings=tuple(finding(place=place) for place in places), violations=())
        return [issue["fingerprint"] for issue in json.loads(render_gate(nothing(), gate, "gitlab"))]

    assert prints((1, 1, 1, 9), (2, 1, 2, 9)) == prints((7, 1, 7, 9), (9, 1, 9, 9))


# Paths


@pytest.mark.parametrize("git", [True, False])
def test_paths_are_relative_to_the_root_of_the_repository(
    git: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "repo" / "docs").mkdir(parents=True)
    if git:
        (tmp_path / "repo" / ".git").touch()  # a file in a work tree of its own, a folder elsewhere
    monkeypatch.chdir(tmp_path / "repo" / "docs")
    root = repository_root()
    assert root == tmp_path / ("repo" if git else "repo/docs")
    above = "docs/" if git else ""
    elsewhere = "/elsewhere/b.txt"
    shown = {
        "a.txt": f"{above}a.txt",
        "./deep/../a.txt": f"{above}a.txt",
        f"{tmp_path}/repo/docs/a.jsonl#1": f"{above}a.jsonl#1",
        "../b.txt": "b.txt" if git else "../b.txt",
        "../../b.txt": "../../b.txt",
        elsewhere: elsewhere,
        "<stdin>": "<stdin>",
    }
    assert {path: from_root(path, root) for path in shown} == shown


@pytest.mark.parametrize("format", ["sarif", "gitlab", "github"])
def test_reports_of_a_folder_name_files_from_the_root(
    format: str,  # noqa: A002
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    said = []
    for folder, uri in ((".", "docs/a b.txt"), ("docs", "a b.txt"), ("docs", f"{tmp_path}/docs/a b.txt")):
        monkeypatch.chdir(tmp_path / folder)
        gate = GateResult(findings=(replace(finding(), uri=uri),), violations=())
        said.append(render_gate(nothing(), gate, format))
    assert len(set(said)) == 1
    assert ("docs/a%20b.txt" if format == "sarif" else "docs/a b.txt") in said[0]


# HTML


def test_html_banner_is_inert() -> None:
    page = Page(render_gate(report(), result(), "html"))
    assert not {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "form"}
    assert not page.all("style")
    assert ("section", {"class": "gate failed", "aria-labelledby": "gate"}) in page.elements
    for violation in result().violations:
        assert visible(violation) in page.text
    assert 'class="gate passed"' in render_gate(report(), passed(), "html")
    assert 'class="gate' not in render(report(), "html")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("the ferry", "“the ferry”"),
        ('"Used to handle it', '‘"Used to handle it’'),
        ('say("x") now', '‘say("x") now’'),
        ('"the ferry"', '"the ferry"'),
        ("“the ferry", "‘“the ferry’"),
    ],
)
def test_a_quotation_in_a_quotation_has_marks_of_the_other_kind(words: str, shown: str) -> None:
    assert quoted(words) == shown
