"""Corpora in JSON Lines: a row a document in, a row a document out, in constant memory."""

from __future__ import annotations

from mtqa.batch.chunks import Chunk, judged
from mtqa.batch.job import Progress, Summary, check_paths, run

__all__ = ["Chunk", "Progress", "Summary", "check_paths", "judged", "run"]
