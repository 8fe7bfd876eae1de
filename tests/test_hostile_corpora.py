"""Corpora made to break a run: what is wrong with one row costs no other, nor memory, nor the finished output."""

from __future__ import annotations

import datetime
import decimal
import gzip
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard
from fakes import fake_checker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from program import Run
from pyarrow import parquet

from mtqa.batch import Alone, Columns, Reading, Summary, TableJudge, run
from mtqa.batch import pages as pages_
from mtqa.batch.chunks import judge
from mtqa.batch.record import Record
from mtqa.checker import Checker
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.limits import DocumentLimits
from mtqa.core.protocols import Format
from mtqa.formats import FORMATS

TEXT = "The ferry was late, and nobody minded. We sat on the wall with our feet over the water and talked."
GOOD = json.dumps({"id": "good", "text": TEXT, "language": "en"}).encode()


def judged(out: Path, *files: Path, keep: tuple[str, ...] = (), **reading: Any) -> Summary:
    columns = Columns(keep=keep)
    return run(Alone(fake_checker()), files, out, columns=columns, reading=Reading(**reading), restart=True)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def both(tmp_path: Path, *files: Path, keep: tuple[str, ...] = (), **reading: Any) -> list[dict[str, Any]]:
    """The rows as JSON Lines; they can be had as Parquet, too."""
    judged(tmp_path / "out.jsonl", *files, keep=keep, **reading)
    judged(tmp_path / "out.parquet", *files, keep=keep, **reading)
    found = rows(tmp_path / "out.jsonl")
    assert parquet.read_table(tmp_path / "out.parquet").num_rows == len(found)
    return found


# Rows of JSON Lines


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (rb'{"id": 1, "text": "TEXT", "source": "\ud800 Die F\u00e4hre."}', None),
        (rb'{"id": "\udfff", "text": "TEXT"}', None),
        (rb'{"id": 1, "text": "TEXT \ud83d", "n": "\ude00"}', None),
        (rb'{"id": 1, "text": "TEXT", "n": {"\ud800": ["\udfff"]}}', None),
        (b'{"id": 1, "text": "TEXT", "other": 1e999}', None),
        (b'{"id": 1, "text": "TEXT", "n": 1e999}', 'a number in "n" that is too large'),
        (b'{"id": 1, "text": "TEXT", "n": {"a": [-1e999]}}', 'a number in "n" that is too large'),
        (b'{"id": 1, "text": "TEXT", "n": NaN}', "NaN is not JSON"),
        (b'{"id": 1, "text": "TEXT", "n": [Infinity]}', "Infinity is not JSON"),
        (b'{"id": 1e999, "text": "TEXT"}', "the id is neither a string nor an integer"),
        (b'{"id": 1, "text": "TEXT", "n": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"id": 1, "text": "TEXT", "n": ' + b"[" * 150 + b"]" * 150 + b"}", "nested more than 100 deep"),
        (b'{"id": 1, "text": "TEXT", "n": ' + b'{"a":' * 90 + b"1" + b"}" * 91, None),
        (b'{"id": 1, "text": "TEXT", "n": ' + b"[" * 200_000, "not JSON"),
        (b'{"id": 1, "text": "TEXT", "language": "\xed\xa0\x80"}', "not UTF-8"),
        (rb'{"id": 1, "text": "TEXT", "language": "\ud800"}', "is not a language tag"),
        (b'{"id": 1, "text": "TEXT \x00"}', "not JSON"),
        (rb'{"id": 1, "text": "TEXT \u0000"}', "NUL"),
    ],
)
def test_a_hostile_row_costs_no_other(tmp_path: Path, line: bytes, error: str | None) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\n".join([GOOD, line.replace(b"TEXT", TEXT.encode()), GOOD]))
    first, bad, last = both(tmp_path, source, keep=("n",))
    assert (first["id"], last["id"]) == ("good", "good")
    assert (error is None) == ("error" not in bad)
    assert error is None or error in bad["error"]


class Picky(Checker):
    """Meets a fault in what has BOOM in it."""

    def _open(self, document: Document) -> Any:
        if "BOOM" in document.text:
            raise RuntimeError("boom")
        return super()._open(document)


