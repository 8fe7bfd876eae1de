"""Evidence to verdicts: the only place where flags are made and documents are decided."""

from __future__ import annotations

from mtqa.verdict.combiner import CalibratedCombiner
from mtqa.verdict.decision import DocumentVerdict, decide

__all__ = ["CalibratedCombiner", "DocumentVerdict", "decide"]
