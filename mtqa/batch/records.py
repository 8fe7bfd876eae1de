"""Files of a corpus to records, one a document and nothing more of it in memory.

JSON Lines, CSV, TSV and Parquet hold many documents; any other file that ``mtqa.formats`` knows by its suffix is an
article of its own. Each may be gzip or Zstandard, but for Parquet, which is packed inside. A row of a table becomes the
JSON object that it would be in JSON Lines.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from mtqa.batch.streams import unpacked
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.files import open_file
from mtqa.formats import FORMATS, MAX_BYTES, expand

__all__ = [
    "PACKED",
    "RESERVED",
    "STREAM",
    "Columns",
    "Corpus",
    "Record",
    "bare",
    "expanded",
    "lines",
    "need_parquet",
    "written",
]

PACKED = (".gz", ".zst")
STREAM = "standard input"
_VERDICT = ("p_mt", "decision", "reason", "source_language", "language", "segments", "signature")
RESERVED = frozenset(("id", *_VERDICT, "file", "line", "error"))
"""The fields of an output row, which no column that is kept may be named like."""

_TABLES = {".csv": ",", ".tsv": "\t"}
_LINES = ".jsonl"
_PARQUET = ".parquet"
_MARK = "\ufeff".encode()
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_AT_ONCE = 256  # rows of Parquet


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which keys or columns of a row are what, and which are carried into the output as they are. Raises ConfigError
    where one of those would hide a field of the output."""

    id: str = "id"
    text: str = "text"
    language: str = "language"
    source: str = "source"
    keep: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.keep:
            if name in RESERVED:
                raise ConfigError(f"--keep {name}: the output has a field of that name; rename the column")

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that a table must have."""
        return (self.id, self.text, *self.keep)

    @property
    def known(self) -> frozenset[str]:
        """All columns that are read."""
        return frozenset((*self.needed, self.language, self.source))

    def check(self, names: Sequence[str], table: str) -> None:
        """Raises InputError unless the columns ``names`` of a table are all that is needed, each of them once."""
        for name in self.needed:
            if name not in names:
                known = ", ".join(names[:20])
                raise InputError(
                    f"{table}: no column '{name}' in {known}; name one with --id-column, --text-column or --keep"
                )
        if len(set(names)) < len(names):
            raise InputError(f"{table}: two columns have the same name; rename one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A document as it was read.

    Attributes:
        file: it came from.
        line: where in that file, from 1, or which row of a Parquet file; None for an article, which is a whole file.
        raw: a JSON object, or the bytes of the article.
        error: why it cannot be judged, where reading it has already told.
    """

    file: str
    line: int | None
    raw: bytes
    error: str | None = None


class Corpus:
    """The records of several files, one file after the other.

    Args:
        files: to read; None for standard input, which is JSON Lines.
        columns: of their rows.
    """

    def __init__(self, files: Sequence[Path | None], columns: Columns) -> None:
        self._files = files
        self._columns = columns
        self._sizes = [_size(file) for file in files]
        self._before = 0
        self._inside = 0.0  # how much of the file that is being read was, from 0 to 1

    @property
    def share(self) -> float | None:
        """How much was read, from 0 to 1; None where the size is not known."""
        total = sum(self._sizes)
        if None in self._files or not total:
            return None
        now = self._sizes[self._before] if self._before < len(self._sizes) else 0
        return min(1.0, (sum(self._sizes[: self._before]) + self._inside * now) / total)

    def check(self) -> None:
        """Raises InputError or ConfigError where a table cannot be read or lacks a column."""
        for file in self._files:
            if file is not None and _kind(file) in (*_TABLES, _PARQUET):
                with closing(self._records(file)) as records:
                    next(records, None)

    def __iter__(self) -> Iterator[Record]:
        """Raises InputError where a file that holds many documents cannot be read to its end."""
        for number, file in enumerate(self._files):
            self._before, self._inside = number, 0.0
            yield from self._records(file)
        self._before = len(self._files)

    def _records(self, file: Path | None) -> Generator[Record]:
        kind, name = _kind(file), str(file or STREAM)
        if kind == _PARQUET and file is not None:
            yield from self._parquet(file)
        elif kind in (*_TABLES, _LINES):
            with unpacked(file) as (stream, share):
                found = self._table(stream, name, _TABLES[kind]) if kind in _TABLES else lines(stream, name)
                try:
                    with closing(found):
                        for record in found:
                            self._inside = share()
                            yield record
                except (OSError, EOFError) as error:
                    raise InputError(f"{name}: cannot be read to its end ({error}); restore the file") from None
        else:
            yield _article(file)

    def _table(self, stream: IO[bytes], name: str, delimiter: str) -> Generator[Record]:
        """Rows of CSV (RFC 4180) or TSV with a header."""
        _refuse_utf_16(stream, name)
        csv.field_size_limit(MAX_BYTES)
        with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            reader = csv.reader(_short(text, name), delimiter=delimiter, strict=True)
            header: list[str] | None = None
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    problem = f"not a valid row ({error}); check its quotation marks, and double those inside a field"
                    if reader.line_num > line:
                        problem = (
                            f"lines {line:,} to {reader.line_num:,} are not a valid row ({error}), and none of them is "
                            f"judged: a quotation mark may be open since line {line:,}; close it"
                        )
                    yield Record(file=name, line=line, raw=b"", error=problem)
                    continue
                if cells is None:
                    return
                if header is None:
                    header = cells
                    self._columns.check(header, name)
                elif cells:
                    yield _row(header, cells, self._columns, name, line)

    def _parquet(self, file: Path) -> Iterator[Record]:
        need_parquet(str(file))
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile

        try:
            with open_file(file) as raw, ParquetFile(raw) as table:
                names, total = table.schema_arrow.names, table.metadata.num_rows
                self._columns.check(names, str(file))
                wanted = [name for name in names if name in self._columns.known]
                line = 0
                for batch in table.iter_batches(batch_size=_AT_ONCE, columns=wanted, use_threads=False):
                    for row in batch.to_pylist():
                        line += 1
                        self._inside = line / total
                        yield written(row, str(file), line)
        except (OSError, ArrowException) as error:
            reason = str(error).partition("\n")[0]
            raise InputError(f"{file}: cannot be read as Parquet ({reason}); check the file") from None


