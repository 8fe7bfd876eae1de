"""What an unfinished run has done: the file beside its output that lets it go on."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO

from mtqa.core.errors import ConfigError, InputError

__all__ = ["State", "Tally"]

_BLOCK = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Counts up to the end of a chunk.

    Attributes:
        signature: of the checker, as a string.
        read: bytes of the input, unpacked.
        sha256: hexadecimal digest of those bytes: what was judged is what a later run must find.
        written: bytes of the output.
        lines, rows, errors: of the input, of the output, of the output that could not be judged.
    """

    signature: str
    read: int = 0
    sha256: str = hashlib.sha256().hexdigest()
    written: int = 0
    lines: int = 0
    rows: int = 0
    errors: int = 0

    @classmethod
    def load(cls, path: Path) -> State | None:
        """The state that ``path`` holds, None if there is none. Raises ConfigError if it is damaged."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if {name: type(value) for name, value in values.items()} != _TYPES:
                raise ValueError
            return cls(**values)
        except FileNotFoundError:
            return None
        except (ValueError, AttributeError):
            raise ConfigError(f"{path} is damaged; start over with --restart") from None

    def save(self, path: Path) -> None:
        """Put this state in place of the one at ``path``, at once."""
        new = path.with_name(path.name + ".new")
        new.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")
        new.replace(path)


_TYPES = {field.name: str if field.type == "str" else int for field in fields(State)}


class Tally:
    """The lines of a stream, counted and digested as they are read.

    Args:
        stream: to read.
        name: of the stream, for messages.
    """

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name
        self._sha256 = hashlib.sha256()
        self.read = 0

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of what was read."""
        return self._sha256.hexdigest()

    def readline(self, limit: int, /) -> bytes:
        """The next line, at most ``limit`` bytes. Raises InputError where the stream is damaged."""
        return self._counted(lambda: self._stream.readline(limit))

    def skip(self, count: int) -> None:
        """Go past ``count`` bytes, or to the end."""
        while self.read < count and self._counted(lambda: self._stream.read(min(_BLOCK, count - self.read))):
            pass

    def _counted(self, read: Callable[[], bytes]) -> bytes:
        try:
            data = read()
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"{self._name}: cannot be read to its end ({error}); restore the file") from None
        self._sha256.update(data)
        self.read += len(data)
        return data
