"""What a command costs: its time from start to end, and its peak memory."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mtqa.core.errors import MtqaError
from mtqa.neural.runtime import CPUINFO, cores

__all__ = ["Cost", "cost", "instructions", "machine", "processor"]

_PACKAGES = ("onnxruntime", "numpy", "torch", "transformers")
_INSTRUCTIONS = {  # by what Linux calls them, on x86-64 and on ARM
    "AVX2": {"avx2"},
    "AVX-512": {"avx512f"},
    "VNNI": {"avx_vnni", "avx512_vnni"},
    "AMX": {"amx_int8"},
    "NEON": {"asimd"},
    "dot product": {"asimddp"},
    "I8MM": {"i8mm"},
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a process.

    Attributes:
        seconds: from its start to its end.
        megabytes: its peak resident memory, in units of 10^6 bytes; None where the system does not say it.
    """

    seconds: float
    megabytes: float | None


# Linux counts the memory of the process that starts another as the other's: so that the peak is its own, it is started
# by a small one.
_STARTER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
if hasattr(os, "wait4"):
    _, status, usage = os.wait4(process.pid, 0)
    code, peak = os.waitstatus_to_exitcode(status), usage.ru_maxrss
else:
    code, peak = process.wait(), None
print(json.dumps([time.perf_counter() - start, peak, code]))
"""


def cost(arguments: Sequence[str], folder: Path) -> Cost:
    """Of running Python with some arguments. Raises MtqaError where it fails.

    Args:
        folder: that it runs in.
    """
    done = subprocess.run(  # noqa: S603 - no shell; the arguments are mtqa's own
        [sys.executable, "-I", "-S", "-c", _STARTER, sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        check=True,
    )
    seconds, peak, code = json.loads(done.stdout)
    if code:
        lines = done.stderr.strip().splitlines()
        raise MtqaError(f"{' '.join(arguments[:3])} failed ({lines[-1] if lines else code}); run it to see why")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(seconds, None if peak is None else peak * unit / 1e6)


def machine(threads: Sequence[int]) -> Mapping[str, str]:
    """What timings depend on: the processor and its class, its cores, versions, the number of threads."""
    return {
        "processor": processor(),
        "instructions": instructions() or "not known",
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


def processor() -> str:
    """Name of the CPU's model."""
    return _said_of_cpu("model name") or platform.processor() or platform.machine()


def instructions() -> str:
    """The class of the CPU: which instructions it has of those that 8-bit networks gain by; "" where the system does
    not say it."""
    flags = {*_said_of_cpu("flags").split(), *_said_of_cpu("Features").split()}
    return ", ".join(name for name, marks in _INSTRUCTIONS.items() if marks & flags)


def _said_of_cpu(field: str) -> str:
    """What Linux says of the first core; "" elsewhere."""
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.partition("\t")[0] == field), "")
