"""The JSON Schema of ``mtqa.toml``, from the declaration that validates it."""

from __future__ import annotations

import json
from typing import Any

from mtqa.config.kinds import SOME_PATTERNS
from mtqa.config.llm import llm_schema
from mtqa.config.policy import KEYS, Policy
from mtqa.config.reading import LLM, OVERRIDABLE, OVERRIDES, PATHS

__all__ = ["schema", "schema_text"]


def schema() -> dict[str, Any]:
    """The schema, as JSON Schema 2020-12. It cannot tell which rules and which patterns there are."""
    settings = {name: _of(name) for name in KEYS}
    paths = {**SOME_PATTERNS.schema, "description": "Patterns, as in .gitignore, of the files that it is for."}
    override = {
        "type": "object",
        "additionalProperties": False,
        "required": [PATHS],
        "properties": {PATHS: paths, **{name: _of(name, default=False) for name in OVERRIDABLE}},
    }
    overrides = {"type": "array", "description": "Settings for some files; the later win.", "items": override}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of mtqa",
        "type": "object",
        "additionalProperties": False,
        "properties": {**settings, OVERRIDES: overrides, LLM: llm_schema()},
    }


def schema_text() -> str:
    """The schema as the file mtqa.schema.json has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _of(name: str, *, default: bool = True) -> dict[str, Any]:
    key = KEYS[name]
    value = key.kind.plain(Policy().values()[name])
    absent = f" By default {key.absent}." if key.absent and default else ""
    shown = {"default": value} if default and value is not None else {}
    return {**key.kind.schema, "description": key.doc + absent, **shown}
