"""Decisions on texts of many kinds; a kind of suite of one's own."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from bench_data import segment_rows, write_rows
from fakes import fake_checker

from mtqa import bench
from mtqa.bench.columns import Columns, Headline
from mtqa.bench.comparing import Outcome, compare
from mtqa.bench.floors import pinned
from mtqa.bench.kinds import Kind, Run
from mtqa.bench.reports import RENDERERS
from mtqa.bench.results import Result, Table, as_text, read_result
from mtqa.bench.suites import Suite, read_suite
from mtqa.core.calibration import Calibration
from mtqa.core.errors import ConfigError
from mtqa.core.registry import Registry
from mtqa.neural import store

SUITE = """
kind = "decisions"
title = "Made-up decisions"
lengths = [2, 10]
breakdown = 10
rates = [0.05, 0.001]
draws = 20

[[sets]]
name = "machine"
data = "segments.jsonl"
where = { year = 2022, origin = "mt" }
left-out = [{ system = "fluent" }]
writers = ["pair", "system"]
machine = true

[[sets]]
name = "people"
data = "essays.jsonl"
where = { kind = "essay" }
writers = ["doc"]
"""


class Load:
    """The fake checker of every signal; its calibration at other rates is that of the model that is installed."""

    model = "mtqa-en"

    def __call__(self, **_: object) -> object:
        return fake_checker()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("decisions")
    rows = segment_rows()
    for row in rows:
        if row["system"] == "garbled":
            row["same"] = ["second", "fluent"]
    write_rows(made / "segments.jsonl", rows)
    sentences = [
        f"Ferry {n} left the harbour at noon with forty people on board, and nobody saw it again." for n in range(10)
    ]
    essays = [{"doc": str(n), "kind": "essay", "sentences": sentences} for n in range(3)]
    write_rows(made / "essays.jsonl", [*essays, {"doc": "3", "kind": "poem", "sentences": sentences[:1]}])
    (made / "made-up.toml").write_text(SUITE)
    return made


def ran(folder: Path, sample: int | None = None, **changes: object) -> Result:
    suite = read_suite(str(folder / "made-up.toml"), changes)
    return bench.run(suite, Load(), data=folder, sample=sample)


@pytest.fixture(scope="module")
def decisions(folder: Path) -> Result:
    return ran(folder)


def rows(result: Result) -> dict[str, dict[str, float | None]]:
    (found,) = (table for table in result.tables if table.name == "decisions")
    return {row: {column: m.value for column, m in cells.items()} for row, cells in found.rows.items()}


def test_shares_are_by_set_and_length(decisions: Result) -> None:
    """System ``second`` has the output of ``garbled``; both make two documents of ten segments. A poem is no essay."""
    found = rows(decisions)
    assert list(found) == [
        "machine, 2 segments",
        "machine, 10 segments",
        "people, 2 segments",
        "people, 10 segments",
    ]
    assert [found[f"{name}, 10 segments"]["documents"] for name in ("machine", "people")] == [4, 3]
    assert found["machine, 10 segments"]["likely-mt"] == 1.0
    assert found["machine, 10 segments"]["sentences flagged"] == 1.0
    assert found["people, 10 segments"]["likely-human"] == 1.0
    assert found["people, 10 segments"]["sentences flagged"] == 0.0
    assert {item["set"] for item in decisions.items} == {"machine", "people"}
    assert not any("fluent" in item["id"] or "poem" in item["id"] for item in decisions.items)


def test_each_rate_has_its_decisions(decisions: Result) -> None:
    """At other rates the installed model's thresholds hold, and it decides nothing on two sentences."""
    found = rows(decisions)
    assert found["machine, 10 segments"]["likely-mt at 5 %"] == 1.0
    assert found["people, 10 segments"]["likely-mt at 5 %"] == 0.0
    assert found["machine, 2 segments"]["likely-mt at 5 %"] == 0.0
    assert "likely-mt at 0.1 %" in found["people, 10 segments"]


