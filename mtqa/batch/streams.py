"""Files unpacked as they are read, and packed as they are written.

Every chunk is packed by itself: gzip members (RFC 1952) and Zstandard frames (RFC 8878) may follow one another.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, cast

from mtqa.core.errors import ConfigError, InputError
from mtqa.core.files import open_file

__all__ = ["need_zstandard", "packer", "unpacked"]

_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_OTHERS = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip", b"7z\xbc\xaf": "7z"}
_PIECE = 2**9  # packed bytes at a time: a hostile file may unpack to thirty thousand times as much


@contextmanager
def unpacked(file: Path | None, window: int, *, text: bool = True) -> Iterator[tuple[IO[bytes], Callable[[], float]]]:
    """The bytes of a file, unpacked where it begins like gzip or Zstandard, and how much of it was read, from 0 to 1.

    What is read raises OSError or EOFError where the file is damaged.

    Args:
        file: None for standard input.
        window: the most bytes of what was unpacked before that Zstandard may refer to.
        text: whether it is text; a file of another kind may be an archive by itself.

    Raises:
        InputError: it cannot be opened, or is packed in another way.
        ConfigError: it is Zstandard and the extra is missing.
    """
    name = str(file or "standard input")
    with ExitStack() as stack:
        try:
            raw = cast(BufferedReader, stack.enter_context(open_file(file, pipes=True)) if file else sys.stdin.buffer)
            size = os.fstat(raw.fileno()).st_size if file else 0
            beginning = raw.peek(8)[:8]
        except OSError as error:
            raise InputError(name, f"cannot be read ({error.strerror}); check the path and its permissions") from None
        stream: IO[bytes] = raw
        if beginning.startswith(_GZIP):
            stream = cast(IO[bytes], stack.enter_context(BufferedReader(_Unpacked(_members(raw)))))
        elif beginning.startswith(_ZSTANDARD):
            need_zstandard(name)
            stream = cast(IO[bytes], stack.enter_context(BufferedReader(_Unpacked(_frames(raw, window)))))
        for mark, kind in _OTHERS.items() if text else ():
            if beginning.startswith(mark):
                raise InputError(
                    name, f"packed with {kind}, which mtqa cannot read; decompress it, or compress it with gzip"
                )
        yield stream, lambda: min(1.0, raw.tell() / size) if size else 0.0


def packer(output: str) -> Callable[[bytes], bytes]:
    """What packs a chunk of a file of this name; the same bytes for the same chunk. Raises ConfigError where the extra
    for Zstandard is missing."""
    if output.lower().endswith(".gz"):
        return lambda data: gzip.compress(data, mtime=0) if data else b""
    if output.lower().endswith(".zst"):
        need_zstandard(output)
        import zstandard

        return lambda data: zstandard.ZstdCompressor().compress(data) if data else b""
    return bytes


def need_zstandard(name: str) -> None:
    """Raises ConfigError unless Zstandard can be read and written."""
    if find_spec("zstandard") is None:
        raise ConfigError(f"{name}: needs zstandard, which is not installed; pip install 'mtqa[zstd]'")


class _Unpacked(io.RawIOBase):
    """A stream of pieces of any length."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._piece:
            found = next(self._pieces, None)
            if found is None:
                return 0
            self._piece = memoryview(found)
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._piece))
        target[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count


def _members(raw: IO[bytes]) -> Iterator[bytes]:
    stream = gzip.GzipFile(fileobj=raw)
    try:
        while piece := stream.read1(io.DEFAULT_BUFFER_SIZE):
            yield piece
    except zlib.error as error:
        raise OSError(str(error)) from None


def _frames(raw: IO[bytes], window: int) -> Iterator[bytes]:
    import zstandard

    left = b""
    try:
        while piece := left or raw.read(_PIECE):
            frame = zstandard.ZstdDecompressor(max_window_size=window).decompressobj()
            yield frame.decompress(piece)
            while not frame.eof:
                piece = raw.read(_PIECE)
                if not piece:
                    raise EOFError("it ends too early")
                yield frame.decompress(piece)
            left = frame.unused_data
    except zstandard.ZstdError as error:
        if "memory" in str(error):
            raise OSError(
                f"it needs more than {window:,} bytes of what was unpacked before; pack it again without --long"
            ) from None
        raise OSError(str(error)) from None
