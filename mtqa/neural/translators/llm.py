"""The language model of the user's own (``--llm``), as a translator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.llm import LlmSettings
from mtqa.core.protocols import Translation
from mtqa.core.tags import language_name
from mtqa.llm import engine_of
from mtqa.neural.translators.texts import each, require

__all__ = ["LlmTranslator", "load"]

_LANGUAGES = (
    "ar bg ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv nl no pl pt ro ru sk sl sr sv th tr uk vi zh"
)
"""Those that the models of many makers know."""


def load(where: str, threads: int) -> LlmTranslator:
    """Raises ConfigError: what it asks is named by other options, so it is made of settings."""
    raise ConfigError("the translator llm is the model that --llm names; add --llm URL and --llm-model NAME")


class LlmTranslator:
    """Implements `mtqa.core.protocols.Translator`; it gives no scores. Budget and cache are those of all that asks the
    model."""

    name = "llm"

    def __init__(self, settings: LlmSettings) -> None:
        self._engine = engine_of(settings)
        self.signature = f"{self.name}@{self._engine.signature}"

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Those that most models know. Which one really does, and how well, its maker says."""
        return frozenset(permutations(_LANGUAGES.split(), 2))

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translations of each text, in order."""
        require(self.name, self.pairs(), source, target)
        return each(texts, lambda lines: self._translate(lines, source, target))

    def _translate(self, lines: list[str], source: str, target: str) -> Iterator[Translation]:
        from mtqa.llm.engine import Unanswered, waited
        from mtqa.llm.writer import translations

        names = {"source": language_name(source), "target": language_name(target)}
        try:
            yield from map(Translation, waited(translations(self._engine, lines, **names)))
        except Unanswered as reason:
            raise ModelError(f"{self.signature} does not translate: {reason}; try later or another engine") from None
