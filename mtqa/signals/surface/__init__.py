"""Surface signal: defects that can be told from the letters alone, one rule a file.

A rule names its MQM category and severity and carries the examples it fires on and those it leaves alone.
"""

from __future__ import annotations

from mtqa.signals.surface.registry import RULES
from mtqa.signals.surface.rule import Example, Finding, Rule
from mtqa.signals.surface.signal import MQM_WEIGHTS, SurfaceSignal

__all__ = ["MQM_WEIGHTS", "RULES", "Example", "Finding", "Rule", "SurfaceSignal"]
