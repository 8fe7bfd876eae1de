"""Rows of a corpus: bytes to a document, a document's report to bytes.

In: ``{"id", "text", "language"?, "source"?}``; other keys are left alone. Out: ``{"id", "p_mt", "decision", "reason",
"source_language", "language", "segments", "signature"}``, or ``{"id", "line", "error"}`` for a row that cannot be
judged. Offsets count code points of the row's ``text``; probabilities are rounded to six digits; the source language is
a guess for a likely-mt row, else null.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from mtqa.core.documents import Document
from mtqa.core.errors import MtqaError
from mtqa.core.findings import Flag, Verdict
from mtqa.core.report import DocumentReport, Signature
from mtqa.formats import MAX_BYTES, from_text
from mtqa.renderers.json import dump

__all__ = ["BadRow", "Row", "parse", "write_bad", "write_row"]

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be judged; ``id`` as it was given."""

    id: str | int
    document: Document


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be judged.

    Attributes:
        line: of the input, from 1.
        id: where it could be read.
        error: why, and what to do.
    """

    line: int
    id: str | int | None
    error: str


class _RowError(ValueError):
    """What is wrong with a row, in a clause that ends with a remedy."""


def parse(raw: bytes, line: int) -> Row | BadRow:
    """The row that is ``line`` of its file."""
    id_: str | int | None = None
    try:
        fields = _object(raw)
        id_ = _id(fields)
        text = _string(fields, "text")
        language = _string(fields, "language")
        source = _string(fields, "source")
        if text is None:
            raise _RowError('no text; add "text": "…"')
        if id_ is None:
            raise _RowError('no id; add "id": "…"')
        return Row(id_, from_text(text, uri=_uri(line), language=language, source=source))
    except _RowError as error:
        return BadRow(line, id_, str(error))
    except MtqaError as error:
        return BadRow(line, id_, str(error).removeprefix(f"{_uri(line)}: "))


def write_row(row: Row, report: DocumentReport, signature: Signature) -> bytes:
    """The output row of a document that was judged."""
    return _line(
        {
            "id": row.id,
            "p_mt": _rounded(report.p_mt),
            "decision": report.decision.value,
            "reason": report.reason,
            "source_language": report.translated_from,
            "language": report.document.language,
            "segments": [_segment(verdict) for verdict in report.verdicts],
            "signature": str(signature),
        }
    )


def write_bad(row: BadRow) -> bytes:
    """The output row of one that could not be judged."""
    return _line({"id": row.id, "line": row.line, "error": row.error})


def _uri(line: int) -> str:
    return f"line {line}"


def _object(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_BYTES:
        raise _RowError(f"longer than {MAX_BYTES // 2**20} MB; split it into several rows")
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise _RowError("not UTF-8; convert the file to UTF-8") from None
    except _RowError:
        raise
    except (ValueError, RecursionError):
        raise _RowError('not JSON; make it one object on one line, {"id": "…", "text": "…"}') from None
    if not isinstance(value, dict):
        raise _RowError('no JSON object; make it {"id": "…", "text": "…"}')
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RowError("the same key twice in one object; keep one of them")
    return found


def _no_number(constant: str) -> NoReturn:
    raise _RowError(f"{constant} is no JSON; make it a number or null")


def _id(fields: dict[str, Any]) -> str | int | None:
    value = fields.get("id")
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise _RowError("an id that is neither string nor integer; make it one")
    return value


def _string(fields: dict[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise _RowError(f'a "{key}" that is no string; make it one')
    return value


def _segment(verdict: Verdict) -> dict[str, Any]:
    return {
        "start": verdict.segment.span.start,
        "end": verdict.segment.span.end,
        "p_mt": _rounded(verdict.p_mt),
        "p_edit": _rounded(verdict.p_edit),
        "flags": [_flag(flag) for flag in verdict.flags],
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "rule": flag.rule,
        "start": flag.span.start,
        "end": flag.span.end,
        "category": flag.category.value,
        "severity": flag.severity.value,
        "probability": _rounded(flag.probability),
        "message": flag.message,
    }


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, _DIGITS)


def _line(fields: dict[str, Any]) -> bytes:
    return dump(fields).encode("utf-8")
