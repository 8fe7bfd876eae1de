"""What requests and answers are made of: for FastAPI, and for the readers of ``/openapi.json``."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from mtqa.core.errors import ConfigError, UnknownName
from mtqa.core.findings import Severity
from mtqa.formats import FORMATS
from mtqa.formats.languages import given_language

__all__ = ["Health", "Problem", "ScoreRequest", "report_schemas"]

_REPORT = "Report"
_TAG = "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$"
_KINDS = ("line", "gate", "finding")  # of the published schema, which no answer has


def _checked(tag: str) -> str:
    try:
        return given_language(tag) or ""
    except ConfigError as error:
        raise ValueError(str(error)) from None


def _formats() -> list[str]:
    """Those that an article in a request may be in."""
    return [name for name, format_ in FORMATS.items() if format_.text and name != "jsonl"]


def _known(name: str) -> str:
    if name not in _formats():
        raise UnknownName("format", name, _formats())
    return name


def _listed(schema: JsonDict) -> None:
    schema["enum"] = [*_formats()]


class ScoreRequest(BaseModel):
    """One article."""

    model_config = ConfigDict(extra="forbid", title="Article", use_attribute_docstrings=True)

    text: Annotated[str, Field(min_length=1)]
    """The article, or the content of its file. Offsets of the answer count its code points."""
    format: Annotated[str, AfterValidator(_known), Field(json_schema_extra=_listed)] = "text"
    """Of the text."""
    language: Annotated[str, AfterValidator(_checked), Field(json_schema_extra={"pattern": _TAG})] | None = None
    """BCP 47 tag; detected from the text where it is missing."""
    source: str | None = None
    """What it was translated from, where that is known; of plain text alone."""
    uri: Annotated[str, Field(max_length=2048)] = "article"
    """What to call it in the answer."""
    min_level: Severity = Severity.NEUTRAL
    """Flags below this severity are left out."""


class Problem(BaseModel):
    """Why a request is not answered (RFC 9457)."""

    title: str
    status: int
    detail: str
    """What is wrong and what to do."""


class Health(BaseModel):
    """That the service answers."""

    status: Literal["ok"]
    signature: str
    """How its numbers are made."""


def report_schemas() -> tuple[dict[str, Any], dict[str, Any]]:
    """The published schema of the JSON report, as a schema of OpenAPI and as the components that it refers to."""
    raw = files("mtqa.renderers").joinpath("report.schema.json").read_text(encoding="utf-8")
    schema = json.loads(raw.replace("#/$defs/", f"#/components/schemas/{_REPORT}."))
    parts = {f"{_REPORT}.{name}": part for name, part in schema.pop("$defs").items() if name not in _KINDS}
    schema["properties"].pop("gate")
    del schema["$schema"], schema["$id"]
    return {"$ref": f"#/components/schemas/{_REPORT}"}, {**parts, _REPORT: schema}
