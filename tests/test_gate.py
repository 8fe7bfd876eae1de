"""The decision of the gate, and where its findings are."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from articles import BAD, CLEAN, WORSE, paragraphs, report_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtqa.config import Policy
from mtqa.core.documents import Lines
from mtqa.core.findings import Severity
from mtqa.core.report import Decision, Finding, GateResult, Report, State
from mtqa.core.tags import language_name
from mtqa.gate.baseline import Baseline
from mtqa.gate.decide import decide
from mtqa.renderers.gate import render_gate
from mtqa.renderers.wording import extent

LENIENT = Policy(likely_mt=False)


def decided(files: dict[str, str | bytes], policy: Policy = LENIENT, **more: object) -> GateResult:
    return decide(report_of(files), lambda _: policy, **more)  # type: ignore[arg-type]


def words(result: GateResult, state: State = State.NEW) -> list[str]:
    return [finding.words for finding in result.findings if finding.state is state]


TWO = {"a.txt": paragraphs(CLEAN, BAD, WORSE)}


# What fails


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [
        (None, []),
        (Severity.CRITICAL, []),
        (Severity.MAJOR, ["cafÃ©"]),
        (Severity.MINOR, ["the the", "cafÃ©"]),
    ],
)
def test_severity_fails(fail_on: Severity | None, failing: list[str]) -> None:
    result = decided(TWO, replace(LENIENT, fail_on=fail_on))
    assert words(result) == ["the the", "cafÃ©"]
    assert [finding.words for finding in result.findings if finding.fails] == failing
    assert (result.violations, result.passed) == ((), not failing)


@pytest.mark.parametrize(
    ("bad", "good", "share", "fails"),
    [
        (7, 4, 0.4, True),
        (4, 6, 0.4, False),
        (4, 5, 0.4, True),
        (3, 0, 0.4, False),
        (4, 0, 1, False),
        (4, 30, 0.1, True),
    ],
)
def test_a_share_to_repair_fails(bad: int, good: int, share: float, fails: bool) -> None:
    files = {"a.txt": paragraphs(*[BAD] * bad, *[CLEAN] * good)}
    result = decided(files, replace(LENIENT, max_repair_share=share))
    says = f"a.txt: sentences of running text to repair: {bad} of {bad + good}; the policy allows {share:.0%}"
    assert result.violations == ((says,) if fails else ())
    known = Baseline.of(result.findings, "")
    assert decided(files, replace(LENIENT, max_repair_share=share), baseline=known).passed
    assert decided(files, replace(LENIENT, max_repair_share=share, min_level=Severity.MAJOR)).passed


def test_what_asks_for_no_repair_is_none() -> None:
    flag = next(iter(report_of({"a.txt": BAD}).flags))
    assert flag.to_repair()
    assert not flag.to_repair(Severity.MAJOR)
    remark = replace(flag, severity=Severity.NEUTRAL)
    assert not remark.to_repair()
    assert not remark.to_repair(Severity.NEUTRAL)


def test_the_share_is_of_the_sentences_that_a_score_counts_as_read() -> None:
    files = {"a.md": paragraphs(*[f"# {CLEAN[:-1]}"] * 8, *[BAD] * 4, *[CLEAN] * 5, f"# {BAD[:-1]}")}
    report = report_of(files)
    assert extent(report.documents[0]) == "9 sentences and 9 headings or captions read"
    most = replace(LENIENT, max_repairs=1)
    number, share = decide(report, lambda _: most).violations
    assert number == "a.md: sentences to repair: 5 (1 in a heading or caption); the policy allows 1"
    assert share == "a.md: sentences of running text to repair: 4 of 9; the policy allows 40%"


def test_with_never_nothing_fails_but_what_could_not_be_read() -> None:
    never = Policy(
        profile="strict",
        max_repairs=0,
        max_repairs_per_1000_words=0.1,
        max_repair_share=0.1,
        fail_on=None,
        undecided=True,
        languages=("de",),
    )
    files: dict[str, str | bytes] = {
        "a.txt": paragraphs(*[WORSE] * 5),
        "b.txt": "Nobody came.",
        "c.txt": GARBLED["a.txt"],
    }
    for policy, passes in ((never, True), (replace(never, fail_on=Severity.CRITICAL), False)):
        result = decided(files, policy)
        assert {"undecided", "unexpected-language", "machine-translation"} <= {each.rule for each in result.findings}
        assert result.passed is passes
        assert any(each.fails for each in result.findings) is not passes
        assert (result.violations == ()) is passes
    assert not decided({"a.jsonl": "{\n"}, never).passed


def test_low_levels_and_rules_that_are_off_are_no_findings() -> None:
    assert words(decided(TWO, replace(LENIENT, min_level=Severity.MAJOR))) == ["cafÃ©"]
    assert words(decided(TWO, replace(LENIENT, rules_off=("mojibake",)))) == ["the the"]


@pytest.mark.parametrize(("allowed", "passes"), [(None, True), (2, True), (1, False), (0, False)])
def test_sentences_to_repair(allowed: int | None, passes: bool) -> None:
    result = decided(TWO, replace(LENIENT, max_repairs=allowed))
    assert result.passed is passes
    assert passes or result.violations == (f"a.txt: sentences to repair: 2; the policy allows {allowed}",)


def test_a_sentence_with_two_findings_is_one_repair() -> None:
    twice = {"a.txt": paragraphs(CLEAN, "He closed the the door of the cafÃ© before anybody could see the harbour.")}
    result = decided(twice, replace(LENIENT, max_repairs=1))
    assert len(words(result)) == 2
    assert result.passed


def test_sentences_to_repair_by_length() -> None:
    policy = replace(LENIENT, max_repairs_per_1000_words=50.0)
    (violation,) = decided(TWO, policy).violations
    assert re.search(r"a\.txt: sentences to repair per 1,000 words: \d+\.\d; the policy allows 50$", violation)
    long = {"a.txt": paragraphs(*[CLEAN.replace("wall", f"wall of {n}") for n in range(12)], BAD)}
    assert decided(long, policy).passed


def test_repairs_that_are_known_or_ignored_do_not_count() -> None:
    policy = replace(LENIENT, max_repairs=0)
    known = Baseline.of(decided(TWO, policy).findings, "")
    assert decided(TWO, policy, baseline=known).passed
    assert decided(TWO, policy, excuse=lambda document, flag: "so").passed
    assert decided(TWO, policy, unchanged=lambda document, segment: "so").passed


GARBLED = {"a.txt": paragraphs("The ferry zzwas late and nobody zzminded it.", "We zzsat on the wall and zztalked.")}


def test_verdicts_on_documents() -> None:
    report = report_of(GARBLED)
    assert report.documents[0].decision is Decision.LIKELY_MT
    for likely_mt in (True, False):
        result = decide(report, lambda _, fails=likely_mt: replace(LENIENT, likely_mt=fails))
        whole = [finding for finding in result.findings if finding.location is None]
        assert [(finding.rule, finding.fails, finding.words) for finding in whole] == [
            ("machine-translation", likely_mt, "")
        ]
        assert result.passed is not likely_mt


def test_an_undecided_document_is_a_finding_only_where_it_fails() -> None:
    short = {"a.txt": "Nobody came."}
    assert decided(short).findings == ()
    (finding,) = decided(short, replace(LENIENT, undecided=True)).findings
    assert (finding.rule, finding.fails, finding.severity) == ("undecided", True, Severity.NEUTRAL)


@pytest.mark.parametrize(
    ("allowed", "language", "passes"),
    [
        ((), "de", True),
        (("en",), "en-GB", True),
        (("en-GB",), "en", True),
        (("EN", "fr"), "en", True),
        (("de",), "en", False),
    ],
)
def test_languages(allowed: tuple[str, ...], language: str, passes: bool) -> None:
    report = report_of({"a.txt": CLEAN}, language)
    result = decide(report, lambda _: replace(LENIENT, languages=allowed))
    assert result.passed is passes
    found = [(finding.rule, finding.message) for finding in result.findings if finding.fails]
    said = f"the article is in {language_name(language)}; the policy allows {' or '.join(map(language_name, allowed))}"
    assert found == ([] if passes else [("unexpected-language", said)])


def test_what_could_not_be_read_is_not_passed_and_no_violation() -> None:
    result = decided({"a.jsonl": '{"text": "' + CLEAN + '"}\n{\n'})
    assert (result.violations, result.complete, result.passed) == ((), False, False)


def test_each_file_has_its_policy() -> None:
    report = report_of({"a.txt": paragraphs(CLEAN, BAD), "b.jsonl": json.dumps({"id": "x", "text": BAD}) + "\n"})
    strict = replace(LENIENT, fail_on=Severity.MINOR)
    for name, uri in (("a.txt", "a.txt"), ("b.jsonl", "b.jsonl#x")):
        result = decide(report, lambda path, strict_one=name: strict if path == strict_one else LENIENT)
        assert [finding.uri for finding in result.findings if finding.fails] == [uri]


def test_a_rule_that_the_table_does_not_have_is_a_finding_like_others() -> None:
    report = report_of({"a.txt": BAD})
    (document,) = report.documents
    verdicts = tuple(
        replace(v, flags=tuple(replace(f, rule="of-a-plugin") for f in v.flags)) for v in document.verdicts
    )
    report = replace(report, documents=(replace(document, verdicts=verdicts),))
    result = decide(report, lambda _: replace(LENIENT, fail_on=Severity.MINOR))
    assert {finding.rule for finding in result.findings if finding.fails} == {"of-a-plugin"}
    (rule,) = json.loads(render_gate(report, result, "sarif"))["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["fullDescription"]["text"]) == ("of-a-plugin", result.findings[0].message)


# Known and ignored


def test_an_ignore_goes_before_the_baseline_and_that_before_no_change() -> None:
    known = Baseline.of(decided(TWO).findings, "")
    result = decided(
        TWO,
        baseline=known,
        excuse=lambda document, flag: "a term" if flag.rule == "mojibake" else None,
        unchanged=lambda document, segment: "no change",
    )
    assert [(f.words, f.state, f.excuse) for f in result.findings] == [
        ("the the", State.KNOWN, "in the baseline"),
        ("cafÃ©", State.IGNORED, "a term"),
    ]


def test_the_baseline_of_unchanged_sentences_is_not_stale() -> None:
    known = Baseline.of(decided(TWO).findings, "")
    result = decided(TWO, baseline=known, unchanged=lambda document, segment: "no change", stale_fails=True)
    assert (result.stale, result.passed) == ((), True)


def test_stale_entries() -> None:
    known = Baseline.of(decided({"a.txt": paragraphs(BAD, CLEAN, BAD, WORSE)}).findings, "")
    now = {"a.txt": paragraphs(BAD, CLEAN)}
    for fails in (False, True):
        result = decided(now, baseline=known, stale_ignores=lambda: ("an ignore",), stale_fails=fails)
        once, gone, ignore = sorted(result.stale, key=lambda line: ("ignore" in line, "gone" in line))
        assert re.fullmatch(r"a\.txt: the baseline's repeated-word “the the” \(\w{16}\) is found 1 of 2 times", once)
        assert re.fullmatch(r"a\.txt: the baseline's mojibake “cafÃ©” \(\w{16}\) is gone", gone)
        assert ignore == "an ignore"
        assert result.violations == (("3 stale entries of the baseline or ignores",) if fails else ())


def test_entries_of_other_files_are_not_stale_but_those_of_rows_that_are_gone_are() -> None:
    def rows(*ids: str) -> str:
        return "".join(json.dumps({"id": each, "text": BAD}) + "\n" for each in ids)

    known = Baseline.of(decided({"a.jsonl": rows("1", "2"), "b.txt": BAD}).findings, "")
    (line,) = decided({"a.jsonl": rows("1")}, baseline=known).stale
    assert line.startswith("a.jsonl#2: ")
    assert decided({"a.jsonl": rows("1") + "{\n"}, baseline=known).stale == ()  # the bad row may be that one


# Where findings are

_PIECES = [
    CLEAN, BAD, WORSE, "👩‍👩‍👧 🙈 nobody 🇬🇧 came", "cafe\u0301 na\u0308ive o\u0308", "one\ttab",
    "the zzgarbled\u00a0zzwords",
    "日本語。", "“unclosed", "He waited , then left .", "5. May", "a\u200bb", "zz🙈zz", "The  the", "x\u2028y",
    "\x0bvertical\x0c",
]  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6)
_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
_MARKS = st.sampled_from([b"", b"\xef\xbb\xbf"])
_MORE = {"suppress_health_check": list(HealthCheck), "deadline": None}


def cut(content: str, finding: Finding) -> str:
    """What stands at the location of ``finding``, by lines and columns."""
    assert finding.location is not None
    at = finding.location.lines
    assert at is not None
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", content)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    return content[starts[at.line - 1] + at.column - 1 : starts[at.end_line - 1] + at.end_column - 1]


def check_places(raw: bytes, name: str, *, plain: bool = False) -> int:
    """How many findings; each must be where it says. With ``plain``, its words must be the flag's."""
    content = raw.removeprefix(b"\xef\xbb\xbf").decode()
    report = report_of({name: raw})
    result = decide(report, lambda _: replace(LENIENT, min_level=Severity.NEUTRAL))
    found = [finding for finding in result.findings if finding.location is not None]
    flags = [(each.document, flag) for each in report.documents for flag in each.flags]
    assert len(found) == len(flags)
    for finding, (document, flag) in zip(found, flags, strict=True):
        assert finding.words
        words = cut(content, finding)
        if any(flag.is_whole(verdict.segment) for each in report.documents for verdict in each.verdicts):
            assert " ".join(words.split()).startswith(finding.words.removesuffix("…"))
            continue
        assert words == finding.words
        if plain:
            assert finding.words == flag.span.of(document.text)
    return len(found)