def expanded(paths: Iterable[str]) -> list[Path | None]:
    """The files that ``paths`` name: files, folders, patterns, ``-``. Raises InputError where one names none."""
    files: list[Path | None] = []
    for path in paths:
        if path == "-":
            files.append(None)
            continue
        tables = (*_TABLES, *FORMATS["jsonl"].suffixes, *_articles())
        found, failures = expand([path], more=(_PARQUET, *_TABLES, *(s + p for s in tables for p in PACKED)))
        for failure in failures:
            raise InputError(f"{failure.uri}: {failure.message}")
        files += found
    return list(dict.fromkeys(files))


def bare(file: str) -> str:
    """The name of a file without the suffix of its packing."""
    return file.rpartition(".")[0] if file.lower().endswith(PACKED) else file


def need_parquet(name: str) -> None:
    """Raises ConfigError unless Parquet can be read and written."""
    if find_spec("pyarrow") is None:
        raise ConfigError(f"{name}: Parquet needs pyarrow, which is not installed; pip install 'mtqa[parquet]'")


def _articles() -> tuple[str, ...]:
    return tuple(suffix for name, format_ in FORMATS.items() if name != "jsonl" for suffix in format_.suffixes)


def _kind(file: Path | None) -> str:
    """A suffix that stands for what is in the file; JSON Lines where it is not known."""
    suffix = Path(bare(str(file))).suffix.lower() if file else ""
    if suffix == _PARQUET and str(file).lower().endswith(PACKED):
        raise InputError(f"{file}: Parquet is compressed inside; decompress the file")
    return suffix if suffix in (*_TABLES, _PARQUET, *_articles()) else _LINES


def _size(file: Path | None) -> int:
    try:
        return file.stat().st_size if file else 0
    except OSError:
        return 0


def _refuse_utf_16(stream: IO[bytes], name: str) -> None:
    if stream.peek(2)[:2] in _UTF_16:  # type: ignore[attr-defined]
        raise InputError(f"{name}: is in UTF-16; convert it to UTF-8")


def lines(stream: IO[bytes], name: str) -> Generator[Record]:
    """The records of JSON Lines, one a line, blank ones left out. Raises InputError where it is UTF-16."""
    _refuse_utf_16(stream, name)
    number = 0
    while raw := _line(stream):
        number += 1
        if number == 1:
            raw = raw.removeprefix(_MARK)
        if raw and not raw.isspace():
            yield Record(file=name, line=number, raw=raw)


def _line(stream: IO[bytes]) -> bytes:
    """The next line; of one that is too long to be read, a beginning that is too long as well."""
    line = stream.readline(MAX_BYTES + 1)
    piece = line
    while len(piece) > MAX_BYTES and not piece.endswith(b"\n"):
        piece = stream.readline(MAX_BYTES + 1)
    return line


def _short(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    while line := text.readline(MAX_BYTES + 1):
        if len(line) > MAX_BYTES:
            raise InputError(f"{name}: a line is longer than {MAX_BYTES // 2**20} MB; check that it is CSV")
        yield line


def _row(header: Sequence[str], cells: Sequence[str], columns: Columns, file: str, line: int) -> Record:
    if len(cells) != len(header):
        problem = (
            f"{len(cells)} fields where the header has {len(header)}; "
            "put fields that hold commas or tabs in quotation marks"
        )
        return Record(file=file, line=line, raw=b"", error=problem)
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return Record(file=file, line=line, raw=b"", error="not UTF-8; convert the file to UTF-8")
    fields = dict(zip(header, cells, strict=True))
    absent = {columns.id, columns.language, columns.source} - {columns.text, *columns.keep}  # where a cell is empty
    read = {k: v for k, v in fields.items() if k in columns.known and (v or k not in absent)}
    return written(read, file, line)


def written(fields: dict[str, Any], file: str, line: int) -> Record:
    """The record of a row of a table, whose values may be of any type."""
    finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in fields.items()}
    try:
        return Record(file=file, line=line, raw=json.dumps(finite, ensure_ascii=False, default=_plain).encode())
    except (TypeError, ValueError) as error:
        return Record(file=file, line=line, raw=b"", error=f"{error}; make it text")


def _plain(value: object) -> str:
    """Dates, times and decimals as they are written; bytes have no such form."""
    if isinstance(value, bytes):
        raise TypeError("a column of bytes")
    return str(value)


def _article(file: Path | None) -> Record:
    name = str(file)
    try:
        with unpacked(file) as (stream, _):
            raw = stream.read(MAX_BYTES + 1)
    except (InputError, OSError, EOFError) as error:
        problem = str(error).removeprefix(f"{name}: ")
        return Record(file=name, line=None, raw=b"", error=problem)
    return Record(file=name, line=None, raw=raw)
