"""Two results side by side, with a paired test of what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from mtqa.bench.columns import Columns, Headline
from mtqa.bench.kinds import columns_of, kind_of
from mtqa.bench.resampling import Clusters, Difference, Indices, adjusted
from mtqa.bench.results import Result
from mtqa.bench.suites import Suite, measuring, suite_of
from mtqa.core.errors import ConfigError

__all__ = ["Change", "Comparison", "Outcome", "compare"]

LEVEL = 0.05
_FREE = frozenset(("name", "seed", "draws"))  # settings that may differ
_DRAWS = 2000  # samples for each test: with few of them, no change is ever certain enough


class Outcome(StrEnum):
    """What became of a number."""

    BETTER = "better"
    WORSE = "worse"
    UNTOLD = "cannot be told apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of one number.

    Attributes:
        p: probability of a difference so large by chance, adjusted for the number of tests.
    """

    name: str
    before: float | None
    after: float | None
    difference: Difference | None
    p: float | None
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed between two results.

    Attributes:
        shared, apart: items that both have, and that only one has.
        tests: that were made.
    """

    changes: tuple[Change, ...]
    shared: int
    apart: int
    tests: int


def compare(before: Result, after: Result, names: tuple[str, str] = ("the first", "the second")) -> Comparison:
    """What changed from one result to another, on the items that both have.

    The test is a paired bootstrap over sources (Koehn, 2004), the probabilities adjusted for the number of tests after
    Holm (1979).

    Raises:
        ConfigError: the results are of different kinds, settings or data.
    """
    suites = [suite_of(result.settings, name) for result, name in zip((before, after), names, strict=True)]
    if suites[0].kind != suites[1].kind:
        raise ConfigError(f"{names[0]} and {names[1]} are of different kinds of suites; compare runs of one suite")
    for name in {**before.data, **after.data}:
        if before.data.get(name) != after.data.get(name):
            raise ConfigError(
                f"{name} is not the same in {names[0]} and {names[1]}; compare runs of mtqa on the same files (systems "
                "are compared within one run: repeat --hypothesis)"
            )
    old, new = (measuring(asdict(suite)) for suite in suites)
    if different := [key for key in old if old[key] != new[key] and key not in _FREE]:
        raise ConfigError(
            f"{names[0]} and {names[1]} have different settings ({different[0]}); compare runs of the same suite"
        )
    columns = [columns_of(result, name) for result, name in zip((before, after), names, strict=True)]
    ids = [{item.id for item in found.items} for found in columns]
    shared = ids[0] & ids[1]
    if not shared:
        raise ConfigError(
            f"{names[0]} and {names[1]} have no text in common; run both with the same --seed and --sample"
        )
    order = [item.id for item in columns[0].items if item.id in shared]
    old_columns, new_columns = (_only(found, order, suite) for found, suite in zip(columns, suites, strict=True))
    places = [item.place for item in old_columns.items]
    after_by_name = {each.name: each for each in new_columns.headlines()}
    tested = [
        (one, other, _difference(one, other, places, suites[0].seed))
        for one in old_columns.headlines()
        if (other := after_by_name.get(one.name))
    ]
    ps = iter(adjusted([found.p for _, _, found in tested if found]))
    changes = []
    for one, other, found in tested:
        p = next(ps) if found else None
        changes.append(
            Change(
                name=one.name,
                before=_value(one),
                after=_value(other),
                difference=found,
                p=p,
                outcome=_outcome(found, p, one.higher),
            )
        )
    return Comparison(
        changes=tuple(changes),
        shared=len(shared),
        apart=len(ids[0] ^ ids[1]),
        tests=sum(found is not None for _, _, found in tested),
    )


def _only(columns: Columns[Any], ids: Sequence[str], suite: Suite) -> Columns[Any]:
    """Those of some items, in their order."""
    by_id = {item.id: item for item in columns.items}
    return kind_of(suite).columns([by_id[each] for each in ids], suite)


def _difference(one: Headline, other: Headline, places: Sequence[str], seed: int) -> Difference | None:
    clusters = Clusters([places[n] for n in one.chosen], draws=_DRAWS, seed=seed)

    def of(headline: Headline) -> Callable[[Indices], float]:
        return lambda sample: headline.statistic(headline.chosen[sample])

    return clusters.difference(of(one), of(other))


def _value(headline: Headline) -> float | None:
    value = headline.statistic(headline.chosen)
    return None if value != value else value


def _outcome(found: Difference | None, p: float | None, higher: bool) -> Outcome:
    if found is None or p is None or p >= LEVEL or not found.value:
        return Outcome.UNTOLD
    return Outcome.BETTER if (found.value > 0) == higher else Outcome.WORSE
