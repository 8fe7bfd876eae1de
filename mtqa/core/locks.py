"""Locks of files that several processes share. The system frees them however their process ends."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["is_free", "lock", "locked", "open_locked"]

_PATIENCE = 30.0  # seconds
_PAUSE = 0.02

if sys.platform == "win32":
    import msvcrt

    def lock(descriptor: int) -> bool:
        """Lock an open file until it is closed; whether that was possible, as no other process has locked it."""
        os.lseek(descriptor, 2**40, os.SEEK_SET)  # far behind the end, so that others may read
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def lock(descriptor: int) -> bool:
        """Lock an open file until it is closed; whether that was possible, as no other process has locked it. A file
        system that has no locks says yes to everybody."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True


def open_locked(path: Path, *, follow: bool = True) -> int | None:
    """A descriptor for reading and writing the file at ``path``, which is made where there is none, locked by this
    process; None where another one has locked it.

    Raises:
        OSError: it cannot be opened, is no regular file, or is a link where ``follow`` is false.
    """
    flags = os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    while True:
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, "not a regular file")
        descriptor = os.open(path, os.O_RDWR | flags | (0 if follow else getattr(os, "O_NOFOLLOW", 0)), 0o666)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            if not lock(descriptor):
                os.close(descriptor)
                return None
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # whoever had it has removed or replaced it meanwhile


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Be the only process inside for this path: who reads a shared file to write it anew does both here.

    Raises:
        OSError: the folder cannot be written, or another process stays inside for half a minute.
    """
    place = path.resolve()
    beside = place.with_name(f".{place.name[:40]}.lock")
    end = time.monotonic() + _PATIENCE
    while (descriptor := open_locked(beside, follow=False)) is None:
        if time.monotonic() > end:
            raise TimeoutError(errno.ETIMEDOUT, "another mtqa is writing it")
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file
            beside.unlink()
        os.close(descriptor)
        if sys.platform == "win32":
            with suppress(OSError):
                beside.unlink()


def is_free(path: Path) -> bool:
    """Whether the file at ``path`` is there and no process has locked it."""
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        return lock(descriptor)
    finally:
        os.close(descriptor)
