"""Folders of sequence-to-sequence models as transformers saves them: found, verified, and their tokenizers.

Marian (Junczys-Dowmunt et al. 2018; the OPUS-MT models), M2M100 (Fan et al. 2020) and NLLB (NLLB Team 2022). A
folder with a ``model.toml`` may say more in a table ``[translation]``: ``source`` and ``target`` (BCP 47) of a Marian
model, and ``beams`` of the search.
"""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mtqa.core.errors import ConfigError, ModelError, UnknownName
from mtqa.core.files import MEGABYTE, is_file, is_folder, open_file, read_text
from mtqa.neural import store
from mtqa.neural.translators.texts import tag_of

__all__ = ["Checkpoint", "Tokens", "batches", "find", "longest_output", "unloadable"]

_MOST_BEAMS = 64
_LARGEST_JSON = 64 * MEGABYTE
_READ = (".json", ".model", ".safetensors", ".spm")  # what is loaded of a folder
_FAMILIES = ("m2m_100", "marian")
_LANGUAGE = re.compile(r"__[a-z]{2,3}__|[a-z]{3}_[A-Z][a-z]{3}")  # a language's token in M2M100 and in NLLB
_BATCH_TOKENS = 4096  # that the translations of a batch may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A model whose files are all intact.

    Attributes:
        name: of the model.
        folder: of its files.
        digest: first 8 hexadecimal digits of the sha256 over its files' digests.
        family: ``marian`` or ``m2m_100``, which NLLB is, too.
        pair: what a Marian model translates; None for the others, whose tokenizers know.
        beams: of the search; 1 is greedy.
    """

    name: str
    folder: Path
    digest: str
    family: str
    pair: tuple[str, str] | None
    beams: int


def find(where: str, needs: Mapping[str, str]) -> Checkpoint:
    """The model in a folder, or one in the store by its name or by the hub id that it was pulled by, ``owner/model`` or
    ``owner/model@revision``.

    Args:
        where: the folder, name or id.
        needs: packages that its loader imports, each with the extra that brings it.

    Raises:
        ModelError: a package, the model or part of it is missing, changed or unfit; the message says what to do.
        ConfigError: ``where`` is empty.
    """
    for package, extra in needs.items():
        if find_spec(package) is None:
            raise ModelError(f"translation models need {package}, which is not installed; run: pip install '{extra}'")
    if not where:
        raise ConfigError("a model has to be named, e.g. ct2:FOLDER; or run: mtqa models pull OWNER/MODEL@COMMIT")
    manifest = _manifest(where)
    config = _json(manifest.path / "config.json")
    family = config.get("model_type")
    if family not in _FAMILIES:
        raise ModelError(f"model '{manifest.name}' is of type {family}; use a Marian, M2M100 or NLLB model")
    if not any(file.name.endswith(".safetensors") for file in manifest.files):
        raise ModelError(
            f"model '{manifest.name}' has no safetensors weights; use a revision or a folder that has them"
        )
    table = manifest.data.get("translation", {})
    beams = table.get("beams", 1) if isinstance(table, dict) else 0
    if not isinstance(beams, int) or not 1 <= beams <= _MOST_BEAMS:
        raise ModelError(f"model '{manifest.name}': [translation] beams must be 1 to {_MOST_BEAMS}; correct model.toml")
    return Checkpoint(
        name=manifest.name,
        folder=manifest.path,
        digest=manifest.digest,
        family=family,
        pair=_pair(manifest, table) if family == "marian" else None,
        beams=beams,
    )


def _manifest(where: str) -> store.Manifest:
    folder = Path(where)
    if is_folder(folder) and not is_file(folder / "model.toml"):
        files = [path for path in sorted(folder.iterdir()) if path.suffix in _READ and path.is_file()]
        hashed = tuple(store.ModelFile(path.name, _sha256(path)) for path in files)
        return store.Manifest(name=folder.resolve().name, path=folder, data={}, files=hashed)
    manifest = store.read(folder) if is_folder(folder) else _pulled(where)
    store.verify(manifest)
    return manifest


def _pulled(where: str) -> store.Manifest:
    repo, _, revision = where.partition("@")
    try:
        manifest = store.locate(store.hub_name(where))
    except UnknownName:
        if "/" not in where:
            raise
        raise ModelError(
            f"'{where}' is neither a folder nor a model that was pulled; run: mtqa models pull {repo}@COMMIT"
        ) from None
    if revision and revision not in [source.where.get("revision") for source in manifest.sources]:
        raise ModelError(f"another revision of {repo} was pulled; run: mtqa models pull {where}")
    return manifest


def _pair(manifest: store.Manifest, table: Mapping[str, Any]) -> tuple[str, str]:
    said = _json(manifest.path / "tokenizer_config.json")
    source = tag_of(str(table.get("source") or said.get("source_lang") or ""))
    target = tag_of(str(table.get("target") or said.get("target_lang") or ""))
    if source is None or target is None:
        raise ModelError(
            f"model '{manifest.name}' does not say what it translates; add source_lang and target_lang to its "
            "tokenizer_config.json, or a [translation] table with source and target to its model.toml"
        )
    return source, target


def _json(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(read_text(path, _LARGEST_JSON))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read ({error}); name the folder of a transformers model") from None
    return found if isinstance(found, dict) else {}


def _sha256(path: Path) -> str:
    with open_file(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Tokens:
    """A checkpoint's tokenizer: texts to token numbers and back. Raises ModelError where it cannot be loaded."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        from transformers import AutoTokenizer

        self._checkpoint = checkpoint
        try:
            with warnings.catch_warnings(action="ignore"):
                self._tokenizer: Any = AutoTokenizer.from_pretrained(
                    checkpoint.folder, local_files_only=True, trust_remote_code=False
                )
        except Exception as error:
            raise unloadable(checkpoint, error) from None
        if checkpoint.family == "marian":  # else what it does would depend on whether sacremoses is installed
            self._tokenizer.punc_normalizer = str

    @cached_property
    def _codes(self) -> dict[str, str]:
        """The token of each language, of a model that has them."""
        found: dict[str, str] = {}
        listed = getattr(self._tokenizer, "lang_token_to_id", ())  # M2M100; NLLB's are special tokens
        for token in sorted({*listed, *self._tokenizer.all_special_tokens}):
            if _LANGUAGE.fullmatch(token) and (tag := tag_of(token)):
                found.setdefault(tag, token)
        return found

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """BCP 47 tags of what the model translates."""
        if self._checkpoint.pair is not None:
            return frozenset((self._checkpoint.pair,))
        return frozenset((a, b) for a in self._codes for b in self._codes if a != b)

    def encode(self, texts: Sequence[str], source: str) -> list[list[int]]:
        """Token numbers of each text, the special ones included."""
        if self._checkpoint.pair is None:
            self._tokenizer.src_lang = self._codes[source].strip("_")
        return [list(ids) for ids in self._tokenizer(list(texts))["input_ids"]]

    def first(self, target: str) -> int | None:
        """The token that a translation into ``target`` starts with, where the model wants one."""
        return None if self._checkpoint.pair else int(self._tokenizer.convert_tokens_to_ids(self._codes[target]))

    def named(self, ids: Sequence[int]) -> list[str]:
        """The tokens themselves."""
        return list(self._tokenizer.convert_ids_to_tokens(list(ids)))

    def numbered(self, tokens: Sequence[str]) -> list[int]:
        """The numbers of tokens."""
        return list(self._tokenizer.convert_tokens_to_ids(list(tokens)))

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token numbers, without special ones."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True)).strip()

    @property
    def pad(self) -> int:
        """The number of the padding token."""
        return int(self._tokenizer.pad_token_id)

    @property
    def end(self) -> int:
        """The number of the token that ends a text."""
        return int(self._tokenizer.eos_token_id)


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Indices of texts in batches of at most 4096 tokens to come. The translations of one batch may be equally long, so
    that how far a search goes does not depend on a text's neighbours."""
    found: list[list[int]] = []
    for at in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        room = longest_output(lengths[at])
        if not found or longest_output(lengths[found[-1][0]]) != room or (len(found[-1]) + 1) * room > _BATCH_TOKENS:
            found.append([])
        found[-1].append(at)
    return found


def longest_output(length: int) -> int:
    """How many tokens the translation of a text of ``length`` tokens may have: a search that runs on has lost its
    way."""
    return 2 * (-length // 16 * -16) + 16


def unloadable(checkpoint: Checkpoint, error: Exception) -> ModelError:
    """What to raise where a library fails on a model's files."""
    said = " ".join(str(error).split())[:200] or type(error).__name__
    return ModelError(f"model '{checkpoint.name}' does not load ({said}); get it again, or use another one")
