"""One run over a corpus: input and output files, interruption and taking up again.

Rows go to ``OUT.part``; after each chunk ``OUT.part.state`` says how far both files were good. Rows that were written
after it are cut off and judged again. The finished file takes its final name at once.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from mtqa.batch.chunks import chunks
from mtqa.batch.columns import Columns
from mtqa.batch.output import check_name, is_parquet, put
from mtqa.batch.reading import Reading
from mtqa.batch.records import Corpus
from mtqa.batch.state import State
from mtqa.batch.streams import packer
from mtqa.batch.workers import Judges
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.files import MEGABYTE, is_there
from mtqa.core.locks import open_locked

__all__ = ["Progress", "Summary", "check", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did.

    Attributes:
        rows: of the output.
        errors: how many of them could not be judged; ``not_judged``: how many got no probability without any fault,
            such as blank ones.
        resumed: how many were there from an earlier run.
    """

    rows: int
    errors: int
    resumed: int
    not_judged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        rows, words: that it judged itself.
        share: of the input that was read, from 0 to 1; None where the input's size is not known.
        resumed: rows that were there from an earlier run.
    """

    rows: int
    words: int
    share: float | None
    resumed: int


def check(
    files: Sequence[Path | None],
    output: Path | None,
    *,
    columns: Columns,
    restart: bool = False,
    reading: Reading | None = None,
) -> None:
    """Everything that can be found wrong before a model is loaded; arguments and errors as of ``run``."""
    for file in files:
        if file is not None and not os.access(file, os.R_OK):
            problem = "cannot be read; check its permissions" if is_there(file) else "no such file; check the path"
            raise InputError(file, problem)
        if file is not None and file.is_dir():
            raise InputError(file, "a folder; give a file in it")
    if output is not None:
        with _writing(output):
            _check_output(output, files, restart)
    Corpus(files, columns, reading).check()


def _check_output(output: Path, files: Sequence[Path | None], restart: bool) -> None:
    check_name(output)
    if not output.parent.is_dir():
        raise ConfigError(f"{output}: no folder {output.parent}; make it first")
    if output.exists() and not output.is_file():
        raise ConfigError(f"{output}: not a regular file; name a file, or - for standard output")
    for path in (output, *_beside(output)):
        if path.exists() and any(file is not None and path.samefile(file) for file in files):
            raise ConfigError(f"{output}: the output would overwrite the input; name another file")
    part, saved = _beside(output)
    if output.exists() and not part.exists():
        saved.unlink(missing_ok=True)  # a kill came just after the output was put in place
    if output.exists() and not restart and not all(path.exists() for path in _beside(output)):
        raise ConfigError(f"{output}: exists; name another file, or replace it with --restart")
    with tempfile.TemporaryFile(dir=output.parent):  # whether it can be written shows before the work
        pass


def run(
    judges: Judges,
    files: Sequence[Path | None],
    output: Path | None,
    *,
    columns: Columns,
    restart: bool = False,
    reading: Reading | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Judge every document of a corpus, in constant memory.

    A run that was interrupted, by whatever means, is taken up again by the same call, and its output is the same to
    the byte, whoever judges. A row that cannot be judged becomes a row that says why.

    Args:
        judges: one checker or several processes.
        files: JSON Lines, CSV, TSV, Parquet or articles, see ``expanded``; None for JSON Lines on standard input.
        output: Parquet or JSON Lines, packed by suffix; None for standard output, which cannot be taken up again.
        columns: what they mean and which are kept.
        restart: drop what an unfinished run has done, and replace a finished output.
        reading: how the files are read.
        progress: called after each chunk.

    Raises:
        InputError: before the first row is judged: an input cannot be read, or lacks a column.
        ConfigError: the output exists, is an input, cannot be written or is being written by another run; or the
            unfinished run was over another input, with other columns or with another checker, or its files are not as
            it left them; or an extra is missing.
    """
    check(files, output, columns=columns, restart=restart, reading=reading)
    corpus = Corpus(files, columns, reading)
    settings = str(columns) if reading in (None, Reading()) else f"{columns} {reading}"
    state = State(signature=judges.signature, columns=settings)
    if output is None:
        return _judge(judges, corpus, columns, state, progress, _print)
    part, saved = _beside(output)
    pack = bytes if is_parquet(output) else packer(output.name)
    with ExitStack() as stack:
        with _writing(output):
            sink = stack.enter_context(_locked(part))
            written = hashlib.sha256()
            if not restart:
                left = State.load(saved)
                state = _taken_up(left, state, output)
                if not _digested(sink, state, written) or (left is None and sink.read(1)):
                    raise ConfigError(f"{part}: changed since its run stopped; start over with --restart")
            state.save(saved)
            sink.seek(state.written)
            sink.truncate()  # what was written after the state

        def keep(rows: bytes, state: State) -> State:
            with _writing(output):
                packed = pack(rows)
                written.update(packed)
                state = replace(state, written=state.written + sink.write(packed), output=written.hexdigest())
                sink.flush()
                os.fsync(sink.fileno())
                state.save(saved)
            return state

        summary = _judge(judges, corpus, columns, state, progress, keep)
        with _writing(output):
            put(part, output, columns)
            for path in (saved, part):
                path.unlink(missing_ok=True)
        return summary


