"""What a corpus may come in and go out as: every file gives the same verdicts, and no row is lost on the way."""

from __future__ import annotations

import csv
import datetime
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard
from fakes import fake_checker
from pyarrow import parquet

from mtqa.batch import Alone, Columns, Summary, chunks, expanded, run
from mtqa.core.errors import ConfigError, InputError

TEXT = 'The ferry zzwas late,\nand "nobody" minded. We sat on the wall with our feet over the water, and talked.'
ROWS = [{"id": f"n{n}", "text": f"{TEXT} This was day {n}.", "language": "en", "site": f"s{n % 3}"} for n in range(20)]


def judged(output: Path, *paths: object, **columns: Any) -> Summary:
    return run(Alone(fake_checker()), expanded(map(str, paths))[0], output, columns=Columns(**columns))


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_jsonl(path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")


def write_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ROWS[0], delimiter="\t" if path.suffix == ".tsv" else ",")
        writer.writeheader()
        writer.writerows(ROWS)


def write_parquet(path: Path) -> None:
    parquet.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=7)


@pytest.fixture
def expected(tmp_path: Path) -> bytes:
    write_jsonl(tmp_path / "expected.jsonl")
    judged(tmp_path / "expected.out", tmp_path / "expected.jsonl", keep=("site",))
    return (tmp_path / "expected.out").read_bytes()


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.jsonl", write_jsonl),
        ("a.ndjson", write_jsonl),
        ("a", write_jsonl),
        ("a.csv", write_csv),
        ("a.tsv", write_csv),
        ("A.CSV", write_csv),
        ("a.parquet", write_parquet),
    ],
)
@pytest.mark.parametrize("pack", [None, gzip.compress, zstandard.compress])
def test_the_same_rows_give_the_same_bytes(
    tmp_path: Path, expected: bytes, name: str, write: Callable[[Path], None], pack: Callable[[bytes], bytes] | None
) -> None:
    path = tmp_path / name
    write(path)
    if pack and write is not write_parquet:
        data = path.read_bytes()
        path = path.with_name(name + (".gz" if pack is gzip.compress else ".zst"))
        path.write_bytes(pack(data[:100]) + pack(data[100:]))
    judged(tmp_path / "out.jsonl", path, keep=("site",))
    assert (tmp_path / "out.jsonl").read_bytes() == expected
    assert rows(tmp_path / "out.jsonl")[1]["site"] == "s1"


def test_columns_by_other_names(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("key,Überschrift,body\n7,x,The zzferry was late.\n8,y,\n", encoding="utf-8")
    judged(tmp_path / "out.jsonl", tmp_path / "in.csv", id="key", text="body", keep=("Überschrift",))
    good, blank = rows(tmp_path / "out.jsonl")
    assert (good["id"], good["Überschrift"]) == ("7", "x")
    assert (blank["id"], blank["Überschrift"], blank["decision"]) == ("8", "y", "undecided")


def test_several_files_one_after_the_other(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv")
    write_parquet(tmp_path / "b.parquet")
    write_jsonl(tmp_path / "c.jsonl")
    assert judged(tmp_path / "out.jsonl", tmp_path / "[a-c].*", tmp_path / "a.csv").rows == 60
    assert [row["id"] for row in rows(tmp_path / "out.jsonl")] == [row["id"] for row in ROWS] * 3


def test_a_folder_of_articles_and_tables(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    (folder / "old").mkdir(parents=True)
    (folder / "a.md").write_text(f"# Ferries\n\n{TEXT}\n\n```\nzzcode zzcode\n```\n", encoding="utf-8")
    (folder / "b.html.gz").write_bytes(gzip.compress(f"<article><p>{TEXT}</p></article>".encode()))
    (folder / "c.txt.zst").write_bytes(zstandard.compress(TEXT.encode())[:-9])
    (folder / "old" / "d.txt").write_bytes(b"")
    (folder / "notes.xlsx").write_bytes(b"PK")
    write_csv(folder / "e.csv")
    assert judged(tmp_path / "out.jsonl", folder) == Summary(rows=24, errors=1, resumed=0, not_judged=1)
    found = {row["id"]: row for row in rows(tmp_path / "out.jsonl")}
    markdown, html, cut, empty = (found[str(folder / n)] for n in ("a.md", "b.html.gz", "c.txt.zst", "old/d.txt"))
    assert all("zzcode" not in flag["message"] for s in markdown["segments"] for flag in s["flags"])
    assert html["p_mt"] > 0.5
    assert ("ends too early" in cut["error"], cut["line"]) == (True, None)
    assert empty["reason"] == "it is blank, so there is nothing to judge"


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.csv", b"id,body\n1,x\n", "no column 'text' in id, body"),
        ("a.csv", b"text,id,text\nx,1,y\n", "same name"),
        ("a.csv", "id,text\n1,x\n".encode("utf-16"), "UTF-16"),
        ("a.parquet", b"PAR1", "cannot be read as Parquet"),
        ("a.parquet.gz", b"", "compressed inside"),
    ],
)
def test_a_table_without_what_is_needed(tmp_path: Path, name: str, content: bytes, error: str) -> None:
    (tmp_path / name).write_bytes(content)
    write_jsonl(tmp_path / "0.jsonl")
    with pytest.raises(InputError, match=error) as told:
        judged(tmp_path / "out.jsonl", tmp_path / "0.jsonl", tmp_path / name)
    assert "\n" not in str(told.value)
    assert not (tmp_path / "out.jsonl.part").exists()


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"2,x,y", "3 fields where the header has 2"),
        (b"2", "1 fields"),
        (b'2,"x"y', "not a valid row"),
        (b"2,\xff\xfe", "not UTF-8"),
        (b",x", "no id"),
    ],
)
def test_a_bad_row_of_csv_costs_no_other(tmp_path: Path, line: bytes, error: str) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,text\n1,The ferry was late.\n" + line + b"\n\n3,We sat down.\n")
    judged(tmp_path / "out.jsonl", tmp_path / "a.csv")
    first, bad, last = rows(tmp_path / "out.jsonl")
    assert (first["id"], last["id"], bad["line"]) == ("1", "3", 3)
    assert error in bad["error"]