def picky() -> Checker:
    checker = fake_checker()
    checker.__class__ = Picky
    return checker


def test_a_fault_of_mtqa_costs_one_row_and_can_be_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mtqa: Run
) -> None:
    monkeypatch.setattr(Checker, "load", lambda *_, **__: picky())
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\n".join([GOOD, GOOD.replace(b"The ferry", b"BOOM, the ferry"), GOOD]))
    ran = mtqa("batch", "in.jsonl", "-o", "out.jsonl")
    first, bad, last = rows(tmp_path / "out.jsonl")
    assert (ran.code, first["id"], bad["id"], last["id"]) == (1, "good", "good", "good")
    assert bad["error"].startswith("internal error: RuntimeError; ")
    assert "Traceback" not in ran.err
    told = mtqa("--debug", "batch", "in.jsonl", "-o", "out.jsonl", "--restart")
    assert told.code == 1
    assert 'raise RuntimeError("boom")' in told.err
    assert "Traceback" not in mtqa("batch", "in.jsonl", "-o", "out.jsonl", "--restart").err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("score", "a.txt", "b.txt", "-f", "json"), 2), (("gate", "a.txt", "b.txt", "-f", "json"), 2)],
)
def test_a_fault_of_mtqa_is_a_failure_of_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mtqa: Run, arguments: tuple[str, ...], code: int
) -> None:
    monkeypatch.setattr(Checker, "load", lambda *_, **__: picky())
    monkeypatch.setattr("mtqa.checker.signature_of", lambda _: picky().signature)
    for name, text in (("a.txt", f"BOOM {TEXT}"), ("b.txt", TEXT)):
        Path(name).write_text(text, encoding="utf-8")
    for _ in range(2):  # a fault is not kept in the cache
        ran = mtqa(*arguments)
        found = json.loads(ran.out)
        assert ran.code == code
        (failure,) = found["failures"]
        assert failure["uri"] == "a.txt"
        assert failure["message"].startswith("internal error: RuntimeError; ")


def test_a_fault_of_a_reader_is_a_failure_of_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mtqa: Run
) -> None:
    def broken(self: Format, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        raise IndexError("list index out of range")

    monkeypatch.setattr(type(FORMATS["text"]), "read", broken)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.md").write_text(TEXT, encoding="utf-8")
    ran = mtqa("batch", "a.txt", "b.md", "-o", "out.jsonl")
    bad, good = rows(tmp_path / "out.jsonl")
    assert (ran.code, bad["id"], good["id"]) == (1, "a.txt", "b.md")
    assert bad["error"].startswith("internal error: IndexError; ")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.binary(max_size=60)
        | st.builds(
            lambda v: json.dumps(v).encode(),
            st.recursive(
                st.none()
                | st.booleans()
                | st.integers()
                | st.floats()
                | st.text(st.characters(exclude_categories=()), max_size=9),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["id", "text", "language", "source"]), inner)
                ),
                max_leaves=6,
            ),
        ),
        max_size=5,
    )
)
def test_every_record_becomes_a_row(raws: list[bytes]) -> None:
    records = [Record(file="in", line=n, raw=raw) for n, raw in enumerate(raws, 1)]
    written = judge(records, Columns(keep=("x",)), fake_checker()).written.splitlines()
    assert all("id" in json.loads(line) for line in written)
    assert len(written) == len(records)


# Values of Arrow


ODD = {
    "ns": pa.array([1, 1_600_000_000_123_456_789], pa.timestamp("ns")),
    "tz": pa.array([1, 2], pa.timestamp("us", tz="Mars/Olympus")),
    "far": pa.array([2**62, -(2**62)], pa.timestamp("us")),
    "far s": pa.array([2**50, -(2**50)], pa.timestamp("s")),
    "day": pa.array([2**31 - 1, -(2**31)], pa.date32()),
    "length": pa.array([2**63 - 1, None], pa.duration("us")),
    "length ns": pa.array([123_456_789, 1], pa.duration("ns")),
    "time": pa.array([1, 86_399_999_999_999], pa.time64("ns")),
    "money": pa.array([decimal.Decimal("1.10"), None], pa.decimal128(5, 2)),
    "large": pa.array([2**64 - 1, 0], pa.uint64()),
    "half": pa.array([float("nan"), float("-inf")], pa.float32()),
    "list": pa.array([[1, None], None], pa.list_(pa.int64())),
    "list of times": pa.array([[1_000_000_001], []], pa.list_(pa.timestamp("ns"))),
    "struct": pa.array([{"a": 1_000_000_001, "b": float("inf")}, None]),
    "struct of times": pa.array([{"a": 2**62}, None], pa.struct([("a", pa.timestamp("us"))])),
    "map": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int32())),
    "null": pa.nulls(2),
    "dictionary": pa.array(["a", None]).dictionary_encode(),
    "date": pa.array([datetime.date(2021, 2, 3), None]),
}


