"""Stretches of a document that are read at a time."""

from __future__ import annotations

import pytest

from mtqa.neural.windows import windows

ROOM, BEFORE, AFTER = 100, 20, 10


def stretches(costs: list[int]) -> list[tuple[int, int]]:
    """Of each window what is judged and what is read; every line is judged once, in order."""
    found = list(windows(costs, room=ROOM, before=BEFORE, after=AFTER))
    assert [k for window in found for k in window.judged] == list(range(len(costs)))
    for window in found:
        assert window.read.start <= window.judged.start < window.judged.stop <= window.read.stop
    return [(sum(costs[k] for k in w.judged), sum(costs[k] for k in w.read)) for w in found]


@pytest.mark.parametrize(
    ("total", "count"), [(0, 0), (1, 1), (100, 1), (101, 2), (170, 2), (171, 3), (240, 3), (241, 4), (700, 10)]
)
def test_no_more_are_read_than_must_be(total: int, count: int) -> None:
    found = stretches([1] * total)
    assert len(found) == count
    assert all(read <= ROOM for _, read in found)


def test_they_are_alike_in_what_is_read() -> None:
    read = [read for _, read in stretches([3] * 77)]
    assert max(read) - min(read) <= 6, "and none of them is a rest"


@pytest.mark.parametrize("costs", [[90, 90, 90], [5, 95, 5, 95, 5], [100], [250, 1, 1], [1, 1, 250], [60] * 9])
def test_long_lines_fit_as_well_as_they_can(costs: list[int]) -> None:
    for judged, read in stretches(costs):
        assert read <= ROOM or read == judged, "only what is longer than a window is read alone"


def test_what_is_judged_has_neighbours_on_both_sides() -> None:
    found = list(windows([5] * 60, room=ROOM, before=BEFORE, after=AFTER))
    for k, window in enumerate(found):
        assert k == 0 or window.judged.start - window.read.start == BEFORE // 5
        assert k == len(found) - 1 or window.read.stop - window.judged.stop >= AFTER // 5
