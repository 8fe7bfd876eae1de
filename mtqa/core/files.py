"""Files that a person or their folders name: opened, read and replaced so that none hangs, floods or is half-written.

Where the user's own lie.
"""

from __future__ import annotations

import errno
import io
import os
import re
import select
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import IO, Any, NamedTuple

from mtqa.core.errors import ConfigError
from mtqa.core.locks import is_free, lock

__all__ = [
    "MEGABYTE",
    "TooLarge",
    "is_file",
    "is_folder",
    "is_there",
    "open_file",
    "own_folder",
    "read_file",
    "read_text",
    "replace_file",
    "replace_files",
    "staged",
]

MEGABYTE = 2**20
"""Bytes."""

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_AT_ONCE = 2**18  # bytes
_DEFAULTS = {"cache": ".cache", "config": ".config", "data": ".local/share"}
_PATIENCE = 10.0  # seconds in which something must open a named pipe to write
_PAUSE = 0.05
_LEFT = re.compile(r"\.(?P<name>.+)\.(?P<process>\d{1,9})(?:-[0-9a-f]{8})?\.(?:new|old)", re.DOTALL)


class TooLarge(OSError):  # noqa: N818
    """A file that is larger than its kind can be."""


def own_folder(kind: str) -> Path:
    """Where the user's own files of mtqa lie, by the XDG Base Directory Specification. By hand: platformdirs takes 17
    ms to import, at each start of the gate, and gives other folders on macOS than the documentation.

    Args:
        kind: ``"cache"``, ``"config"`` or ``"data"``.

    Raises:
        ConfigError: no home folder is known.
    """
    base = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
    if Path(base).is_absolute():  # a relative one counts as none
        return Path(base) / "mtqa"
    try:
        return Path.home() / _DEFAULTS[kind] / "mtqa"
    except RuntimeError:
        raise ConfigError(
            "no home folder is known; set HOME, or XDG_CACHE_HOME, XDG_CONFIG_HOME and XDG_DATA_HOME"
        ) from None


def is_there(path: str | os.PathLike[str]) -> bool:
    """Whether ``path`` leads to anything: unlike Path's question, no error where it is too long for a name, has a NUL
    in it, or lies in a folder that is closed."""
    return _mode(path) != 0


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether ``path`` leads to a regular file, with as few errors."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether ``path`` leads to a folder, with as few errors."""
    return stat.S_ISDIR(_mode(path))


def _mode(path: str | os.PathLike[str]) -> int:
    with suppress(OSError, ValueError):
        return Path(path).stat().st_mode
    return 0


def open_file(path: Path, *, pipes: bool = False) -> io.BufferedReader:
    """A file, open for reading.

    Args:
        path: of a regular file, or of a link to one.
        pipes: whether it may be a pipe or a device as well, as what a person names on the command line may.

    Raises:
        OSError: it cannot be opened or is no regular file; nothing is waited for to find that out. Reading raises it
            as well, where a file that is none on a disk has no data now.
    """
    try:
        _check_kind(path.stat().st_mode, pipes)  # merely to open some devices does something
        descriptor = os.open(path, _FLAGS)
    except ValueError as error:  # a name that no file can have
        raise OSError(errno.EINVAL, str(error)) from None
    try:
        mode = os.fstat(descriptor).st_mode
        _check_kind(mode, pipes)
        if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
            os.set_blocking(descriptor, True)
        return io.BufferedReader(_Raw(descriptor, waits=stat.S_ISFIFO(mode)), _AT_ONCE)
    except BaseException:
        os.close(descriptor)
        raise


def read_file(path: Path, limit: int, *, pipes: bool = False) -> bytes:
    """The bytes of a file; arguments and errors as of ``open_file``. Raises TooLarge above ``limit`` bytes."""
    with open_file(path, pipes=pipes) as stream:
        content = b"" if os.fstat(stream.fileno()).st_size > limit else stream.read(limit + 1)
        if len(content) > limit or os.fstat(stream.fileno()).st_size > limit:
            raise TooLarge(errno.EINVAL, f"over the limit of {limit // MEGABYTE} MB")
    return content


def read_text(path: Path, limit: int, *, encoding: str = "utf-8", pipes: bool = False) -> str:
    r"""The text of a file, line ends as \n. Raises UnicodeDecodeError where it is not in ``encoding``; else as
    ``read_file``."""
    return io.TextIOWrapper(io.BytesIO(read_file(path, limit, pipes=pipes)), encoding).read()


def _check_kind(mode: int, pipes: bool) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not (pipes or stat.S_ISREG(mode)):
        raise OSError(errno.EINVAL, "not a regular file")


