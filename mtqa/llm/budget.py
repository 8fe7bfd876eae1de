"""What a run may still cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from mtqa.core.llm import Allowance, Usage

__all__ = ["FEWEST", "Budget", "Spent", "tokens_of"]

FEWEST = 64
"""Tokens below which no answer is worth asking for."""

_BYTES = 3  # of a token, at least, in the languages that models read


class Spent(Exception):  # noqa: N818 - a reason to stop, not a fault
    """Why no further request may be sent, in a clause."""


def tokens_of(text: str) -> int:
    """How many tokens a text has at most, about."""
    return len(text.encode("utf-8", "replace")) // _BYTES + 1


class Budget:
    """Requests, tokens and seconds of a run. Any thread may use it.

    Args:
        allowance: what they may be.
        clock: tells seconds.
    """

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._clock = clock
        self._lock = Lock()
        self._began: float | None = None
        self._ended = 0.0
        self._requests = self._read = self._written = self._reserved = self._remembered = 0

    @property
    def usage(self) -> Usage:
        """What was used up."""
        return Usage(
            requests=self._requests,
            read=self._read,
            written=self._written,
            seconds=0.0 if self._began is None else self._ended - self._began,
            remembered=self._remembered,
        )

    @property
    def seconds(self) -> float | None:
        """That are left; None for no limit."""
        if self._allowance.seconds is None:
            return None
        used = 0.0 if self._began is None else self._clock() - self._began
        return max(0.0, self._allowance.seconds - used)

    def admit(self, read: int, written: int) -> int:
        """Set aside one request that sends ``read`` tokens; how many the answer may have, at most ``written``. Raises
        Spent where the request would go beyond what is allowed."""
        with self._lock:
            allowed = self._allowance
            if self.seconds == 0:
                raise Spent(f"the budget of {allowed.seconds:g} second{'s'[: allowed.seconds != 1]} is spent")
            if allowed.requests is not None and self._requests >= allowed.requests:
                raise Spent(f"the budget of {allowed.requests:,} request{'s'[: allowed.requests > 1]} is spent")
            if allowed.tokens is not None:
                left = allowed.tokens - self._read - self._written - self._reserved - read
                if left < FEWEST:
                    raise Spent(f"the budget of {allowed.tokens:,} token{'s'[: allowed.tokens > 1]} is spent")
                written = min(written, left)
            if self._began is None:
                self._began = self._ended = self._clock()
            self._requests += 1
            self._reserved += read + written
            return written

    def settle(self, reserved: int, read: int, written: int) -> None:
        """A request is over that ``reserved`` tokens were set aside for."""
        with self._lock:
            self._ended = self._clock()
            self._reserved -= reserved
            self._read += read
            self._written += written

    def remember(self) -> None:
        """An answer came from the cache."""
        with self._lock:
            self._remembered += 1
