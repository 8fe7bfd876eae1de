"""Which stretches of a document a network reads at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

__all__ = ["Window", "windows"]


@dataclass(frozen=True, slots=True)
class Window:
    """Of a document's lines those that are read, and those of them that are judged."""

    read: range
    judged: range


def windows(costs: Sequence[int], *, room: int, before: int, after: int) -> Iterator[Window]:
    """As few stretches as possible to judge, alike in what is read for them: the stretch, and about it what fits of its
    neighbours.

    Args:
        costs: of each line, in pieces.
        room: pieces that are read at a time, at most, unless one line alone is longer.
        before, after: of them, those of neighbours.
    """
    core = room - before - after
    count = max(1, -(-(sum(costs) - before - after) // core))
    rooms = [core + before * (k == 0) + after * (k == count - 1) for k in range(count)]
    ends = iter([sum(costs) * end / sum(rooms) for end in accumulate(rooms)])
    start, reached, end = 0, 0, 0.0
    while start < len(costs):
        stop, size = start + 1, costs[start]
        while end < reached + size:
            end = next(ends, float("inf"))
        while stop < len(costs) and size + costs[stop] <= room and reached + size + costs[stop] / 2 <= end:
            size += costs[stop]
            stop += 1
        yield Window(_with_neighbours(costs, start, stop, room - size, before, after), range(start, stop))
        start, reached = stop, reached + size


def _with_neighbours(costs: Sequence[int], start: int, stop: int, spare: int, before: int, after: int) -> range:
    before = min(before, spare)
    while start > 0 and costs[start - 1] <= before:
        start -= 1
        before -= costs[start]
        spare -= costs[start]
    after = min(after, spare)
    while stop < len(costs) and costs[stop] <= after:
        after -= costs[stop]
        stop += 1
    return range(start, stop)
