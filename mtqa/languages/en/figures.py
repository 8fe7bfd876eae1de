"""Numbers in figures as English writes them."""

from __future__ import annotations

import re

__all__ = ["anglicised"]

_FOREIGN = re.compile(r"([1-9]\d{0,2}(?:[.\u00a0']\d{3})+|\d+)(?:,(\d{1,2}))?")


def anglicised(number: str) -> str | None:
    """A number that has a point, an apostrophe or a space between thousands, or a comma before decimals, as English
    writes it: ``1,299.00`` for ``1.299,00``. None where it is of no such kind."""
    found = _FOREIGN.fullmatch(number)
    if found is None:
        return None
    whole = re.sub(r"\D", ",", found[1])
    return f"{whole}.{found[2]}" if found[2] else whole
