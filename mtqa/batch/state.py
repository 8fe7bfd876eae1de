"""What an unfinished run has done: the file beside its output that lets it go on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from mtqa.core.errors import ConfigError
from mtqa.core.files import MEGABYTE, read_file, replace_file

__all__ = ["State"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Counts up to the end of a chunk.

    Attributes:
        signature: of the checker, as a string.
        columns: what they mean and which are kept, as a string.
        sha256: hexadecimal digest of the input: what was judged is what a later run must find.
        written: bytes of the output.
        rows, errors: of the output, and how many of them could not be judged.
    """

    signature: str
    columns: str
    sha256: str = ""
    written: int = 0
    rows: int = 0
    errors: int = 0

    @classmethod
    def load(cls, path: Path) -> State | None:
        """The state that ``path`` holds, None if there is none. Raises ConfigError if it is damaged."""
        try:
            return msgspec.json.decode(read_file(path, MEGABYTE), type=cls)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError:
            raise ConfigError(f"{path} is damaged; start over with --restart") from None

    def save(self, path: Path) -> None:
        """Put this state in place of the one at ``path``, at once."""
        replace_file(path, msgspec.json.encode(self) + b"\n")
