"""Surprisal by a causal language model, read from a GGUF file.

Reading and dequantising GGUF takes many seconds, so its weights are kept a second time beside it, as safetensors in
half precision: a model folder of its own, verified like any other and made anew when the GGUF file's digest changes.
"""

from __future__ import annotations

import hashlib
import math
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from functools import cached_property, partial
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mtqa.core.errors import ModelError
from mtqa.core.files import open_file
from mtqa.core.protocols import TokenScore
from mtqa.core.settings import LANGUAGE_MODEL
from mtqa.core.spans import Span
from mtqa.neural import store
from mtqa.neural.overlong import original, shortened
from mtqa.neural.runtime import Runtime

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["CausalScorer", "Network"]

WORD = re.compile(r"(?:(?<!\S)-)?\w+(?:['’.\-]\w+)*|[^\w\s]+")
_BEGIN = 0  # <|endoftext|>: what the model saw before every text it was trained on; its tokenizer does not add it
_HEAD_ROWS = 128  # positions whose logits over the whole vocabulary are held at once


class Network(NamedTuple):
    """A ``transformers`` causal language model in evaluation mode, a byte-level tokenizer that gives offsets, and where
    the model lies."""

    model: Any
    tokenizer: Tokenizer
    runtime: Runtime


class CausalScorer:
    """Implements `mtqa.core.protocols.LanguageModel`.

    Args:
        network: called once, when it is first needed.
        signature, languages, surprising: see the protocol.
        window, stride: tokens seen at once, and new tokens scored by each further window; the ones before them are its
            context.
    """

    def __init__(
        self,
        network: Callable[[], Network],
        *,
        signature: str,
        languages: tuple[str, ...],
        surprising: float,
        window: int = 1024,
        stride: int = 512,
    ) -> None:
        self._load = network
        self._window = window
        self._stride = stride
        self.signature = signature
        self.languages = languages
        self.surprising = surprising

    @cached_property
    def _network(self) -> Network:
        return self._load()

    @classmethod
    def load(cls, name: str = LANGUAGE_MODEL, *, threads: int | None = None) -> CausalScorer:
        """The language model ``name`` from the store. Raises ModelError if it is missing, as does the first use if it
        was changed or is not readable."""
        manifest = store.locate(name)
        try:
            languages = tuple(str(language) for language in manifest.data["languages"])
            surprising = float(manifest.data["fluency"]["surprising_bits"])
        except (KeyError, OverflowError, TypeError, ValueError):
            raise ModelError(
                f"the manifest of model '{name}' lacks languages or [fluency] surprising_bits; add them"
            ) from None
        missing = [package for package in ("torch", "transformers") if find_spec(package) is None]
        if missing:
            raise ModelError(f"model '{name}' needs {' and '.join(missing)}; run: pip install 'mtqa[lm]'")
        return cls(
            partial(_network, manifest, threads),
            signature=manifest.signature,
            languages=languages,
            surprising=surprising,
        )

    def surprisal(self, documents: Sequence[Sequence[str]]) -> list[list[tuple[TokenScore, ...]]]:
        """Surprisal in bits of each word and each run of punctuation of each text, in the context of the document up
        to it: the sum over its pieces, of one that is longer than any word over those that are read. Windows are scored
        one by one, so that a document's numbers do not depend on its neighbours."""
        self._network.runtime.apply()
        return [self._document(texts) for texts in documents]

    def _document(self, texts: Sequence[str]) -> list[tuple[TokenScore, ...]]:
        joined = "\n".join(texts)
        read, places = shortened(joined)
        encoding = self._network.tokenizer.encode(read, add_special_tokens=False)
        pieces = [
            (start + len(covered) - len(covered.lstrip()), bits)
            for (start, end), bits in zip(original(encoding.offsets, places), self._bits(encoding.ids), strict=True)
            if (covered := joined[start:end]).strip("\n")
        ]
        scored: list[tuple[TokenScore, ...]] = []
        offset, piece = 0, 0
        for text in texts:
            words = []
            for found in WORD.finditer(text):
                bits = 0.0
                while piece < len(pieces) and pieces[piece][0] < offset + found.end():
                    bits += pieces[piece][1]
                    piece += 1
                words.append(TokenScore(Span(found.start(), found.end()), bits))
            scored.append(tuple(words))
            offset += len(text) + 1
        return scored

    def _bits(self, ids: Sequence[int]) -> list[float]:
        """Surprisal of every token; the first one's context is the beginning of a text."""
        import torch

        bits: list[float] = []
        room = self._window - 1  # one place is for the token that begins every window
        with torch.inference_mode():
            while len(bits) < len(ids):
                start = len(bits) + self._stride - room if bits else 0
                seen = torch.tensor([_BEGIN, *ids[start : start + room]], device=self._network.runtime.device)
                states = self._network.model.base_model(input_ids=seen[None, :-1], use_cache=False).last_hidden_state[0]
                for row in range(len(bits) - start, len(states), _HEAD_ROWS):
                    logits = self._network.model.lm_head(states[row : row + _HEAD_ROWS]).float()
                    targets = seen[row + 1 : row + 1 + _HEAD_ROWS, None]
                    nats = logits.logsumexp(-1) - logits.gather(-1, targets)[:, 0]
                    bits += (nats / math.log(2)).tolist()
        return bits


