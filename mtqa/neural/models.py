"""Loads models by name: the implementation of ``Models``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from mtqa.core.errors import ConfigError, ModelError, UnknownName
from mtqa.core.proofreading import ProofCalibration, Proofread
from mtqa.core.protocols import LanguageModel, Passage, Proofreader, SegmentScore, Translator
from mtqa.core.settings import EDITOR, CheckerSettings, Editor
from mtqa.neural import store
from mtqa.neural.runtime import cores

if TYPE_CHECKING:
    from mtqa.neural.encoder import Encoder

__all__ = ["LocalModels"]


class _Careful:
    """The careful editor, of which nothing but the manifest is read until it is asked."""

    def __init__(self, manifest: store.Manifest, threads: int) -> None:
        self.signature = manifest.signature
        self.calibration = ProofCalibration.from_table(manifest.data.get("calibration", {}))
        self._path = manifest.path
        self._threads = threads

    @cached_property
    def _editor(self) -> Proofreader:
        from mtqa.neural.editor import Editor

        return Editor(self._path, self.calibration, self.signature, threads=self._threads)

    def prepare(self) -> None:
        """Begins to read the weights, beside whatever else is done."""
        self._editor.prepare()

    def proofread(self, documents: Sequence[Sequence[str]]) -> list[list[Proofread]]:
        """What an editor would say of each sentence of each document."""
        return self._editor.proofread(documents)


class LocalModels:
    """The encoder and, where asked for, a language model and translators, from local folders. Weights are read when
    they are first needed.

    Args:
        settings: which they are, and the threads of the CPU.

    Raises:
        ConfigError: there are too few threads.
        ModelError: the encoder's files are missing, or those of an editor that was asked for by name.
    """

    def __init__(self, settings: CheckerSettings) -> None:
        if settings.threads is not None and settings.threads < 1:
            raise ConfigError(f"{settings.threads} threads are too few; use 1 or more")
        self._threads = settings.threads or cores()
        self._settings = settings
        self.manifest = store.locate(settings.model)

    def verify(self) -> None:
        """Check the files against their manifests. Raises ModelError where one is missing or was changed."""
        store.verify(self.manifest)
        if self._careful is not None:
            store.verify(self._careful)
        if self._settings.language_model is not None:
            store.verify(store.locate(self._settings.language_model))

    @cached_property
    def _encoder(self) -> Encoder:
        from mtqa.neural.encoder import Encoder

        return Encoder(self.manifest.path, threads=self._threads)

    def encode(self, documents: Sequence[Sequence[Passage]]) -> list[list[SegmentScore]]:
        """Scores of each passage of each document; those of a document are consecutive and judged in context."""
        return self._encoder.encode(documents)

    @cached_property
    def _scorer(self) -> LanguageModel | None:
        if self._settings.language_model is None:
            return None
        from mtqa.neural.scorer import CausalScorer

        return CausalScorer.load(self._settings.language_model, threads=self._threads)

    @cached_property
    def _careful(self) -> store.Manifest | None:
        if self._settings.editor is Editor.FAST:
            return None
        try:
            manifest = store.known(EDITOR)
        except UnknownName:
            manifest = None
        if manifest is not None and not manifest.missing:
            return manifest
        if self._settings.editor is None:
            return None
        lacks = "" if manifest is None else f": its folder lacks {', '.join(manifest.missing)}"
        raise ModelError(f"the careful editor is not on this machine{lacks}; reinstall mtqa, or choose the fast editor")

    @cached_property
    def _proofreader(self) -> Proofreader | None:
        return None if self._careful is None else _Careful(self._careful, self._threads)

    def proofreader(self) -> Proofreader | None:
        """The careful editor, where it is wanted and all of it is on this machine. Raises ModelError where it was asked
        for by name and is not."""
        return self._proofreader

    def language_model(self) -> LanguageModel | None:
        """The language model, where one is configured."""
        return self._scorer

    @cached_property
    def _translators(self) -> tuple[Translator, ...]:
        from mtqa.neural.translators import chosen

        return chosen(self._settings.translators, threads=self._threads, llm=self._settings.llm)

    def translators(self) -> Sequence[Translator]:
        """The configured translators, or every one that is installed."""
        return self._translators
