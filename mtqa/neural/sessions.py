"""Networks on ONNX Runtime, as mtqa runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onnxruntime import InferenceSession, SessionOptions

from mtqa.core.errors import ModelError

__all__ = ["loading", "session"]


def session(path: Path) -> InferenceSession:
    """One forward pass on one thread: several run at a time, and none depends on another."""
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return InferenceSession(path, options, providers=["CPUExecutionProvider"])


@contextmanager
def loading(folder: Path) -> Iterator[None]:
    """Raises ModelError for whatever a damaged file in ``folder`` makes the loaders raise inside."""
    try:
        yield
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"model in {folder} does not load ({reason}); reinstall mtqa or pull the model again"
        ) from error
