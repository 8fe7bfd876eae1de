"""Kinds of evidence, each of which reads documents and says something of their sentences."""

from __future__ import annotations

from mtqa.core.registry import Registry
from mtqa.core.signals import Signal

__all__ = ["SIGNALS"]

SIGNALS: Registry[type[Signal]] = Registry(
    "signal",
    {
        "language": "mtqa.signals.language:LanguageSignal",
        "detector": "mtqa.signals.detector:DetectorSignal",
        "editor": "mtqa.signals.editor:EditorSignal",
        "errors": "mtqa.signals.errors:ErrorSignal",
        "surface": "mtqa.signals.surface:SurfaceSignal",
        "source": "mtqa.signals.source:SourceSignal",
        "fluency": "mtqa.signals.fluency:FluencySignal",
        "round-trip": "mtqa.signals.round_trip:RoundTripSignal",
        "judge": "mtqa.signals.judge:JudgeSignal",
    },
)
"""All signals; each is asked unless the settings switch it off, and evidence comes in this order."""
