"""Faults of mtqa itself, met while one document of many was judged: told in a clause, and in full where that is asked.

The logger ``mtqa`` gets the traceback at level DEBUG, which ``mtqa --debug`` and MTQA_DEBUG show.
"""

from __future__ import annotations

import logging
import os
import sys

__all__ = ["DEBUG", "internal", "show_tracebacks"]

DEBUG = "MTQA_DEBUG"
"""The variable of the environment that asks for tracebacks, in this process and in those that it starts."""

_log = logging.getLogger("mtqa")


def internal(error: Exception, name: str) -> str:
    """What is said of ``error``, which stopped the work on what ``name`` names."""
    _log.debug("%s could not be judged", name, exc_info=error)
    kind = type(error).__name__
    return f"internal error: {kind}; leave it out, and please report it with what {DEBUG}=1 prints"


def show_tracebacks() -> None:
    """Have tracebacks printed on standard error while MTQA_DEBUG asks for them."""
    if not any(isinstance(handler, _Shown) for handler in _log.handlers):
        _log.addHandler(_Shown())
        _log.setLevel(logging.DEBUG)
        _log.propagate = False


class _Shown(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if os.environ.get(DEBUG, "").lower() not in ("", "0", "false", "no", "off"):
            sys.stderr.write(f"{self.format(record)}\n")
