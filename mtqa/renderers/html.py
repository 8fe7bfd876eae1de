"""HTML: one self-contained page with the article as it reads, marked in place, and the ranked repairs beside it.

No script, no external request: the page forbids both by its content security policy. Template and style lie in
``report.html.j2`` and ``report.css``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from mtqa.core.details import RoundTrip
from mtqa.core.documents import BlockKind, Segment
from mtqa.core.findings import Flag, Severity
from mtqa.core.report import DocumentReport, GateResult, Report, Signature
from mtqa.core.spans import Span
from mtqa.renderers.findings import failing, standing_of, tally
from mtqa.renderers.house import direction, page
from mtqa.renderers.wording import (
    BITS,
    CAUTIONS,
    certainty,
    coverage,
    different_pieces,
    extent,
    fluency,
    further_reasons,
    kind_of,
    likeness,
    list_title,
    probability,
    round_trip,
    shown_span,
    standing,
    suggestions,
    summary,
    to_do,
    trips,
    verdict,
    visible,
)

__all__ = ["render_gate_html", "render_html"]

_HERE = Path(__file__).parent
_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """A flag as the page shows it; ``number`` is its place in the list, None where the list leaves it out;
    ``sentence``: the number of its sentence, by which the page names it, as the text report does."""

    number: int | None
    sentence: int
    span: Span
    words: str
    whole: bool
    severity: Severity
    label: str
    message: str
    rule: str
    reasons: tuple[str, ...]
    suggestions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trip:
    """A sentence and its round trip, in pieces: text, and whether the other lacks it there."""

    pivot: str
    likeness: str
    rows: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repair:
    """A listed sentence."""

    rank: int
    segment: int
    place: str
    kind: str
    p_edit: str
    findings: tuple[_Finding, ...]
    trips: tuple[_Trip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Text between two places where marks begin or end; ``finding`` is the worst one that covers it."""

    text: str
    finding: _Finding | None
    ending: tuple[_Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A sentence, or the text between two; ``segment`` is set where the list links to it."""

    segment: int | None
    pieces: tuple[_Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    kind: BlockKind
    runs: tuple[_Run, ...]


def render_gate_html(report: Report, result: GateResult) -> str:
    """The page, with the gate's result above everything else."""
    return render_html(report, gate=result)


def render_html(report: Report, *, min_level: Severity = Severity.MINOR, gate: GateResult | None = None) -> str:
    """The page. Flags below ``min_level`` are marked, and listed as remarks; the worst 200 sentences are listed.
    ``gate`` is shown in a banner: passed or failed, the violations, the stale entries."""
    return page(
        _HERE,
        "report.html.j2",
        "report.css",
        documents=[_document(n, each, report.signature, min_level) for n, each in enumerate(report.documents, 1)],
        failures=[(visible(failure.uri), visible(failure.message)) for failure in report.failures],
        summary=summary(report),
        gate=None if gate is None else _banner(gate),
        coverage=coverage(report.signature.recall),
        settings=visible(", ".join(report.settings)),
        signature=visible(str(report.signature)),
        severities=[severity.value for severity in reversed(Severity)],
        listed=_LISTED,
    )


def _banner(gate: GateResult) -> dict[str, object]:
    return {
        "passed": gate.passed,
        "standing": standing_of(gate).capitalize(),
        "tally": tally(gate),
        "violations": [visible(violation) for violation in failing(gate)],
        "stale": [visible(entry) for entry in gate.stale],
        "notes": [visible(note) for note in gate.notes],
    }


def _document(number: int, report: DocumentReport, signature: Signature, min_level: Severity) -> dict[str, object]:
    document = report.document
    ranked = report.worth_reading(min_level)
    to_repair = len(report.to_repair(min_level))
    findings: list[_Finding] = []
    repairs = []
    listed = 0
    for rank, judged in enumerate(ranked, 1):
        worth = [flag for flag in judged.flags if flag.severity.rank >= min_level.rank]
        first = listed + 1 if rank <= _LISTED else None
        found = _findings(report, judged.segment, worth, first, rank)
        findings += found
        if first is None:
            continue
        listed += len(found)
        repairs.append(
            _Repair(
                rank=rank,
                segment=judged.segment.id,
                place=visible(document.locate(judged.segment.span).name),
                kind=kind_of(report, judged.segment),
                p_edit="" if judged.p_edit is None else probability(judged.p_edit),
                findings=found,
                trips=tuple(_trip(judged.segment, trip) for trip in trips(judged)),
            )
        )
    remarks: list[_Finding] = []
    ranks = {judged.segment.id: rank for rank, judged in enumerate(ranked, 1)}
    for judged in report.verdicts:
        below = [flag for flag in judged.flags if flag.severity.rank < min_level.rank]
        first = listed + len(remarks) + 1 if len(remarks) < _LISTED else None
        rank = ranks.setdefault(judged.segment.id, len(ranks) + 1) if below else 0
        found = _findings(report, judged.segment, below, first, rank)
        findings += found
        remarks += found if first else ()
    return {
        "number": number,
        "uri": visible(document.uri),
        "language": "" if document.language == "und" else document.language,
        "direction": direction(document.language),
        "decision": report.decision.value,
        "verdict": verdict(report),
        "certainty": certainty(report, signature.fpr),
        "to_do": to_do(report, signature.recall, min_level),
        "fluency": "" if report.surprisal is None else f"{fluency(report.surprisal)}, {BITS}",
        "p": "" if report.p_mt is None else probability(report.p_mt),
        "percent": None if report.p_mt is None else round(100 * report.p_mt),
        "extent": extent(report),
        "round_trip": round_trip(report),
        "sentences": len(report.judged),
        "remarks": [standing(remark) for remark in report.remarks],
        "groups": [(kind, list(blocks)) for kind, blocks in groupby(_blocks(report, findings, repairs), _kind)],
        "repairs": repairs,
        "to_repair": to_repair,
        "list_title": list_title(to_repair, len(ranked)),
        "to_read": len(ranked),
        "notes": remarks,
        "notes_title": "Remarks that ask for no repair" if min_level is Severity.MINOR else f"Below {min_level.value}",
    }


def _trip(segment: Segment, trip: RoundTrip) -> _Trip:
    pieces = different_pieces(segment.text, trip.text)
    return _Trip(
        pivot=trip.pivot,
        likeness=likeness(trip),
        rows=tuple(zip(("as it is", f"via {trip.pivot}"), pieces, strict=True)),
    )


def _kind(block: _Block) -> str:
    return block.kind.value


def _findings(
    report: DocumentReport, segment: Segment, flags: Sequence[Flag], first: int | None, sentence: int
) -> tuple[_Finding, ...]:
    document = report.document
    return tuple(
        _Finding(
            number=None if first is None else first + place,
            sentence=sentence,
            span=shown_span(flag, segment),
            words=visible(flag.span.of(document.text)),
            whole=flag.is_whole(segment),
            severity=flag.severity,
            label=flag.category.label,
            message=visible(flag.message),
            rule=flag.rule,
            reasons=tuple(visible(reason) for reason in further_reasons(flag)),
            suggestions=tuple((visible(after), CAUTIONS[how]) for after, how in suggestions(flag, document.text)),
        )
        for place, flag in enumerate(flags)
    )


def _blocks(report: DocumentReport, findings: list[_Finding], repairs: list[_Repair]) -> Iterator[_Block]:
    """The article in reading order. Text outside every block (list marks, markup) is shown where it is flagged."""
    text = report.document.text
    marker = _Marker(text, findings)
    linked = {repair.segment for repair in repairs}
    segments: dict[int, list[Segment]] = {}
    for judged in report.verdicts:
        segments.setdefault(judged.segment.block, []).append(judged.segment)
    at = 0
    for number, block in enumerate(report.document.blocks):
        yield from _outside(marker, Span(at, max(at, block.span.start)))
        at = block.span.start
        runs = []
        for segment in segments.get(number, ()):
            if at < segment.span.start:
                runs.append(_Run(segment=None, pieces=marker.pieces(Span(at, segment.span.start))))
            link = segment.id if segment.id in linked else None
            runs.append(_Run(segment=link, pieces=marker.pieces(segment.span)))
            at = segment.span.end
        if at < block.span.end:
            runs.append(_Run(segment=None, pieces=marker.pieces(Span(at, block.span.end))))
            at = block.span.end
        yield _Block(kind=block.kind, runs=tuple(runs))
    yield from _outside(marker, Span(at, max(at, len(text))))


def _outside(marker: _Marker, span: Span) -> Iterator[_Block]:
    pieces = marker.pieces(span) if span else ()
    if any(piece.finding for piece in pieces):
        yield _Block(kind=BlockKind.BOILERPLATE, runs=(_Run(segment=None, pieces=pieces),))


class _Marker:
    """Cuts text into pieces at the ends of findings; asked for spans in text order, so the whole takes linear time."""

    def __init__(self, text: str, findings: Sequence[_Finding]) -> None:
        self.text = text
        self._coming = sorted(findings, key=lambda found: found.span, reverse=True)
        self._open: list[_Finding] = []

    def pieces(self, span: Span) -> tuple[_Piece, ...]:
        """The text of ``span`` in pieces."""
        self._open = [found for found in self._open if found.span.end > span.start]
        while self._coming and self._coming[-1].span.start < span.end:
            self._open.append(self._coming.pop())
        ends = {end for found in self._open for end in (found.span.start, found.span.end)}
        cuts = [span.start, *sorted(end for end in ends if span.start < end < span.end), span.end]
        pieces = []
        over: list[_Finding] = []
        at = 0
        for start, end in pairwise(cuts):
            over = [found for found in over if found.span.end > start]
            while at < len(self._open) and self._open[at].span.start <= start:
                over.append(self._open[at])
                at += 1
            pieces.append(
                _Piece(
                    text=visible(self.text[start:end]),
                    finding=max(over, key=lambda found: found.severity.rank, default=None),
                    ending=tuple(found for found in over if found.span.end == end and found.number is not None),
                )
            )
        return tuple(pieces)
