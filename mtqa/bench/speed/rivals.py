"""Networks of the sizes that others read text with, to time mtqa against.

Detectors by perplexity read a text with a causal language model; GPT-2 small (12 layers of 768) is the smallest in
common use. Quality estimators such as CometKiwi read it with an encoder of XLM-R large's size (24 layers of 1024), and
its source besides, which is left out here. Weights are random, which does not change what a network costs; nothing is
downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from mtqa.bench.documents import in_batches
from mtqa.core.errors import ModelError
from mtqa.neural import store
from mtqa.neural.runtime import Runtime

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

__all__ = ["Rival", "rivals"]

_BATCH = 8  # windows of similar length that are read at once
_XLMR_WINDOW = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A network.

    Attributes:
        name: of the published one whose size it has.
        dtype: of its numbers.
        read: runs it over texts.
    """

    name: str
    dtype: str
    read: Callable[[Sequence[str]], object]


def rivals(tokenizer: str, *, threads: int) -> list[Rival]:
    """In float32, in which published detectors run by default, and in bfloat16 where the CPU multiplies that natively.

    Args:
        tokenizer: the model whose tokenizer they are given, so that all read the same pieces.

    Raises:
        ModelError: PyTorch or transformers is not installed.
    """
    runtime = Runtime.resolve(device="cpu", threads=threads)
    if find_spec("transformers") is None:
        raise ModelError("networks to compare with need transformers; run: pip install 'mtqa[lm]'")
    from tokenizers import Tokenizer

    pieces = Tokenizer.from_file(str(store.locate(tokenizer).file("tokenizer.json")))
    pieces.no_truncation()
    pieces.no_padding()
    dtypes = ("float32", *(["bfloat16"] if runtime.dtype == "bfloat16" else []))
    runtimes = [Runtime("cpu", dtype, runtime.threads) for dtype in dtypes]
    return [
        Rival(name=name, dtype=each.dtype, read=_reader(pieces, each, *network()))
        for each in runtimes
        for name, network in (("GPT-2 small", _perplexity), ("XLM-R large", _encoder))
    ]


Batch = Callable[["torch.Tensor", "torch.Tensor"], object]
"""What a network makes of the ids and the mask of some windows."""


def _reader(
    tokenizer: Tokenizer, runtime: Runtime, model: Any, read: Batch, vocabulary: int, window: int
) -> Callable[[Sequence[str]], object]:
    """Runs a network over texts, in windows of similar length."""
    import torch

    model.to(runtime.torch_dtype).eval()

    def run(texts: Sequence[str]) -> object:
        runtime.apply()
        encoded = (tokenizer.encode(text, add_special_tokens=False).ids for text in texts)
        cut = [[i % vocabulary for i in ids[at : at + window]] for ids in encoded for at in range(0, len(ids), window)]
        found = []
        with torch.inference_mode():
            for rows in in_batches(sorted(cut, key=len), _BATCH):
                longest = len(rows[-1])
                ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
                mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
                found.append(read(ids, mask))
        return found

    return run


def _perplexity() -> tuple[Any, Batch, int, int]:
    """GPT-2 small, which gives the mean surprisal of each window; its vocabulary and its window."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config: Any = GPT2Config()
    model: Any = GPT2LMHeadModel(config)

    def read(ids: torch.Tensor, mask: torch.Tensor) -> object:
        logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits[:, :-1].float()
        loss = torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        return ((loss * mask[:, 1:]).sum(1) / mask[:, 1:].sum(1).clamp(min=1)).tolist()

    return model, read, config.vocab_size, config.n_positions


def _encoder() -> tuple[Any, Batch, int, int]:
    """XLM-R large, which gives the first state of each window. The vocabulary, which costs memory and no time, is left
    small."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(0)
    config: Any = XLMRobertaConfig(
        vocab_size=32_000,
        hidden_size=1024,
        num_hidden_layers=24,
        num_attention_heads=16,
        intermediate_size=4096,
        max_position_embeddings=_XLMR_WINDOW + 2,
    )
    model: Any = XLMRobertaModel(config, add_pooling_layer=False)

    def read(ids: torch.Tensor, mask: torch.Tensor) -> object:
        return model(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0].tolist()

    return model, read, config.vocab_size, _XLMR_WINDOW