def test_an_open_quotation_mark_says_how_much_it_swallows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,text\n1,The ferry was late.\n2,"x\n3,y\n4,z\n')
    judged(tmp_path / "out.jsonl", tmp_path / "a.csv")
    first, bad = rows(tmp_path / "out.jsonl")
    assert (first["id"], bad["line"]) == ("1", 3)
    assert bad["error"].startswith("lines 3 to 5 are not a valid row (")
    assert "none of them is judged: a quotation mark may be open since line 3; close it, or" in bad["error"]


def test_values_of_parquet(tmp_path: Path) -> None:
    table = {
        "id": pa.array([1, 2], pa.int32()),
        "text": pa.array([TEXT, TEXT]).dictionary_encode(),
        "when": pa.array([datetime.date(2021, 2, 3), None]),
        "weight": pa.array([0.5, float("nan")]),
        "tags": pa.array([["a"], []]),
    }
    parquet.write_table(pa.table(table), tmp_path / "in.parquet")
    judged(tmp_path / "out.parquet", tmp_path / "in.parquet", keep=("when", "weight", "tags"))
    found = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["id"] for row in found] == [1, 2]
    assert [row["when"] for row in found] == ["2021-02-03", None]
    assert [row["weight"] for row in found] == [0.5, None]
    assert [row["tags"] for row in found] == ['["a"]', "[]"]
    judged(tmp_path / "out.jsonl", tmp_path / "in.parquet", keep=("tags",))
    assert rows(tmp_path / "out.jsonl")[0]["tags"] == ["a"]


def test_a_column_must_not_hide_a_verdict() -> None:
    with pytest.raises(ConfigError, match="--keep p_mt"):
        Columns(keep=("p_mt",))


def test_a_run_goes_on_only_with_the_same_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "BYTES", 500)
    write_jsonl(tmp_path / "in.jsonl")
    with pytest.raises(KeyboardInterrupt):
        run(
            Alone(fake_checker()),
            [tmp_path / "in.jsonl"],
            tmp_path / "out.jsonl",
            columns=Columns(),
            progress=lambda _: (_ for _ in ()).throw(KeyboardInterrupt),
        )
    with pytest.raises(ConfigError, match="different columns"):
        judged(tmp_path / "out.jsonl", tmp_path / "in.jsonl", keep=("site",))
    assert judged(tmp_path / "out.jsonl", tmp_path / "in.jsonl").resumed > 0


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.zst", ".parquet"])
def test_packed_outputs_hold_the_same_and_are_taken_up(
    tmp_path: Path, expected: bytes, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(chunks, "BYTES", 500)
    write_jsonl(tmp_path / "in.jsonl")
    outs = [tmp_path / f"whole{suffix}", tmp_path / f"resumed{suffix}"]
    judged(outs[0], tmp_path / "in.jsonl", keep=("site",))

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    columns = Columns(keep=("site",))
    with pytest.raises(KeyboardInterrupt):
        run(Alone(fake_checker()), [tmp_path / "in.jsonl"], outs[1], columns=columns, progress=stop)
    assert judged(outs[1], tmp_path / "in.jsonl", keep=("site",)).resumed > 0
    data = outs[1].read_bytes()
    assert data == outs[0].read_bytes()
    if suffix == ".parquet":
        found = parquet.read_table(outs[1]).to_pylist()
        want = [json.loads(line) | dict.fromkeys(("file", "line", "error")) for line in expected.splitlines()]
        assert found == want
    else:
        with zstandard.open(outs[1], "rb") if suffix.endswith("zst") else gzip.open(outs[1]) as stream:
            assert zstd_all(data) == expected if suffix.endswith("zst") else stream.read() == expected
    assert sorted(path.suffix for path in tmp_path.iterdir() if ".part" in path.name) == []


def zstd_all(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()


def test_a_judged_row_is_no_table(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in.jsonl")
    with pytest.raises(ConfigError, match=r"name it \.jsonl or \.parquet"):
        judged(tmp_path / "out.csv", tmp_path / "in.jsonl")


@pytest.mark.parametrize(("name", "package"), [("a.parquet", "pyarrow"), ("a.jsonl.zst", "zstandard")])
def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str) -> None:
    write_parquet(tmp_path / "a.parquet")
    write_jsonl(tmp_path / "a.jsonl")
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.compress((tmp_path / "a.jsonl").read_bytes()))
    for module in ("records", "streams"):
        monkeypatch.setattr(f"mtqa.batch.{module}.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=rf"{package}, which is not installed; pip install 'mtqa\["):
        judged(tmp_path / "out.jsonl", tmp_path / name)
    with pytest.raises(ConfigError, match=package):
        judged(tmp_path / f"out.{name}", tmp_path / "a.jsonl")
