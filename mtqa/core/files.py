"""Files are replaced at once: whoever reads one finds the old or the new, never a part."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["replace_file"]


def replace_file(path: Path, content: str | bytes) -> None:
    """Put a file with ``content`` in place of ``path``, or of what ``path`` links to. Raises OSError where that cannot
    be; then all is as it was."""
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
        new.replace(place)
    finally:
        with suppress(OSError):
            new.unlink()