class _Raw(io.RawIOBase):
    """What can be read of a descriptor.

    Args:
        descriptor: is not waited for, unless it blocks.
        waits: whether it is a pipe: something may begin to write into it within ten seconds, and then take its time.
    """

    def __init__(self, descriptor: int, *, waits: bool) -> None:
        self._descriptor = descriptor
        self._waits = waits

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def seekable(self) -> bool:
        with suppress(OSError):
            os.lseek(self._descriptor, 0, os.SEEK_CUR)
            return True
        return False

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def tell(self) -> int:
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def readinto(self, buffer: Any, /) -> int:
        try:
            data = self._first(len(buffer)) if self._waits else os.read(self._descriptor, len(buffer))
        except BlockingIOError:
            raise OSError(errno.EIO, "not a file on a disk, and it has no data now") from None
        buffer[: len(data)] = data
        return len(data)

    def _first(self, size: int) -> bytes:
        end = time.monotonic() + _PATIENCE
        events = select.poll()
        events.register(self._descriptor, select.POLLIN)
        while True:
            try:
                data = os.read(self._descriptor, size)
            except BlockingIOError:  # somebody has opened it
                self._waits = False
                os.set_blocking(self._descriptor, True)
                return os.read(self._descriptor, size)
            if data or any(event & select.POLLHUP for _, event in events.poll(0)):
                return data
            if time.monotonic() > end:
                raise OSError(errno.EIO, "nothing writes into this pipe")
            time.sleep(_PAUSE)

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.close(self._descriptor)


def replace_file(path: Path, content: str | bytes) -> None:
    """Put a file with ``content`` in place of ``path``, or of what ``path`` links to, with its permissions. Raises
    OSError where that cannot be; then all is as it was."""
    replace_files({path: content})


def replace_files(files: Mapping[Path, str | bytes]) -> None:
    """The same of several files: all are replaced, or none. Errors as of ``staged``."""
    with staged(files) as put:
        put()


@contextmanager
def staged(files: Mapping[Path, str | bytes]) -> Iterator[Callable[[], None]]:
    """New contents of files, each written whole beside its file. What this gives puts all of them in place, or none.

    Whoever reads one of the files finds the old or the new content, never a part. What processes that were killed have
    left beside them is removed.

    Raises:
        OSError: one cannot be written; its ``filename`` is the path as given, and all is as it was.
    """
    made: list[_Staged] = []
    with ExitStack() as stack:
        for path, content in files.items():
            with _named(path):
                place = _place(path)
                _sweep(place)
                new = _beside(place, "new")
                stack.callback(_remove, new)
                stream = stack.enter_context(new.open("xb"))
                lock(stream.fileno())  # which tells other processes that it is no leftover
                stream.write(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
                stream.flush()
                os.fsync(stream.fileno())
                if place.exists():
                    shutil.copymode(place, new)
            made.append(_Staged(path, place, new, stream))
        yield partial(_put, made)


class _Staged(NamedTuple):
    path: Path
    place: Path
    new: Path
    stream: IO[bytes]


def _put(made: Sequence[_Staged]) -> None:
    kept: list[Path] = []
    with ExitStack() as undone:
        for path, place, new, stream in made:
            with _named(path):
                stream.close()  # Windows renames no open file
                if not place.exists():
                    undone.callback(_remove, place)
                elif len(made) > 1:
                    kept.append(_beside(place, "old"))
                    _copy(place, kept[-1])
                    undone.callback(_restore, place, kept[-1])
                new.replace(place)
        undone.pop_all()
    for old in kept:
        _remove(old)


def _copy(place: Path, old: Path) -> None:
    try:
        os.link(place, old)
    except OSError:  # a file system without hard links
        shutil.copy2(place, old)


def _restore(place: Path, old: Path) -> None:
    old.replace(place)
    _remove(old)  # which is still there where both are names of one file


def _place(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError as error:  # links in a circle, up to Python 3.12
        raise OSError(errno.ELOOP, "links in a circle") from error


def _beside(place: Path, suffix: str) -> Path:
    return place.with_name(f".{place.name[:40]}.{os.getpid()}-{token_hex(4)}.{suffix}")


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        error.filename = os.fspath(path)
        error.filename2 = None
        raise


def _sweep(place: Path) -> None:
    """Remove what was written beside ``place`` by processes that are gone."""
    with suppress(OSError), os.scandir(place.parent) as entries:
        for entry in entries:
            found = _LEFT.fullmatch(entry.name)
            if (
                found
                and found["name"] in (place.name[:40], place.name[:100])
                and entry.is_file(follow_symlinks=False)
                and not _runs(int(found["process"]))
                and is_free(Path(entry.path))
            ):
                _remove(Path(entry.path))


def _runs(process: int) -> bool:
    if os.name == "nt":  # os.kill would end it, and a file that is open cannot be removed
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
