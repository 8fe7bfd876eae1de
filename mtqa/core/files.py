"""Files are replaced at once: whoever reads one finds the old or the new, never a part. Where the user's own lie."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from mtqa.core.errors import ConfigError

__all__ = ["home", "replace_file"]


def home() -> Path:
    """The user's home folder. Raises ConfigError where none is known."""
    try:
        return Path.home()
    except RuntimeError:
        raise ConfigError(
            "no home folder is known; set HOME, or XDG_CACHE_HOME, XDG_CONFIG_HOME and XDG_DATA_HOME"
        ) from None


def replace_file(path: Path, content: str | bytes) -> None:
    """Put a file with ``content`` in place of ``path``, or of what ``path`` links to, with its permissions. Raises
    OSError where that cannot be; then all is as it was."""
    try:
        place = path.resolve()
    except RuntimeError as error:  # links in a circle, up to Python 3.12
        raise OSError(None, "links in a circle") from error
    new = place.with_name(f".{place.name[:100]}.{os.getpid()}.new")
    try:
        with new.open("wb") as stream:
            stream.write(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
            stream.flush()
            os.fsync(stream.fileno())
        if place.exists():
            shutil.copymode(place, new)
        new.replace(place)
    finally:
        with suppress(OSError):
            new.unlink()
