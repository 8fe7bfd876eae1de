"""Marian, M2M100 and NLLB models on PyTorch. Needs the extra ``mtqa[seq2seq]``."""

from __future__ import annotations

from contextlib import redirect_stderr
from functools import cached_property
from io import StringIO
from typing import Any

from mtqa.neural.runtime import Runtime
from mtqa.neural.translators.checkpoint import Checkpoint, find, longest_output, unloadable
from mtqa.neural.translators.network import Network, Output

__all__ = ["NEEDS", "Seq2Seq", "load"]

NEEDS = dict.fromkeys(("torch", "transformers", "sentencepiece"), "mtqa[seq2seq]")
"""The packages that such a model is read with."""


def load(where: str, threads: int) -> Seq2Seq:
    """The model at ``where``; see `mtqa.neural.translators.checkpoint.find`."""
    return Seq2Seq(find(where, NEEDS), threads)


class Seq2Seq(Network):
    """A model in its own number type, or float32; greedy unless its manifest says otherwise. Weights are read when
    they are first needed, from safetensors alone."""

    def __init__(self, checkpoint: Checkpoint, threads: int) -> None:
        super().__init__(checkpoint, f"{checkpoint.name}@{checkpoint.digest}/torch-float32")
        self._threads = threads

    @cached_property
    def _runtime(self) -> Runtime:
        return Runtime(Runtime.resolve().device, "float32", self._threads)

    @cached_property
    def _model(self) -> Any:
        from transformers import AutoModelForSeq2SeqLM

        try:
            with redirect_stderr(StringIO()):  # a progress bar
                model: Any = AutoModelForSeq2SeqLM.from_pretrained(
                    self._checkpoint.folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
                )
        except Exception as error:
            raise unloadable(self._checkpoint, error) from None
        return model.to(device=self._runtime.device, dtype=self._runtime.torch_dtype).eval()

    def _run(self, batch: list[list[int]], first: int | None) -> list[Output]:
        import torch

        self._runtime.apply()
        longest = max(map(len, batch))
        device = self._runtime.device
        ids = torch.tensor([row + [self._tokens.pad] * (longest - len(row)) for row in batch], device=device)
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in batch], device=device)
        beams = self._checkpoint.beams
        with torch.inference_mode():
            found = self._model.generate(
                input_ids=ids,
                attention_mask=mask,
                num_beams=beams,
                do_sample=False,
                early_stopping=False,
                max_length=None,
                max_new_tokens=longest_output(max(map(len, batch))),
                forced_bos_token_id=first,
                output_scores=True,
                return_dict_in_generate=True,
            )
            scores = self._model.compute_transition_scores(
                found.sequences,
                found.scores,
                getattr(found, "beam_indices", None),
                normalize_logits=beams == 1,
            )
        made = found.sequences[:, 1:].tolist()  # the first is where decoding starts
        return [self._output(row, logs, first) for row, logs in zip(made, scores.tolist(), strict=True)]

    def _output(self, ids: list[int], logs: list[float], first: int | None) -> Output:
        end = ids.index(self._tokens.end) if self._tokens.end in ids else len(ids)
        start = 0 if first is None else 1  # a language that is given, not chosen
        counted = logs[start : end + 1]
        return Output(ids[start:end], sum(counted), len(counted))
