"""The version, and how numbers are made with it."""

from __future__ import annotations

import mtqa
from mtqa.core.calibration import Calibration
from mtqa.core.errors import MtqaError
from mtqa.neural import store
from mtqa.segmentation import signature as segmenter

__all__ = ["version"]

_MODEL = "mtqa-en"


def version() -> str:
    """A line with the version and one with the signature of the model that comes with mtqa, or what is wrong with
    it. The number type, which depends on the machine, is told with each report."""
    lines = [f"mtqa {mtqa.__version__}"]
    try:
        manifest = store.locate(_MODEL)
        calibration = Calibration.from_table(manifest.data.get("calibration", {}))
        lines.append(
            f"model:{manifest.signature}|seg:{segmenter()}|fpr:{calibration.fpr:g}|cal:{calibration.name}",
        )
    except MtqaError as error:
        lines.append(f"no signature: {error}")
    return "\n".join(lines)
