"""Whether work grows no faster than its input, counted and never timed.

Work is every line of Python that runs, of ours and of libraries, and every step of a regular expression of ours or of
the Markdown parser. Not seen is what C does in one call: a search in a long string, a comparison of lists, the parser
of lxml; nor what other threads do.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import regex_steps
from regex_steps import CountedPattern

__all__ = ["TooMuchWork", "assert_linear", "work"]

_STEEPEST = 2.5
"""What the last doubling of the input may multiply work by: 2 is linear, 2.2 n log n, 4 squared."""
_PACKAGES = {"mtqa", "markdown_it", "mdit_py_plugins"}
"""Their patterns count."""
_UNSEEN = {__file__, regex_steps.__file__}


class TooMuchWork(BaseException):
    """Past the limit; no handler of the code under test may swallow it."""


def work(run: Callable[[], object], *, limit: float = float("inf")) -> int:
    """The lines and regular-expression steps that ``run`` takes.

    Raises:
        TooMuchWork: more than ``limit``.
    """
    steps, before = 0, sys.gettrace()

    def spend(more: int) -> None:
        nonlocal steps
        steps += more
        if steps > limit:
            raise TooMuchWork

    def within(frame: FrameType, event: str, arg: object) -> Any:  # for every line: it calls nothing
        nonlocal steps
        steps += 1
        if steps > limit:
            raise TooMuchWork
        return within

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        return None if frame.f_code.co_filename in _UNSEEN else within(frame, event, arg)

    with _counted_patterns(spend):
        sys.settrace(trace)
        try:
            run()
        finally:
            sys.settrace(before)
    return steps


def assert_linear(run: Callable[[Any], object], make: Callable[[int], Any], *, n: int = 200) -> None:
    """Runs ``run`` on ``make(n)``, ``make(2 * n)`` and ``make(4 * n)``, and compares the last two.

    Choose ``n`` so large that what is fixed does not outweigh what grows, and that the limits which the code sets to
    what it repeats are reached: below those its work may be squared. It runs on ``make(n)`` once before, so that what
    is loaded or cached at the first call does not count.
    """
    first, second, third = (make(size) for size in (n, 2 * n, 4 * n))
    run(first)
    one = two = work(lambda: run(first))
    try:
        two = work(lambda: run(second), limit=8 * one)
        work(lambda: run(third), limit=_STEEPEST * two)
    except TooMuchWork:
        raise AssertionError(f"{one} steps for {n}, {two} for {2 * n}, and too many for more") from None


@contextmanager
def _counted_patterns(spend: Callable[[int], None]) -> Iterator[None]:
    """Every compiled pattern among the names of the packages counts its steps, also one in a table, and those that
    are compiled meanwhile."""
    known: dict[re.Pattern[str], CountedPattern] = {}

    def counted(value: Any) -> Any:
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            if value not in known:
                known[value] = CountedPattern(value, spend)
            return known[value]
        if type(value) in (tuple, list):
            each = [counted(one) for one in value]
            return value if all(a is b for a, b in zip(each, value, strict=True)) else type(value)(each)
        if type(value) is dict:
            parts = {key: counted(one) for key, one in value.items()}
            return value if all(parts[key] is value[key] for key in value) else parts
        return value

    replaced: list[tuple[dict[str, Any], str, Any]] = []
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _PACKAGES:
            for key, value in list(vars(module).items()):
                if not key.startswith("__") and (new := counted(value)) is not value:
                    replaced.append((vars(module), key, value))
                    vars(module)[key] = new
    compile_one = re._compile  # type: ignore[attr-defined]
    re._compile = lambda pattern, flags: counted(compile_one(pattern, flags))  # type: ignore[attr-defined]
    try:
        yield
    finally:
        re._compile = compile_one  # type: ignore[attr-defined]
        for names, key, value in replaced:
            names[key] = value
