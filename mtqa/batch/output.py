"""The finished rows of a run put into their place: JSON Lines as they are, or one Parquet file made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtqa.batch.columns import Columns
from mtqa.batch.records import PACKED, article_suffixes, bare, need_parquet
from mtqa.batch.streams import packer
from mtqa.core.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow

__all__ = ["check_name", "is_parquet", "judged", "put", "table"]

_AT_ONCE = 1_000  # rows in a row group
_BYTES = 8 * 2**20  # of their JSON: what is held in memory
_OTHERS = (
    *(".7z", ".bz2", ".xz", ".zip", ".arrow", ".avro", ".feather", ".orc"),
    *(".csv", ".tsv", ".json", ".ods", ".xls", ".xlsx", ".xml"),
)
_LARGEST = 2**63
_EXACT = 2**53  # up to which every integer is a floating-point number


def is_parquet(output: Path) -> bool:
    """Whether a file of this name holds Parquet."""
    return output.suffix.lower() == ".parquet"


def check_name(output: Path) -> None:
    """Raises ConfigError where a file of this name cannot be made."""
    suffix = Path(bare(output.name)).suffix.lower()
    if suffix in (*_OTHERS, *article_suffixes()):
        raise ConfigError(f"{output}: judged rows are JSON Lines or Parquet, not {suffix}; name it .jsonl or .parquet")
    if suffix == ".parquet" and output.name.lower().endswith(PACKED):
        raise ConfigError(f"{output}: Parquet is packed inside; name it {bare(output.name)}")
    if is_parquet(output):
        need_parquet(str(output))
    else:
        packer(output.name)


def put(part: Path, output: Path, columns: Columns) -> None:
    """Put ``part``, which holds all rows as JSON Lines, into the place of ``output``, at once."""
    if is_parquet(output):
        made = part.with_name(part.name + ".parquet")
        made.unlink(missing_ok=True)  # what was left, or a link
        _convert(part, made, columns)
        made.replace(output)
    else:
        part.replace(output)


def _convert(part: Path, made: Path, columns: Columns) -> None:
    """Two passes: the types of the columns that come from the input are those of their values."""
    from pyarrow.parquet import ParquetWriter

    kinds: dict[str, set[str]] = {name: set() for name in ("id", *columns.keep)}
    for row in _rows(part):
        for name, seen in kinds.items():
            seen.add(_kind(row[name]))
    schema = judged({name: _type(seen) for name, seen in kinds.items()})
    with ParquetWriter(made, schema, compression="zstd") as writer:
        for some in _groups(part):
            writer.write_table(table(some, schema))


def _groups(part: Path) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    size = 0
    with part.open("rb") as stream:
        for line in stream:
            if group and (len(group) >= _AT_ONCE or size + len(line) > _BYTES):
                yield group
                group, size = [], 0
            group.append(json.loads(line))
            size += len(line)
    if group:
        yield group


def judged(given: Mapping[str, pyarrow.DataType]) -> pyarrow.Schema:
    """The columns of judged rows, those that come from the input, ``given`` with their types, first."""
    import pyarrow as pa

    return pa.schema([*given.items(), *_fields()])


def table(rows: Sequence[dict[str, Any]], schema: pyarrow.Schema) -> pyarrow.Table:
    """Judged rows as a table; where a column is text, what is none is JSON."""
    import pyarrow as pa

    texts = [field.name for field in schema if field.type == pa.string()]
    return pa.Table.from_pylist([row | {name: _text(row.get(name)) for name in texts} for row in rows], schema)


def _text(value: object) -> str | None:
    """Halves of characters, which text cannot hold, as JSON spells them."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode()


def _rows(part: Path) -> Iterator[dict[str, Any]]:
    with part.open("rb") as stream:
        yield from map(json.loads, stream)


def _kind(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return "int" if -_EXACT <= value <= _EXACT else "long" if -_LARGEST <= value < _LARGEST else "large"
    return type(value).__name__


def _type(seen: set[str]) -> pyarrow.DataType:
    """The type of a column with values of these types; JSON as text where there is none."""
    import pyarrow as pa

    match sorted(seen - {"NoneType"}):
        case ["bool"]:
            return pa.bool_()
        case ["int"] | ["long"] | ["int", "long"]:
            return pa.int64()
        case ["float"] | ["float", "int"]:
            return pa.float64()
        case _:
            return pa.string()


def _fields() -> list[tuple[str, pyarrow.DataType]]:
    import pyarrow as pa

    place = [("start", pa.int64()), ("end", pa.int64())]
    text = pa.string()
    flag = pa.struct(
        [
            ("rule", text),
            *place,
            ("category", text),
            ("severity", text),
            ("probability", pa.float64()),
            ("message", text),
        ]
    )
    segment = pa.struct([*place, ("p_mt", pa.float64()), ("p_edit", pa.float64()), ("flags", pa.list_(flag))])
    return [
        ("p_mt", pa.float64()),
        ("decision", text),
        ("reason", text),
        ("source_language", text),
        ("language", text),
        ("segments", pa.list_(segment)),
        ("signature", text),
        ("file", text),
        ("line", pa.int64()),
        ("error", text),
    ]
