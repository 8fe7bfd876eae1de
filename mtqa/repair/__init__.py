"""The repair of articles: better texts that are proposed, what a person did, and the article written back."""

from __future__ import annotations

from mtqa.repair.suggester import Suggester

__all__ = ["Suggester"]
