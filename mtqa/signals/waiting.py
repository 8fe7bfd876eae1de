"""Waiting for answers beside other work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event
from typing import TypeVar

from mtqa.core.limits import check_time

__all__ = ["beside"]

T = TypeVar("T")

_TICK = 0.05  # seconds after which it is looked whether there is still reason to wait


@contextmanager
def beside(waiting: Sequence[Awaitable[T]]) -> Iterator[Callable[[], list[T]]]:
    """Waits in a thread, in an event loop of its own, for what is ``waiting``, while this thread does something else.

    Yields:
        a function that gives the results in order once all are there. It raises what the first that fails raises, and
        OutOfTime after the deadline. Whoever leaves without the results ends the waiting.
    """
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        results = pool.submit(copy_context().run, asyncio.run, _all(waiting, stop))
        try:
            yield results.result
        finally:
            stop.set()


async def _all(waiting: Sequence[Awaitable[T]], stop: Event) -> list[T]:
    """Nothing is left running behind it, and no failure untaken that asyncio would print."""
    asked = [asyncio.ensure_future(each) for each in waiting]
    try:
        while not all(each.done() for each in asked):
            await asyncio.wait(asked, timeout=_TICK, return_when=asyncio.FIRST_EXCEPTION)
            for each in asked:
                if each.done():
                    each.result()
            check_time()
            if stop.is_set():
                return []
        return [each.result() for each in asked]
    finally:
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
