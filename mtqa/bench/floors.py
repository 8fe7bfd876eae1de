"""Floors: what a result must not fall below, pinned together with the data that they hold for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mtqa.bench.reading import built, read_table
from mtqa.bench.results import Measure, Result
from mtqa.core.errors import ConfigError, UnknownName

__all__ = ["Floor", "Floors", "check_run", "floors_for", "floors_of", "missed", "read_floors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A bound on one number of a result: at least, or at most, so much."""

    row: str
    table: str = "summary"
    column: str = "value"
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a floor takes either at-least or at-most; give one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """Bounds on the results of a suite.

    Attributes:
        suite: its name.
        sha256: of each data file that they hold for.
        sample: that they hold for; absent for the whole data.
    """

    suite: str
    sha256: Mapping[str, str]
    floors: tuple[Floor, ...]
    sample: int | None = None

    def __post_init__(self) -> None:
        if not self.sha256 or not self.floors:
            raise ValueError("floors need the sha256 of the data and at least one [[floors]]; add them")


def read_floors(path: Path) -> Floors:
    """The floors in a TOML file. Raises ConfigError where it holds none."""
    return built(Floors, read_table(path), str(path))


def floors_of(text: str, where: str) -> Floors:
    """The floors in the text of a TOML file. Raises ConfigError where it holds none."""
    return built(Floors, tomllib.loads(text), where)


def floors_for(suite: str, path: Path) -> Path:
    """The file of a suite's floors: ``path`` itself, or ``NAME.toml`` in the folder that it is."""
    return path / f"{suite}.toml" if path.is_dir() else path


def check_run(floors: Floors, suite: str, sample: int | None, where: str) -> None:
    """Raises ConfigError where floors hold for another suite, or a sample of another size."""
    if (floors.suite, floors.sample) != (suite, sample):
        theirs, ours = _run_of(floors.suite, floors.sample), _run_of(suite, sample)
        raise ConfigError(f"{where}: holds for {theirs}, this is {ours}; run that, or name other floors")


def missed(result: Result, floors: Floors, where: str) -> list[str]:
    """Which floors a result misses, a sentence each.

    Args:
        where: the file of the floors, for messages.

    Raises:
        ConfigError: they are of another suite or other data.
        UnknownName: the result has no such table, row or column.
    """
    check_run(floors, result.suite, result.sample, where)
    for name, digest in result.data.items():
        if floors.sha256.get(name) != digest:
            raise ConfigError(
                f"{where}: holds for other data: {name} has the sha256 {digest}; get the file that the floors name, or "
                "measure and pin anew"
            )
    found = []
    for floor in floors.floors:
        value = _measure(result, floor).value
        bound = f"at least {floor.at_least:g}" if floor.at_least is not None else f"at most {floor.at_most:g}"
        low = value is None or (floor.at_least is not None and value < floor.at_least)
        if low or (value is not None and floor.at_most is not None and value > floor.at_most):
            shown = "not measured" if value is None else f"{value:g}"
            found.append(f"{floor.row}, {floor.column}: {shown}, must be {bound}")
    return found


def _run_of(suite: str, sample: int | None) -> str:
    return f"suite '{suite}'" + (f" with --sample {sample}" if sample else "")


def _measure(result: Result, floor: Floor) -> Measure:
    tables = {table.name: table for table in result.tables}
    if floor.table not in tables:
        raise UnknownName("table", floor.table, tables)
    rows = tables[floor.table].rows
    if floor.row not in rows:
        raise UnknownName("row", floor.row, rows)
    if floor.column not in rows[floor.row]:
        raise UnknownName("column", floor.column, rows[floor.row])
    return rows[floor.row][floor.column]
