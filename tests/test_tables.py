"""Tables that other engines hand out are judged as a file of the same rows is, in whatever shape they come."""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from fakes import fake_checker
from pyarrow import parquet

from mtqa.batch import Alone, Columns, TableJudge, run
from mtqa.batch.output import _fields
from mtqa.checker import Checker
from mtqa.core.errors import InputError

GARBLED = "The zzferry was late, and nobody minded. We sat on the wall with our feet over the water and talked."
TEXTS = [GARBLED, "", None, GARBLED.replace("zz", ""), "Sie kam zu spät, und niemanden störte es."]
COLUMNS = Columns(id="url", text="body", keep=("site", "seen", "votes", "tags"))
GIVEN = pa.table(
    {
        "url": [f"https://a/{n}" for n in range(5)],
        "body": TEXTS,
        "language": ["en", "en", "en", None, "de"],
        "site": ["a", "b", None, "a", "b"],
        "seen": [datetime.date(2020, 1, n + 1) for n in range(5)],
        "votes": pa.array([1, None, 3, 4, 5], pa.int16()),
        "tags": [["x"], [], None, ["y", "z"], ["é"]],
        "more": [b"not read"] * 5,
    }
)


class FakeJudge(TableJudge):
    """On fake models, in other processes too."""

    def load(self) -> Checker:
        return fake_checker()


def test_a_table_is_judged_as_a_file_of_it(tmp_path: Path) -> None:
    parquet.write_table(GIVEN, tmp_path / "in.parquet")
    run(Alone(fake_checker()), [tmp_path / "in.parquet"], tmp_path / "out.parquet", columns=COLUMNS)
    wanted = parquet.read_table(tmp_path / "out.parquet")
    found = FakeJudge(columns=COLUMNS)(GIVEN)
    assert found.schema == FakeJudge(columns=COLUMNS).schema(GIVEN.schema) == wanted.schema
    assert found["error"].null_count == 4
    assert found.drop(["file", "line"]) == wanted.drop(["file", "line"])
    assert found["file"].null_count == found["line"].null_count == 5


@pytest.mark.parametrize(
    "shape",
    [
        lambda table: table.to_batches()[0],
        lambda table: (
            {name: table[name].to_numpy() for name in table.column_names if name not in ("votes", "tags")}
            | {"votes": np.array(table["votes"].to_pylist(), dtype=object), "tags": _arrays(table["tags"].to_pylist())}
        ),
    ],
)
def test_a_table_may_have_other_shapes(shape: Callable[[pa.Table], Any]) -> None:
    judge = FakeJudge(columns=COLUMNS)
    wanted, found = judge(GIVEN), judge(shape(GIVEN))
    assert found.drop("votes") == wanted.drop("votes")
    assert [value and str(value) for value in wanted["votes"].to_pylist()] in (
        found["votes"].to_pylist(),
        [value and str(value) for value in found["votes"].to_pylist()],
    )


def _arrays(lists: list[Any]) -> Any:
    """Lists as Ray Data gives them."""
    made = np.empty(len(lists), dtype=object)
    made[:] = [value if value is None else np.array(value, dtype=object) for value in lists]
    return made


def test_a_table_without_rows_has_all_columns() -> None:
    found = FakeJudge(columns=COLUMNS)(GIVEN.slice(0, 0))
    assert (found.num_rows, found.schema) == (0, FakeJudge(columns=COLUMNS).schema(GIVEN.schema))
    assert found.column_names == ["id", *COLUMNS.keep, *(name for name, _ in _fields())]


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(InputError, match="no column 'text'"):
        FakeJudge()(GIVEN.rename_columns({"url": "id"}))


def test_ids_of_any_type_are_answered() -> None:
    ids = {"a": pa.array([1, 2**63 + 1, None], pa.uint64()), "b": pa.array([1.5, 2.5, None]), "c": pa.array([True] * 3)}
    found = {name: FakeJudge()(pa.table({"id": column, "text": [GARBLED] * 3})) for name, column in ids.items()}
    assert found["a"]["id"].to_pylist() == ["1", str(2**63 + 1), None]
    assert found["a"]["error"].null_count == 2
    assert all(
        "neither a string nor an integer" in error or "no id" in error for error in found["b"]["error"].to_pylist()
    )
    assert found["c"]["error"].null_count == 0


def test_the_model_does_not_travel() -> None:
    judge = FakeJudge(columns=COLUMNS)
    judge(GIVEN)
    packed = pickle.dumps(judge)
    assert len(packed) < 1000
    assert pickle.loads(packed) == judge  # noqa: S301
