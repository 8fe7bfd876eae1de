"""Floors: what a result must not fall below, pinned together with the data that they hold for.

Pinned is the worse end of each interval, never below what was pinned before.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from mtqa.bench.kinds import columns_of, kind_of
from mtqa.bench.results import Measure, Result
from mtqa.bench.suites import measuring, suite_of
from mtqa.core.errors import ConfigError, UnknownName
from mtqa.core.tables import built, read_table

__all__ = [
    "Floor",
    "Floors",
    "check_run",
    "floors_for",
    "floors_of",
    "lowered",
    "missed",
    "pinned",
    "read_floors",
    "settings_digest",
]

_PLACES = 1000  # a pinned bound is a whole number of thousandths


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
        settings: digest of the suite's settings that they hold for (`settings_digest`); absent for any.
    """

    suite: str
    sha256: Mapping[str, str]
    floors: tuple[Floor, ...]
    sample: int | None = None
    settings: str | None = None

    def __post_init__(self) -> None:
        if not self.sha256 or not self.floors:
            raise ValueError("floors need the sha256 of the data and at least one [[floors]]; add them")


def read_floors(path: Path) -> Floors:
    """The floors in a TOML file. Raises ConfigError where it holds none."""
    return built(Floors, read_table(path, pipes=True), str(path))


def floors_of(text: str, where: str) -> Floors:
    """The floors in the text of a TOML file. Raises ConfigError where it holds none."""
    return built(Floors, tomllib.loads(text), where)


def floors_for(suite: str, path: Path) -> Path:
    """The file of a suite's floors: ``path`` itself, or ``NAME.toml`` in the folder that it is."""
    return path / f"{suite}.toml" if path.is_dir() else path


def settings_digest(settings: Mapping[str, object]) -> str:
    """SHA-256 of what the numbers of a suite depend on, as hexadecimal digits."""
    text = json.dumps(measuring(settings), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_run(floors: Floors, settings: Mapping[str, object], sample: int | None, where: str) -> None:
    """Raises ConfigError where floors hold for another suite, other settings of it, or a sample of another size."""
    name = str(settings["name"])
    if (floors.suite, floors.sample) != (name, sample):
        theirs, ours = _run_of(floors.suite, floors.sample), _run_of(name, sample)
        raise ConfigError(f"{where}: made for {theirs}, not for {ours}; name other floors, or run {theirs}")
    if floors.settings not in (None, settings_digest(settings)):
        raise ConfigError(
            f"{where}: made for other settings of suite '{name}', such as another --seed; run it as it was, or "
            "measure and pin anew"
        )


def missed(result: Result, floors: Floors, where: str) -> list[str]:
    """Which floors a result misses, a sentence each.

    Args:
        where: the file of the floors, for messages.

    Raises:
        ConfigError: they are of another suite or other data.
        UnknownName: the result has no such table, row or column.
    """
    check_run(floors, {**result.settings, "name": result.suite}, result.sample, where)
    for name in {**floors.sha256, **_fixed(result)}:
        if floors.sha256.get(name) != result.data.get(name):
            raise ConfigError(
                f"{where}: made for other data: {name} has the sha256 {result.data.get(name)}; get the file that the "
                "floors name, or measure and pin anew"
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


def _fixed(result: Result) -> dict[str, str]:
    """The data that floors must name: all but the outputs of systems, which they are there to judge."""
    judged = result.settings.get("hypotheses") or {}
    return {name: digest for name, digest in result.data.items() if name not in judged.values()}


def _run_of(suite: str, sample: int | None) -> str:
    return f"suite '{suite}' {f'with --sample {sample}' if sample else 'without --sample'}"


def _measure(result: Result, floor: Floor) -> Measure:
    found: Any = {table.name: table.rows for table in result.tables}
    for kind in ("table", "row", "column"):
        name = getattr(floor, kind)
        if name not in found:
            raise UnknownName(kind, name, found)
        found = found[name]
    return cast(Measure, found)


def pinned(result: Result, where: str) -> str:
    """The TOML file of floors for the summary of a result: what lies beyond the worse end of a number's interval is a
    miss. A number without an interval has no floor, but for a share's, which is its own.

    Args:
        where: the file of the result, for messages.

    Raises:
        ConfigError: the result is of no suite, or of speed, or has no number with an interval.
    """
    if not kind_of(suite_of(result.settings, where)).pinned:
        raise ConfigError(f"{where}: timings hold for one machine; write floors of the ratios by hand")
    higher = {each.name: each.higher for each in columns_of(result, where).headlines()}
    lines = [f"suite = {json.dumps(result.suite)}"]
    lines += [f"sample = {result.sample}"] if result.sample else []
    digests = ", ".join(f"{json.dumps(name)} = {json.dumps(digest)}" for name, digest in result.data.items())
    lines += [f"sha256 = {{ {digests} }}", f'settings = "{settings_digest(result.settings)}"']
    for name, measure in result.summary.items():
        if name in higher and (bound := _bound(measure, higher[name])) is not None:
            key = "at-least" if higher[name] else "at-most"
            lines += ["", "[[floors]]", f"row = {json.dumps(name, ensure_ascii=False)}", f"{key} = {bound:g}"]
    if "[[floors]]" not in lines:
        raise ConfigError(f"{where}: no number with an interval to pin; run the suite on more data")
    return "\n".join(lines) + "\n"


def _bound(measure: Measure, higher: bool) -> float | None:
    end = measure.low if higher else measure.high
    if end is None:
        return None
    return (math.floor(end * _PLACES) if higher else math.ceil(end * _PLACES)) / _PLACES


def lowered(before: Floors, after: Floors) -> list[str]:
    """What ``after`` allows and ``before`` does not, a sentence each."""
    if (before.suite, before.sample, before.sha256) != (after.suite, after.sample, after.sha256):
        return ["they hold for another suite, sample or data"]
    if before.settings not in (None, after.settings):
        return ["they hold for other settings of the suite"]
    new = {(floor.table, floor.row, floor.column): floor for floor in after.floors}
    found = []
    for old in before.floors:
        now = new.get((old.table, old.row, old.column))
        if now is None:
            found.append(f"{old.row}, {old.column}: no floor any more")
        elif old.at_least is not None and (now.at_least is None or now.at_least < old.at_least):
            found.append(f"{old.row}, {old.column}: at least {old.at_least:g} would become {now.at_least}")
        elif old.at_most is not None and (now.at_most is None or now.at_most > old.at_most):
            found.append(f"{old.row}, {old.column}: at most {old.at_most:g} would become {now.at_most}")
    return found
