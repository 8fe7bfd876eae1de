"""One run over a corpus: input and output files, interruption and taking up again.

Rows go to ``OUT.part``; after each chunk ``OUT.part.state`` says how far both files were good. Rows that were written
after it are cut off and judged again. The finished file takes its final name at once.
"""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from mtqa.batch.chunks import judged
from mtqa.batch.state import State, Tally
from mtqa.core.errors import ConfigError, InputError

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["Progress", "Summary", "check_paths", "run"]

_GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_STREAM = "standard input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did.

    Attributes:
        rows: of the output.
        errors: how many of them could not be judged.
        resumed: how many were there from an earlier run.
    """

    rows: int
    errors: int
    resumed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: ``rows`` and ``words`` that it judged itself, ``share`` of the input from 0 to 1, None where
    the input's size is not known."""

    rows: int
    words: int
    share: float | None


def check_paths(source: Path | None, output: Path | None, *, restart: bool = False) -> None:
    """Everything that can be found wrong before a model is loaded; arguments and errors as of ``run``."""
    if source is not None and not os.access(source, os.R_OK):
        there = os.path.exists(source)  # noqa: PTH110 - unlike Path's, it takes a name that is too long for one of no file
        raise InputError(
            f"{source}: {'cannot be read; check its permissions' if there else 'no such file; check the path'}"
        )
    if source is not None and source.is_dir():
        raise InputError(f"{source}: is a folder; give a JSON Lines file in it")
    if output is None:
        return
    with _writing(output):
        if not output.parent.is_dir():
            raise ConfigError(f"{output}: no folder {output.parent}; make it first")
        if output.exists() and not output.is_file():
            raise ConfigError(f"{output}: is no regular file; name a file, or - for standard output")
        for path in (output, *_beside(output)):
            if source is not None and path.exists() and path.samefile(source):
                raise ConfigError(f"{output}: the output would overwrite the input; name another file")
        if output.exists() and not restart and not all(path.exists() for path in _beside(output)):
            raise ConfigError(f"{output}: exists; name another file, or replace it with --restart")


def run(
    checker: Checker,
    source: Path | None,
    output: Path | None,
    *,
    restart: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Judge every row of a JSON Lines file, in constant memory.

    A run that was interrupted, by whatever means, is taken up again by the same call, and its output is the same to
    the byte. A row that cannot be judged becomes a row that says why.

    Args:
        checker: that judges the rows.
        source: JSON Lines, plain or gzip; None for standard input.
        output: None for standard output, which cannot be taken up again.
        restart: drop what an unfinished run has done, and replace a finished output.
        progress: called after each chunk.

    Raises:
        InputError: the input cannot be read.
        ConfigError: the output exists, is the input, cannot be written or is being written by another run; or the
            unfinished run was over another input or with another checker.
    """
    check_paths(source, output, restart=restart)
    with ExitStack() as stack:
        stream, share = stack.enter_context(_unpacked(source))
        tally = Tally(stream, str(source or _STREAM))
        state = State(signature=str(checker.signature))
        if output is None:
            return _judge(checker, tally, state, share, progress, _print)
        part, saved = _beside(output)
        with _writing(output):
            sink = stack.enter_context(_locked(part))
            if not restart:
                state = _taken_up(State.load(saved), state, tally, output)
            state.save(saved)
            _cut(sink, state, part)

        def keep(rows: bytes, state: State) -> None:
            with _writing(output):
                sink.write(rows)
                sink.flush()
                os.fsync(sink.fileno())
                state.save(saved)

        summary = _judge(checker, tally, state, share, progress, keep)
        with _writing(output):
            saved.unlink()
            part.replace(output)
        return summary


def _judge(
    checker: Checker,
    tally: Tally,
    state: State,
    share: Callable[[], float | None],
    progress: Callable[[Progress], None] | None,
    keep: Callable[[bytes, State], None],
) -> Summary:
    before, words = state.rows, 0
    for chunk in judged(tally, checker, line=state.lines):
        words += chunk.words
        state = replace(
            state,
            read=tally.read,
            sha256=tally.sha256,
            written=state.written + len(chunk.written),
            lines=state.lines + chunk.lines,
            rows=state.rows + chunk.rows,
            errors=state.errors + chunk.errors,
        )
        keep(chunk.written, state)
        if progress:
            progress(Progress(rows=state.rows - before, words=words, share=share()))
    return Summary(rows=state.rows, errors=state.errors, resumed=before)


def _print(rows: bytes, _: State) -> None:
    sys.stdout.buffer.write(rows)
    sys.stdout.buffer.flush()


@contextmanager
def _writing(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(
            f"{output}: cannot be written ({error.strerror}); put that right and run the same command again"
        ) from error


def _taken_up(saved: State | None, fresh: State, tally: Tally, output: Path) -> State:
    """The state to go on from. Raises ConfigError where what was done does not belong to this run."""
    if saved is None:
        return fresh
    if saved.signature != fresh.signature:
        raise ConfigError(
            f"{output}: its unfinished run was made with {saved.signature}, not {fresh.signature}; "
            "start over with --restart"
        )
    tally.skip(saved.read)
    if (tally.read, tally.sha256) != (saved.read, saved.sha256):
        raise ConfigError(f"{output}: its unfinished run was over another input; start over with --restart")
    return saved


def _cut(sink: IO[bytes], state: State, part: Path) -> None:
    """Drop what was written after ``state``."""
    if os.fstat(sink.fileno()).st_size < state.written:
        raise ConfigError(f"{part}: shorter than its run has left it; start over with --restart")
    sink.truncate(state.written)


def _beside(output: Path) -> tuple[Path, Path]:
    """Where the rows and the state of an unfinished run lie."""
    part = output.with_name(output.name + ".part")
    return part, part.with_name(part.name + ".state")


@contextmanager
def _unpacked(source: Path | None) -> Iterator[tuple[IO[bytes], Callable[[], float | None]]]:
    """The lines of the input, unpacked where it is gzip, and the share of it that was read."""
    name = str(source or _STREAM)
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(source.open("rb")) if source else sys.stdin.buffer
        except OSError as error:
            raise InputError(f"{name}: cannot be read ({error.strerror}); check the path and its permissions") from None
        raw = cast(BufferedReader, opened)
        beginning = raw.peek(2)[:2]
        if beginning in _UTF_16:
            raise InputError(f"{name}: is in UTF-16; convert it to UTF-8")
        size = os.fstat(raw.fileno()).st_size if source else 0
        packed = beginning == _GZIP
        stream = cast(IO[bytes], stack.enter_context(gzip.open(raw)) if packed else raw)
        yield stream, lambda: min(1.0, raw.tell() / size) if size else None


@contextmanager
def _locked(part: Path) -> Iterator[IO[bytes]]:
    """``part``, open for writing by this process alone; the system frees it however the process ends."""
    with part.open("ab") as stream:
        if not _lock(stream) or not (part.exists() and os.path.samestat(os.fstat(stream.fileno()), part.stat())):
            raise ConfigError(f"{part}: another run is writing it; wait for it, or name another output")
        yield stream


def _lock(stream: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
