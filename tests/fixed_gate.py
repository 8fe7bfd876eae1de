"""One result of the gate built by hand, for every test of a format that shows one.

Findings of every severity and state, some without a place, some that share a fingerprint, with paths and words hostile
to terminals, workflow commands, HTML, Markdown, XML, spreadsheets and URIs.
"""

from __future__ import annotations

import dataclasses

import fixed_report

from mtqa.core.documents import Lines, Location
from mtqa.core.findings import Category, Severity
from mtqa.core.report import Failure, Finding, GateResult, Report, State
from mtqa.core.rules import OF_DOCUMENT, Explanation

MAYOR = "articles/mayor <1>.txt"
HOSTILE = "../drafts/a|b `c`, 100%: é🙈\r\n\x1b[31m&.txt"
COMMAND = "::error::file.txt"
ABSOLUTE = "/srv/press room/ferry.txt"


def finding(
    uri: str = "a.txt",
    rule: str = "garbled",
    severity: Severity = Severity.MINOR,
    *,
    category: str = Category.AWKWARD.value,
    words: str = "spoke it",
    message: str = "an editor would probably rewrite this",
    reasons: tuple[str, ...] = (),
    place: tuple[int, int, int, int] | None = (1, 1, 1, 9),
    fingerprint: str = "00000000000000aa",
    state: State = State.NEW,
    excuse: str | None = None,
    fails: bool = False,
) -> Finding:
    """A finding; ``place`` is line and column of its beginning and of its end."""
    return Finding(
        uri=uri,
        rule=rule,
        category=category,
        severity=severity,
        probability=0.81,
        message=message,
        reasons=(message, *reasons),
        words=words,
        location=None if place is None else Location(uri, Lines(*place)),
        fingerprint=fingerprint,
        state=state,
        excuse=excuse,
        fails=fails,
    )


def result() -> GateResult:
    """Seven new findings, one known, two ignored; failed."""
    findings = (
        finding(
            HOSTILE,
            "leftover-markup",
            Severity.MAJOR,
            category=Category.MARKUP.value,
            words='<script>alert("x")</script>',
            message="markup left in the text",
            place=(3, 7, 3, 34),
            fails=True,
        ),
        finding(
            HOSTILE,
            "leftover-placeholder",
            words="{0} =cmd() ::error::x\r\n##[error]y \x1b]0;z\x07 \ufffe [a](http://b.example) | `c` 100% 🙈",
            message="a placeholder {1} was not filled in",
            reasons=("<b>second</b>, reason | here\x08",),
            place=(5, 1, 6, 12),
        ),
        finding(COMMAND, "unknown-word", Severity.NEUTRAL, category=Category.SPELLING.value, words="=cmd()"),
        finding(COMMAND, severity=Severity.MAJOR, place=(2, 1, 2, 9)),
        finding(COMMAND, place=(4, 1, 4, 9)),
        finding(
            ABSOLUTE,
            "surprising",
            state=State.KNOWN,
            excuse="in the baseline since 2025-11-02 | `x` <i>",
        ),
        finding(
            ABSOLUTE,
            "surprising",
            words="argued",
            state=State.IGNORED,
            excuse="mtqa-ignore: the house style\x1b",
        ),
        finding(
            MAYOR,
            "machine-translation",
            Severity.MAJOR,
            category=OF_DOCUMENT,
            words="",
            message="likely machine-translated, p = 0.97",
            reasons=("Six sentences read like machine translation.",),
            place=None,
            fails=True,
        ),
        finding(
            MAYOR,
            "untranslated-sentence",
            Severity.CRITICAL,
            category=Category.UNTRANSLATED.value,
            words="El ministro declaró el viernes que\r\nno habrá más acuerdos.",
            message="a sentence in Spanish",
            place=(9, 3, 10, 23),
            fingerprint="00000000000000bb",
        ),
        finding(MAYOR, state=State.IGNORED, excuse="ignored by mtqa.toml", place=(12, 1, 12, 9)),
    )
    return GateResult(
        baseline=True,
        findings=findings,
        violations=(
            f"{MAYOR}: sentences to repair: 7; the policy allows 5",
            f"{HOSTILE}: ##[error]sentences to repair: 6; the policy allows 5",
        ),
        stale=("baseline: 00000000000000cc in gone|<b>.txt\x1b matches nothing; run the baseline again",),
        notes=("1 file left out because mtqa wrote it as a report: ::error::<b>.html\x1b; name it to have it judged",),
        complete=False,
        rules=(
            Explanation(
                name="garbled",
                category=Category.AWKWARD.value,
                severity="minor",
                language="English",
                description="Words {0} that [a](b) reader\nstumbles over. Not ::error::names.",
            ),
            Explanation(
                name="machine-translation",
                category=OF_DOCUMENT,
                severity="major",
                language="any",
                description="An article that reads like machine translation.\n\nNothing in it has to be wrong.",
            ),
        ),
    )


def report() -> Report:
    """The fixed report, with a further unreadable file whose name is a command."""
    whole = fixed_report.report()
    failure = Failure(uri="::warning::x,y\n.bin", message="no such file\r\n::error::z; check the path")
    return dataclasses.replace(whole, failures=(*whole.failures, failure))


def passed() -> GateResult:
    """Nothing new."""
    return GateResult(findings=(), violations=())