def table_with(name: str, column: pa.Array) -> pa.Table:
    return pa.table({"id": [1, 2], "text": [TEXT, TEXT], name: column})


def not_utf_8(values: Sequence[bytes]) -> pa.Array:
    binary = pa.array(values, pa.binary())
    return pa.Array.from_buffers(pa.string(), len(values), binary.buffers())


@pytest.mark.parametrize("name", ODD)
def test_values_of_any_type_are_kept(tmp_path: Path, name: str) -> None:
    parquet.write_table(table_with(name, ODD[name]), tmp_path / "in.parquet")
    found = both(tmp_path, tmp_path / "in.parquet", keep=(name,))
    assert [row["id"] for row in found if "error" not in row] == [1, 2]
    table = TableJudge(columns=Columns(keep=(name,)))
    made = table.schema(table_with(name, ODD[name]).schema)
    assert name in made.names


@pytest.mark.parametrize(
    ("name", "column", "error"),
    [
        ("raw", pa.array([b"\xff", None]), "a column of bytes; make it text"),
        ("parts", pa.array([[b"\xff"], None]), "a column of bytes; make it text"),
        ("words", not_utf_8([b"\xff\xfe", b"fine"]), "not UTF-8"),
        ("text", not_utf_8([b"\xc3", TEXT.encode()]), "not UTF-8"),
        ("id", not_utf_8([b"\xff", b"2"]), "not UTF-8"),
        ("list", pa.ListArray.from_arrays([0, 1, 2], not_utf_8([b"\xff", b"fine"])), "not UTF-8"),
    ],
)
def test_a_value_that_cannot_be_kept_costs_one_row(tmp_path: Path, name: str, column: pa.Array, error: str) -> None:
    columns = {"id": pa.array(["1", "2"]), "text": pa.array([TEXT, TEXT]), name: column}
    parquet.write_table(pa.table(columns), tmp_path / "in.parquet")
    bad, good = both(tmp_path, tmp_path / "in.parquet", keep=() if name in ("id", "text") else (name,))
    assert error in bad["error"]
    assert (good["id"], "error" in good) == ("2", False)


def test_a_damaged_row_group_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    table = pa.table({"id": [str(n) for n in range(9)], "text": [f"{TEXT} {n}" for n in range(9)]})
    parquet.write_table(table, path, row_group_size=3, compression="none", use_dictionary=False)
    raw = bytearray(path.read_bytes())
    at = parquet.ParquetFile(path).metadata.row_group(1).column(1).data_page_offset
    raw[at : at + 12] = b"\xff" * 12
    path.write_bytes(raw)
    found = both(tmp_path, path)
    assert [row["id"] for row in found] == ["0", "1", "2", None, "6", "7", "8"]
    assert found[3]["error"].startswith("rows 4 to 6, of which none is judged, cannot be read (")


# Finished runs can be written


@pytest.mark.parametrize(
    "values",
    [
        (0.5, 9007199254740993),
        (9007199254740993, 0.5, None),
        (1, 2**63),
        (-(2**63), 2**63 - 1),
        (True, 1),
        (1.5, "x"),
        ("\ud800", "a"),
        ({"a": "\udfff"}, [1]),
        (None, None),
        (1, 1.0),
        (-0.0, 2**53, 5e-324, 1.7e308),
    ],
)
def test_whatever_is_kept_can_be_written_as_parquet(tmp_path: Path, values: Sequence[Any]) -> None:
    source = tmp_path / "in.jsonl"
    lines = [json.dumps({"id": n, "text": TEXT, "n": value}) for n, value in enumerate(values)]
    source.write_text("\n".join(lines), encoding="utf-8")
    judged(tmp_path / "out.parquet", source, keep=("n",))
    found = [row["n"] for row in parquet.read_table(tmp_path / "out.parquet").to_pylist()]
    for value, written in zip(values, found, strict=True):
        if isinstance(written, str) and not isinstance(value, str):
            assert json.loads(written) == value
        elif isinstance(value, str):
            assert written == value.encode("utf-8", "backslashreplace").decode()
        else:
            assert written == value


