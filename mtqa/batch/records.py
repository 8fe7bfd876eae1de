"""Files of a corpus to records, one a document and nothing more of it in memory.

JSON Lines, CSV, TSV and Parquet hold many documents; any other file that ``mtqa.formats`` knows by its suffix is an
article of its own. Each may be gzip or Zstandard, but for Parquet, which is packed inside. A row of a table becomes the
JSON object that it would be in JSON Lines.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import IO

from mtqa.batch.columns import Columns
from mtqa.batch.delimited import Broken, rows
from mtqa.batch.parquet import parquet, written
from mtqa.batch.reading import Reading
from mtqa.batch.record import Record
from mtqa.batch.streams import need_zstandard, unpacked
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.files import is_there
from mtqa.formats import FORMATS, by_suffix, expand, is_article, raw_bytes
from mtqa.formats.pairing import source_file

__all__ = [
    "PACKED",
    "STREAM",
    "Corpus",
    "article_suffixes",
    "bare",
    "expanded",
    "lines",
    "need_parquet",
    "taken_for_lines",
]

PACKED = (".gz", ".zst")
STREAM = "standard input"

_TABLES = {".csv": ",", ".tsv": "\t"}
_LINES = ".jsonl"
_PARQUET = ".parquet"
_MARK = "\ufeff".encode()
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 100  # rows of JSON Lines in which a column that was named must be
_PIECE = 2**20  # bytes of the rest of a line at a time


class Corpus:
    """The records of several files, one file after the other.

    Args:
        files: to read; None for standard input, which is JSON Lines.
        columns: of their rows.
        reading: how.
    """

    def __init__(self, files: Sequence[Path | None], columns: Columns, reading: Reading | None = None) -> None:
        self._files = files
        self._columns = columns
        self._reading = reading or Reading()
        self._sizes = [_size(file) for file in files]
        alone = all(map(_is_article, files))
        self._weights = [1] * len(files) if alone else self._sizes  # an article's bytes say little of its words
        self._names = Counter[str]()  # of columns and keys that there are
        self._before = 0
        self._inside = 0.0  # how much of the file that is being read was, from 0 to 1

    @property
    def size(self) -> int | None:
        """Bytes of all files, as they are packed; None where that is not known."""
        return None if None in self._files else sum(self._sizes)

    @property
    def share(self) -> float | None:
        """How much was read, from 0 to 1: of bytes or, where each file is an article, of files. None where the size is
        not known."""
        total = sum(self._weights)
        if not self.size or not total:
            return None
        now = self._weights[self._before] if self._before < len(self._weights) else 0
        return min(1.0, (sum(self._weights[: self._before]) + self._inside * now) / total)

    def check(self) -> None:
        """Raises InputError or ConfigError where a file of many documents cannot be read, lacks a column, or needs what
        is not installed, and where no file has a column that was named. No more than the beginning of any is read."""
        # What is read from a pipe is gone.
        files = [file for file in self._files if file is not None and file.is_file()]
        asked = self._columns.asked(sparse=any(_kind(file) == _LINES for file in files))
        for file in files:
            kind = _kind(file)
            if kind == _PARQUET:
                need_parquet(str(file))
            if str(file).lower().endswith(PACKED[1]):
                need_zstandard(str(file))
            if kind in (*_TABLES, _PARQUET, _LINES):
                with closing(self._records(file)) as records:
                    for record in islice(records, _LOOKED_AT if kind == _LINES and asked else 1):
                        self._names.update(_keys(record) if kind == _LINES else ())
        for option, name in asked if self._names and len(files) == len(self._files) else ():
            if name not in self._names:
                known = ", ".join(name for name, _ in self._names.most_common(20))
                raise InputError(f"{option} {name}", f"no file has such a column; there are {known}; name one of these")

    def __iter__(self) -> Iterator[Record]:
        """A file that cannot be read, or not to its end, is a record with its error."""
        for number, file in enumerate(self._files):
            self._before, self._inside = number, 0.0
            try:
                yield from self._records(file)
            except InputError as error:
                yield Record(file=str(file or STREAM), line=None, raw=b"", error=error.problem)
        self._before = len(self._files)

    def _records(self, file: Path | None) -> Generator[Record]:
        """Raises InputError where the file cannot be read."""
        kind, name = _kind(file), str(file or STREAM)
        if kind == _PARQUET and file is not None:
            for record, inside in parquet(file, self._columns, self._reading, self._named):
                self._inside = inside
                yield record
        elif kind in (*_TABLES, _LINES):
            with unpacked(file, self._reading.window) as (stream, share):
                table = kind in _TABLES
                found = self._table(stream, name, _TABLES[kind]) if table else lines(stream, name, self._reading.row)
                try:
                    with closing(found):
                        for record in found:
                            self._inside = share()
                            yield record
                except (OSError, EOFError) as error:
                    raise InputError(name, f"cannot be read to its end ({error}); restore the file") from None
        else:
            self._inside = 1.0
            yield self._article(file)

    def _table(self, stream: IO[bytes], name: str, delimiter: str) -> Generator[Record]:
        """Rows of CSV or TSV with a header."""
        _refuse_utf_16(stream, name)
        header: list[str] | None = None
        for line, found in rows(stream, delimiter, self._reading):
            if isinstance(found, Broken):
                yield Record(file=name, line=line, raw=b"", error=str(found))
            elif header is None:
                header = found
                self._named(header, name)
            elif found:
                yield self._row(header, found, name, line)

    def _named(self, names: Sequence[str], table: str) -> None:
        self._columns.check(names, table)
        self._names.update(names)

    def _row(self, header: Sequence[str], cells: Sequence[str], file: str, line: int) -> Record:
        columns = self._columns
        if len(cells) != len(header):
            problem = (
                f"{len(cells):,} fields where the header has {len(header):,}; put fields that hold the delimiter in "
                "quotation marks, or give --no-quotes if they enclose no field"
            )
            return Record(file=file, line=line, raw=b"", error=problem)
        try:
            "".join(cells).encode()
        except UnicodeEncodeError:
            return Record(file=file, line=line, raw=b"", error="not UTF-8; convert the file to UTF-8")
        fields = dict(zip(header, cells, strict=True))
        absent = {columns.id, columns.language, columns.source} - {columns.text, *columns.keep}  # where a cell is empty
        read = {k: v for k, v in fields.items() if k in columns.known and (v or k not in absent)}
        return written(read, file, line, self._reading.row)

    def _article(self, file: Path | None) -> Record:
        name, most = str(file), self._reading.row
        format_ = FORMATS[by_suffix()[_suffix(file)]]
        try:
            with unpacked(file, self._reading.window, text=format_.text) as (stream, _):
                raw = stream.read(most + 1)
            source = self._source(name)
        except InputError as error:
            return Record(file=name, line=None, raw=b"", error=error.problem)
        except (OSError, EOFError) as error:
            return Record(file=name, line=None, raw=b"", error=str(error))
        if len(raw) > most:
            problem = f"over the limit of {most:,} bytes; split it, or allow larger documents"
            return Record(file=name, line=None, raw=b"", error=problem)
        return Record(file=name, line=None, raw=raw, source=source)

    def _source(self, name: str) -> tuple[str, bytes] | None:
        """What an article was translated from. Raises InputError where that is there and cannot be read."""
        pattern = self._reading.source
        source = source_file(pattern, bare(name)) if pattern else None
        return (str(source), raw_bytes(source)) if source and is_there(source) else None


def expanded(paths: Iterable[str]) -> tuple[list[Path | None], list[Path]]:
    """The files that ``paths`` name: files, folders, patterns, ``-``; and those in folders that are none of a corpus.
    Raises InputError where one names none."""
    files: list[Path | None] = []
    others: list[Path] = []
    for path in paths:
        if path == "-":
            files.append(None)
            continue
        tables = (*_TABLES, *by_suffix())
        found, failures, strange = expand([path], more=(_PARQUET, *_TABLES, *(s + p for s in tables for p in PACKED)))
        for failure in failures:
            raise InputError(failure.uri, failure.message)
        files += found
        others += strange
    return list(dict.fromkeys(files)), [file for file in dict.fromkeys(others) if file not in files]


def bare(file: str) -> str:
    """The name of a file without the suffix of its packing."""
    return file.rpartition(".")[0] if file.lower().endswith(PACKED) else file


def need_parquet(name: str) -> None:
    """Raises ConfigError unless Parquet can be read and written."""
    if find_spec("pyarrow") is None:
        raise ConfigError(f"{name}: Parquet needs pyarrow, which is not installed; pip install 'mtqa[parquet]'")


def lines(stream: IO[bytes], name: str, most: int) -> Generator[Record]:
    """The records of JSON Lines, one a line, blank ones left out; of a line of more than ``most`` bytes that it is too
    long. Raises InputError where it is UTF-16."""
    _refuse_utf_16(stream, name)
    number = 0
    while raw := stream.readline(most + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(_MARK)
        if len(raw) > most:
            piece = raw
            while piece and not piece.endswith(b"\n"):
                piece = stream.readline(_PIECE)
            yield Record(file=name, line=number, raw=b"", error=Reading(row=most).too_long)
        elif raw and not raw.isspace():
            yield Record(file=name, line=number, raw=raw)


def taken_for_lines(files: Iterable[Path | None]) -> list[Path]:
    """Those of ``files`` that are read as JSON Lines though their suffix says nothing of it."""
    own = ("", *(suffix for suffix, name in by_suffix().items() if name == "jsonl"))
    return [file for file in files if file is not None and _kind(file) == _LINES and _suffix(file) not in own]


def article_suffixes() -> tuple[str, ...]:
    """Those of files that are an article each."""
    return tuple(suffix for suffix, name in by_suffix().items() if name != "jsonl")


def _kind(file: Path | None) -> str:
    """A suffix that stands for what is in the file; JSON Lines where it is not known."""
    suffix = _suffix(file)
    if suffix == _PARQUET and str(file).lower().endswith(PACKED):
        raise InputError(str(file), "Parquet is compressed inside; decompress the file")
    return suffix if suffix in (*_TABLES, _PARQUET) or _is_article(file) else _LINES


def _is_article(file: Path | None) -> bool:
    return file is not None and _suffix(file) in article_suffixes() and is_article(Path(bare(str(file))))


def _suffix(file: Path | None) -> str:
    return Path(bare(str(file))).suffix.lower() if file else ""


def _keys(record: Record) -> list[str]:
    """Those of the JSON object that a record holds; none where it holds no object."""
    try:
        found = json.loads(record.raw)
    except (ValueError, RecursionError):
        return []
    return list(found) if isinstance(found, dict) else []


def _size(file: Path | None) -> int:
    try:
        return file.stat().st_size if file else 0
    except OSError:
        return 0


def _refuse_utf_16(stream: IO[bytes], name: str) -> None:
    if stream.peek(2)[:2] in _UTF_16:  # type: ignore[attr-defined]
        raise InputError(name, "in UTF-16; convert it to UTF-8")