def as_text(parts: list[str], end: str) -> str:
    return f" {end}".join(parts)


def as_markdown(parts: list[str], end: str) -> str:
    return f"---{end}title: x{end}lang: en{end}---{end}" + (end * 2).join(parts)


def as_html(parts: list[str], end: str) -> str:
    body = end.join(f"<p>{html.escape(part)}</p>" for part in parts)
    return f"<!DOCTYPE html>{end}<html lang=en><body>{end}{body}{end}</body></html>"


def as_rows(parts: list[str], end: str) -> str:
    return end.join(json.dumps({"text": part}, ensure_ascii=False) for part in parts)


WRITERS = {"a.txt": as_text, "a.md": as_markdown, "a.html": as_html, "a.jsonl": as_rows}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40, **_MORE)
@given(_TEXTS, _ENDS, _MARKS)
def test_a_finding_is_where_it_says(name: str, parts: list[str], end: str, mark: bytes) -> None:
    write: Callable[[list[str], str], str] = WRITERS[name]
    check_places(mark + write(parts, end).encode(), name)


_HARD = {
    "a.md": (
        "the **the** door", "He *closed the* the door", "[cafÃ©](http://x.example/a_(b))", "**zz*a* zzb**", "zz<br>zz",
        "the&nbsp;the &#8364; zz&amp;zz", "`code zz`", "![the the](x.png)", "> the the\n> zzq", "- the the\n- zz\\*zz",
        "# The the", "| a | the the |\n|---|---|\n| zz | b |", "<b>the</b> the", "Salt &amp;amp; pepper",
    ),
    "a.html": (
        "the <b>the</b> door", "He <i>closed <b>the</b></i> the door", "caf&Atilde;&copy; zz&eacute;zz", "the<br>the",
        "<a href='the the'>zza</a> zzb", "zz<!-- zz -->zz", "&#x1F648; the the", "<em>zz<strong>a</strong></em>",
        "the&nbsp;the", "Salt &amp;amp; pepper", "zz&zwj;zz &nosuch; zz",
    ),
    "a.jsonl": (
        r"the\tthe", r"caf\u00c3\u00a9", r"\ud83d\ude48 zza", r"zz\"zz\"", r"the the\n\nzzb",
        r"z\u007a\/zz", r"e\u0301zz",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _HARD)
@settings(max_examples=60, **_MORE)
@given(st.data(), _ENDS, _MARKS)
def test_a_finding_is_where_it_says_among_markup_and_entities(
    name: str, data: st.DataObject, end: str, mark: bytes
) -> None:
    parts = data.draw(st.lists(st.sampled_from([*_HARD[name], CLEAN, BAD, "🙈 e\u0301"]), min_size=1, max_size=5))
    if name == "a.md":
        text = as_markdown([part.replace("\n", end) for part in parts], end)
    elif name == "a.html":
        text = end.join(f"<div><p>{part}</p></div>" for part in parts)
    else:
        text = "\n".join(f'{{"text": "{part}"}}' for part in parts)
    check_places(mark + text.encode(), name)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", WRITERS)
def test_words_without_markup_are_the_flags_own(name: str, end: str) -> None:
    parts = [CLEAN, f"🙈 e\u0301\t{BAD}", WORSE, "Nobody zzknew what the zzword was for."]
    raw = WRITERS[name](parts, "\n" if name == "a.jsonl" and end == "\r" else end).encode()
    for mark in (b"", b"\xef\xbb\xbf"):
        assert check_places(mark + raw, name, plain=name != "a.jsonl") >= 3


def test_words_hold_the_markup_and_entities_inside() -> None:
    (html_finding,) = decided({"a.html": "<p>He closed the <b>the</b> door before anybody saw.</p>"}).findings
    assert html_finding.words == "the <b>the"
    (finding,) = decided({"a.html": "<p>The sign over the street said caf&Atilde;&copy; again.</p>"}).findings
    assert finding.words == "caf&Atilde;&copy;"
    assert finding.location is not None
    assert finding.location.lines == Lines(1, 34, 1, 51)


def test_an_empty_report_passes() -> None:
    report = Report(documents=(), failures=(), signature=report_of({"a.txt": CLEAN}).signature)
    assert decide(report, lambda _: Policy()).passed
