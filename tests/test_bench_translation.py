"""The translation benchmark: its numbers are those of the sacrebleu command, digit for digit."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench_data import segment_rows, write_rows
from fakes import GARBLED, fake_checker
from program import Run

from mtqa import bench
from mtqa.bench.comparing import Outcome, compare
from mtqa.bench.floors import Floor, Floors, missed
from mtqa.bench.results import Result, as_text, read_result
from mtqa.bench.suites import read_suite
from mtqa.bench.translation.test_sets import DATA, make
from mtqa.core.errors import ConfigError, InputError

_LINES = 40


def outputs() -> dict[str, list[str]]:
    """A reference and three systems that follow it less and less; lines end as files of other systems do."""
    reference = [
        f"The {n}th ferry left the harbour at noon, with forty-{n % 9} people and 1,0{n:02d} sheep on board."
        for n in range(_LINES)
    ]
    good = [line.replace("forty", "fourty") if n % 4 == 0 else line for n, line in enumerate(reference)]
    fair = [line.replace("left the harbour", "departed") if n % 2 else line for n, line in enumerate(reference)]
    poor = [f"{' '.join(reversed(line.split()))} word{GARBLED}  " for line in reference]
    return {"reference": reference, "good": good, "fair": fair, "poor": poor}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("outputs")
    for name, lines in outputs().items():
        end = "\r\n" if name == "fair" else "\n"
        (made / f"{name}.txt").write_bytes((end.join(lines) + end).encode())
    return made


def ran(changes: dict[str, object], data: Path | None = None, sample: int | None = None) -> Result:
    suite = read_suite("translation", {"draws": 200, "trials": 200, "sha256": {}, **changes})
    return bench.run(suite, lambda **_: fake_checker(), data=data, sample=sample)


def files(folder: Path, *systems: str) -> dict[str, object]:
    return {
        "hypotheses": {name: str(folder / f"{name}.txt") for name in systems},
        "references": [str(folder / "reference.txt")],
        "pair": "",
    }


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return ran(files(folder, "poor", "good", "fair"))


def rows(result: Result, name: str) -> dict[str, dict[str, Any]]:
    (found,) = (table.rows for table in result.tables if table.name == name)
    return {row: dict(cells) for row, cells in found.items()}


def sacrebleu(folder: Path, *options: str) -> str:
    """What the command prints, to ten places."""
    command = [sys.executable, "-m", "sacrebleu", str(folder / "reference.txt"), "-i"]
    command += [str(folder / f"{name}.txt") for name in ("good", "fair", "poor")]
    command += ["-m", "bleu", "chrf", "ter", "--chrf-word-order", "2", "-f", "text", "-w", "10", *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("options", "test"),
    [
        (("--paired-bs", "--paired-bs-n", "200"), "bootstrap"),
        (("--paired-ar", "--paired-ar-n", "200"), "randomisation"),
    ],
)
def test_numbers_are_those_of_the_sacrebleu_command(
    folder: Path, result: Result, options: tuple[str, ...], test: str
) -> None:
    printed = sacrebleu(folder, *options)
    found = rows(result, "systems")
    assert list(found) == ["good", "fair", "poor"]
    metrics = ("BLEU", "chrF2++", "TER")
    cells = [found[name][metric] for name in found for metric in metrics]
    scores = re.findall(r"│ +(\d+\.\d{10})\b", printed.replace("│ ", "││ "))
    assert [f"{cell.value:.10f}" for cell in cells] == scores
    tests = rows(result, "tests")
    ps = [tests[name][f"{metric}, {test}"].value for name in ("fair", "poor") for metric in metrics]
    assert [f"{p:.4f}" for p in ps] == re.findall(r"\(p = ([\d.]+)\)", printed)
    assert all(result.signatures[f"{metric}, {test}"] in printed for metric in metrics)
    if test == "bootstrap":
        intervals = [(float(mean), float(ci)) for mean, ci in re.findall(r"\(([\d.]+) ± ([\d.]+)\)", printed)]
        assert [cell.low for cell in cells] == pytest.approx([mean - ci for mean, ci in intervals], abs=1e-6)
        assert [cell.high for cell in cells] == pytest.approx([mean + ci for mean, ci in intervals], abs=1e-6)


def test_what_mtqa_says_stands_beside(result: Result) -> None:
    found = rows(result, "systems")
    assert found["poor"]["p(repair)"].value > 0.9
    assert found["good"]["p(repair)"].value < 0.1
    assert "--hypothesis=poor=" in result.command


def test_one_system_alone(folder: Path) -> None:
    found = ran(files(folder, "good"))
    assert rows(found, "systems")["good"]["BLEU"].value > 90
    assert "tests" not in {table.name for table in found.tables}


def test_files_of_different_length_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("One line.\n")
    with pytest.raises(ConfigError, match=r"short\.txt: 1 line, but .*reference\.txt has 40; give files with a line"):
        ran({**files(folder, "good"), "hypotheses": {"short": str(tmp_path / "short.txt")}})


def test_rows_of_wmt(tmp_path: Path) -> None:
    kept = [row for row in segment_rows() if (row["system"], row["seg"]) not in {("fluent", n) for n in range(3)}]
    some = [{**row, "system": "partial"} for row in kept if row["system"] == "garbled" and row["seg"] < 9]
    write_rows(tmp_path / "segments.en.jsonl.gz", [*kept, *some])
    found = ran({"pair": "de-en"}, tmp_path)
    assert set(rows(found, "systems")) == {"fluent", "garbled"}
    assert found.notes == (
        "partial: left out, as it lacks more than a tenth of the segments",
        "2 of 24 segments left out, as a system lacks them",
    )
    assert len(found.items) == 2 * 22
    assert len(ran({"pair": "de-en"}, tmp_path, sample=5).items) == 2 * 5
    with pytest.raises(ConfigError, match="no system outputs for xx-en in 2022; choose another pair with --pair"):
        ran({"pair": "xx-en"}, tmp_path)


def test_two_runs_compare(result: Result) -> None:
    assert {change.outcome for change in compare(result, result).changes} == {Outcome.UNTOLD}


def test_a_language_that_the_model_does_not_speak_is_abstained_from(folder: Path) -> None:
    found = ran({**files(folder, "good", "fair"), "pair": "en-de"})
    assert found.abstained == {"no model for language 'de'": 2 * _LINES}
    assert found.items == ()
    assert set(rows(found, "systems")) == {"good", "fair"}
    (folder / "r.json").write_text(as_text(found))
    assert read_result(folder / "r.json").abstained == found.abstained


def test_it_says_which_system_is_best(result: Result, folder: Path) -> None:
    said = r"40 segments: good has the highest BLEU, \d\d\.\d\. Behind it: fair \(\d\d\.\d\), poor \(\d\d?\.\d\)\."
    assert re.fullmatch(said, result.conclusion)
    (folder / "copy.txt").write_bytes((folder / "good.txt").read_bytes())
    found = ran({**files(folder, "good", "copy"), "pair": "de-en"})
    assert re.fullmatch(
        r"de-en, 40 segments: good has the highest BLEU, (\S+)\. Not told apart from it at 5% by the paired bootstrap: "
        r"copy \(\1\)\.",
        found.conclusion,
    )
    assert found.notes == ("copy: the same output as good, so that the tests between them say nothing",)


def test_segments_have_the_same_name_in_every_sample(folder: Path) -> None:
    whole, some = ran(files(folder, "good")), ran(files(folder, "good"), sample=7)
    texts = {item["id"]: item["chrf"] for item in whole.items}
    assert len(some.items) == 7
    assert all(texts[item["id"]] == item["chrf"] for item in some.items)
    assert [item["id"] for item in some.items] != [item["id"] for item in whole.items[:7]]


def test_floors_hold_for_new_outputs_and_old_references(result: Result, folder: Path) -> None:
    reference = str(folder / "reference.txt")
    bound = (Floor(table="systems", row="good", column="BLEU", at_least=90),)
    floors = Floors(suite="translation", sha256={reference: result.data[reference]}, floors=bound)
    assert missed(result, floors, "f") == []
    with pytest.raises(ConfigError, match=r"made for other data: .*reference\.txt"):
        missed(replace(result, data={}), floors, "f")


def test_a_language_that_sacrebleu_cannot_tokenise_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "MeCab", None)
    with pytest.raises(ConfigError, match=re.escape("pip install 'sacrebleu[ja]'")):
        ran({**files(folder, "good"), "pair": "en-ja"})


def test_a_test_set_of_sacrebleu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sacrebleu.dataset import DATASETS, base

    raw = tmp_path / "wmt22" / "raw" / "wmt22-news-systems-1.1" / "xml"
    raw.mkdir(parents=True)
    (raw.parent.parent / "wmt22.v1.1.tar.gz").write_bytes(b"there")
    made = outputs()
    segments = {name: "".join(f'<seg id="{n + 1}">{t}</seg>' for n, t in enumerate(ls)) for name, ls in made.items()}
    hyps = "".join(
        f'<hyp system="{name}" language="en"><p>{segments[name]}</p></hyp>' for name in ("good", "fair", "poor")
    )
    (raw / "wmttest2022.de-en.all.xml").write_text(
        '<dataset id="x"><collection id="general"><doc origlang="de" id="d">'
        f'<src lang="de"><p>{segments["reference"]}</p></src>'
        f'<ref lang="en" translator="A"><p>{segments["reference"]}</p></ref>{hyps}</doc></collection></dataset>'
    )
    dataset = DATASETS["wmt22"]
    monkeypatch.setattr(dataset, "_outdir", str(tmp_path / "wmt22"))
    monkeypatch.setattr(dataset, "_rawdir", str(tmp_path / "wmt22" / "raw"))
    found = ran({"test-set": "wmt22", "pair": "de-en"})
    assert list(rows(found, "systems")) == ["good", "fair", "poor"]
    suite, count = make("wmt22", ["de-en"], tmp_path / "data")
    with gzip.open(tmp_path / "data" / DATA, "rt", encoding="utf-8") as stream:
        lines = [json.loads(line) for line in stream]
    assert count == len(lines) == 4 * len(made["reference"])
    assert {(line["origin"], line["system"]) for line in lines} == {
        ("human", "ref:A"),
        ("mt", "good"),
        ("mt", "fair"),
        ("mt", "poor"),
    }
    assert lines[0] | {"text": ""} == {
        "text": "",
        "origin": "mt",
        "year": 2022,
        "pair": "de-en",
        "seg": 1,
        "system": lines[0]["system"],
        "doc": "d",
    }
    made_suite = read_suite(str(suite))
    assert (made_suite.kind, list(made_suite.sha256)) == ("detection", [DATA])
    with pytest.raises(ConfigError, match="neither side is English"):
        make("wmt22", ["cs-uk"], tmp_path / "other")

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(base, "download_file", refuse)
    monkeypatch.setattr(dataset, "_rawdir", str(tmp_path / "nothing"))
    with pytest.raises(
        InputError, match=r"cannot be downloaded \(no network\); where there is a network, run: sacrebleu"
    ):
        ran({"test-set": "wmt22", "pair": "de-en"})


def test_an_unknown_test_set_is_refused() -> None:
    with pytest.raises(ConfigError, match="no test set 'wmt14' with system outputs; choose one of"):
        ran({"test-set": "wmt14", "pair": "de-en"})
    with pytest.raises(ConfigError, match="wmt22 has no pair xx-en"):
        ran({"test-set": "wmt22", "pair": "xx-en"})


def test_program(mtqa: Run, folder: Path, tmp_path: Path) -> None:
    options = [f"--hypothesis={name}={folder / name}.txt" for name in ("good", "fair")]
    options += [f"--reference={folder / 'reference.txt'}"]
    assert mtqa("bench", "run", "translation", *options, "--pair", "de-en", "-o", "r.json").code == 0
    result = read_result(tmp_path / "r.json")
    assert as_text(result) == (tmp_path / "r.json").read_text()
    latex = mtqa("bench", "report", "r.json", "-f", "latex").out
    assert re.search(r"good & 1 & \d\d\.\d\d \{\\scriptsize", latex)
    no_pair = mtqa("bench", "run", "translation", *options, "-o", "r.json")
    assert (no_pair.code, "--pair" in read_result(tmp_path / "r.json").command) == (0, False)
    strange = mtqa("bench", "run", "translation", "--hypothesis", "a\nb=x.txt", "-o", "r.json")
    assert "rename it" in strange.err
    for wrong in ("good.txt", "=x", "x="):
        refused = mtqa("bench", "run", "translation", "--hypothesis", wrong, "-o", "r.json")
        assert refused.code == 2
        assert "name the system and its file" in refused.err


def test_rows_of_wmt_are_capped_by_the_suite(tmp_path: Path) -> None:
    write_rows(tmp_path / "segments.en.jsonl.gz", segment_rows())
    found = ran({"pair": "de-en", "segments": 5, "left-out": []}, tmp_path)
    assert "5 of 24 segments drawn by chance" in found.notes
    assert len({item["place"] for item in found.items}) == 5
    assert ran({"pair": "de-en", "segments": 5, "left-out": []}, tmp_path).items == found.items
