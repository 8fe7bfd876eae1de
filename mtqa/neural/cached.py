"""Remembers what an adapter said, so that several signals share one forward pass."""

from __future__ import annotations

from collections.abc import Sequence

from mtqa.core.protocols import LanguageModel, Models, Passage, SegmentScore, Translator

__all__ = ["CachedModels"]


class CachedModels:
    """Wraps ``Models``: scores of the documents of the latest batch are kept, by their passages.

    A call whose documents are all known costs nothing; any other call replaces what is kept.
    """

    def __init__(self, models: Models) -> None:
        self._models = models
        self._kept: dict[tuple[Passage, ...], list[SegmentScore]] = {}

    def encode(self, documents: Sequence[Sequence[Passage]]) -> list[list[SegmentScore]]:
        """As the wrapped adapter's."""
        keys = [tuple(passages) for passages in documents]
        if any(key not in self._kept for key in keys):
            self._kept = dict(zip(keys, self._models.encode(documents), strict=True))
        return [self._kept[key] for key in keys]

    def language_model(self) -> LanguageModel | None:
        """As the wrapped adapter's."""
        return self._models.language_model()

    def translators(self) -> Sequence[Translator]:
        """As the wrapped adapter's."""
        return self._models.translators()
