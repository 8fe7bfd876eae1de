"""From a table as it was written to settings that are known and of the right kind."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mtqa.config.files import Source
from mtqa.config.kinds import SOME_PATTERNS, Fault, Kind
from mtqa.config.policy import KEYS
from mtqa.core.errors import ConfigError, shortened, shown

__all__ = ["LLM", "OVERRIDABLE", "OVERRIDES", "PATHS", "Table", "Values", "overrides_of", "settings_of"]

LLM = "llm"
OVERRIDES = "overrides"
PATHS = "paths"
OVERRIDABLE = tuple(name for name, key in KEYS.items() if key.overridable)

Values = dict[str, tuple[Any, str]]
"""Setting to its value in a policy and its origin."""


@dataclass(frozen=True, slots=True)
class Table:
    """One of the ``overrides``: its patterns, where it stands, and its settings."""

    paths: tuple[str, ...]
    place: str
    values: Values


def settings_of(source: Source, known_rules: Collection[str]) -> Values:
    """The settings of ``source`` itself. Raises ConfigError for the first that is unknown or not of its kind."""
    allowed = (*KEYS, OVERRIDES, LLM) if source.file else tuple(KEYS)
    _check_names(source, (), source.data, allowed)
    return _values(source, (), source.data, known_rules)


def overrides_of(source: Source, known_rules: Collection[str]) -> list[Table]:
    """The overrides of ``source``. Raises ConfigError as ``settings_of`` does."""
    tables = source.data.get(OVERRIDES, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(
            f"{source.where(OVERRIDES)}: {OVERRIDES} must be tables; write [[{_dotted(source, OVERRIDES)}]] for each"
        )
    found = []
    for number, table in enumerate(tables):
        place = (OVERRIDES, number)
        _check_names(source, place, table, (PATHS, *OVERRIDABLE))
        if PATHS not in table:
            raise ConfigError(
                f'{source.where(*place)}: an override needs {PATHS}; say which files it is for: {PATHS} = ["blog/"]'
            )
        _check(source, (*place, PATHS), SOME_PATTERNS, table[PATHS])
        paths = tuple(table[PATHS])
        found.append(Table(paths, source.where(*place), _values(source, place, table, known_rules)))
    return found


def _dotted(source: Source, key: str) -> str:
    return ".".join(str(part) for part in (*source.root, key))


def _check_names(source: Source, below: tuple[str | int, ...], names: Iterable[str], allowed: Collection[str]) -> None:
    for name in names:
        if name in allowed:
            continue
        where = source.where(*below, name)
        if below and name in KEYS:
            raise ConfigError(f"{where}: '{name}' is the same for all files; move it above the first [[{OVERRIDES}]]")
        near = difflib.get_close_matches(name, allowed, n=1)
        hint = f"did you mean '{near[0]}'? rename" if near else f"known: {', '.join(allowed)}; rename"
        raise ConfigError(f"{where}: unknown key '{shortened(name)}'; {hint} it or remove it")


def _values(
    source: Source, below: tuple[str | int, ...], table: Mapping[str, Any], known_rules: Collection[str]
) -> Values:
    found: Values = {}
    for name, value in table.items():
        if name not in KEYS:
            continue
        place = (*below, name)
        kind = KEYS[name].kind
        _check(source, place, kind, value)
        if name == "rules-off":
            _check_rules(source, place, value, known_rules)
        found[name] = kind.convert(value, source.folder), source.origin(*place)
    return found


def _check(source: Source, place: tuple[str | int, ...], kind: Kind, value: object) -> None:
    match kind.fault(value):
        case Fault(value=wrong, item=item):
            raise ConfigError(
                f"{source.where(*place, *item)}: {place[-1]} must be {kind.expected}, not {shown(wrong)}; "
                "change it or remove it"
            )


def _check_rules(source: Source, place: tuple[str | int, ...], names: list[str], known_rules: Collection[str]) -> None:
    for number, name in enumerate(names):
        if name not in known_rules:
            near = difflib.get_close_matches(name, known_rules, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "'mtqa explain' lists them;"
            where, rule = source.where(*place, number), shortened(name)
            raise ConfigError(f"{where}: unknown rule '{rule}' in {place[-1]}; {hint} rename it or remove it")
