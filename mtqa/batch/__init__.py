"""Corpora: a document in, a row out, in order, resumable and in constant memory."""

from __future__ import annotations

from mtqa.batch.cluster import cluster
from mtqa.batch.columns import Columns
from mtqa.batch.job import Progress, Summary, check, run
from mtqa.batch.processes import Processes
from mtqa.batch.reading import Reading
from mtqa.batch.records import expanded, taken_for_lines
from mtqa.batch.tables import TableJudge
from mtqa.batch.workers import Alone, Judges, Workers

__all__ = [
    "Alone",
    "Columns",
    "Judges",
    "Processes",
    "Progress",
    "Reading",
    "Summary",
    "TableJudge",
    "Workers",
    "check",
    "cluster",
    "expanded",
    "run",
    "taken_for_lines",
]
