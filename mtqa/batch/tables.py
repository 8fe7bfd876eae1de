"""Tables judged one by one, for an engine that hands them out: Ray Data, Daft, Spark and the like."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from mtqa.batch.cells import Unfit, rows
from mtqa.batch.chunks import judge
from mtqa.batch.columns import Columns
from mtqa.batch.output import judged, table
from mtqa.batch.parquet import written
from mtqa.batch.records import need_parquet
from mtqa.core.settings import CORPORA, RATE
from mtqa.formats import MAX_BYTES

if TYPE_CHECKING:
    import pyarrow
    from numpy.typing import NDArray

    from mtqa.checker import Checker

__all__ = ["TableJudge"]

_NAME = "the table"
_NUMBERS = "biuf"  # kinds of NumPy types
_ONE_AT_A_TIME = Lock()


@dataclass(kw_only=True, unsafe_hash=True)  # not frozen: Ray Data sets attributes of its own
class TableJudge:
    """A function from a table of documents to the table of their judgements, which has the columns that `mtqa batch`
    writes as Parquet. Needs the extra ``mtqa[parquet]``.

    It is pickled without the model, which every process that calls it loads at its first table and keeps.

    Attributes:
        model: name of an installed model, or a folder that holds one, on every machine.
        rate: the false-alarm rate to decide at.
        threads: of the CPU, in each process, which judges one table at a time.
        columns: what the columns of the tables mean and which are kept.
    """

    model: str = "mtqa-en"
    rate: float = RATE
    threads: int = 1
    columns: Columns = field(default_factory=Columns)

    def __call__(self, batch: pyarrow.Table | pyarrow.RecordBatch | Mapping[str, NDArray[Any]]) -> pyarrow.Table:
        """One row for each row of ``batch``, in order.

        A row that cannot be judged has its ``error``. ``file`` and ``line`` are null: only the engine knows where a row
        came from; keep a column that tells.

        Raises:
            InputError: a column is missing.
            ConfigError: the extra is not installed, or the model has no threshold for the rate.
            ModelError: the model is missing or corrupt.
        """
        need_parquet(_NAME)
        if isinstance(batch, Mapping):
            schema = self.schema(_schema(batch))
            found = _rows(batch, self.columns.known)
        else:
            schema = self.schema(batch.schema)
            given = batch.select([name for name in batch.schema.names if name in self.columns.known])
            found = rows(given, MAX_BYTES)
        records = [written(row, _NAME, line, MAX_BYTES) for line, row in enumerate(found, start=1)]
        with _ONE_AT_A_TIME:
            lines = judge(records, self.columns, _loaded(self)).written.splitlines()
        return table([json.loads(line) | {"file": None, "line": None} for line in lines], schema)

    def schema(self, given: pyarrow.Schema) -> pyarrow.Schema:
        """The columns that come of tables with the columns ``given``: integers have 64 bits, and what is neither a
        number nor a boolean is text, lists and objects as JSON. Raises InputError where a column is missing."""
        self.columns.check(given.names, _NAME)
        origin = {"id": self.columns.id} | {name: name for name in self.columns.keep}
        return judged({name: _type(given.field(column).type) for name, column in origin.items()})

    def load(self) -> Checker:
        """The checker that judges."""
        from mtqa.checker import Checker

        return Checker.load(replace(CORPORA, model=self.model, rate=self.rate, threads=self.threads))


@lru_cache(maxsize=1)
def _loaded(judge: TableJudge) -> Checker:
    return judge.load()


def _schema(batch: Mapping[str, NDArray[Any]]) -> pyarrow.Schema:
    """Objects, whatever they are in this batch, are text."""
    import pyarrow as pa

    flat = {name: column.dtype.kind in _NUMBERS and column.ndim == 1 for name, column in batch.items()}
    return pa.schema([(name, pa.from_numpy_dtype(batch[name].dtype) if flat[name] else pa.string()) for name in batch])


def _rows(batch: Mapping[str, NDArray[Any]], known: frozenset[str]) -> Iterator[dict[str, Any] | Unfit]:
    values = {name: _values(column) for name, column in batch.items() if name in known}
    for row in zip(*values.values(), strict=True):
        yield dict(zip(values, row, strict=True))


def _values(column: NDArray[Any]) -> list[Any]:
    plain = column.astype(str) if column.dtype.kind in "mM" else column
    return [getattr(value, "tolist", lambda value=value: value)() for value in plain.tolist()]


def _type(given: pyarrow.DataType) -> pyarrow.DataType:
    import pyarrow as pa

    if pa.types.is_boolean(given):
        return pa.bool_()
    if pa.types.is_integer(given) and given != pa.uint64():
        return pa.int64()
    return pa.float64() if pa.types.is_floating(given) else pa.string()
