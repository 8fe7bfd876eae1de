"""What the page shows: text made safe to show, cut where marks begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from mtqa.core.differences import Part
from mtqa.core.documents import BlockKind
from mtqa.core.findings import Flag, Severity
from mtqa.core.report import DocumentReport
from mtqa.core.spans import Span
from mtqa.renderers import wording
from mtqa.renderers.wording import (
    CAUTIONS,
    VERDICTS,
    counted,
    further_reasons,
    probability,
    standing,
    suggestions,
    visible,
)
from mtqa.review.desk import Desk
from mtqa.review.proposals import Suggested, differing, suggested

__all__ = [
    "Card",
    "Ignored",
    "Piece",
    "Row",
    "article",
    "card",
    "ignored",
    "pieces",
    "progress",
    "row",
    "run_of",
    "verdict",
]

GLYPHS = {Severity.CRITICAL: "▲▲", Severity.MAJOR: "▲", Severity.MINOR: "△", Severity.NEUTRAL: "·"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Text under the worst of the flags that cover it; ``severity`` is empty where none does."""

    text: str
    severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagView:
    """A finding that is still open; ``fixes`` are what its words would read repaired, each with its caution."""

    fingerprint: str
    glyph: str
    severity: str
    label: str
    rule: str
    words: str
    whole: bool
    message: str
    reasons: tuple[str, ...]
    fixes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """A finding that the project ignores."""

    segment: int
    place: str
    words: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A sentence with all that can be done to it; ``rank`` is its place when the worst come first."""

    id: int
    rank: int
    revision: int
    place: str
    kind: str
    language: str
    status: str
    missed: str
    state: str
    glyph: str
    severity: str
    before: str
    now: tuple[Piece, ...]
    after: str
    raw: str
    was: str
    p: str
    p_was: str
    meter: int
    diff: tuple[Part, ...]
    flags: tuple[FlagView, ...]
    dismissed: tuple[tuple[str, str, str], ...]
    ignored: tuple[Ignored, ...]
    suggested: Suggested | None
    undoable: str
    note: str = ""
    yours: str | None = None
    editable: bool = True
    adviser: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A document in the list."""

    number: int
    uri: str
    verdict: str
    decision: str
    p: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A sentence of the article, or the text between two."""

    pieces: tuple[Piece, ...]
    segment: int | None = None
    state: str = ""


def pieces(text: str, span: Span, flags: Sequence[tuple[Span, Severity]]) -> tuple[Piece, ...]:
    """The text of ``span`` in pieces, under its flags."""
    ends = {end for found, _ in flags for end in (found.start, found.end)}
    cuts = [span.start, *sorted(end for end in ends if span.start < end < span.end), span.end]
    made = []
    for start, end in pairwise(cuts):
        over = [severity for found, severity in flags if found.start < end and start < found.end]
        worst = max(over, key=lambda severity: severity.rank, default=None)
        made.append(Piece(text=visible(text[start:end]), severity="" if worst is None else worst.value))
    return tuple(made)


def row(number: int, desk: Desk) -> Row:
    """A document in the list."""
    done, total = progress(desk)
    report = desk.report
    return Row(
        number=number,
        uri=visible(report.document.uri),
        verdict=VERDICTS[report.decision],
        decision=report.decision.value,
        p="–" if report.p_mt is None else probability(report.p_mt).removeprefix("= "),
        done=done,
        total=total,
    )


def progress(desk: Desk) -> tuple[int, int]:
    """How many of the sentences to repair are done, and how many there are."""
    return sum(map(desk.done, desk.to_repair)), len(desk.to_repair)


def verdict(desk: Desk, report: DocumentReport) -> dict[str, object]:
    """What is said of a whole document, by ``report`` on it as it reads now."""
    signature = desk.signature
    left = [number for number in desk.flagged if desk.standing(number).text is None and desk.open_flags(number)]
    repairs = [desk.report.verdicts[number] for number in left if desk.asks(number)]
    return {
        "decision": report.decision.value,
        "headline": wording.verdict(report),
        "certainty": wording.certainty(report, signature.fpr),
        "to_do": wording.asked(desk.report, repairs, signature.recall),
        "p": "" if report.p_mt is None else probability(report.p_mt),
        "percent": None if report.p_mt is None else round(100 * report.p_mt),
        "remarks": [standing(remark) for remark in report.remarks],
        "extent": wording.extent(report),
    }


def card(desk: Desk, number: int, *, note: str = "", yours: str | None = None) -> Card:
    """A sentence as it is now. ``yours`` is a text that was not saved, for the reason in ``note``."""
    report, state, judged = desk.report, desk.standing(number), desk.judged(number)
    as_read = report.verdicts[number]
    segment, text = as_read.segment, desk.text(number)
    flags = desk.open_flags(number)
    shown = [(_shown(flag, judged.span), flag.severity) for flag in flags]
    edited = state.text is not None
    severity = max((flag.severity for flag in flags), key=lambda s: s.rank, default=Severity.NEUTRAL)
    return Card(
        id=number,
        rank=desk.flagged.index(number) if number in desk.flagged else len(desk.flagged) + number,
        revision=state.revision,
        place=visible(report.document.locate(segment.span).name),
        kind=wording.kind_of(report, segment),
        language=segment.language,
        state="edited" if edited else "open" if flags else "dismissed" if state.dismissed else "fine",
        status=_status(desk, number),
        missed=f"{wording.UNFLAGGED}: {wording.coverage(desk.signature.recall)}" if not (flags or edited) else "",
        glyph="✓" if edited else GLYPHS[severity] if flags else "✕" if state.dismissed else "·",
        severity=severity.value,
        before=_near(desk, range(number - 1, -1, -1)),
        now=pieces(judged.report.document.text, judged.span, shown),
        after=_near(desk, range(number + 1, len(report.verdicts))),
        raw=text,
        was=visible(segment.text) if edited else "",
        p=probability(judged.p_repair).removeprefix("= "),
        p_was=probability(as_read.p_repair).removeprefix("= ") if edited else "",
        meter=round(100 * judged.p_repair),
        diff=differing(segment.text, text) if edited else (),
        flags=tuple(_flag(flag, judged.report.document.text, judged.span) for flag in flags),
        dismissed=tuple(
            (visible(a.findings[0].words), a.findings[0].rule, visible(a.reason)) for a in state.dismissed.values()
        ),
        ignored=_ignored(desk, number),
        suggested=suggested(desk, number),
        undoable="" if not state.live else {"dismiss": "false alarm"}.get(state.live[-1].kind.value, "last edit"),
        note=note,
        yours=yours,
        editable="\0" not in text,
        adviser=visible(desk.adviser),
    )


def ignored(desk: Desk) -> list[Ignored]:
    """Every finding that the project ignores, in text order."""
    return [each for verdict in desk.report.verdicts for each in _ignored(desk, verdict.segment.id)]


def run_of(desk: Desk, number: int) -> Run:
    """A sentence in the article."""
    judged, state = desk.judged(number), desk.standing(number)
    shown = [(_shown(flag, judged.span), flag.severity) for flag in desk.open_flags(number)]
    return Run(
        segment=number,
        pieces=pieces(judged.report.document.text, judged.span, shown),
        state="edited" if state.text is not None else "flagged" if shown else "",
    )


def article(desk: Desk) -> list[tuple[str, list[tuple[Run, ...]]]]:
    """The article in reading order, neighbouring blocks of one kind together."""
    document = desk.report.document
    inside: dict[int, list[int]] = {}
    for each in desk.report.verdicts:
        inside.setdefault(each.segment.block, []).append(each.segment.id)
    blocks: list[tuple[str, tuple[Run, ...]]] = []
    for ordinal, block in enumerate(document.blocks):
        runs: list[Run] = []
        at = block.span.start
        for number in inside.get(ordinal, ()):
            span = desk.report.verdicts[number].segment.span
            if at < span.start:
                runs.append(Run(pieces=(Piece(text=visible(document.text[at : span.start])),)))
            runs.append(run_of(desk, number))
            at = span.end
        if at < block.span.end:
            runs.append(Run(pieces=(Piece(text=visible(document.text[at : block.span.end])),)))
        blocks.append((block.kind.value, tuple(runs)))
    return [(kind, [runs for _, runs in group]) for kind, group in groupby(blocks, key=lambda block: block[0])]


def _near(desk: Desk, numbers: range) -> str:
    """The first of these sentences that is part of the article."""
    kinds = ((n, desk.report.verdicts[n].segment.kind) for n in numbers)
    return next((visible(desk.text(n)) for n, kind in kinds if kind is not BlockKind.BOILERPLATE), "")


def _shown(flag: Flag, span: Span) -> Span:
    """The flag's words, or the character beside the gap where it has none."""
    start = max(flag.span.start - 1, span.start)
    return flag.span if flag.span else Span(start, start + 1)


