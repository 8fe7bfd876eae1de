"""JSON Lines: one line a document or failure, the same objects as in the JSON report, each with its signature."""

from __future__ import annotations

from mtqa.core.findings import Severity
from mtqa.core.report import Report
from mtqa.renderers.json import SCHEMA, document_json, dump, failure_json, signature_json

__all__ = ["render_jsonl"]


def render_jsonl(report: Report, *, min_level: Severity = Severity.NEUTRAL) -> str:
    """A line for each document, then one for each failure. Flags below ``min_level`` are left out."""
    head = {
        "schema": SCHEMA,
        "signature": signature_json(report.signature),
        "settings": list(report.settings),
        "min_level": min_level.value,
    }
    documents = (dump(head | {"document": document_json(document, min_level)}) for document in report.documents)
    failures = (dump(head | {"failure": failure_json(failure)}) for failure in report.failures)
    return "".join([*documents, *failures])
