"""Floors: those of this repository, and how they are made; several suites in one run."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from bench_data import judged_rows, segment_rows, suite_text, write_rows
from program import Run

from mtqa.bench.floors import Floor, Floors, check_run, lowered, missed, read_floors, settings_digest
from mtqa.bench.results import Measure, Result, Table, read_result
from mtqa.bench.suites import read_suite
from mtqa.core.errors import ConfigError

FOLDER = Path(__file__).parent.parent / "benchmarks" / "floors"
COMMITTED = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_floors_hold_for_the_data_of_their_suite(path: Path) -> None:
    floors, suite = read_floors(path), read_suite(path.stem)
    assert floors.suite == suite.name
    assert floors.sample is None
    assert dict(floors.sha256) == dict(suite.sha256)
    assert set(suite.files) <= set(floors.sha256)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_each_committed_floor_can_be_missed(path: Path) -> None:
    floors = read_floors(path)

    def result(above: float) -> Result:
        found: dict[str, dict[str, dict[str, Measure]]] = {}
        for floor in floors.floors:
            bound = floor.at_least if floor.at_least is not None else floor.at_most
            value = (bound or 0.0) + (above if floor.at_least is not None else -above)
            found.setdefault(floor.table, {}).setdefault(floor.row, {})[floor.column] = Measure(value)
        return Result(
            version=1,
            suite=floors.suite,
            settings=asdict(read_suite(path.stem)),
            sample=None,
            signature="",
            command="",
            data=floors.sha256,
            tables=tuple(Table(name=name, title=name, rows=rows) for name, rows in found.items()),
        )

    assert missed(result(0.0), floors, path.name) == []
    assert len(missed(result(-0.001), floors, path.name)) == len(floors.floors)


def test_what_lowers_floors() -> None:
    old = Floors(
        suite="detection",
        sha256={"x": "0" * 64},
        floors=(Floor(row="a", at_least=0.5), Floor(row="b", at_most=0.1), Floor(row="c", at_least=0.3)),
    )
    higher = replace(old, floors=(Floor(row="a", at_least=0.6), Floor(row="b", at_most=0.1), *old.floors[2:]))
    assert lowered(old, old) == lowered(old, higher) == []
    assert lowered(higher, old) == ["a, value: at least 0.6 would become 0.5"]
    assert lowered(old, replace(old, floors=old.floors[:2])) == ["c, value: no floor any more"]
    assert lowered(old, replace(old, sha256={"x": "1" * 64})) == ["they hold for another suite, sample or data"]


def test_floors_hold_for_the_settings_that_they_were_pinned_for() -> None:
    settings: dict[str, object] = {"name": "errors", "title": "One", "seed": 1}
    floors = Floors(
        suite="errors",
        sha256={"x": "0" * 64},
        floors=(Floor(row="a", at_least=0.5),),
        settings=settings_digest(settings),
    )
    check_run(floors, {**settings, "title": "Another"}, None, "f")
    with pytest.raises(ConfigError, match="made for other settings of suite 'errors', such as another --seed"):
        check_run(floors, {**settings, "seed": 2}, None, "f")
    assert lowered(floors, replace(floors, settings="1" * 64)) == ["they hold for other settings of the suite"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_rows(tmp_path / "segments.jsonl.gz", segment_rows())
    write_rows(tmp_path / "quality.jsonl", judged_rows())
    for name in ("detection", "errors"):
        (tmp_path / f"{name}.toml").write_text(suite_text(name))
    return tmp_path


def test_program(mtqa: Run, folder: Path) -> None:
    suites = ("bench", "run", "detection.toml", "errors.toml", "--data", ".", "--sample", "4", "-o", "results")
    done = mtqa(*suites)
    assert (done.code, done.err) == (0, "")
    results = {path.stem: read_result(path) for path in sorted((folder / "results").iterdir())}
    assert [result.suite for result in results.values()] == ["detection", "errors"]

    (folder / "floors").mkdir()
    printed = mtqa("bench", "floors", "results/errors.json").out
    for name in results:
        assert mtqa("bench", "floors", f"results/{name}.json", "-o", f"floors/{name}.toml").code == 0
    assert (folder / "floors" / "errors.toml").read_text() == printed
    floors = tomllib.loads(printed)
    assert floors["sha256"] == results["errors"].data
    assert floors["sample"] == 4
    by_row = {floor["row"]: floor for floor in floors["floors"]}
    summary = next(table for table in results["errors"].tables if table.name == "summary")
    name, cells = next((name, row) for name, row in summary.rows.items() if row["value"].low is not None)
    assert 0 <= (cells["value"].low or 0) - by_row[name]["at-least"] < 0.001

    again = (*suites, "--against", "floors")
    assert mtqa(*again).code == 0
    raised = printed.replace(f"at-least = {by_row[name]['at-least']:g}", "at-least = 1.5")
    (folder / "floors" / "errors.toml").write_text(raised)
    missed_ = mtqa(*again)
    assert missed_.code == 1
    assert f"mtqa: {name}, value: " in missed_.err
    assert "must be at least 1.5" in missed_.err
    refused = mtqa("bench", "floors", "results/errors.json", "-o", "floors/errors.toml")
    assert refused.code == 2
    assert f"floors/errors.toml: would be lowered: {name}, value: at least 1.5 would become" in refused.err
    assert (folder / "floors" / "errors.toml").read_text() == raised


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (("detection.toml", "detection.toml", "-o", "r"), "two of the suites have the same name"),
        (("detection.toml", "errors.toml", "-o", "errors.toml"), "of several suites, must be a folder"),
        (("detection.toml", "errors.toml", "-o", "r", "--pair", "de-en"), "takes no --pair"),
        (("detection.toml", "errors.toml", "-o", "r", "--against", "floors"), "cannot be read"),
        (
            ("detection.toml", "errors.toml", "-o", "r", "--against", "mine.toml"),
            "not for suite 'errors' without --sample",
        ),
    ],
)
def test_what_cannot_run_is_refused_before_the_run(
    mtqa: Run, folder: Path, options: tuple[str, ...], fault: str
) -> None:
    floors = 'suite = "detection"\nsha256 = { x = "1" }\n[[floors]]\nrow = "x"\nat-least = 1\n'
    (folder / "mine.toml").write_text(floors)
    refused = mtqa("bench", "run", "--data", ".", *options)
    assert refused.code == 2
    assert fault in refused.err
    assert list(folder.glob("r/*")) == []
