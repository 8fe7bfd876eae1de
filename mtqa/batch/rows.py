"""Rows of a corpus: a record to a document, a document's report to bytes.

In: ``{"id", "text", "language"?, "source"?}``, under these keys or others; or an article of any format. Out: ``{"id",
…, "p_mt", "decision", "reason", "source_language", "language", "segments", "signature"}``, with the columns that are
kept after the id, or ``{"id", …, "file", "line", "error"}`` for a row that cannot be judged. Offsets count code points
of the text; probabilities are rounded to six digits; the source language is a guess for a likely-mt row, else null.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mtqa.batch.columns import Columns
from mtqa.batch.record import Record
from mtqa.batch.records import bare
from mtqa.core.documents import Document
from mtqa.core.errors import InputError, MtqaError
from mtqa.core.findings import Verdict
from mtqa.core.report import Decision, DocumentReport, Signature
from mtqa.core.tables import json_decoder
from mtqa.formats import from_text, read_bytes
from mtqa.formats.pairing import paired
from mtqa.renderers.json import dump, found_json, number_json, scores_json, span_json

__all__ = ["BadRow", "Row", "parse", "write_abstained", "write_bad", "write_row"]

_DEEPEST = 100
_JSON = json_decoder()


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be judged; ``id`` and the columns in ``kept`` as they were given."""

    id: str | int
    document: Document
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be judged.

    Attributes:
        file, line: as of its record.
        id: where it could be read; ``kept`` likewise.
        error: why, and what to do.
    """

    file: str
    line: int | None
    id: str | int | None = None
    kept: Mapping[str, Any] = field(default_factory=dict)
    error: str


def parse(record: Record, columns: Columns) -> Row | BadRow:
    """The row that a record holds."""
    if record.line is None:
        return _article(record, columns)
    uri = f"line {record.line}"
    id_: str | int | None = None
    kept = dict.fromkeys(columns.keep)
    try:
        if record.error is not None:
            raise InputError("", record.error)
        fields = _object(record.raw)
        given = {name: fields.get(name) for name in columns.keep}
        for name, value in given.items():
            _check_kept(value, name)
        kept = given
        id_ = _id(fields, columns.id)
        text = _string(fields, columns.text)
        language = _string(fields, columns.language)
        source = _string(fields, columns.source)
        if text is None:
            raise InputError("", f'no text; add "{columns.text}": "…"')
        if id_ is None:
            raise InputError("", f'no id; add "{columns.id}": "…"')
        return Row(id_, from_text(text, uri=uri, language=language, source=source), kept)
    except MtqaError as error:
        return BadRow(file=record.file, line=record.line, id=id_, kept=kept, error=error.problem)


def write_row(row: Row, report: DocumentReport, signature: Signature) -> bytes:
    """The output row of a document that was judged."""
    return _line(
        {
            "id": row.id,
            **row.kept,
            "p_mt": number_json(report.p_mt),
            "decision": report.decision.value,
            "reason": report.reason,
            "source_language": report.translated_from,
            "language": report.document.language,
            "segments": [_segment(verdict) for verdict in report.verdicts],
            "signature": str(signature),
        }
    )


def write_abstained(record: Record, columns: Columns, reason: str, signature: str) -> bytes:
    """The output row of a record that was not judged, for a reason that lies in no fault of it."""
    fields = {} if record.line is None else _object(record.raw)
    language = fields.get(columns.language)
    return _line(
        {
            "id": record.file if record.line is None else fields.get(columns.id),
            **{name: fields.get(name) for name in columns.keep},
            "p_mt": None,
            "decision": Decision.UNDECIDED.value,
            "reason": reason,
            "source_language": None,
            "language": language if isinstance(language, str) else "und",
            "segments": [],
            "signature": signature,
        }
    )


def write_bad(row: BadRow) -> bytes:
    """The output row of one that could not be judged."""
    return _line({"id": row.id, **row.kept, "file": row.file, "line": row.line, "error": row.error})


def _article(record: Record, columns: Columns) -> Row | BadRow:
    kept = dict.fromkeys(columns.keep)
    uri = bare(record.file)
    try:
        if record.error is not None:
            raise InputError("", record.error)
        documents, _ = read_bytes(record.raw, uri)
        if record.source is not None:
            name, raw = record.source
            documents = list(paired(documents, read_bytes(raw, name)[0]).documents)
        if len(documents) != 1:
            raise InputError("", f"it holds {len(documents)} documents; judge it with `mtqa score`")
        return Row(record.file, documents[0], kept)
    except MtqaError as error:
        return BadRow(file=record.file, line=None, id=record.file, kept=kept, error=error.problem)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = _JSON.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError("", "not UTF-8; convert the file to UTF-8") from None
    except (ValueError, RecursionError):
        raise InputError("", 'not JSON; make it one object on one line, {"id": "…", "text": "…"}') from None
    if not isinstance(value, dict):
        raise InputError("", 'not a JSON object; make it {"id": "…", "text": "…"}')
    return value


def _check_kept(value: object, name: str) -> None:
    """Raises InputError where a value cannot be written as it is."""
    left = [(value, 1)]
    while left:
        found, depth = left.pop()
        if depth > _DEEPEST:
            raise InputError("", f'a "{name}" that is nested more than {_DEEPEST} deep; make it flatter')
        if isinstance(found, float) and not math.isfinite(found):
            raise InputError("", f'a number in "{name}" that is too large; make it text or null')
        parts = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
        left += ((part, depth + 1) for part in parts)


def _id(fields: dict[str, Any], key: str) -> str | int | None:
    value = fields.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise InputError("", "the id is neither a string nor an integer; make it one")
    return value


def _string(fields: dict[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError("", f'"{key}" is not a string; make it one')
    return value


def _segment(verdict: Verdict) -> dict[str, Any]:
    flags = [{"rule": flag.rule, **span_json(flag.span), **found_json(flag)} for flag in verdict.flags]
    return {**span_json(verdict.segment.span), **scores_json(verdict), "flags": flags}


def _line(fields: dict[str, Any]) -> bytes:
    return dump(fields).encode("utf-8")
