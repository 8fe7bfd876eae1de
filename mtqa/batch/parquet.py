"""Parquet files to records, row group by row group; what cannot be read of one costs no other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtqa.batch.cells import Unfit, json_row, rows
from mtqa.batch.columns import Columns
from mtqa.batch.pages import longest, pages
from mtqa.batch.reading import Reading
from mtqa.batch.record import Record
from mtqa.core.errors import InputError
from mtqa.core.files import open_file

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

__all__ = ["parquet", "written"]

_MOST_ROWS = 256  # at once
_AT_ONCE = 64 * 2**20  # bytes at once
_BUFFER = 2**20
_PAGES_OF_LISTS = 4  # a list may hold whatever is in its row group, and a text in a dictionary as often as it likes
_ROWS_A_BYTE = 1024  # of the file: more of them is no corpus, but a trap


def parquet(
    file: Path, columns: Columns, reading: Reading, named: Callable[[Sequence[str], str], None]
) -> Generator[tuple[Record, float]]:
    """Each record, and how much of the file was read with it, from 0 to 1. Raises InputError where the file is none.

    Args:
        named: is told the names of its columns, and what to call it.
    """
    import pyarrow
    from pyarrow.parquet import ParquetFile

    name = str(file)
    try:
        raw = open_file(file)
        table = ParquetFile(raw, buffer_size=_BUFFER)
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise InputError(name, f"cannot be read as Parquet ({_said(error)}); check the file") from None
    with raw, table:
        total = table.metadata.num_rows
        if total > _ROWS_A_BYTE * file.stat().st_size:
            raise InputError(name, f"it claims to hold {total:,} rows, which is impossible; make it again")
        named(table.schema_arrow.names, name)
        line = 0
        for number in range(table.num_row_groups):
            end = line + table.metadata.row_group(number).num_rows
            try:
                for row in _group(table, number, file, columns, reading):
                    line += 1
                    yield written(row, name, line, reading.row), line / total
            except Exception as error:  # which one depends on what is damaged
                problem = f"cannot be read ({_said(error)}); make the file again, in smaller pages or row groups"
                if end > line + 1:
                    problem = f"rows {line + 1:,} to {end:,}, of which none is judged, {problem}"
                yield Record(file=name, line=line + 1, raw=b"", error=problem), end / total
            line = end


def written(fields: dict[str, Any] | Unfit, file: str, line: int, most: int) -> Record:
    """The record of a row of a table, whose values may be of any type; of more than ``most`` bytes it says so."""
    if isinstance(fields, Unfit):
        return Record(file=file, line=line, raw=b"", error=str(fields))
    try:
        raw = json_row(fields)
    except Unfit as error:
        return Record(file=file, line=line, raw=b"", error=str(error))
    if len(raw) > most:
        return Record(file=file, line=line, raw=b"", error=Reading(row=most).too_long)
    return Record(file=file, line=line, raw=raw)


def _group(
    table: ParquetFile, number: int, file: Path, columns: Columns, reading: Reading
) -> Iterator[dict[str, Any] | Unfit]:
    wanted = [name for name in table.schema_arrow.names if name in columns.known]
    at_once = _rows_at_once(table, number, file, frozenset(wanted), reading)
    options: dict[str, Any] = {"row_groups": [number], "columns": wanted, "use_threads": False}
    for batch in table.iter_batches(batch_size=at_once, **options):
        yield from rows(batch, reading.row)


def _rows_at_once(table: ParquetFile, number: int, file: Path, wanted: frozenset[str], reading: Reading) -> int:
    """So few that they fit, however large a value in a page may be. Raises ValueError where one alone would not."""
    group = table.metadata.row_group(number)
    largest = 0
    with open_file(file) as stream:
        for n in range(group.num_columns):
            chunk, kind = group.column(n), table.schema.column(n)
            if not any(f"{chunk.path_in_schema}.".startswith(f"{name}.") for name in wanted):
                continue
            if kind.max_repetition_level and chunk.num_values > reading.values:
                raise ValueError(f"{chunk.num_values:,} values in lists of one row group are too many")
            start = min(filter(None, (chunk.dictionary_page_offset, chunk.data_page_offset)))
            size = whole = 0
            width = max(0, kind.length or 0)
            for page in pages(stream, start, chunk.total_compressed_size):
                if page.values > reading.values:
                    raise ValueError(f"{page.values:,} values in one page are too many")
                size = max(size, page.size)
                whole += page.size
                if kind.max_repetition_level and kind.physical_type == "BYTE_ARRAY":
                    if page.is_dictionary:
                        width = max(width, longest(stream, page, chunk.compression))
                    elif page.has_prefixes:
                        width = max(width, page.size)
            if kind.max_repetition_level and whole + chunk.num_values * width > _PAGES_OF_LISTS * reading.page:
                raise ValueError(f"lists in one row group may come to {whole + chunk.num_values * width:,} bytes")
            largest += max(size, width)
    if largest > reading.page:
        raise ValueError(f"pages of {largest:,} bytes, with a limit of {reading.page:,}")
    return max(1, min(_MOST_ROWS, _AT_ONCE // max(1, largest)))


def _said(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(". ") or type(error).__name__
