"""Floors from a result: the near end of each interval, never below what was pinned before."""

from __future__ import annotations

import json
import math

from mtqa.bench.floors import Floors, settings_digest
from mtqa.bench.kinds import kind_of
from mtqa.bench.reading import built
from mtqa.bench.results import Measure, Result
from mtqa.bench.suites import suite_of
from mtqa.core.errors import ConfigError

__all__ = ["lowered", "pinned"]

_PLACES = 1000  # a bound is a whole number of thousandths


def pinned(result: Result, where: str) -> str:
    """The TOML file of floors for the summary of a result: what lies beyond the worse end of a number's interval is a
    miss. A number without an interval has no floor, but for a share's, which is its own.

    Args:
        where: the file of the result, for messages.

    Raises:
        ConfigError: the result is of no suite, or of speed, or has no number with an interval.
    """
    suite = suite_of(result.settings, where)
    if suite.kind == "speed":
        raise ConfigError(f"{where}: timings hold for one machine; write floors of the ratios by hand")
    kind = kind_of(suite)
    items = [built(kind.item, item, f"{where}: items[{n}]") for n, item in enumerate(result.items)]
    higher = {each.name: each.higher for each in kind.headlines(kind.columns(items, suite))}
    bounds = {name: _bound(measure, higher[name]) for name, measure in result.summary.items() if name in higher}
    lines = [f"suite = {json.dumps(result.suite)}"]
    lines += [f"sample = {result.sample}"] if result.sample else []
    digests = ", ".join(f"{json.dumps(name)} = {json.dumps(digest)}" for name, digest in result.data.items())
    lines += [f"sha256 = {{ {digests} }}", f'settings = "{settings_digest(result.settings)}"']
    for name, bound in bounds.items():
        if bound is not None:
            key = "at-least" if higher[name] else "at-most"
            lines += ["", "[[floors]]", f"row = {json.dumps(name, ensure_ascii=False)}", f"{key} = {bound:g}"]
    if "[[floors]]" not in lines:
        raise ConfigError(f"{where}: has no number with an interval to pin; run the suite on more data")
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
            found.append(f"{old.row}, {old.column}: has no floor any more")
        elif old.at_least is not None and (now.at_least is None or now.at_least < old.at_least):
            found.append(f"{old.row}, {old.column}: at least {old.at_least:g} would become {now.at_least}")
        elif old.at_most is not None and (now.at_most is None or now.at_most > old.at_most):
            found.append(f"{old.row}, {old.column}: at most {old.at_most:g} would become {now.at_most}")
    return found
