"""How large one document may be, and how long it may be judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["ANY", "BATCH", "DocumentLimits", "OutOfTime", "check_time", "deadline", "time_left", "unless"]

_KIB = 1024
_SHORTEST = 32  # bytes of a sentence, on average: shorter ones cost as much as these


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLimits:
    """Beyond these a document is not judged, and the report on it says why.

    Attributes:
        size: bytes of its text in UTF-8; None for any.
        seconds: that it may be judged for; None for as long as it takes.
    """

    size: int | None = None
    seconds: float | None = None

    def too_large(self, text: str) -> str | None:
        """Why ``text`` is over the limit, in a clause that ends with a remedy; None where it is not."""
        if self.size is None:
            return None
        size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if size <= self.size:
            return None
        return f"its text has {size / _KIB:,.0f} KiB, and the limit is {self.size / _KIB:,.0f}; split it, or allow more"

    def too_many(self, sentences: int) -> str | None:
        """Why so many sentences are over the limit, likewise."""
        most = None if self.size is None else max(_SHORTEST, self.size // _SHORTEST)
        if most is None or sentences <= most:
            return None
        return f"it has {sentences:,} sentences, and the limit is {most:,}; split it, or allow more"

    def too_slow(self) -> str:
        """That it took longer than it may, likewise."""
        return f"it took longer than {self.seconds:g} s; split it, or allow more time"


ANY = DocumentLimits()
"""None."""

BATCH = DocumentLimits(size=1024 * _KIB, seconds=300.0)
"""Where many documents are judged and none may hold up the others."""


class OutOfTime(Exception):  # noqa: N818 - a reason to stop, not a fault
    """The deadline has passed."""


_left: ContextVar[Callable[[], float] | None] = ContextVar("left", default=None)
_is_late: ContextVar[Callable[[], bool] | None] = ContextVar("is_late", default=None)


@contextmanager
def deadline(seconds: float | None, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """What runs inside, in this thread, may take ``seconds``; ``check_time`` ends it once they are over. Of deadlines
    inside each other the earliest counts."""
    if seconds is None:
        yield
        return
    end, outer = clock() + seconds, _left.get()
    token = _left.set(lambda: end - clock() if outer is None else min(end - clock(), outer()))
    try:
        with unless(lambda: clock() > end):
            yield
    finally:
        _left.reset(token)


def time_left() -> float | None:
    """Seconds until the deadline, below 0 after it; None where there is none."""
    left = _left.get()
    return None if left is None else left()


@contextmanager
def unless(is_late: Callable[[], bool]) -> Iterator[None]:
    """What runs inside, in this thread, is ended by ``check_time`` once ``is_late`` says so, or what it runs inside."""
    outer = _is_late.get()
    token = _is_late.set(lambda: is_late() or (outer is not None and outer()))
    try:
        yield
    finally:
        _is_late.reset(token)


def check_time() -> None:
    """Called now and then by what may take long. Raises OutOfTime after the deadline."""
    is_late = _is_late.get()
    if is_late is not None and is_late():
        raise OutOfTime