def test_a_name_that_cannot_be_written_is_refused_before_any_work() -> None:
    with pytest.raises(ConfigError, match="not UTF-8; rename the column"):
        Columns(keep=("fine", "caf\udce9"))


@pytest.mark.parametrize("ids", [("\ud800", "\udfff"), (1, "1"), (2**70, 1), (9007199254740993, 2)])
def test_whatever_the_ids_are_they_stay_apart(tmp_path: Path, ids: Sequence[Any]) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps({"id": id_, "text": TEXT}) for id_ in ids), encoding="utf-8")
    judged(tmp_path / "out.parquet", source)
    assert len(set(parquet.read_table(tmp_path / "out.parquet").column("id").to_pylist())) == (1 if "1" in ids else 2)


def test_a_run_that_could_not_be_put_into_place_is_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.parquet"
    source.write_text("\n".join(json.dumps({"id": "\ud800", "text": TEXT, "n": n}) for n in (0.5, 2**53 + 1)))

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("mtqa.batch.job.put", full)
        with pytest.raises(ConfigError, match="put that right and run the same command again"):
            run(Alone(fake_checker()), [source], out, columns=Columns(keep=("n",)))
    assert run(Alone(fake_checker()), [source], out, columns=Columns(keep=("n",))).resumed == 2
    assert parquet.read_table(out).column("n").to_pylist() == ["0.5", "9007199254740993"]


# Memory


def large(tmp_path: Path, pack: Callable[[bytes], bytes], suffix: str, content: bytes) -> Path:
    path = tmp_path / f"in{suffix}"
    path.write_bytes(pack(content))
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_a_long_line_costs_no_memory_and_no_other_row(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    long = b'{"id": 1, "text": "' + b"a" * 5000 + b'"}'
    path = large(tmp_path, pack, ".jsonl", b"\n".join([GOOD, long, GOOD]))
    first, bad, last = both(tmp_path, path, row=1000)
    assert (first["id"], bad["line"], last["id"]) == ("good", 2, "good")
    assert bad["error"].startswith("over the limit of 1,000 bytes; ")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b'1,"' + b"a" * 5000 + b'"\n', [2]),
        (b'1,"' + b"a\n" * 700 + b'"\n"\n', [2]),
        (b'1,"' + b'x",y,"\n' * 300 + b'"\n', [2]),
        (b"," * 5000 + b"\n", [2]),
    ],
)
def test_a_long_row_of_csv_costs_no_memory(tmp_path: Path, content: bytes, lines: list[int]) -> None:
    path = large(tmp_path, gzip.compress, ".csv.gz", b"id,text\n" + content + b"3,We sat down.\n")
    found = both(tmp_path, path, row=1000)
    assert [row["line"] for row in found if "over" in row.get("error", "")][:1] == lines
    assert found[-1]["id"] == "3"


def test_a_window_of_zstandard_has_a_limit(tmp_path: Path) -> None:
    made = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=20))
    packed = made.compressobj()
    path = tmp_path / "in.jsonl.zst"
    path.write_bytes(packed.compress(GOOD * 10) + packed.flush())
    with pytest.raises(InputError, match=r"more than 1,024 bytes .* without --long"):
        judged(tmp_path / "out.jsonl", path, window=1024)
    assert judged(tmp_path / "out.jsonl", path).rows == 1


@pytest.mark.parametrize(
    ("name", "raw"), [("a.jsonl", b"BZh91AY"), ("a.csv", b"\xfd7zXZ\0\0"), ("a.jsonl", b"PK\3\4a")]
)
def test_other_packings_are_refused(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputError, match="which mtqa cannot read; decompress it"):
        judged(tmp_path / "out.jsonl", tmp_path / name)


