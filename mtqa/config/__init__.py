"""Settings: read, checked, merged, and what of them holds for a file."""

from __future__ import annotations

from mtqa.config.policy import KEYS, Policy
from mtqa.config.settings import Override, Settings, load

__all__ = ["KEYS", "Override", "Policy", "Settings", "load"]