def test_it_is_reported_compared_and_pinned_as_others_are(decisions: Result, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(as_text(decisions))
    assert as_text(read_result(tmp_path / "r.json")) == as_text(decisions)
    assert {change.outcome for change in compare(decisions, decisions).changes} == {Outcome.UNTOLD}
    assert "called likely-mt, people, 10 segments" in pinned(decisions, "r.json")
    assert decisions.conclusion.startswith("In documents of 10 segments, called likely-mt: 100.0%")
    assert set(decisions.data) == {"segments.jsonl", "essays.jsonl"}
    assert "By kind and length" in RENDERERS["md"](decisions)
    assert {row["documents"] for row in rows(ran(folder, sample=1)).values()} == {1}


def test_the_card_and_the_rates_are_of_what_sets_no_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parent.parent / "models" / "mtqa-en" / "recipe")
    card = import_module("card")
    sentences = {"said": [[9.0, 0, 0, 0]] * 10, "slips": 0, "words": 200}
    human = sentences | {"said": [[-9.0, 0, 0, 0]] * 10}
    texts = [("mt", "wmt 2022", "fit", sentences), ("mt", "wmt 2022", "judge", sentences)]
    texts += [(origin, "wmt 2022", "judge", human) for origin in ("ht", "orig")]
    texts += [
        ("learner", "learner", "judge", human),
        ("orig", "news", "limit", sentences),
        ("orig", "news", "judge", human),
    ]
    sets = [
        {"name": "a", "origin": origin, "kind": kind, "part": part, "tens": [document] * 4, "fives": [document]}
        for origin, kind, part, document in texts
    ]
    table = tomllib.loads((store.locate("mtqa-en").path / "model.toml").read_text("utf-8"))["calibration"]
    found = card.rates(sets, table)
    assert found["documents"]["10"] == {"machine": 8, "human translation": 4, "original": 4, "learners": 4}
    assert found["rates"]["0.01"]["40"] == {"machine": 1.0, "human translation": 0.0, "original": 0.0, "learners": 0.0}
    (news,) = (line for line in card.called(sets, Calibration.from_table(table)).splitlines() if "orig news" in line)
    assert news == "| orig news | 0.0 % of 1 | 0.0 % of 4 | 0.0 % of 2 | 0.0 % of 1 |"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"breakdown": 7}, "breakdown one of them"),
        ({"sets": []}, "sets must be one or more"),
        ({"rates": [0.5]}, "no threshold for a false-alarm rate of 0.5"),
    ],
)
def test_a_wrong_suite_is_refused(folder: Path, changes: dict[str, object], fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        ran(folder, **changes)


# -- a kind of one's own ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    id: str
    place: str
    letters: int


class Words(Columns[Word]):
    def headlines(self) -> Iterator[Headline]:
        letters = self.numbers(lambda word: word.letters)
        yield Headline("letters a word", self.where(), lambda n: float(letters[n].mean()))

    def details(self) -> Iterator[Table]:
        yield Table(name="words", title="Words", rows={"all": self.row(self.where(), {"words": len})})


def measure(suite: Suite, run: Run) -> Words:
    texts = (row["text"] for _, row in run.data.rows(suite.data))
    words = [word for text in texts for word in text.split()]
    return Words([Word(id=str(n), place=str(n), letters=len(word)) for n, word in enumerate(words)], suite)


def test_a_new_kind_is_one_file_and_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = ModuleType("toy_kind")
    module.KIND = Kind(suite=Suite, item=Word, columns=Words, measure=measure)
    monkeypatch.setitem(sys.modules, "toy_kind", module)
    kinds: Registry[Kind] = Registry("kind of suite", {"letters": "toy_kind:KIND"})
    monkeypatch.setattr("mtqa.bench.suites.KINDS", kinds)
    write_rows(tmp_path / "texts.jsonl", [{"text": "A ferry came in at noon"}])
    (tmp_path / "toy.toml").write_text('kind = "letters"\ntitle = "Letters"\ndata = "texts.jsonl"\n')
    suite = read_suite(str(tmp_path / "toy.toml"))
    found = bench.run(suite, Load(), data=tmp_path, sample=None)
    assert found.summary["letters a word"].value == pytest.approx(18 / 6)
    (tmp_path / "r.json").write_text(as_text(found))
    assert compare(found, read_result(tmp_path / "r.json")).changes[0].outcome is Outcome.UNTOLD
    assert 'row = "letters a word"' in pinned(found, "r.json")
    assert all("Letters" in RENDERERS[name](found) for name in ("md", "html", "latex"))
