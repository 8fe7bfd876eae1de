"""``mtqa config``: which settings hold, and where each comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from mtqa.cli.gate import settings_of
from mtqa.cli.terminal import STEERING, emit
from mtqa.config import KEYS, Settings

__all__ = ["app"]

app = typer.Typer(help="Show the settings that apply here.", no_args_is_help=True)

_WIDEST = 60


@app.command()
def show(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", help="A file, to see the settings that apply to it, with overrides."),
    ] = None,
) -> None:
    """Show the settings that apply in this folder, as TOML, and where each comes from."""
    settings = settings_of()
    if path is None:
        lines = [*_settings(settings.policy.values(), settings.origins), *_overrides(settings)]
    else:
        lines = [*_settings(settings.policy_for(path).values(), settings.origins_for(path))]
        if settings.excludes(path):
            lines.insert(0, (f"# {_quoted(str(path))} is excluded", settings.origins["exclude"]))
    emit(_aligned(lines))


@app.command()
def schema() -> None:
    """Print the JSON Schema of mtqa.toml, for editors."""
    from mtqa.config.schema import schema_text

    emit(schema_text())


def _settings(values: Mapping[str, Any], origins: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each setting as a line of TOML, and its origin."""
    for name, value in values.items():
        key = KEYS[name]
        plain = key.kind.plain(value)
        yield f"# {name}: {key.absent}" if plain is None else f"{name} = {_toml(plain)}", origins[name]


def _overrides(settings: Settings) -> Iterator[tuple[str, str]]:
    for override in settings.overrides:
        yield "", ""
        yield "[[overrides]]", override.place
        yield f"paths = {_toml(list(override.patterns.lines))}", override.place
        yield from _settings(override.values, override.origins)


def _toml(value: object) -> str:
    """A value as TOML writes it."""
    match value:
        case str():
            return _quoted(value)
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return json.dumps(value)


def _quoted(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", written)


def _aligned(lines: Iterable[tuple[str, str]]) -> str:
    lines = list(lines)
    width = min(_WIDEST, max(len(line) for line, _ in lines))
    return "".join(f"{line.ljust(width)}  # {origin}\n" if origin else f"{line}\n" for line, origin in lines)
