"""Answers, kept under the XDG cache: a run that was killed goes on where it was, and the same question is asked once.

A file an answer, named by the digest of the model's name, the version of the prompt and everything that was asked. The
first line of it is the digest of the rest; one that does not match it counts as absent. What an answer quotes of a text
is in it, so only its owner may read it; the key is not.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from mtqa.core.files import MEGABYTE, read_file, replace_file

__all__ = ["Answers"]

_VERSION = "1"


class Answers:
    """Answers by what was asked.

    Args:
        folder: where they lie; None to keep none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, *question: str) -> str | None:
        """The answer, None where none is kept."""
        path = self._path(question)
        if path is None:
            return None
        try:
            digest, _, payload = read_file(path, 2 * MEGABYTE).partition(b"\n")
            return payload.decode() if hashlib.sha256(payload).hexdigest().encode() == digest else None
        except (OSError, UnicodeDecodeError):
            return None

    def put(self, answer: str, *question: str) -> None:
        """Keep it. A cache that cannot be written is none: the run goes on."""
        path = self._path(question)
        if path is None:
            return
        with suppress(OSError):
            path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            payload = answer.encode("utf-8", "replace")
            replace_file(path, hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)

    def _path(self, question: tuple[str, ...]) -> Path | None:
        if self._folder is None:
            return None
        asked = json.dumps([_VERSION, *question]).encode()
        name = hashlib.sha256(asked).hexdigest()
        return self._folder / name[:2] / name[2:]
