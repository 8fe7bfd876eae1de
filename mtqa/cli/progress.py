"""How far a run is, how fast, and how long it will take: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mtqa.cli.terminal import complain

if TYPE_CHECKING:
    from mtqa.batch import Progress

__all__ = ["Pace", "lines", "shown"]

_RECENT = 60.0  # seconds of work that the rate is told from
_FIRST = 3.0  # seconds after which the first line is written
_TOLD_FROM = 0.1  # of the work, before which no time left is told: what was read may not be like the rest
_OFTEN, _SELDOM = 10.0, 60.0  # seconds between lines in the first minute and after it


class Pace:
    """Tells of each ``Progress`` where the run stands.

    Args:
        clock: tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._recent = deque([(clock(), 0)])  # when, and how many words by then
        self._began = (clock(), 0.0)  # when, and the share that had been read by then
        self._resumed = False

    def said(self, progress: Progress) -> str:
        """Rows, words a second, how much is done and, once that is a tenth, how long the rest will take, as far as they
        are known."""
        now = self._clock()
        self._recent.append((now, progress.words))
        while len(self._recent) > 2 and self._recent[1][0] < now - _RECENT:
            self._recent.popleft()
        parts = [f"{progress.resumed + progress.rows:,} rows"]
        since, words = self._recent[0]
        if now > since and progress.words > words:
            parts.append(f"{(progress.words - words) / (now - since):,.0f} words/s")
        if progress.share is not None:
            parts.append(f"{progress.share:.0%} done")
            if left := self._left(now, progress):
                parts.append(f"about {left} left")
        return ", ".join(parts)

    def _left(self, now: float, progress: Progress) -> str | None:
        share = progress.share or 0.0
        if progress.resumed and not self._resumed:  # what an earlier run did was passed over in no time
            self._resumed, self._began = True, (now, share)
        since, before = self._began
        if share - before < _TOLD_FROM * (1 - before) or share >= 1:
            return None
        return _duration((now - since) * (1 - share) / (share - before))


def lines(write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> Callable[[Progress], None]:
    """What writes a line of a ``Progress`` now and then."""
    pace, began, due = Pace(clock), clock(), clock() + _FIRST

    def show(progress: Progress) -> None:
        nonlocal due
        said, now = pace.said(progress), clock()
        if now >= due:
            write(said)
            due = now + (_OFTEN if now < began + _SELDOM else _SELDOM)

    return show


@contextmanager
def shown() -> Iterator[Callable[[Progress], None]]:
    """What shows a ``Progress`` on standard error."""
    if not sys.stderr.isatty():
        yield lines(complain)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    with Bar(BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"), console=Console(stderr=True)) as bar:
        task, pace = bar.add_task("Judging", total=None), Pace()

        def show(progress: Progress) -> None:
            total = None if progress.share is None else 1.0
            bar.update(task, description=pace.said(progress), completed=progress.share or 0.0, total=total)

        yield show


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
