"""Kinds of evidence, each of which reads the consecutive segments of one document."""

from __future__ import annotations

from collections.abc import Callable

from mtqa.core.protocols import Signal
from mtqa.core.registry import Registry

__all__ = ["SIGNALS"]

SIGNALS: Registry[Callable[..., Signal]] = Registry(
    "signal",
    {
        "detector": "mtqa.signals.detector:DetectorSignal",
        "errors": "mtqa.signals.errors:ErrorSignal",
        "fluency": "mtqa.signals.fluency:FluencySignal",
        "round-trip": "mtqa.signals.round_trip:RoundTripSignal",
        "surface": "mtqa.signals.surface:SurfaceSignal",
    },
)
