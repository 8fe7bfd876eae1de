"""Words of dates."""

__all__ = ["MONTHS"]

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
"""A pattern."""