def nested(lengths: Sequence[int]) -> pa.Array:
    return pa.array([[1] * length for length in lengths])


@pytest.mark.parametrize("compression", ["zstd", "gzip", "snappy", "none"])
@pytest.mark.parametrize("dictionary", [True, False])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_large_page_is_not_unpacked(tmp_path: Path, compression: str, dictionary: bool, version: str) -> None:
    path = tmp_path / "in.parquet"
    table = pa.table({"id": ["1", "2"], "text": [TEXT, f"{TEXT} " * 100]})
    options = {"use_dictionary": dictionary, "data_page_version": version, "row_group_size": 1}
    parquet.write_table(table, path, compression=compression, **options)
    good, bad = both(tmp_path, path, page=5000)
    assert (good["id"], bad["line"]) == ("1", 2)
    assert "with a limit of 5,000); make the file again, in smaller pages" in bad["error"]
    assert all("error" not in row for row in both(tmp_path, path))


def test_many_values_in_lists_or_pages_are_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    table = pa.table({"id": ["1", "2"], "text": [TEXT, TEXT], "tags": nested([1, 500])})
    parquet.write_table(table, path, row_group_size=1)
    good, bad = both(tmp_path, path, keep=("tags",), values=100)
    assert (good["id"], "500 values in lists of one row group are too many" in bad["error"]) == ("1", True)
    assert [row["id"] for row in both(tmp_path, path, values=100)] == ["1", "2"]
    parquet.write_table(pa.table({"id": pa.nulls(500, pa.string()), "text": pa.nulls(500, pa.string())}), path)
    (bad,) = both(tmp_path, path, values=100)
    assert "500 values in one page are too many" in bad["error"]


@pytest.mark.parametrize("compression", ["zstd", "snappy", "none"])
@pytest.mark.parametrize("encoding", [None, "DELTA_BYTE_ARRAY", "PLAIN"])
@pytest.mark.parametrize("column", ["tags", "text"])
def test_long_texts_that_stand_many_times_in_lists_are_not_unpacked(
    tmp_path: Path, compression: str, encoding: str | None, column: str
) -> None:
    path = tmp_path / "in.parquet"
    tags = pa.array([["short"], ["a" * 500] * 100])
    columns = {"id": ["1", "2"], "text": [TEXT, TEXT], column: tags}
    options: dict[str, Any] = {"column_encoding": {f"{column}.list.element": encoding}} if encoding else {}
    parquet.write_table(
        pa.table(columns), path, row_group_size=1, compression=compression, use_dictionary=not encoding, **options
    )
    keep = ("tags",) if column == "tags" else ()
    good, bad = both(tmp_path, path, keep=keep, page=10_000)
    assert "lists in one row group may come to" in bad["error"] or "with a limit of 10,000" in bad["error"]
    assert (good["id"], "lists" in good.get("error", "")) == ("1", False) if column == "tags" else good["error"]
    assert all("lists" not in row.get("error", "") for row in both(tmp_path, path, keep=keep))


def test_large_values_that_stand_once_in_the_file_are_read_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    iterate = parquet.ParquetFile.iter_batches

    def spied(self: Any, **options: Any) -> Any:
        seen.append(options["batch_size"])
        return iterate(self, **options)

    monkeypatch.setattr(parquet.ParquetFile, "iter_batches", spied)
    monkeypatch.setattr("mtqa.batch.parquet._AT_ONCE", 10_000)
    path = tmp_path / "in.parquet"
    parquet.write_table(pa.table({"id": range(5), "text": [f"{TEXT} " * 90] * 5}), path)
    found = both(tmp_path, path, row=1000)
    assert set(seen) == {1}
    assert all("over the limit of 1,000 bytes" in row["error"] for row in found)


def test_a_file_that_claims_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.batch.parquet._ROWS_A_BYTE", 1)
    path = tmp_path / "in.parquet"
    parquet.write_table(pa.table({"id": pa.nulls(9000, pa.string()), "text": pa.nulls(9000, pa.string())}), path)
    with pytest.raises(InputError, match="claims to hold 9,000 rows"):
        judged(tmp_path / "out.jsonl", path)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=40))
