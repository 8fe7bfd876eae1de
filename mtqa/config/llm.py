"""The table ``[llm]``: a language model of the user's own, as files of settings and flags name it.

A project's file may be a stranger's. It may name a model on this machine and what it may cost; whether texts leave this
machine, and where a key comes from, is said by the user's own file or on the command line alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mtqa.config.files import Source, project_source, user_source
from mtqa.config.reading import LLM
from mtqa.core.errors import ConfigError
from mtqa.core.llm import KEY, Allowance, LlmSettings
from mtqa.core.tables import built

__all__ = ["llm_in", "llm_schema"]

_USERS_ALONE = ("remote", "key-env", "key-command")
_SAID = {
    "url": "Address of a chat API like OpenAI's, up to /v1.",
    "model": "The model, as the server calls it.",
    "remote": "Whether texts may leave this machine for it; only in the user's own file.",
    "budget": "What one run may cost.",
    "calibration": "A file that 'mtqa llm calibrate' wrote for this model, relative to this file's folder.",
    "key-env": "The environment variable that holds the key; only in the user's own file.",
    "key-command": "A program and its arguments that prints the key; only in the user's own file.",
    "at-once": "How many requests may be on their way at once.",
    "sentences": "How many sentences one question is about, at most; one for a very small model.",
    "timeout": "Seconds for one answer.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """What a file, or the command line, says; None where it does not."""

    url: str | None = None
    model: str | None = None
    remote: bool | None = None
    budget: Allowance | None = None
    calibration: str | None = None
    key_env: str | None = None
    key_command: tuple[str, ...] | None = None
    at_once: int | None = None
    sentences: int | None = None
    timeout: float | None = None


def llm_in(start: Path, flags: Mapping[str, Any], *, cache: bool = True) -> LlmSettings | None:
    """The language model that work in the folder ``start`` asks; None where none is named. Layers are as of
    ``mtqa.config.load``.

    Args:
        flags: fields of ``LlmSettings`` that were given on the command line; None for one that was not.
        cache: whether answers are kept.

    Raises:
        ConfigError: a file cannot be read, says something that is none of a project's business, or no whole address.
    """
    project, user = project_source(start), user_source()
    if user and project and user.file == project.file:
        user = None
    found: dict[str, Any] = {}
    sources = [source for source in (user, project) if source is not None and LLM in source.data]
    for source in sources:
        found |= _values(source, users=source is user)
    found |= {name: value for name, value in flags.items() if value is not None and value is not False}
    if "url" not in found:
        if flags.get("model") or flags.get("calibration") or flags.get("budget"):
            raise ConfigError("the address of a language model is missing; add --llm http://localhost:11434/v1")
        return None
    if "model" not in found:
        raise ConfigError("--llm needs the model's name; add --llm-model NAME")
    return LlmSettings(**found, cache=cache, files=tuple(source.file for source in sources))


def _values(source: Source, *, users: bool) -> dict[str, Any]:
    table = built(_Table, source.data[LLM], f"{source.where(LLM)}: {LLM}")
    for name in _USERS_ALONE:
        if not users and getattr(table, name.replace("-", "_")) is not None:
            raise ConfigError(
                f"{source.where(LLM, name)}: {name} is for your own file of settings (~/.config/mtqa/mtqa.toml) or the "
                "command line; remove it here"
            )
    if not users and table.url is not None and not LlmSettings(url=table.url, model="any", remote=True).local:
        raise ConfigError(
            f"{source.where(LLM, 'url')}: a project may only name a server on this machine; name another one yourself: "
            "--llm URL --llm-remote"
        )
    said = {field.name: getattr(table, field.name) for field in fields(table)}
    if table.calibration is not None:
        said["calibration"] = source.folder / table.calibration
    return {name: value for name, value in said.items() if value is not None}


def llm_schema() -> dict[str, Any]:
    """JSON Schema of the table."""
    count = {"type": "integer", "exclusiveMinimum": 0}
    text = {"type": "string", "minLength": 1}
    kinds: dict[str, dict[str, Any]] = {
        "remote": {"type": "boolean", "default": False},
        "budget": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"requests": count, "tokens": count, "seconds": {"type": "number", "exclusiveMinimum": 0}},
        },
        "key-env": {**text, "default": KEY},
        "key-command": {"type": "array", "items": text, "minItems": 1},
        "at-once": {"type": "integer", "minimum": 1, "maximum": 64, "default": 4},
        "sentences": {"type": "integer", "minimum": 1, "maximum": 20, "default": 10},
        "timeout": {"type": "number", "exclusiveMinimum": 0, "maximum": 3600, "default": 120},
    }
    return {
        "type": "object",
        "description": "A language model of your own that is asked as well.",
        "additionalProperties": False,
        "properties": {name: {**kinds.get(name, text), "description": said} for name, said in _SAID.items()},
    }
