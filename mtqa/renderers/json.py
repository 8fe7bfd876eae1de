"""JSON: everything the report holds, by the schema in ``report.schema.json``.

Offsets count Unicode code points of the document's text, which is included. Probabilities are rounded to six digits.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict
from typing import Any

from mtqa.core.documents import Document, Location
from mtqa.core.findings import Edit, ErrorSpan, Evidence, Flag, Severity, Verdict
from mtqa.core.report import DocumentReport, Failure, Report, Signature
from mtqa.core.spans import Span

__all__ = [
    "SCHEMA",
    "document_json",
    "dump",
    "failure_json",
    "found_json",
    "location_json",
    "number_json",
    "render_json",
    "report_json",
    "scores_json",
    "signature_json",
    "span_json",
]

SCHEMA = "mtqa.report/1"

_UNSAFE = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|(?<=##)(?:\[|v(?=so\[))", re.IGNORECASE)


def render_json(report: Report, *, min_level: Severity = Severity.NEUTRAL) -> str:
    """One object for the whole report. Flags below ``min_level`` are left out; the evidence behind them is not."""
    return dump(report_json(report, min_level), indent=2)


def report_json(report: Report, min_level: Severity) -> dict[str, Any]:
    """The object of the whole report, without flags below ``min_level``."""
    return {
        "schema": SCHEMA,
        "signature": signature_json(report.signature),
        "settings": list(report.settings),
        "min_level": min_level.value,
        "documents": [document_json(document, min_level) for document in report.documents],
        "failures": [failure_json(failure) for failure in report.failures],
    }


def dump(value: object, indent: int | None = None) -> str:
    """``value`` as JSON in readable Unicode, ending with a line feed. Characters that could break a line, steer a
    terminal or the log of a build, or not be encoded are escaped."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written) + "\n"


def signature_json(signature: Signature) -> dict[str, Any]:
    """How the numbers were made, in parts and as one string."""
    return {
        "version": signature.version,
        "model": signature.model,
        "dtype": signature.dtype,
        "segmenter": signature.segmenter,
        "rate": signature.rate,
        "fpr": signature.fpr,
        "calibration": signature.calibration,
        "extra": list(signature.extra),
        "string": str(signature),
    }


def failure_json(failure: Failure) -> dict[str, Any]:
    """A document that could not be read."""
    return {"uri": failure.uri, "message": failure.message}


def document_json(report: DocumentReport, min_level: Severity) -> dict[str, Any]:
    """Everything said of one document; ``repair_rank`` numbers the segments to repair, the worst being 1."""
    document = report.document
    ranks = {verdict.segment.id: rank for rank, verdict in enumerate(report.to_repair(min_level), 1)}
    return {
        "uri": document.uri,
        "format": document.format,
        "language": document.language,
        "language_declared": document.declared,
        "source_language": document.source_language,
        "sha256": document.sha256,
        "p_mt": number_json(report.p_mt),
        "decision": report.decision.value,
        "reason": report.reason,
        "translated_from": report.translated_from,
        "surprisal": number_json(report.surprisal),
        "remarks": list(report.remarks),
        "text": document.text,
        "segments": [_segment(v, document, min_level, ranks.get(v.segment.id)) for v in report.verdicts],
    }


def _segment(verdict: Verdict, document: Document, min_level: Severity, rank: int | None) -> dict[str, Any]:
    segment = verdict.segment
    return {
        "id": segment.id,
        **_place(segment.span, document),
        "block": segment.block,
        "kind": segment.kind.value,
        "language": segment.language,
        "text": segment.text,
        "source": segment.source,
        "references": list(segment.references),
        **scores_json(verdict),
        "repair_rank": rank,
        "flags": [_flag(flag, document) for flag in verdict.flags if flag.severity.rank >= min_level.rank],
        "evidence": [_evidence(evidence, document) for evidence in verdict.evidence],
    }


def _flag(flag: Flag, document: Document) -> dict[str, Any]:
    return {
        "rule": flag.rule,
        **_place(flag.span, document),
        "words": flag.span.of(document.text),
        **found_json(flag),
        "reasons": list(flag.reasons),
        "fingerprint": flag.fingerprint,
        "edits": [_edit(edit) for edit in flag.edits],
    }


def _evidence(evidence: Evidence, document: Document) -> dict[str, Any]:
    details = evidence.details
    measurements, texts = (details.measurements(), details.texts()) if details else ({}, {})
    return {
        "signal": evidence.signal,
        "score": number_json(evidence.score),
        "abstained": evidence.abstained,
        "measurements": {name: number_json(value) for name, value in measurements.items()},
        "texts": texts,
        "spans": [
            {
                **span_json(found.span),
                "words": found.span.of(document.text),
                "rule": found.rule,
                **found_json(found),
                "edits": [_edit(edit) for edit in found.edits],
            }
            for found in evidence.spans
        ],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        **span_json(edit.span),
        "text": edit.text,
        "applicability": edit.applicability.value,
    }


def _place(span: Span, document: Document) -> dict[str, Any]:
    return {**span_json(span), "location": location_json(document.locate(span))}


def span_json(span: Span) -> dict[str, Any]:
    """Where in the document's text."""
    return {"start": span.start, "end": span.end}


def scores_json(verdict: Verdict) -> dict[str, Any]:
    """The probabilities of a segment."""
    return {"p_mt": number_json(verdict.p_mt), "p_edit": number_json(verdict.p_edit)}


def found_json(found: Flag | ErrorSpan) -> dict[str, Any]:
    """What is wrong, of a flag or an error span."""
    return {
        "category": found.category.value,
        "severity": found.severity.value,
        "probability": number_json(found.probability),
        "message": found.message,
    }


def location_json(location: Location) -> dict[str, Any]:
    """Lines and columns of the file, from 1, or the name of the place."""
    return {"place": location.name} if location.lines is None else asdict(location.lines)


def number_json(value: float | None) -> float | None:
    """``value`` to six digits. JSON knows no infinity and no NaN: both become null."""
    return round(float(value), 6) if value is not None and math.isfinite(value) else None
