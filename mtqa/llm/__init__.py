"""A language model of the user's own: asked over an OpenAI-compatible chat API, and only where it is asked for.

What is sent goes to the host that was named, and to no other. Neither the key nor a text is in any message.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mtqa.core.errors import ConfigError
from mtqa.core.llm import LlmSettings

if TYPE_CHECKING:
    from mtqa.llm.engine import Engine

__all__ = ["engine_of"]


@lru_cache(maxsize=16)
def engine_of(settings: LlmSettings) -> Engine:
    """The engine of these settings, the same for all of the process: its budget is the run's. Nothing is sent yet.
    Raises ConfigError where the extra is not installed."""
    if find_spec("httpx2") is None:
        raise ConfigError("--llm needs httpx2, which is not installed; pip install 'mtqa[llm]'")
    from mtqa.llm.engine import Engine

    return Engine(settings)