def _judge(
    judges: Judges,
    corpus: Corpus,
    columns: Columns,
    state: State,
    progress: Callable[[Progress], None] | None,
    keep: Callable[[bytes, State], State],
) -> Summary:
    before, words = state.rows, 0
    for chunk, judged in judges.judged(chunks(corpus, skip=state.rows, sha256=state.sha256), columns):
        words += judged.words
        state = keep(
            judged.written,
            replace(
                state,
                sha256=chunk.sha256,
                rows=state.rows + len(chunk.records),
                errors=state.errors + judged.errors,
                not_judged=state.not_judged + judged.not_judged,
            ),
        )
        if progress:
            progress(Progress(rows=state.rows - before, words=words, share=chunk.share, resumed=before))
    return Summary(rows=state.rows, errors=state.errors, not_judged=state.not_judged, resumed=before)


def _print(rows: bytes, state: State) -> State:
    sys.stdout.buffer.write(rows)
    sys.stdout.buffer.flush()
    return state


@contextmanager
def _writing(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(
            f"{output}: cannot be written ({error.strerror}); put that right and run the same command again"
        ) from error


def _taken_up(saved: State | None, fresh: State, output: Path) -> State:
    """The state to go on from. Raises ConfigError where what was done does not belong to this run."""
    if saved is None:
        return fresh
    if saved.signature != fresh.signature:
        raise ConfigError(
            f"{output}: its unfinished run was made with {saved.signature}, not {fresh.signature}; "
            "start over with --restart"
        )
    if saved.columns != fresh.columns:
        raise ConfigError(
            f"{output}: its unfinished run was made with different columns, or read differently; "
            "start over with --restart"
        )
    return saved


def _digested(sink: IO[bytes], state: State, digest: hashlib._Hash) -> bool:
    """Whether ``sink`` begins with the rows of ``state``, which go into ``digest``."""
    left = state.written
    while left and (some := sink.read(min(left, MEGABYTE))):
        digest.update(some)
        left -= len(some)
    return not left and digest.hexdigest() == state.output


def _beside(output: Path) -> tuple[Path, Path]:
    """Where the rows and the state of an unfinished run lie."""
    part = output.with_name(output.name + ".part")
    return part, part.with_name(part.name + ".state")


@contextmanager
def _locked(part: Path) -> Iterator[IO[bytes]]:
    """``part``, open for writing by this process alone; the system frees it however the process ends."""
    descriptor = open_locked(part)
    if descriptor is None:
        raise ConfigError(f"{part}: another run is writing it; wait for it, or name another output")
    with os.fdopen(descriptor, "r+b") as stream:
        yield stream
