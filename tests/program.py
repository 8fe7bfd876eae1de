"""What running the program gives."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Ran(NamedTuple):
    """The exit code and what was printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


GARBLED_ARTICLE = """The zzdrones sniff out the zzcartels in Mexico. The zzferry was late again.

The talks with the zzmayor were one -sided at best. They sniff out fentanyllabors in the zzhills.
"""
"""To fake models, machine-translated; two rules fire in its third line."""


def on_fakes(folder: Path) -> Path:
    """An executable ``mtqa`` in ``folder`` that runs on fake models: a process of its own in a tenth of the time."""
    program = folder / "mtqa"
    script = Path(__file__).with_name("gate_program.py")
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(script))} "$@"\n')
    program.chmod(0o755)
    return program
