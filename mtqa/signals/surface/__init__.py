"""Surface signal: defects that can be told from the letters alone, one rule a file.

Those of one language stand in its pack; those beside this module hold in any. A rule names its MQM category and
severity and carries the examples it fires on and those it leaves alone.
"""

from __future__ import annotations

from mtqa.languages.rule import Example, Hit, Rule
from mtqa.signals.surface.registry import RULES, language_of
from mtqa.signals.surface.signal import MQM_WEIGHTS, SurfaceSignal

__all__ = ["MQM_WEIGHTS", "RULES", "Example", "Hit", "Rule", "SurfaceSignal", "language_of"]
