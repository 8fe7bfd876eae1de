"""Models to this machine: the only module that downloads them, and only when it is asked to."""

from __future__ import annotations

from mtqa.core.errors import ModelError
from mtqa.neural import store
from mtqa.neural.download import Downloads, Progress
from mtqa.neural.hub import register

__all__ = ["pull"]


def pull(name: str, *, progress: Progress | None = None) -> store.Manifest:
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
    progress = progress or (lambda _name, _done, _total: None)
    manifest = store.known(register(name, progress) if "/" in name else name)
    wrong = [file for file in manifest.files if file.fault(manifest.path / file.name)]
    if wrong and not manifest.sources:
        raise ModelError(f"model '{name}' comes with mtqa and cannot be pulled; {manifest.remedy}")
    if wrong:
        with store.alone(manifest.path), Downloads(manifest.path, progress) as downloads:
            for file in wrong:
                if file.fault(manifest.path / file.name):  # else another process was faster
                    downloads.get(file, manifest.sources)
    return manifest
