"""The recipe of the careful editor, parts of which serve here, too."""

from __future__ import annotations

import sys
from pathlib import Path

MODEL = Path(__file__).resolve().parents[2] / "mtqa-editor"
FOLDER = MODEL / "recipe"
sys.path.append(str(FOLDER))

from documents import documents_of, sentence_bounds  # noqa: E402
from fitting import calibrated, judged, lines, platt, pointed, probability, rounded  # noqa: E402
from garbled import (  # noqa: E402
    LINES,
    PEOPLE,
    kinds,
    put,
)
from garbled import documents as documents_of_kind  # noqa: E402
from garbled import measure as garbled  # noqa: E402

__all__ = [
    "FOLDER",
    "LINES",
    "MODEL",
    "PEOPLE",
    "calibrated",
    "documents_of",
    "documents_of_kind",
    "garbled",
    "judged",
    "kinds",
    "lines",
    "platt",
    "pointed",
    "probability",
    "put",
    "rounded",
    "sentence_bounds",
]