def _flag(flag: Flag, text: str, span: Span) -> FlagView:
    return FlagView(
        fingerprint=flag.fingerprint,
        glyph=GLYPHS[flag.severity],
        severity=flag.severity.value,
        label=flag.category.label,
        rule=flag.rule,
        words=visible(flag.span.of(text)),
        whole=flag.span.contains(span),
        message=visible(flag.message),
        reasons=tuple(visible(reason) for reason in further_reasons(flag)),
        fixes=tuple((visible(after), CAUTIONS[how]) for after, how in suggestions(flag, text)),
    )


def _ignored(desk: Desk, number: int) -> tuple[Ignored, ...]:
    judged, span = desk.judged(number), desk.report.verdicts[number].segment.span
    return tuple(
        Ignored(
            segment=number,
            place=visible(desk.report.document.locate(span).name),
            words=visible(flag.span.of(judged.report.document.text)),
            rule=flag.rule,
            reason=visible(reason),
        )
        for flag, reason in desk.ignored(number)
    )


def _status(desk: Desk, number: int) -> str:
    flags, state = desk.open_flags(number), desk.standing(number)
    left = f", {counted(len(flags), 'finding')} left" if flags else ""
    if state.text is not None:
        return f"Edited{left}"
    if not flags:
        return "False alarm" if state.dismissed else "Not flagged"
    worst = max((flag.severity for flag in flags), key=lambda severity: severity.rank)
    asked = f"To repair, {worst.value}" if desk.asks(number) else "A remark"
    return f"{asked}{left if state.dismissed else ''}"
