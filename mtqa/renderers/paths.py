"""Documents' paths as reports for machines want them: from the root of the repository, with forward slashes,
percent-encoded where they are URIs."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath
from urllib.parse import quote

__all__ = ["from_root", "repository_root", "uri_reference"]

_NOT_OF_A_PATH = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # Python decodes odd bytes of a path to the others


def repository_root() -> Path:
    """The root of the repository that the working folder is in, else the working folder."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if os.path.lexists(folder / ".git")), here)


def from_root(path: str, root: Path) -> str:
    """``path``, absolute or relative to the working folder, with forward slashes: relative to ``root`` where it lies
    below it, else as it is."""
    whole = Path(os.path.normpath(Path.cwd() / path))
    below = whole.is_relative_to(root) and not (path.startswith("<") and path.endswith(">"))
    return (whole.relative_to(root) if below else PurePath(path)).as_posix()


def uri_reference(path: str) -> str:
    """``path``, with forward slashes, as a URI reference: percent-encoded, and an absolute one as a file URI."""
    encoded = quote(_NOT_OF_A_PATH.sub("\ufffd", path), errors="surrogateescape")
    return f"file://{'' if encoded.startswith('/') else '/'}{encoded}" if PurePath(path).is_absolute() else encoded
