"""The commands of docs/batch.md run, and its tables are those of the program."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pytest
from program import Run
from pyarrow import parquet

from mtqa.batch import Columns, TableJudge
from mtqa.batch.output import _fields

GUIDE = (Path(__file__).parent.parent / "docs" / "batch.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.M | re.S)
COMMANDS = [line for language, block in BLOCKS if not language for line in block.splitlines()]
SNIPPETS = [block for language, block in BLOCKS if language == "python"]
TEXT = "The ferry zzwas late, and nobody minded. We sat on the wall with our feet over the water and talked."
RAY = (
    pytest.mark.ray,
    pytest.mark.filterwarnings("default"),
    pytest.mark.skipif(not find_spec("ray"), reason="needs ray"),
)


@pytest.fixture
def files(mtqa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whatever the commands name."""
    rows = [{"id": str(n), "text": f"{TEXT} {n}.", "language": "en"} for n in range(5)]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for folder in ("news", "articles"):
        (tmp_path / folder).mkdir()
    (tmp_path / "news" / "a.csv").write_text(f'url,body,site\nhttps://a/1,"{TEXT}",a\n', encoding="utf-8")
    (tmp_path / "excel.csv").write_text(f'id;text\n1;"{TEXT}"\n', encoding="utf-8")
    (tmp_path / "unquoted.tsv").write_text(f'id\ttext\n1\t"{TEXT}\n', encoding="utf-8")
    table = pa.Table.from_pylist([{"url": "https://b/1", "body": TEXT, "site": "b"}])
    parquet.write_table(table, tmp_path / "archive.parquet")
    (tmp_path / "articles" / "a.md").write_text(f"# Ferries\n\n{TEXT}\n", encoding="utf-8")
    monkeypatch.setenv("RAY_ADDRESS", "local")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(os.path.abspath, sys.path)))
    assert mtqa("batch", "corpus.jsonl", "-o", "judged.jsonl").code == 0
    made = next(command for command in COMMANDS if "judged.parquet" in command).replace("news/*.csv", "news/a.csv")
    assert mtqa(*made.split()[1:]).code == 0
    return tmp_path


@pytest.mark.parametrize("command", [pytest.param(c, marks=RAY if " ray " in c else ()) for c in COMMANDS])
def test_every_command_runs(mtqa: Run, files: Path, command: str) -> None:
    line, _, stdin = command.partition(" < ")
    program, *words = shlex.split(line)
    assert program == "mtqa"
    patterns = [[str(path) for path in files.glob(word)] if "*" in word else [word] for word in words]
    words = [word for found in patterns for word in found]
    if "--output" in words and words[0] == "batch":
        words.append("--restart")
    ran = mtqa(*words, stdin=(files / stdin).read_bytes() if stdin else b"")
    said = [line for line in ran.err.splitlines() if not line.startswith("mtqa: judging ")]
    assert (ran.code, said) == (0, [])
    if "--workers" in words or stdin:
        written = ran.out if stdin else (files / words[3]).read_text(encoding="utf-8")
        assert written == (files / "judged.jsonl").read_text(encoding="utf-8")


def needed(module: str, *programs: str) -> pytest.MarkDecorator:
    """Skips what needs a module or a program that is not here."""
    absent = [name for name in (module,) if not find_spec(name)] + [name for name in programs if not shutil.which(name)]
    return pytest.mark.skipif(bool(absent), reason=f"needs {', '.join(absent)}")


ENGINES = {
    "ray": (pytest.mark.ray, needed("ray"), needed("pandas")),
    "daft": needed("daft"),
    "spark": (needed("pyspark", "java"), needed("pandas")),
}


def test_every_engine_is_tried() -> None:
    assert len(SNIPPETS) == len(ENGINES)
    assert all(f'"judged-by-{engine}"' in snippet for engine, snippet in zip(ENGINES, SNIPPETS, strict=True))


@pytest.mark.parametrize(
    ("engine", "snippet"),
    [pytest.param(e, s, marks=ENGINES[e], id=e) for e, s in zip(ENGINES, SNIPPETS, strict=True)],
)
def test_every_engine_judges(engine: str, snippet: str, tmp_path: Path) -> None:
    rows = [{"id": str(n), "text": f"{TEXT} {n}." if n else "", "site": "ab"[n % 2]} for n in range(5)]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "corpus.parquet")
    (tmp_path / "snippet.py").write_text(snippet, encoding="utf-8")
    own = {"PYSPARK_PYTHON": sys.executable, "RAY_ADDRESS": "local", "RAY_USAGE_STATS_ENABLED": "0"}
    command = [sys.executable, "snippet.py"]
    ran = subprocess.run(
        command, cwd=tmp_path, env=os.environ | own, capture_output=True, text=True, timeout=200, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found = parquet.read_table(tmp_path / f"judged-by-{engine}").sort_by("id").to_pylist()
    wanted = TableJudge(columns=Columns(keep=("site",)))(pa.Table.from_pylist(rows)).to_pylist()
    assert found == wanted
    assert [row["error"] is None for row in found] == [False, True, True, True, True]


def test_every_field_is_explained() -> None:
    section = GUIDE.partition("## What comes out")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", section))
    assert {"id", *(name for name, _ in _fields())} <= named


def test_every_option_is_there(mtqa: Run) -> None:
    options = set(re.findall(r"--[a-z][a-z-]+", GUIDE))
    known = mtqa("batch", "--help").out + mtqa("summarise", "--help").out
    assert {option for option in options if option not in known} == set()
