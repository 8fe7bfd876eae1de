"""SIGINT, as Ctrl-C and ``timeout -s INT`` send it, ends the program with 130 and one line, whenever it comes.

What is imported here is what Python has imported anyway: before ``owned`` is called, an interruption is a traceback.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sys import UnraisableHookArgs
    from types import FrameType, TracebackType
    from typing import NoReturn

__all__ = ["INTERRUPTED", "Raised", "end", "owned"]

INTERRUPTED = 130
"""The exit code."""

_ONE = 1.0  # seconds in which several signals are one interruption: timeout(1) sends it to a process and to its group


def owned() -> None:
    """From now on SIGINT ends this process at once: nothing that would have to be tidied up is under way. A process
    that was started without regard to it, such as one in the background, goes on without."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _at_once)
        sys.unraisablehook = _hook
        atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)  # all is done, and what follows has no handlers


def end() -> NoReturn:
    """End this process, interrupted. Native threads that still compute would make Python's own end abort."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(INTERRUPTED)


class Raised:
    """Inside, SIGINT is raised as a KeyboardInterrupt, so that what is under way can be tidied up; another one a second
    later ends the process at once. Changes nothing in a process that is not ``owned``."""

    def __init__(self) -> None:
        self._first: float | None = None

    def __enter__(self) -> None:
        if signal.getsignal(signal.SIGINT) is _at_once:
            signal.signal(signal.SIGINT, self._raise)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if signal.getsignal(signal.SIGINT) == self._raise:
            signal.signal(signal.SIGINT, _at_once)
        if self._first is not None and isinstance(error, Exception):  # as native modules make of it when imported
            raise KeyboardInterrupt from error

    def _raise(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now
            raise KeyboardInterrupt
        if now - self._first > _ONE:
            _at_once(number, frame)


def _at_once(number: int, frame: FrameType | None) -> None:
    try:
        os.write(2, b"mtqa: interrupted\n")
    finally:
        os._exit(INTERRUPTED)


def _hook(unraisable: UnraisableHookArgs, /) -> None:
    """An interruption that was raised where nobody can catch it, as in a callback, is one nevertheless."""
    if unraisable.exc_type is KeyboardInterrupt:
        _at_once(signal.SIGINT, None)
    sys.__unraisablehook__(unraisable)
