"""Translation models by their id on the Hugging Face hub: their manifest is made when they are first pulled."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.files import replace_file
from mtqa.neural.download import FAILURES, Progress, fetch, hub
from mtqa.neural.manifests import MANIFEST, files_of, is_path, is_repository
from mtqa.neural.store import alone, hub_name, read, user_folder

__all__ = ["register"]

_COMMIT = re.compile(r"[0-9a-f]{40}")
_MOST_FILES = 100
_WANTED = (".json", ".model", ".safetensors", ".spm")
_TYPES = ("m2m_100", "marian")


def register(identity: str, progress: Progress) -> str:
    """The name of the model ``owner/model@revision``, whose manifest lies in the user's folder from now on.

    The hub tells the sha256 of large files and the git digest of small ones, which are downloaded and checked here.

    Raises:
        ConfigError: ``identity`` has no revision, or one that is no commit.
        ModelError: the hub does not answer, or the model is no translation model with safetensors weights.
    """
    repo, _, revision = identity.partition("@")
    if not is_repository(repo):
        raise ConfigError(f"'{repo}' is not the name of a model on the hub; give it as owner/model@COMMIT")
    if not _COMMIT.fullmatch(revision):
        raise ConfigError(f"'{identity}' names no revision; give it as owner/model@COMMIT, with the commit's 40 digits")
    folder = user_folder() / hub_name(repo)
    with suppress(ModelError):
        if revision in [source.where.get("revision") for source in read(folder).sources]:
            return folder.name
    try:
        listing = json.loads(fetch(f"{hub()}/api/models/{quote(repo)}/tree/{revision}"))
        files = [e for e in listing if e["type"] == "file" and _is_wanted(e["path"])][:_MOST_FILES]
        small = {e["path"]: _small(repo, revision, e, progress) for e in files if "lfs" not in e}
        large = {e["path"]: (str(e["lfs"]["oid"]), int(e["lfs"]["size"])) for e in files if "lfs" in e}
        kind = json.loads(small.get("config.json", b"{}")).get("model_type")
        hashed = {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in small.items()} | large
        files_of({"files": {name: {"sha256": sha, "size": size} for name, (sha, size) in hashed.items()}})
    except FAILURES as error:
        said = " ".join(str(error).split())
        raise ModelError(f"cannot find {identity} ({said}); check its name, and the network or HF_ENDPOINT") from None
    if kind not in _TYPES:
        raise ModelError(f"{identity} is of type {kind}; pull a Marian, M2M100 or NLLB model")
    if not any(name.endswith(".safetensors") for name in large):
        raise ModelError(f"{identity} has no safetensors weights; take a commit that has them, as refs/pr/… may")
    _write(folder, small, _manifest(repo, revision, hashed))
    return folder.name


def _is_wanted(path: str) -> bool:
    return path.endswith(_WANTED) and is_path(path) and "/" not in path


def _small(repo: str, revision: str, entry: Mapping[str, Any], progress: Progress) -> bytes:
    name = str(entry["path"])
    data = fetch(f"{hub()}/{quote(repo)}/resolve/{revision}/{quote(name)}")
    progress(name, len(data), len(data))
    if hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() != entry["oid"]:
        raise ValueError(f"{name} is not what the hub lists")
    return data


def _manifest(repo: str, revision: str, files: Mapping[str, Sequence[str | int]]) -> str:
    lines = [
        f"name = {json.dumps(hub_name(repo))}",
        f'description = "translation model {repo}"',
        f'licence = "see https://huggingface.co/{repo}"',
        "[translation]",
        "[files]",
        *(f'{json.dumps(name)} = {{ sha256 = "{sha}", size = {size} }}' for name, (sha, size) in sorted(files.items())),
        "[[sources]]",
        'kind = "huggingface"',
        f'repo = "{repo}"',
        f'revision = "{revision}"',
    ]
    return "\n".join(lines) + "\n"


def _write(folder: Path, files: Mapping[str, bytes], manifest: str) -> None:
    """The manifest comes last, so that a folder that has one is whole but for the weights."""
    with alone(folder):
        for name, data in (*files.items(), (MANIFEST, manifest.encode())):
            if (folder / name).is_symlink():
                raise ModelError(f"{folder / name} is a link; remove it")
            replace_file(folder / name, data)
