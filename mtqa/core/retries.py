"""When a server that is busy may be asked again."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

__all__ = ["retry_after"]


def retry_after(said: str) -> float | None:
    """Seconds that a ``Retry-After`` header asks to wait (RFC 9110, 10.2.3), as a number or until a date; None where it
    says neither."""
    try:
        return float(said) if said.strip().isdigit() else max(parsedate_to_datetime(said).timestamp() - time.time(), 0)
    except (ValueError, TypeError, OverflowError):
        return None
