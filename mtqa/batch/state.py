"""What an unfinished run has done: the file beside its output that lets it go on.

A line of JSON, then its SHA-256: a state that was changed by anything but a run is not believed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mtqa.core.errors import ConfigError
from mtqa.core.files import MEGABYTE, TooLarge, read_file, replace_file

__all__ = ["State"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Counts up to the end of a chunk.

    Attributes:
        signature: of the checker, as a string.
        columns: what they mean and which are kept, as a string.
        sha256: hexadecimal digest of the input: what was judged is what a later run must find.
        written: bytes of the output.
        output: hexadecimal digest of those: rows that are taken over are the ones that were written.
        rows, errors, not_judged: of the output, how many of them have an error, and how many no probability.
    """

    signature: str
    columns: str
    sha256: str = ""
    written: int = 0
    output: str = hashlib.sha256().hexdigest()
    rows: int = 0
    errors: int = 0
    not_judged: int = 0

    @classmethod
    def load(cls, path: Path) -> State | None:
        """The state that ``path`` holds, None if there is none. Raises ConfigError if it is damaged."""
        try:
            body, _, seal = read_file(path, MEGABYTE).partition(b"\n")
            if seal == _seal(body):
                return msgspec.json.decode(body, type=cls)
        except FileNotFoundError:
            return None
        except (TooLarge, msgspec.MsgspecError):
            pass
        raise ConfigError(f"{path} is damaged; start over with --restart")

    def save(self, path: Path) -> None:
        """Put this state in place of the one at ``path``, at once."""
        body = msgspec.json.encode(self)
        replace_file(path, body + b"\n" + _seal(body))


def _seal(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n"
