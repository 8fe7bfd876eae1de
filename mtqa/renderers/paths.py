"""Documents' paths as reports for machines want them: forward slashes, percent-encoded where they are URIs."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from urllib.parse import quote

__all__ = ["slashed", "slashed_below", "uri_reference"]

_NOT_OF_A_PATH = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # Python decodes odd bytes of a path to the others


def slashed(path: str) -> str:
    """``path`` with forward slashes, ``..`` kept."""
    return PurePath(path).as_posix()


def slashed_below(path: str, folder: Path) -> str:
    """``path`` with forward slashes, relative to ``folder`` where it is an absolute path below it."""
    pure = PurePath(path)
    return (pure.relative_to(folder) if pure.is_relative_to(folder) else pure).as_posix()


def uri_reference(path: str) -> str:
    """``path`` as a URI reference: relative as it is, percent-encoded; an absolute one as a file URI."""
    encoded = quote(_NOT_OF_A_PATH.sub("\ufffd", slashed(path)), errors="surrogateescape")
    return f"file://{'' if encoded.startswith('/') else '/'}{encoded}" if PurePath(path).is_absolute() else encoded
