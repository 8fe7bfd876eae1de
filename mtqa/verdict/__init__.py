"""Evidence to verdicts: the only place where flags are made and documents are decided."""

from __future__ import annotations

from mtqa.verdict.combiner import CalibratedCombiner
from mtqa.verdict.decision import Counts, Ground, decide
from mtqa.verdict.document import assess
from mtqa.verdict.edits import with_care

__all__ = ["CalibratedCombiner", "Counts", "Ground", "assess", "decide", "with_care"]
