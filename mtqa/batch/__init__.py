"""Corpora: a document in, a row out, in order, resumable and in constant memory."""

from __future__ import annotations

from mtqa.batch.job import Progress, Summary, check, run
from mtqa.batch.records import Columns, expanded
from mtqa.batch.workers import Alone, Judges, Workers

__all__ = ["Alone", "Columns", "Judges", "Progress", "Summary", "Workers", "check", "expanded", "run"]
