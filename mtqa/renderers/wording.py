"""The words that all formats share: verdicts, probabilities, counts, and text made safe to show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import fmean

from mtqa.core.differences import differences
from mtqa.core.documents import Segment
from mtqa.core.findings import WEAK_SPOT, Applicability, Flag, Severity, Verdict
from mtqa.core.report import Decision, DocumentReport, Report
from mtqa.core.spans import Span

__all__ = [
    "CAUTIONS",
    "VERDICTS",
    "Trip",
    "counted",
    "counts",
    "different_pieces",
    "false_alarms",
    "fluency",
    "further_reasons",
    "headline",
    "likeness",
    "origin",
    "printable",
    "probability",
    "round_trip",
    "shown_span",
    "standing",
    "suggestions",
    "summary",
    "trips",
    "visible",
]

VERDICTS = {
    Decision.LIKELY_MT: "Likely machine-translated",
    Decision.LIKELY_HUMAN: "Likely written by a person",
    Decision.UNDECIDED: "Undecided",
}

_SURVIVAL = "chrF++"
_LANGUAGES = {
    "cs": "Czech",
    "de": "German",
    "ha": "Hausa",
    "is": "Icelandic",
    "ja": "Japanese",
    "ru": "Russian",
    "uk": "Ukrainian",
    "zh": "Chinese",
}
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SPACES = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+ *")


def visible(text: str) -> str:
    """``text`` with everything that could steer a terminal or reorder a line spelled out, one line break or tab
    shown as one space: safe to show, and as a reader sees it."""
    return printable(_SPACES.sub(" ", text))


def printable(text: str) -> str:
    """``text`` with control characters, bidirectional overrides and lone surrogates spelled out: ``ESC`` as ``␛``,
    others as ``\\u202e``."""
    return _HIDDEN.sub(_spell, text)


def _spell(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def headline(report: DocumentReport) -> str:
    """The verdict on a document, as it is said to a person; an undecided one says why."""
    words = VERDICTS[report.decision]
    return f"{words}: {visible(report.reason)}" if report.decision is Decision.UNDECIDED else words


def probability(value: float) -> str:
    """A probability with its relation sign; never certain: ``"= 0.97"``, ``"> 0.99"``, ``"< 0.01"``."""
    if value > 0.994:
        return "> 0.99"
    return "< 0.01" if value < 0.006 else f"= {value:.2f}"


def false_alarms(fpr: float) -> str:
    """What the false-alarm rate means: ``"Up to 1 in 20 articles written in English is called …"``"""
    rate = Fraction(fpr).limit_denominator(1000 if fpr >= 0.001 else 1_000_000)
    return (
        f"Up to {rate.numerator} in {rate.denominator:,} articles written in English "
        f"{'is' if rate.numerator == 1 else 'are'} called machine-translated at this threshold, more of people's "
        "translations and of texts by learners. p(machine) assumes that half of all articles are machine-translated."
    )


def fluency(surprisal: float) -> str:
    """How fluent a text is: ``"Fluency: 6.7 bits of surprisal a word, as estimated; the lower, the more …"``"""
    return f"Fluency: {surprisal:.1f} bits of surprisal a word, as estimated; the lower, the more usual."


CAUTIONS = {
    Applicability.SAFE: " (safe to apply)",
    Applicability.UNSAFE: " (check first)",
    Applicability.DISPLAY: "",
}


def origin(tag: str) -> str:
    """Where a machine's text came from: ``"Probably translated from German (de)."``"""
    name = _LANGUAGES.get(tag)
    return f"Probably translated from {f'{name} ({tag})' if name else tag}."


def standing(reason: str) -> str:
    """The reason for a decision as a sentence of its own."""
    reason = visible(reason)
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."


