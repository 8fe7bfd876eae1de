"""The program: its error boundary.

Exit codes: 0 when it ran; 1 when a batch ran and some of its rows could not be judged, or a person declined; 2 when
something could not be done; 130 when interrupted. What is imported here is light, so that an early interruption is met.
"""

from __future__ import annotations

import io
import os
import sys

from mtqa.cli import interrupts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

__all__ = ["main"]

_FAILED = 2


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run ``mtqa`` with ``arguments`` and exit; by default with those of the process, which is then the program's
    own."""
    if arguments is not None:
        sys.exit(_run(arguments))
    interrupts.owned()
    code = _run(arguments)
    if code == interrupts.INTERRUPTED:
        interrupts.end()
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    from mtqa.cli.terminal import complain, inert_errors

    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - stays open as long as the program
    if sys.stdout is None:
        complain("error: standard output is closed; open it, or send it to a file")
        return _FAILED
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    with inert_errors():
        return _ended(arguments)


def _ended(arguments: Sequence[str] | None) -> int:
    import traceback

    from mtqa.cli.commands import Options, app
    from mtqa.cli.terminal import NO_ROOM, complain
    from mtqa.core.errors import MtqaError
    from mtqa.core.faults import DEBUG, show_tracebacks

    options = Options()
    show_tracebacks()
    asked = os.environ.get(DEBUG)
    try:
        app(arguments, prog_name="mtqa", obj=options)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except MtqaError as error:
        if options.debug:
            traceback.print_exc()
        complain(f"error: {error}")
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            complain(f"error: cannot write ({error.strerror}); free some space and run it again")
            return _FAILED
        kind = type(error).__name__
        complain(f"internal error: {kind}: {error}; please report it with what 'mtqa --debug …' or MTQA_DEBUG=1 prints")
    finally:
        if asked is None:
            os.environ.pop(DEBUG, None)
    return _FAILED
