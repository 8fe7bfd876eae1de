"""Source signal: faults that show where a translation is read beside its source, one rule a file; no model.

The rules compare what has to be the same in every language, and what each language writes in its own way: they hold
between any two. Words and customs of a language stand in its folder (`mtqa.languages.conventions`)."""

from __future__ import annotations

from mtqa.signals.source.registry import SOURCE_RULES
from mtqa.signals.source.rule import SourceExample, SourceRule
from mtqa.signals.source.signal import SourceSignal

__all__ = ["SOURCE_RULES", "SourceExample", "SourceRule", "SourceSignal"]