def _network(manifest: store.Manifest, threads: int | None) -> Network:
    """The verified model's."""
    from tokenizers import Tokenizer
    from transformers import AutoModelForCausalLM

    store.verify(manifest)
    runtime = Runtime.resolve(threads=threads)
    folder = _converted(manifest)
    with redirect_stderr(StringIO()):  # a progress bar
        model: Any = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True)
    return Network(
        model=model.to(device=runtime.device, dtype=runtime.torch_dtype).eval(),
        tokenizer=Tokenizer.from_file(str(folder / "tokenizer.json")),
        runtime=runtime,
    )


def _converted(manifest: store.Manifest) -> Path:
    """The folder with the model's weights as safetensors, made if it is not there or not of this model's files."""
    folder = manifest.path / "converted"
    if _fits(folder, manifest):
        return folder
    source = next((file.name for file in manifest.files if file.name.endswith(".gguf")), None)
    if source is None:
        raise ModelError(f"model '{manifest.name}' has no GGUF file; choose a language model: mtqa models list")
    try:
        with tempfile.TemporaryDirectory(dir=manifest.path, prefix=".converting-") as scratch:
            made = Path(scratch) / "converted"
            _convert(manifest.path, source, made)
            _write_manifest(made, manifest)
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
    except OSError as error:
        if not _fits(folder, manifest):  # else another process was faster
            raise ModelError(
                f"the weights of '{manifest.name}' cannot be written below {manifest.path} "
                f"({error.strerror}); set MTQA_MODELS to a writable folder with 400 MB free"
            ) from error
    return folder


def _fits(folder: Path, manifest: store.Manifest) -> bool:
    """Whether ``folder`` holds an undamaged conversion of the model's present files."""
    try:
        made = store.read(folder)
        store.verify(made)
    except ModelError:
        return False
    return made.data.get("source") == manifest.digest


def _convert(folder: Path, source: str, out: Path) -> None:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    if find_spec("gguf") is None or find_spec("accelerate") is None:
        raise ModelError(f"reading {source} needs the packages gguf and accelerate; run: pip install 'mtqa[lm]'")
    try:
        with redirect_stderr(StringIO()):  # progress bars
            tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=source, local_files_only=True)
            packed = AutoModelForCausalLM.from_pretrained(folder, gguf_file=source, local_files_only=True)
    except (OSError, ValueError, ImportError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{source} cannot be read ({reason}); run: pip install --upgrade 'mtqa[lm]'") from error
    settings = packed.config.to_dict()
    settings.pop("quantization_config", None)  # save_pretrained refuses weights that it believes quantised
    plain: Any = AutoModelForCausalLM.from_config(AutoConfig.for_model(**settings))
    plain.load_state_dict(packed.state_dict())
    with redirect_stderr(StringIO()):  # a progress bar
        plain.to(torch.float16).save_pretrained(out)
    tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))


def _write_manifest(folder: Path, manifest: store.Manifest) -> None:
    lines = [f'name = "{manifest.name}-converted"', f'source = "{manifest.digest}"', "[files]"]
    for path in sorted(folder.iterdir()):
        with open_file(path) as stream:
            lines.append(f'"{path.name}" = "{hashlib.file_digest(stream, "sha256").hexdigest()}"')
    (folder / "model.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
