"""What a command costs: its time from start to end, and its peak memory."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryFile

from mtqa.core.errors import MtqaError
from mtqa.neural.runtime import CPUINFO, cores

__all__ = ["Cost", "cost", "machine"]

_PACKAGES = ("onnxruntime", "numpy", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a process.

    Attributes:
        seconds: from its start to its end.
        megabytes: its peak resident memory, in units of 10^6 bytes; None where the system does not say it.
    """

    seconds: float
    megabytes: float | None


def cost(arguments: Sequence[str], folder: Path) -> Cost:
    """Of running Python with some arguments. Raises MtqaError where it fails.

    Args:
        folder: that it runs in.
    """
    with TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=said)  # noqa: S603 - our own command
        peak = None
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
        else:
            process.wait()
        seconds = time.perf_counter() - start
        if process.returncode:
            said.seek(0)
            lines = said.read().decode("utf-8", "replace").strip().splitlines()
            raise MtqaError(f"{' '.join(arguments[:4])} failed ({lines[-1] if lines else process.returncode}); run it")
    return Cost(seconds, peak)


def machine(threads: Sequence[int]) -> Mapping[str, str]:
    """What timings depend on: the processor, its cores, versions, the number of threads."""
    return {
        "processor": _processor(),
        "cores": str(cores()),
        "threads": ", ".join(map(str, threads)),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: found for name in _PACKAGES if (found := _version(name))},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
