"""The benchmark of speed, on fakes; what a process costs, on real ones."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from bench_data import segment_rows, write_rows
from fakes import fake_checker

from mtqa import bench
from mtqa.bench.comparing import Outcome, compare
from mtqa.bench.floors import pinned
from mtqa.bench.reports import RENDERERS
from mtqa.bench.results import Result, as_text, read_result
from mtqa.bench.speed import kind as speed
from mtqa.bench.speed import processes
from mtqa.bench.speed.processes import Cost, cost
from mtqa.bench.speed.rivals import Rival
from mtqa.bench.suites import read_suite
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, ModelError, MtqaError
from mtqa.core.settings import Editor

SUITE = """
kind = "speed"
title = "Made-up speed"
data = "segments.jsonl.gz"
words = 60
few-words = 30
repetitions = 2
threads = [1]
sentences = 2
lengths = [1, 4]
article = [10, 100]
corpus = [10, 1000]
draws = 20
"""


@dataclass
class Load:
    """A fake checker; with the language model only where it is installed."""

    model: str = "mtqa-en"
    installed: bool = True

    def __call__(
        self, *, fluency: bool = False, threads: int | None = None, editor: Editor = Editor.FAST, **_: object
    ) -> Checker:
        if fluency and not self.installed:
            raise ModelError("no language model; run: mtqa models pull smollm2-135m")
        return fake_checker(fluency=fluency, editor=editor)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[list[str], str]]:
    """Runs no process, and no network of another size; keeps each command and the text that it was to read."""
    ran = []

    def fake(arguments: list[str], folder: Path) -> Cost:
        read = next((folder / name for name in arguments if name in ("article.txt", "corpus.jsonl")), None)
        text = read.read_text(encoding="utf-8") if read else ""
        if read and read.suffix == ".jsonl":
            text = " ".join(json.loads(line)["text"] for line in text.splitlines())
        ran.append((arguments, text))
        return Cost(0.5 + len(text.split()) / 1000, 100.0)

    monkeypatch.setattr(speed, "cost", fake)
    slow = Rival(name="Slow", dtype="float32", read=lambda texts: sum(range(len(texts) * 100_000)))
    monkeypatch.setattr(speed, "rivals", lambda model, threads: [slow])
    write_rows(tmp_path / "segments.jsonl.gz", segment_rows())
    return ran


def ran(folder: Path, load: Any = None, sample: int | None = None, **changes: object) -> Result:
    (folder / "speed.toml").write_text(SUITE)
    return bench.run(read_suite(str(folder / "speed.toml"), changes), load or Load(), data=folder, sample=sample)


def rows(result: Result, name: str) -> dict[str, dict[str, float | None]]:
    (found,) = (table for table in result.tables if table.name == name)
    return {row: {column: m.value for column, m in cells.items()} for row, cells in found.rows.items()}


def test_what_is_timed(commands: list[tuple[list[str], str]], tmp_path: Path) -> None:
    found = ran(tmp_path)
    assert list(rows(found, "threads")) == ["1 thread"]
    assert list(rows(found, "length")) == ["documents of 1 sentence", "documents of 4 sentences"]
    systems = rows(found, "system")
    assert list(systems) == ["mtqa", "mtqa --editor careful", "mtqa --fluency lm", "Slow, float32"]
    assert len({row["words"] for row in systems.values()}) == 1
    rates = [systems[name]["words a second"] or 0 for name in ("mtqa", "Slow, float32")]
    times = rows(found, "summary")["times as fast as Slow, float32"]["value"]
    assert times == systems["Slow, float32"]["mtqa is faster by"]
    assert times == pytest.approx(rates[0] / rates[1], rel=1e-3)
    careful = systems["mtqa --editor careful"]["words a second"] or 0
    times = rows(found, "summary")["the careful editor, times as fast as Slow, float32"]["value"]
    assert times == pytest.approx(careful / rates[1], rel=1e-3)
    growth = rows(found, "growth")
    assert list(growth) == [
        f"{what} words" for what in ("an article of 10", "an article of 100", "a corpus of 10", "a corpus of 1,000")
    ]
    assert growth["a corpus of 1,000 words"]["seconds"] == 1.5
    assert [len(text.split()) for arguments, text in commands[6:]] == [10, 100, 10, 1000]
    assert [figure.name for figure in found.figures] == ["growth-time", "growth-memory"]
    assert found.machine["threads"] == "1"
    assert {"processor", "instructions", "cores", "Python", "onnxruntime"} <= set(found.machine)
    assert found.notes == ()


def test_the_commands_are_those_of_a_user(commands: list[tuple[list[str], str]], tmp_path: Path) -> None:
    ran(tmp_path, Load(model="mine"))
    said = {" ".join(arguments) for arguments, _ in commands}
    assert said == {
        "-c import mtqa",
        "-c from mtqa import Checker",
        "-m mtqa score article.txt --language en --model mine --threads 1",
        "-m mtqa batch corpus.jsonl -o judged.jsonl --restart --model mine --threads 1",
    }


def test_what_is_not_there_is_left_out(
    commands: list[tuple[list[str], str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(model: str, threads: int) -> list[Rival]:
        raise ModelError("a language model needs torch; run: pip install 'mtqa[lm]'")

    monkeypatch.setattr(speed, "rivals", missing)
    found = ran(tmp_path, Load(installed=False), sample=2, threads=[1, 4096])
    assert list(rows(found, "system")) == ["mtqa", "mtqa --editor careful"]
    assert re.match(r"4096 threads: left out, as this machine has \d+ cores", found.notes[0])
    assert found.notes[1:3] == (
        "mtqa --fluency lm: left out: no language model; run: mtqa models pull smollm2-135m",
        "other networks: left out: a language model needs torch; run: pip install 'mtqa[lm]'",
    )
    assert found.notes[-1] == "a corpus of 1,000 words: left out, as the sample has 112 words"
    assert "left out, as the sample has" in RENDERERS["md"](found)


def test_it_is_reported_and_compared_as_others_are(commands: list[tuple[list[str], str]], tmp_path: Path) -> None:
    found = ran(tmp_path)
    (tmp_path / "r.json").write_text(as_text(found), encoding="utf-8")
    assert as_text(read_result(tmp_path / "r.json")) == as_text(found)
    assert {change.outcome for change in compare(found, found).changes} == {Outcome.UNTOLD}
    with pytest.raises(ConfigError, match="timings hold for one machine"):
        pinned(found, "r.json")
    page = RENDERERS["html"](found)
    assert page.count("data:image/svg+xml;base64,") == 2
    assert "onnxruntime" in page


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"words": 100_000}, "too little text"),
        ({"origin": "nobody"}, "no rows of origin 'nobody'"),
        ({"threads": [4096]}, "put 1 among the threads"),
        ({"threads": [2, 1]}, "threads must rise"),
        ({"repetitions": 0}, "must be 1 or more"),
    ],
)
def test_a_suite_that_cannot_run_is_refused(
    commands: list[tuple[list[str], str]], tmp_path: Path, changes: dict[str, object], fault: str
) -> None:
    with pytest.raises(ConfigError, match=fault):
        ran(tmp_path, **changes)


X86 = "processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu sse4_2 {}\n\nprocessor\t: 1\nflags\t\t: amx_int8\n"


@pytest.mark.parametrize(
    ("cpuinfo", "model", "instructions"),
    [
        (X86.format("avx2 bmi2"), "AMD EPYC", "AVX2"),
        (X86.format("avx avx2 avx_vnni"), "AMD EPYC", "AVX2, VNNI"),
        (X86.format("avx2 avx512f avx512_vnni amx_int8"), "AMD EPYC", "AVX2, AVX-512, VNNI, AMX"),
        ("processor\t: 0\nFeatures\t: fp asimd asimddp\n", None, "NEON, dot product"),
        ("processor\t: 0\n", None, ""),
        (None, None, ""),
    ],
)
def test_the_class_of_the_cpu(
    cpuinfo: str | None, model: str | None, instructions: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "CPUINFO", tmp_path / "cpuinfo")
    if cpuinfo is not None:
        (tmp_path / "cpuinfo").write_text(cpuinfo)
    assert processes.instructions() == instructions
    assert processes.processor() == model or (model is None and processes.processor())
    assert processes.machine([1])["instructions"] == (instructions or "not known")


def test_the_report_names_the_class_of_the_cpu(commands: list[tuple[list[str], str]], tmp_path: Path) -> None:
    found = replace(ran(tmp_path), machine={"processor": "AMD EPYC", "instructions": "AVX2, VNNI"})
    assert "AVX2, VNNI" in RENDERERS["md"](found)
    assert "AVX2, VNNI" in RENDERERS["html"](found)


def test_cost_of_a_process(tmp_path: Path) -> None:
    small = cost(["-c", "pass"], tmp_path)
    large = cost(["-c", "import time; x = b'1' * int(2e8); time.sleep(0.2)"], tmp_path)
    assert large.seconds >= 0.2
    if sys.platform != "win32":
        assert (large.megabytes or 0) - (small.megabytes or 0) == pytest.approx(200, abs=20)
    with pytest.raises(MtqaError, match="ValueError: no"):
        cost(["-c", "raise ValueError('no')"], tmp_path)
