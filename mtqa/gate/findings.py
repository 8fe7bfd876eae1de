"""What a report says of its documents, as findings: flags, and verdicts on whole documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from mtqa.config import Policy
from mtqa.core.documents import Document, Empty, Segment
from mtqa.core.excerpts import excerpt
from mtqa.core.findings import VAGUE, Category, Flag, Severity
from mtqa.core.report import Decision, DocumentReport, Finding
from mtqa.core.rules import OF_DOCUMENT
from mtqa.core.tags import language_name, primary
from mtqa.gate.rules import EMPTY

__all__ = ["findings_of", "flag_finding"]

_LONGEST = 60  # characters of a sentence that is repeated


def flag_finding(document: Document, segment: Segment, flag: Flag) -> Finding:
    """A flag of a segment as a finding."""
    sentence = " ".join(segment.text.split())
    return Finding(
        uri=document.uri,
        rule=flag.rule,
        category=flag.category.value,
        severity=flag.severity,
        probability=flag.probability,
        message=flag.message,
        reasons=flag.reasons,
        words=excerpt(sentence, _LONGEST) if flag.is_whole(segment) else _words(document, flag),
        location=document.locate(flag.span),
        fingerprint=flag.fingerprint,
        sentence=_digest(sentence) if flag.rule in VAGUE else "",
    )


def _words(document: Document, flag: Flag) -> str:
    """The words as they stand in the file, entities and markup inside them included; where nobody sees its markup, or
    whole lines of it stand between them, as between two cues of a film, as they are read."""
    seen = document.locate(flag.span).lines is not None
    place = document.source_map.extent(flag.span) if seen else None
    words = flag.span.of(document.text)
    written = words if place is None else place.of(document.content)
    return written if written.count("\n") <= words.count("\n") else words


def findings_of(report: DocumentReport, policy: Policy) -> Iterator[Finding]:
    """The units without a translation and the verdicts on the whole document that ``policy`` looks at; none of these
    where there is nothing to judge in it."""
    document = report.document
    if EMPTY not in policy.rules_off and policy.min_level.rank <= Severity.MAJOR.rank:
        yield from (_empty(document, unit) for unit in document.empty)
    if report.blank:
        return
    if report.decision is Decision.LIKELY_MT:
        said = "the article reads like machine translation"
        yield _whole(document, "machine-translation", report.p_mt or 0.0, said, report.reason)
    elif report.decision is Decision.UNDECIDED and policy.undecided:
        yield _whole(document, "undecided", report.p_mt or 0.0, "the article is undecided", report.reason)
    allowed = set(map(primary, policy.languages))
    if allowed and document.language != "und" and primary(document.language) not in allowed:
        names = " or ".join(map(language_name, policy.languages))
        said = f"the article is in {language_name(document.language)}; the policy allows {names}"
        yield _whole(document, "unexpected-language", 1.0, said)


def _empty(document: Document, unit: Empty) -> Finding:
    return Finding(
        uri=document.uri,
        rule=EMPTY,
        category=Category.OMISSION,
        severity=Severity.MAJOR,
        probability=1.0,
        message=f"“{excerpt(' '.join(unit.source.split()), _LONGEST)}” has no translation",
        reasons=(),
        words="",
        location=document.place(unit.place),
        fingerprint=_digest(f"{EMPTY}\x1f{unit.key}"),
    )


def _whole(document: Document, rule: str, probability: float, message: str, *reasons: str) -> Finding:
    return Finding(
        uri=document.uri,
        rule=rule,
        category=OF_DOCUMENT,
        severity=Severity.NEUTRAL if rule == "undecided" else Severity.MAJOR,
        probability=probability,
        message=message,
        reasons=reasons,
        words="",
        location=None,
        fingerprint=_digest(rule),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
