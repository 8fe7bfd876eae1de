"""The same models on CTranslate2 (Klein et al. 2020), faster and with 8-bit weights. Needs the extra ``mtqa[ct2]``.

A model is converted when it is first used; the result lies in ``$XDG_CACHE_HOME/mtqa/ct2``, by default below
``~/.cache``, in a folder named by the model's digest.
"""

from __future__ import annotations

import tempfile
import warnings
from contextlib import redirect_stderr
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from mtqa.core.errors import ModelError
from mtqa.core.files import own_folder
from mtqa.neural.translators.checkpoint import Checkpoint, find, longest_output, unloadable
from mtqa.neural.translators.network import Network, Output
from mtqa.neural.translators.seq2seq import NEEDS

__all__ = ["CTranslate2", "load"]

_DTYPE = "int8"


def load(where: str, threads: int) -> CTranslate2:
    """The model at ``where``; see `mtqa.neural.translators.checkpoint.find`."""
    return CTranslate2(find(where, {"ctranslate2": "mtqa[ct2]"} | dict.fromkeys(NEEDS, "mtqa[ct2]")), threads)


class CTranslate2(Network):
    """A model with 8-bit weights, on the CPU; greedy unless its manifest says otherwise."""

    def __init__(self, checkpoint: Checkpoint, threads: int) -> None:
        super().__init__(checkpoint, f"{checkpoint.name}@{checkpoint.digest}/ct2-{_DTYPE}")
        self._threads = threads

    @cached_property
    def _model(self) -> Any:
        from ctranslate2 import Translator

        folder = self._converted()
        try:
            return Translator(str(folder), device="cpu", compute_type=_DTYPE, intra_threads=self._threads)
        except (RuntimeError, ValueError) as error:
            said = " ".join(str(error).split())[:200]
            raise ModelError(f"CTranslate2 cannot read {folder} ({said}); delete that folder") from None

    def _converted(self) -> Path:
        cache = own_folder("cache") / "ct2"
        folder = cache / f"{self._checkpoint.name}@{self._checkpoint.digest}-{_DTYPE}"
        if folder.is_dir():
            return folder
        from ctranslate2.converters import TransformersConverter

        class Converter(TransformersConverter):  # type: ignore[misc]
            def load_tokenizer(self, *arguments: Any, **options: Any) -> Any:
                """M2M100's tokenizer does not count the tokens of its languages as vocabulary."""
                tokenizer = super().load_tokenizer(*arguments, **options)
                whole = tokenizer.get_vocab() | getattr(tokenizer, "lang_token_to_id", {})
                tokenizer.get_vocab = lambda: whole
                return tokenizer

        try:
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache, prefix=".") as place:
                new = Path(place) / "model"
                with redirect_stderr(StringIO()), warnings.catch_warnings(action="ignore"):  # progress bars, advice
                    Converter(str(self._checkpoint.folder)).convert(str(new), quantization=_DTYPE)
                if not folder.is_dir():  # another process may have been faster
                    new.rename(folder)
        except Exception as error:
            raise unloadable(self._checkpoint, error) from None
        return folder

    def _run(self, batch: list[list[int]], first: int | None) -> list[Output]:
        prefix = None if first is None else [self._tokens.named([first])] * len(batch)
        found = self._model.translate_batch(
            [self._tokens.named(ids) for ids in batch],
            target_prefix=prefix,
            beam_size=self._checkpoint.beams,
            max_decoding_length=longest_output(max(map(len, batch))),
            length_penalty=0,  # the sum of the log-probabilities
            return_scores=True,
        )
        skipped = 0 if first is None else 1
        outputs = []
        for result in found:
            ids = self._tokens.numbered(result.hypotheses[0][skipped:])
            outputs.append(Output(ids, float(result.scores[0]), len(ids) + 1))
        return outputs
