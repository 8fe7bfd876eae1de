"""Reports on documents as plain rows of JSON types, and back, without loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtqa.core.documents import Block, BlockKind, Comment, Document, Segment
from mtqa.core.findings import Applicability, Category, Edit, ErrorSpan, Evidence, Flag, Severity, Verdict
from mtqa.core.report import Decision, DocumentReport
from mtqa.core.spans import SourceMap, Span

__all__ = ["document_report", "report_row"]

Row = dict[str, Any]


def report_row(report: DocumentReport) -> Row:
    """A report as a row; the bytes of its file are left out."""
    document = report.document
    same = document.content == document.text
    return {
        "uri": document.uri,
        "file": document.file,
        "format": document.format,
        "language": document.language,
        "declared": document.declared,
        "source_language": document.source_language,
        "encoding": document.encoding,
        "text": document.text,
        "content": None if same else document.content,
        "runs": document.source_map.runs,
        "spelled": document.source_map.spelled,
        "blocks": [
            [*_span(b.span), b.kind.value, b.key, b.source, b.references, [_span(m) for m in b.masked], b.place]
            for b in document.blocks
        ],
        "comments": [[*_span(comment.span), comment.text] for comment in document.comments],
        "p_mt": report.p_mt,
        "decision": report.decision.value,
        "reason": report.reason,
        "remarks": report.remarks,
        "translated_from": report.translated_from,
        "surprisal": report.surprisal,
        "verdicts": [_verdict_row(verdict) for verdict in report.verdicts],
    }


def document_report(row: Mapping[str, Any], raw: bytes) -> DocumentReport:
    """The report of ``report_row``, on the file with the bytes ``raw``. Raises KeyError, TypeError or ValueError where
    ``row`` is none."""
    text = row["text"]
    document = Document(
        uri=row["uri"],
        file=row["file"],
        format=row["format"],
        language=row["language"],
        declared=row["declared"],
        source_language=row["source_language"],
        encoding=row["encoding"],
        text=text,
        content=text if row["content"] is None else row["content"],
        raw=raw,
        source_map=SourceMap(_tuples(row["runs"]), _tuples(row["spelled"])),
        blocks=tuple(
            Block(
                span=Span(start, end),
                kind=BlockKind(kind),
                key=key,
                source=source,
                references=tuple(references),
                masked=_spans(masked),
                place=place,
            )
            for start, end, kind, key, source, references, masked, place in row["blocks"]
        ),
        comments=tuple(Comment(Span(start, end), words) for start, end, words in row["comments"]),
    )
    return DocumentReport(
        document=document,
        p_mt=row["p_mt"],
        decision=Decision(row["decision"]),
        reason=row["reason"],
        remarks=tuple(row["remarks"]),
        translated_from=row["translated_from"],
        surprisal=row["surprisal"],
        verdicts=tuple(_verdict(verdict, text) for verdict in row["verdicts"]),
    )


def _verdict_row(verdict: Verdict) -> Row:
    segment = verdict.segment
    return {
        "segment": [
            segment.id,
            *_span(segment.span),
            segment.language,
            segment.kind.value,
            segment.block,
            segment.source,
            segment.references,
            [_span(m) for m in segment.masked],
        ],
        "p_mt": verdict.p_mt,
        "p_edit": verdict.p_edit,
        "flags": [
            [
                *_head(flag),
                flag.reasons,
                flag.fingerprint,
                flag.rules,
            ]
            for flag in verdict.flags
        ],
        "evidence": [
            [e.signal, e.score, [_head(span) for span in e.spans], dict(e.measurements), dict(e.texts), e.abstained]
            for e in verdict.evidence
        ],
    }


def _verdict(row: Mapping[str, Any], text: str) -> Verdict:
    number, start, end, language, kind, block, source, references, masked = row["segment"]
    segment = Segment(
        id=number,
        span=Span(start, end),
        text=text[start:end],
        language=language,
        kind=BlockKind(kind),
        block=block,
        source=source,
        references=tuple(references),
        masked=_spans(masked),
    )
    return Verdict(
        segment=segment,
        p_mt=row["p_mt"],
        p_edit=row["p_edit"],
        flags=tuple(
            Flag(**_body(head), reasons=tuple(reasons), fingerprint=fingerprint, rules=tuple(rules))
            for *head, reasons, fingerprint, rules in row["flags"]
        ),
        evidence=tuple(
            Evidence(
                signal=signal,
                segment_id=number,
                score=score,
                spans=tuple(ErrorSpan(**_body(head)) for head in spans),
                measurements=measurements,
                texts=texts,
                abstained=abstained,
            )
            for signal, score, spans, measurements, texts, abstained in row["evidence"]
        ),
    )


def _head(found: Flag | ErrorSpan) -> list[Any]:
    """What flags and error spans share."""
    edits = [[*_span(edit.span), edit.text, edit.applicability.value] for edit in found.edits]
    return [
        found.rule,
        *_span(found.span),
        found.category.value,
        found.severity.value,
        found.message,
        found.probability,
        edits,
    ]


def _body(head: list[Any]) -> Row:
    rule, start, end, category, severity, message, probability, edits = head
    return {
        "rule": rule,
        "span": Span(start, end),
        "category": Category(category),
        "severity": Severity(severity),
        "message": message,
        "probability": probability,
        "edits": tuple(
            Edit(span=Span(low, high), text=text, applicability=Applicability(how)) for low, high, text, how in edits
        ),
    }


def _span(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _spans(rows: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in rows)


def _tuples(rows: list[list[int]]) -> tuple[Any, ...]:
    return tuple(map(tuple, rows))