def counted(number: int, noun: str, plural: str = "") -> str:
    """``"1 sentence"``, ``"2 sentences"``, ``"20,000 sentences"``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def counts(report: DocumentReport, min_level: Severity) -> str:
    """Sentences judged, boilerplate left out, how many to repair, and how many are but weak spots."""
    flagged = report.worth_reading(min_level)
    weak = sum(all(flag.rule == WEAK_SPOT for flag in verdict.flags) for verdict in flagged)
    repairs = [
        verdict.segment.kind.judged for verdict in flagged if any(flag.rule != WEAK_SPOT for flag in verdict.flags)
    ]
    elsewhere = repairs.count(False)
    parts = [f"{counted(len(report.judged), 'sentence')} judged"]
    if report.boilerplate:
        parts.append(f"{counted(len(report.boilerplate), 'boilerplate line')} left out")
    parts.append(f"{repairs.count(True):,} to repair" if repairs else "nothing to repair")
    if elsewhere:
        parts.append(f"{elsewhere:,} more in headings, captions or boilerplate")
    if weak:
        parts.append(f"{counted(weak, 'weak spot')} to read again")
    return ", ".join(parts)


def summary(report: Report) -> str:
    """How many documents got which verdict, and how many could not be read."""
    tally = [(sum(d.decision is decision for d in report.documents), words) for decision, words in VERDICTS.items()]
    parts = [f"{number:,} {words[0].lower()}{words[1:]}" for number, words in tally if number]
    if report.failures:
        parts.append(f"{len(report.failures):,} could not be read")
    return ": ".join(
        filter(None, [counted(len(report.documents) + len(report.failures), "document"), ", ".join(parts)])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A sentence's round trip by one pivot, as evidence has it."""

    pivot: str
    text: str
    measurements: Mapping[str, float]


def trips(verdict: Verdict) -> tuple[Trip, ...]:
    """The round trips of a sentence."""
    found = []
    for evidence in verdict.evidence:
        for pivot, text in evidence.texts.items():
            end = f" via {pivot}"
            numbers = {k.removesuffix(end): v for k, v in evidence.measurements.items() if k.endswith(end)}
            found.append(Trip(pivot=pivot, text=text, measurements=numbers))
    return tuple(found)


def different_pieces(one: str, other: str) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """Both texts in pieces, safe to show: each with whether the other text lacks its words there."""
    both = []
    for text, spans in zip((one, other), differences(one, other), strict=True):
        cuts = [0, *(end for span in spans for end in (span.start, span.end)), len(text)]
        pieces = [(visible(text[a:b]), number % 2 == 1) for number, (a, b) in enumerate(pairwise(cuts)) if a < b]
        both.append(tuple(pieces))
    return tuple(both)


def likeness(measurements: Mapping[str, float]) -> str:
    """``"chrF++ 81.2, TER 12.5"``."""
    return ", ".join(
        f"{name} {value:.2f}" if value < 0 else f"{name} {value:.1f}" for name, value in measurements.items()
    )


def round_trip(report: DocumentReport) -> str:
    """How much of a document came back from each pivot; empty where it did not travel."""
    found: dict[str, list[float]] = {}
    for verdict in report.judged:
        for trip in trips(verdict):
            found.setdefault(trip.pivot, []).append(trip.measurements[_SURVIVAL])
    if not found:
        return ""
    means = ", ".join(f"{fmean(values):.1f} via {pivot}" for pivot, values in found.items())
    return f"Round trip: {_SURVIVAL} {means} on average; it counts in no probability."


def further_reasons(flag: Flag) -> tuple[str, ...]:
    """The flag's reasons that its message does not already give."""
    return tuple(reason for reason in dict.fromkeys(flag.reasons) if reason != flag.message)


def shown_span(flag: Flag, segment: Segment) -> Span:
    """The flag's span, or the character beside the gap where it has no words."""
    if flag.span:
        return flag.span
    start = max(flag.span.start - 1, segment.span.start)
    return Span(start, start + 1)


def suggestions(flag: Flag, text: str) -> tuple[tuple[str, Applicability], ...]:
    """What the flagged words would read after the flag's edits: one suggestion where the edits go together, one each
    where they overlap and so are alternatives."""
    edits = sorted(flag.edits, key=lambda edit: (edit.span.start, edit.span.end))
    apart = all(a.span.end <= b.span.start and a.span != b.span for a, b in pairwise(edits))
    found = []
    for group in [edits] if edits and apart else [[edit] for edit in edits]:
        at = min(flag.span.start, group[0].span.start)
        end = max(flag.span.end, group[-1].span.end)
        pieces = []
        for edit in group:
            pieces += [text[at : edit.span.start], edit.text]
            at = edit.span.end
        caution = max((edit.applicability for edit in group), key=list(Applicability).index)
        found.append(("".join([*pieces, text[at:end]]), caution))
    return tuple(dict.fromkeys(found))
