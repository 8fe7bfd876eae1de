"""Loads models by name: the implementation of ``Models``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from mtqa.core.errors import ConfigError
from mtqa.core.protocols import LanguageModel, Passage, SegmentScore, Translator
from mtqa.neural import store
from mtqa.neural.runtime import Runtime, cores

if TYPE_CHECKING:
    from mtqa.neural.encoder import Encoder

__all__ = ["LocalModels"]


class LocalModels:
    """An encoder and, where asked for, a language model, from verified local folders.

    The files are verified when the object is made; the weights are read when they are first needed. Raises ModelError
    for files that are missing or changed.

    Args:
        encoder: name or folder of the encoder.
        threads: of the CPU; every core this process may use by default.
        language_model: name or folder of the causal language model, or None for none.
        translators: names, see `mtqa.neural.translators.load`; every one that is installed by default.
    """

    def __init__(
        self,
        encoder: str,
        *,
        threads: int | None = None,
        language_model: str | None = None,
        translators: Sequence[str] = (),
    ) -> None:
        if threads is not None and threads < 1:
            raise ConfigError(f"{threads} threads are too few; use 1 or more")
        self._threads = threads or cores()
        self.manifest = store.locate(encoder)
        store.verify(self.manifest)
        self._language_model = language_model
        self._names = tuple(translators)
        if language_model is not None:
            store.verify(store.locate(language_model))

    @cached_property
    def _encoder(self) -> Encoder:
        from mtqa.neural.encoder import Encoder

        return Encoder(self.manifest.path, threads=self._threads)

    def encode(self, documents: Sequence[Sequence[Passage]]) -> list[list[SegmentScore]]:
        """Scores of each passage of each document; those of a document are consecutive and judged in context."""
        return self._encoder.encode(documents)

    @cached_property
    def _scorer(self) -> LanguageModel | None:
        from mtqa.neural.scorer import CausalScorer

        if self._language_model is None:
            return None
        return CausalScorer.load(self._language_model, Runtime.resolve(threads=self._threads))

    def language_model(self) -> LanguageModel | None:
        """The language model, where one is configured."""
        return self._scorer

    @cached_property
    def _translators(self) -> tuple[Translator, ...]:
        from mtqa.neural.translators import chosen

        return chosen(self._names, threads=self._threads)

    def translators(self) -> Sequence[Translator]:
        """The configured translators, or every one that is installed."""
        return self._translators
