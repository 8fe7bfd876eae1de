"""The edits file: one action a line, appended and never rewritten."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from mtqa.core.errors import ConfigError
from mtqa.core.files import MEGABYTE, read_file
from mtqa.core.locks import open_locked
from mtqa.formats import EDITS
from mtqa.repair.actions import Action

__all__ = ["Log", "Memory", "beside", "read"]

_BEGINNING = b'{"id": "'
_LARGEST = 500 * MEGABYTE


def beside(file: Path) -> Path:
    """Where the edits of an article are kept by default: ``article.txt.edits.jsonl``."""
    return file.with_name(f"{file.name}{EDITS}")


def read(path: Path) -> tuple[Action, ...]:
    """The actions in an edits file. A last line that a crash cut off is passed over. Raises ConfigError where the file
    is missing, or damaged elsewhere."""
    try:
        return _parse(read_file(path, _LARGEST), path)[0]
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such edits file; check the path") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None


class Log:
    """An edits file that this process alone appends to, until it is closed.

    Opening repairs the end of a file that a crash cut off.

    Attributes:
        path: of the file.
        actions: all of them, in order.

    Raises:
        ConfigError: another process has it open, or it is damaged, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            descriptor = open_locked(path)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be written ({error.strerror}); name another file") from None
        if descriptor is None:
            raise ConfigError(f"{path}: another mtqa review has it open; end that one first")
        self._descriptor = descriptor
        try:
            try:
                raw = read_file(path, _LARGEST)
            except OSError as error:
                raise ConfigError(f"{path}: cannot be read ({error.strerror}); name another file") from None
            actions, self._size = _parse(raw, path)
            self.actions = list(actions)
            if self._size < len(raw):
                os.ftruncate(self._descriptor, self._size)
            elif self._size > len(raw):  # the last action is whole, but for its line's end
                self._write(b"\n", len(raw))
        except BaseException:
            os.close(self._descriptor)
            raise

    def append(self, action: Action) -> None:
        """Add an action; when this returns, it is on the disk. Raises ConfigError where it cannot be written; then the
        file is as before."""
        line = json.dumps(action.row(), ensure_ascii=False).encode("utf-8") + b"\n"
        try:
            if not os.path.samestat(os.fstat(self._descriptor), self.path.stat()):
                raise FileNotFoundError(errno.ENOENT, "another file is in its place")
            self._write(line, self._size)
        except FileNotFoundError as error:
            raise ConfigError(
                f"{self.path}: not saved: the file was moved or removed ({error.strerror}); put it back, or start anew"
            ) from None
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            raise ConfigError(f"{self.path}: not saved ({error.strerror}); make room and do it again") from None
        self._size += len(line)
        self.actions.append(action)

    @contextmanager
    def noted(self, action: Action) -> Iterator[None]:
        """Add an action, and withdraw it where what is done inside fails. Errors as of ``append``."""
        before = self._size
        self.append(action)
        try:
            yield
        except BaseException:
            with suppress(OSError):
                os.ftruncate(self._descriptor, before)
            self._size = before
            self.actions.remove(action)
            raise

    def _write(self, data: bytes, at: int) -> None:
        os.lseek(self._descriptor, at, os.SEEK_SET)
        while data:
            data = data[os.write(self._descriptor, data) :]
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Let others have the file. One without an action is removed."""
        if not self._size:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def __enter__(self) -> Log:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Memory:
    """What was done to an article that lies in no file of this machine: gone with the program.

    Attributes:
        path: None, as there is none.
        actions: all of them, in order.
    """

    path = None

    def __init__(self) -> None:
        self.actions: list[Action] = []

    def append(self, action: Action) -> None:
        """Add an action."""
        self.actions.append(action)


def _parse(raw: bytes, path: Path) -> tuple[tuple[Action, ...], int]:
    """The actions, and the size of the file with its last line whole or without it."""
    *lines, rest = raw.split(b"\n")
    actions = [_action(line, number, path) for number, line in enumerate(lines, start=1)]
    if _is_cut(rest):
        return tuple(actions), len(raw) - len(rest)
    return (*actions, _action(rest, len(lines) + 1, path)), len(raw) + 1


def _is_cut(line: bytes) -> bool:
    """Whether a line is nothing, or the beginning of an action. Anything else is somebody's data: it is left alone."""
    if not (line.startswith(_BEGINNING) or _BEGINNING.startswith(line)):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return True
    return False


def _action(line: bytes, number: int, path: Path) -> Action:
    try:
        return Action.from_row(line)
    except ValueError:
        raise ConfigError(
            f"{path}: line {number} is not an action; restore the file, or name another edits file"
        ) from None