def test_pages_end_whatever_the_bytes_are(raw: bytes) -> None:
    try:
        found = list(pages_.pages(io.BytesIO(raw), 0, len(raw)))
    except ValueError:
        return
    assert len(found) <= len(raw)


def test_finished_rows_are_written_by_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.batch.output._BYTES", 1000)
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\n".join([GOOD] * 5))
    judged(tmp_path / "out.parquet", source)
    assert parquet.ParquetFile(tmp_path / "out.parquet").num_row_groups > 1


# Limits of one document


def test_a_large_document_is_an_abstention(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    texts = [TEXT, f"{TEXT} " * 200, "Yes. " * 40, TEXT]
    source.write_text("\n".join(json.dumps({"id": n, "text": t}) for n, t in enumerate(texts)), encoding="utf-8")
    checker = fake_checker(limits=DocumentLimits(size=1024))
    out = tmp_path / "out.jsonl"
    assert run(Alone(checker), [source], out, columns=Columns()).errors == 0
    first, large_, many, last = rows(out)
    assert first["p_mt"] == last["p_mt"] is not None
    assert (large_["decision"], large_["p_mt"], large_["segments"]) == ("undecided", None, [])
    assert large_["reason"].startswith("not judged: its text has 19 KiB, and the limit is 1; split it")
    assert many["reason"].startswith("not judged: it has 40 sentences, and the limit is 32; split it")


def test_the_gate_says_what_it_did_not_judge(mtqa: Run) -> None:
    Path("a.txt").write_text(f"{TEXT} " * 200, encoding="utf-8")
    Path("b.txt").write_text(TEXT, encoding="utf-8")
    said = "a.txt: not judged: its text has 19 KiB, and the limit is 1; split it, or allow more"
    ran = mtqa("gate", "a.txt", "b.txt", "--max-document", "1")
    assert said in ran.out
    assert "nothing to judge" not in ran.out
    assert "nothing was judged" in mtqa("gate", "a.txt", "--max-document", "1").out
    Path("mtqa.toml").write_text("undecided = true\n", encoding="utf-8")
    assert mtqa("gate", "a.txt", "--max-document", "1").code == 1


# Tables with other delimiters, and settings that make no sense


def test_delimiters_and_quotation_marks(tmp_path: Path) -> None:
    for name, content, options in (
        ("a.csv", f'id;text\n1;"{TEXT}"\n', {"delimiter": ";"}),
        ("b.tsv", f'id\ttext\n1\t"{TEXT}\n2\tHe said "no" to {TEXT}\n', {"quotes": False}),
        ("c.csv", f"id\ttext\n1\t{TEXT}\n", {"delimiter": "\t"}),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
        assert all("error" not in row for row in both(tmp_path, tmp_path / name, **options))


@pytest.mark.parametrize("delimiter", ["", ";;", "\n", '"', "\ud800"])
def test_delimiters_that_make_no_sense(delimiter: str) -> None:
    with pytest.raises(ConfigError, match="--delimiter"):
        Reading(delimiter=delimiter)


def test_a_table_with_another_delimiter_says_which(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"id;text\n1;{TEXT}\n", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"no column 'id' in id;text; if ';' separates its fields, give --delimiter ';'"
    ):
        judged(tmp_path / "out.jsonl", tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("in.jsonl", {"text": "body"}, "--text-column body: no file has such a column; there are id, text, language"),
        ("in.csv", {"text": "body"}, "no column 'body' in id, text, language"),
        ("in.csv", {"source": "src"}, "--source-column src: no file has such a column"),
        ("in.csv", {"keep": ("site",)}, "no column 'site'"),
    ],
)
def test_unknown_columns_are_refused_before_any_work(
    tmp_path: Path, name: str, options: dict[str, Any], said: str
) -> None:
    source = tmp_path / name
    source.write_bytes(GOOD if name == "in.jsonl" else f"id,text,language\n1,{TEXT},en\n".encode())
    with pytest.raises(InputError) as told:
        run(Alone(fake_checker()), [source], tmp_path / "out.jsonl", columns=Columns(**options))
    assert said in str(told.value)
    assert not (tmp_path / "out.jsonl.part").exists()
