"""What a benchmark found: tables, curves and examples for people, and what they were computed from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mtqa.core.errors import ConfigError
from mtqa.core.tables import built, read_table

__all__ = ["VERSION", "Example", "Figure", "Line", "Measure", "Result", "Table", "as_text", "read_result"]

VERSION = 1
"""Of the file format."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number and its 95% interval; None where the data cannot tell. A count is an int and has no interval."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Numbers by row and column.

    Attributes:
        note: how they were made, in a few sentences.
        rows: name of a row to name of a column to number.
    """

    name: str
    title: str
    note: str = ""
    rows: Mapping[str, Mapping[str, Measure]]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in the order in which rows first have them."""
        return tuple(dict.fromkeys(name for row in self.rows.values() for name in row))

    @property
    def values(self) -> Mapping[str, Measure]:
        """What stands in the column ``value`` and is known, by row."""
        found = {name: row["value"] for name, row in self.rows.items() if "value" in row}
        return {name: measure for name, measure in found.items() if measure.value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A named line through points."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.x or len(self.x) != len(self.y):
            raise ValueError("a line needs as many x as y; run the benchmark again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Lines over the same axes.

    Attributes:
        diagonal: what the line from (0, 0) to (1, 1) means; empty for none.
        logarithmic: whether both axes are.
    """

    name: str
    title: str
    note: str = ""
    x: str
    y: str
    lines: tuple[Line, ...]
    diagonal: str = ""
    logarithmic: bool = False

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("a figure needs lines; run the benchmark again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text that was judged wrongly, and what was said of it."""

    kind: str
    where: str
    said: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was measured.

    Attributes:
        suite: its name.
        settings: all its keys.
        sample: the most documents or sentences of each set, if a sample was asked for.
        signature: of the checker.
        signatures: of other metrics, by name.
        command: that makes it again.
        machine: what timings depend on, by name; empty where there are none.
        data: files and their sha256.
        conclusion: what it comes to, in a sentence or two.
        tables: the one named ``summary`` first.
        abstained: for how many documents or sentences the checker gave no score, by reason.
        failures: rows that could not be read and documents that could not be judged, a sentence each.
        notes: what else was left out, a sentence each.
        items: what the tables were computed from.
    """

    version: int
    suite: str
    settings: Mapping[str, Any]
    sample: int | None
    signature: str
    signatures: Mapping[str, str] = field(default_factory=dict)
    command: str
    machine: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str]
    conclusion: str = ""
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...] = ()
    examples: tuple[Example, ...] = ()
    abstained: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    items: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if self.version != VERSION:
            raise ValueError(f"was written in version {self.version} of the format; run the benchmark again")

    @property
    def summary(self) -> Mapping[str, Measure]:
        """The numbers that count, by name."""
        rows = next((table.rows for table in self.tables if table.name == "summary"), {})
        return {name: row["value"] for name, row in rows.items() if "value" in row}


def as_text(result: Result) -> str:
    """The file of a result."""
    table = asdict(result)
    items = table.pop("items")
    head = json.dumps(table, ensure_ascii=False, indent=1)
    rows = ",\n".join("  " + json.dumps(item, ensure_ascii=False) for item in items)
    return f'{head.removesuffix("}").rstrip()},\n "items": [\n{rows}\n ]\n}}\n'


def read_result(path: Path) -> Result:
    """The result in a file that ``mtqa bench run`` wrote. Raises ConfigError where it holds none."""
    if path.suffix != ".json":
        raise ConfigError(f"{path}: not a result; name the .json that 'mtqa bench run' wrote")
    return built(Result, read_table(path, pipes=True), str(path))
