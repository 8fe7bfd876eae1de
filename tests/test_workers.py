"""Several processes write what one writes, whichever of them dies and whenever."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fakes import JUDGED, fake_checker

from mtqa.batch import Alone, Columns, Processes, Summary, Workers, chunks, run
from mtqa.batch.record import Record
from mtqa.batch.records import Corpus
from mtqa.batch.workers import Channel
from mtqa.checker import Checker
from mtqa.core.documents import Document
from mtqa.core.errors import ModelError
from mtqa.core.report import DocumentReport, Failure

COUNT = 60
FATAL = "fatal"
COLUMNS = Columns(keep=("n",))


class Dying(Checker):
    """Takes its time, and kills its process on a text with a certain word; once only where ``marker`` names a file to
    make."""

    def __init__(self, marker: Path | None, pause: float) -> None:
        self.inner, self.signature, self.marker, self.pause = fake_checker(), JUDGED, marker, pause

    def outcomes(self, documents: Sequence[Document]) -> list[DocumentReport | Failure]:
        time.sleep(self.pause * random.random())
        if any(FATAL in document.text for document in documents) and not (self.marker and self.marker.exists()):
            if self.marker:
                self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.inner.outcomes(documents)


def dying(marker: Path | None = None, pause: float = 0.0) -> Checker:
    return Dying(marker, pause)


def without_model() -> Checker:
    raise ModelError("no such model; pull it")


def killed_at_once() -> Checker:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sixty rows in chunks of some four, one of them bad and one fatal."""
    monkeypatch.setattr(chunks, "BYTES", 500)
    lines = [
        json.dumps({"id": n, "n": n, "language": "en", "text": f"The ferry was late on day {n}. " * 3})
        for n in range(COUNT)
    ]
    lines[11] = "{"
    lines[31] = lines[31].replace("ferry", FATAL)
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def expected(corpus: Path) -> bytes:
    out = corpus.with_name("expected.jsonl")
    run(Alone(fake_checker()), [corpus], out, columns=COLUMNS)
    return out.read_bytes()


def worked(corpus: Path, load: Any, *, count: int = 2) -> tuple[Summary, list[str], bytes]:
    out, told = corpus.with_name("out.jsonl"), list[str]()
    with Workers(Processes(load), count, report=told.append) as workers:
        summary = run(workers, [corpus], out, columns=COLUMNS)
    return summary, told, out.read_bytes()


def test_several_write_what_one_writes(corpus: Path, expected: bytes) -> None:
    summary, told, written = worked(corpus, partial(dying, corpus, 0.02))  # the marker is there: nothing is fatal
    assert (summary.errors, told, written == expected) == (1, [], True)


class Here:
    """A site whose workers answer at once, in this process."""

    def __init__(self) -> None:
        self.started = 0

    def start(self) -> Channel:
        self.started += 1
        return AtOnce()

    def wait(self, channels: Sequence[Channel], seconds: float | None) -> Sequence[Channel]:
        return channels


class AtOnce:
    def __init__(self) -> None:
        self.answer: Any = (str(JUDGED), "")

    def send(self, records: Sequence[Record], columns: Columns) -> None:
        self.answer = chunks.judge(records, columns, fake_checker())

    def receive(self) -> Any:
        return self.answer

    def end(self) -> None:
        pass


def test_no_more_workers_are_started_than_chunks_wait(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    count = len(list(chunks.chunks(Corpus([corpus], COLUMNS))))
    for workers, most in ((1000, count), (5, 5), (1, 1)):
        site = Here()
        with Workers(site, workers, report=pytest.fail) as judges:
            assert site.started == min(2, workers)
            assert len(list(judges.judged(chunks.chunks(Corpus([corpus], COLUMNS)), COLUMNS))) == count
        assert min(2, workers) <= site.started <= most < 1000


def test_a_worker_that_dies_once_costs_nothing(corpus: Path, expected: bytes) -> None:
    _, (told,), written = worked(corpus, partial(dying, corpus.with_name("marker")))
    assert "a worker died (SIGKILL)" in told
    assert written == expected


def test_the_row_that_kills_becomes_an_error(corpus: Path, expected: bytes) -> None:
    summary, told, written = worked(corpus, dying, count=2)
    assert summary == Summary(rows=COUNT, errors=2, resumed=0)
    assert (len(told), "died again" in told[1]) == (2, True)
    found, wanted = (list(map(json.loads, data.splitlines())) for data in (written, expected))
    fatal = found.pop(31)
    assert (fatal["id"], fatal["n"], fatal["line"], "SIGKILL" in fatal["error"]) == (31, 31, 32, True)
    assert found == wanted[:31] + wanted[32:]


def test_the_article_that_kills_becomes_an_error(tmp_path: Path) -> None:
    files = [tmp_path / "a.txt", tmp_path / "b.html"]
    for file in files:
        file.write_text(f"The {FATAL if file.suffix == '.html' else 'ferry'} was late. " * 3, encoding="utf-8")
    with Workers(Processes(dying), 1, report=lambda _: None) as workers:
        assert run(workers, files, tmp_path / "out.jsonl", columns=COLUMNS).errors == 1
    _, fatal = map(json.loads, (tmp_path / "out.jsonl").read_bytes().splitlines())
    assert (fatal["id"], fatal["line"], "died twice" in fatal["error"]) == (str(files[1]), None, True)


@pytest.mark.parametrize(("load", "error"), [(without_model, "no such model"), (killed_at_once, "use fewer --workers")])
def test_workers_that_cannot_begin(load: Any, error: str) -> None:
    with pytest.raises(ModelError, match=error), Workers(Processes(load), 2, report=print):
        pass


SCRIPT = """
import sys
from functools import partial
from pathlib import Path
import test_workers as t
if __name__ == "__main__":
    t.chunks.BYTES = 500
    corpus, out = map(Path, sys.argv[1:])
    with t.Workers(t.Processes(partial(t.dying, corpus, 0.1)), 2, report=print) as workers:
        print("ready", flush=True)
        t.run(workers, [corpus], out, columns=t.COLUMNS)
"""


def test_killed_at_random_moments(corpus: Path, expected: bytes, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(SCRIPT, encoding="utf-8")
    path = os.pathsep.join(map(os.path.abspath, sys.path))
    out = corpus.with_name("out.jsonl")
    kills, resumed = 0, set[int]()
    for pause in (0.1, 0.25, 0.4, 0.3):
        command = [sys.executable, "main.py", corpus, out]
        with subprocess.Popen(command, cwd=tmp_path, env={"PYTHONPATH": path}, stdout=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            time.sleep(pause * random.random())
            process.kill()
        if out.exists():
            break
        kills += 1
        state = out.with_name("out.jsonl.part.state")
        resumed.add(json.loads(state.read_text(encoding="utf-8").splitlines()[0])["rows"] if state.exists() else 0)
    assert kills
    if not out.exists():
        worked(corpus, partial(dying, corpus))
    assert out.read_bytes() == expected
