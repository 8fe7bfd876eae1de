"""What goes to standard output, standard error and files."""

from __future__ import annotations

import errno
import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from enum import StrEnum
from pathlib import Path
from typing import TextIO

import typer

from mtqa.core.errors import ConfigError
from mtqa.core.files import is_there, replace_files
from mtqa.formats import by_suffix

__all__ = [
    "NO_ROOM",
    "NO_TRANSLATOR",
    "STEERING",
    "Colour",
    "check_suffix",
    "check_target",
    "coloured",
    "columns",
    "complain",
    "emit",
    "inert_errors",
    "show",
    "working",
    "write_report",
    "write_reports",
]

NO_TRANSLATOR = "no translator is installed, so only rules make suggestions; 'mtqa translators' says how to get one"

NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
"""Errors of a disk, or of a share of it, that is full."""
STEERING = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or reorders a line, but for what colours and breaks it."""
_OUTPUT = "--output"
_NEVER = (".csv", ".gz", ".parquet", ".pdf", ".toml", ".tsv", ".yaml", ".yml")

_SUFFIXES = {
    ".sarif": ("sarif",),
    ".json": ("json", "sarif", "gitlab"),
    ".jsonl": ("jsonl",),
    ".ndjson": ("jsonl",),
    ".xml": ("junit",),
    ".html": ("html",),
    ".htm": ("html",),
    ".txt": ("text", "github"),
    ".text": ("text", "github"),
    ".log": ("text", "github"),
    ".xhtml": ("html",),
    ".md": ("text",),
    ".markdown": ("text",),
    **dict.fromkeys(_NEVER, ()),
}
"""The formats of reports that a file with such a name may hold; one of an article's other formats may hold none."""
_MOST_LINES = 200  # of a report on a terminal


class Colour(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def complain(message: str) -> None:
    """Print one line on standard error."""
    from mtqa.renderers.wording import visible

    typer.echo(f"mtqa: {visible(message)}", err=True)


def emit(text: str, *, commands: bool = False) -> None:
    """Print a report on standard output, at once, so that a reader who went away is noticed here. Nothing in it is a
    command to the log of a build, unless it is to give ``commands``."""
    from mtqa.renderers.wording import inert

    sys.stdout.write(text if commands else inert(text))
    sys.stdout.flush()


@contextmanager
def inert_errors() -> Iterator[None]:
    """Meanwhile nothing on standard error is a command to the log of a build or reorders a line, whoever writes it."""
    if sys.stderr is None:
        yield
        return
    with redirect_stderr(_Inert(sys.stderr)):
        yield


class _Inert(io.TextIOBase):
    """A stream of text that passes on what is written, made inert."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.fileno, self.isatty, self.flush = stream.fileno, stream.isatty, stream.flush  # type: ignore[method-assign]

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        from mtqa.renderers.wording import inert, printable

        return self._stream.write(inert(STEERING.sub(lambda sign: printable(sign[0]), text)))


def coloured(choice: Colour) -> bool:
    """Whether to colour standard output: by ``choice``, else if it is a terminal and NO_COLOR (https://no-color.org)
    is not set."""
    if choice is Colour.AUTO:
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return choice is Colour.ALWAYS


def columns() -> int:
    """The columns that text on standard output is set in: those of the terminal, within what is readable."""
    return min(max(shutil.get_terminal_size().columns, 40), 100) if sys.stdout.isatty() else 80


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say what is being done, while it is done and where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def check_target(target: Path, inputs: Iterable[Path], *, option: str = _OUTPUT) -> None:
    """Raises ConfigError unless a report can be written to ``target``, which ``option`` names, without loss of an
    input."""
    try:
        if target.is_dir():
            raise ConfigError(f"{option} {target}: a folder; name a file in it")
        if not target.parent.is_dir():
            raise ConfigError(f"{option} {target}: no folder {target.parent}; make it first")
        exists = target.exists()
    except OSError as error:
        raise ConfigError(f"{option} {target}: cannot be written ({error.strerror}); name another file") from None
    if exists and any(is_there(path) and path.samefile(target) for path in inputs):
        raise ConfigError(f"{option} {target}: would overwrite an input; name another file")


def check_suffix(target: Path, format: str) -> None:  # noqa: A002
    """Raises ConfigError where the name of ``target`` says that it is for another format of reports."""
    suffix = target.suffix.lower()
    formats: tuple[str, ...] = _SUFFIXES.get(suffix, () if suffix in by_suffix() else (format,))
    if target.name.lower().endswith(".sarif.json"):
        formats = ("sarif",)
    if not formats:
        raise ConfigError(f"--output {target}: no report is written in the format of that name; rename it")
    if format not in formats:
        raise ConfigError(
            f"--output {target}: a name for {' or '.join(formats)}, but the report is --format {format}; rename it, or "
            "give each --output in the same position as its --format"
        )


def show(text: str, output: Path | None, *, instead: Path) -> None:
    """Write a report to ``output``, else print it; where it is a page of HTML, or longer than a few screens, and
    standard output is a terminal, write it to the file ``instead`` and say so."""
    if output is None and not (sys.stdout.isatty() and (instead.suffix == ".html" or text.count("\n") > _MOST_LINES)):
        emit(text)
        return
    if output is None and instead.exists():
        raise ConfigError(f"{instead}: exists, and the report is not for a terminal; name one with --output")
    write_report(output or instead, text)
    if output is None:
        complain(f"the report is in {instead}")


def write_report(target: Path, report: str | bytes) -> None:
    """Put a file with ``report`` in place of ``target`` or of what it links to, at once; a device is written to."""
    write_reports({target: report}, {})


def write_reports(
    reports: Mapping[Path, str | bytes],
    options: Mapping[Path, str],
    put: Callable[[Mapping[Path, str | bytes]], None] = replace_files,
) -> None:
    """The same of several reports: all are put in place, or none.

    Args:
        reports: by their files.
        options: which option named each file, ``--output`` by default; an empty one where none did.
        put: puts the files in place; devices are written to before.

    Raises:
        ConfigError: a file cannot be written; the message names it and its option.
    """
    devices = {target for target in reports if target.exists() and not target.is_file()}
    target = next(iter(reports), Path())
    try:
        for target in devices:
            raw = reports[target]
            target.write_bytes(raw if isinstance(raw, bytes) else raw.encode("utf-8", "backslashreplace"))
        put({target: report for target, report in reports.items() if target not in devices})
    except OSError as error:
        if error.errno is not None and error.filename is not None:
            target = Path(os.fsdecode(error.filename))
        option = options.get(target, _OUTPUT)
        remedy = "name another file" if option else f"name another file with {_OUTPUT}"
        if error.errno in NO_ROOM:
            remedy = "free some space and run it again"
        named = f"{option} {target}".strip()
        raise ConfigError(f"{named}: cannot be written ({error.strerror}); {remedy}") from None
