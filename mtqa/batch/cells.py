"""Values of Arrow, of any type, to those of JSON.

Dates, times, durations and decimals are text, as Python writes them or, where Python has none of that kind, as Arrow
does. Infinities and what is no number are null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Unfit", "json_row", "rows"]

_AT_ONCE = 16 * 2**20  # bytes of Arrow of which Python's objects are made at once
_UTF_8 = "not UTF-8; convert the file to UTF-8"


class Unfit(ValueError):  # noqa: N818 - handed on in the place of a value
    """Why a value cannot be had, in a clause that ends with a remedy."""


def rows(batch: pyarrow.RecordBatch | pyarrow.Table, most: int) -> Iterator[dict[str, Any] | Unfit]:
    """The rows of a batch by column, as Python's values; of more than ``most`` bytes none."""
    import pyarrow as pa

    for part in batch.to_batches() if isinstance(batch, pa.Table) else (batch,):
        names = part.schema.names
        columns = [_plain(column) for column in part.columns]
        whole = sum(column.nbytes for column in columns) <= _AT_ONCE
        made = [_values(column) for column in columns] if whole else None
        for n in range(part.num_rows):
            if made is None and sum(column.slice(n, 1).nbytes for column in columns) > most:
                yield Unfit(f"over the limit of {most:,} bytes; split it into several rows, or allow larger documents")
                continue
            row = [column[n] for column in made] if made is not None else [_values(c.slice(n, 1))[0] for c in columns]
            bad = next((value for value in row if isinstance(value, Unfit)), None)
            yield bad if bad is not None else dict(zip(names, row, strict=True))


def json_row(fields: Mapping[str, Any]) -> bytes:
    """A row as a JSON object. Raises Unfit where a value has no such form."""
    try:
        return json.dumps(_finite(fields), ensure_ascii=False, default=_text).encode()
    except UnicodeEncodeError:
        raise Unfit(_UTF_8) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise Unfit(f"{str(error) or 'nested too deeply'}; make it text") from None


def _plain(column: pyarrow.Array) -> pyarrow.Array:
    import pyarrow as pa

    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _values(column: pyarrow.Array) -> list[Any]:
    try:
        return list(column.to_pylist())
    except Exception:  # which one depends on the type: a value that Python has no like of
        return [_value(scalar) for scalar in column]


def _value(scalar: pyarrow.Scalar) -> Any:
    """A value, or Unfit, which it is then all of."""
    import pyarrow as pa

    kind = scalar.type
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return Unfit(_UTF_8)
    except Exception:
        if pa.types.is_nested(kind):
            return _nested(scalar)
    try:
        return str(scalar.cast(pa.string()).as_py())
    except Exception:
        value = getattr(scalar, "value", None)  # of what counts from an epoch
        return Unfit(f"a value of the type {kind}; make it text") if value is None else f"{value} {kind}"


def _nested(scalar: pyarrow.Scalar) -> Any:
    import pyarrow as pa

    made: Any
    if pa.types.is_struct(scalar.type):
        made = {name: _value(value) for name, value in scalar.items()}
        parts = list(made.values())
    elif hasattr(scalar, "values") and not callable(scalar.values):
        made = parts = [_value(value) for value in scalar.values]
    else:
        return Unfit(f"a value of the type {scalar.type}; make it text")
    return next((part for part in parts if isinstance(part, Unfit)), made)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


def _text(value: object) -> str:
    if isinstance(value, bytes):
        raise TypeError("a column of bytes")
    return str(value)
