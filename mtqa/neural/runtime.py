"""Device, number type and threads of networks that run on PyTorch: resolved once, passed down."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mtqa.core.errors import ConfigError, ModelError

if TYPE_CHECKING:
    import torch

__all__ = ["Runtime", "cores"]

CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where and how networks run.

    Attributes:
        device: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.
        dtype: of the forward pass, ``"float32"`` or ``"bfloat16"``.
        threads: of one operation on the CPU.
    """

    device: str
    dtype: str
    threads: int

    @classmethod
    def resolve(cls, *, device: str | None = None, threads: int | None = None) -> Runtime:
        """What was asked for, else what this machine does well: CUDA where there is a GPU, bfloat16 where the hardware
        multiplies it, every core this process may use. Raises ConfigError for what the machine cannot do, ModelError
        where PyTorch is not installed."""
        if find_spec("torch") is None:
            raise ModelError("a language model needs torch and transformers; run: pip install 'mtqa[lm]'")
        import torch

        has_cuda = torch.cuda.is_available()
        device = device or ("cuda" if has_cuda else "cpu")
        if device.partition(":")[0] not in ("cpu", "cuda"):
            raise ConfigError(f"unknown device '{device}'; use 'cpu' or 'cuda'")
        if device != "cpu" and not has_cuda:
            raise ConfigError(f"device '{device}' is not available; use 'cpu'")
        native = torch.cuda.is_bf16_supported() if device != "cpu" else _cpu_multiplies_bfloat16()
        dtype = "bfloat16" if native else "float32"
        if threads is not None and threads < 1:
            raise ConfigError(f"{threads} threads are too few; use 1 or more")
        return cls(device, dtype, threads or min(torch.get_num_threads(), cores()))

    @property
    def torch_dtype(self) -> torch.dtype:
        """``dtype`` as torch has it."""
        import torch

        return torch.bfloat16 if self.dtype == "bfloat16" else torch.float32

    def apply(self) -> None:
        """Set this process's thread count."""
        import torch

        if torch.get_num_threads() != self.threads:
            torch.set_num_threads(self.threads)


def _cpu_multiplies_bfloat16() -> bool:
    """Whether the CPU has AVX512-BF16 or AMX-BF16; elsewhere bfloat16 is emulated, and slower than float32."""
    try:
        flags = CPUINFO.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
