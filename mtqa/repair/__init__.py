"""Better texts for flagged segments: made by rules and machine translation, checked, ranked, never applied."""

from __future__ import annotations

from mtqa.repair.suggester import Suggester

__all__ = ["Suggester"]
