"""Files that a folder names are opened without waiting and without end; shared ones change under a lock."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from articles import BAD
from program import Run

from mtqa.core import files as files_module
from mtqa.core import locks as locks_module
from mtqa.core.files import TooLarge, open_file, read_file, read_text, replace_file, staged
from mtqa.core.locks import locked

ARTICLE = f"{BAD} We sat on the wall by the sea and we talked.\n"


def fifo(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def huge(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(2**40)


def folder(path: Path) -> None:
    path.mkdir()


STRANGE = [fifo, endless, huge, folder]


@pytest.mark.parametrize("make", STRANGE)
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "x")
    with pytest.raises(OSError, match=r"not a regular file|over the limit of 1 MB|directory"):
        read_file(tmp_path / "x", 2**20)


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbfa\r\nb")
    assert read_file(tmp_path / "x", 7) == b"\xef\xbb\xbfa\r\nb"
    assert read_text(tmp_path / "x", 7, encoding="utf-8-sig") == "a\nb"
    with pytest.raises(TooLarge):
        read_file(tmp_path / "x", 6)
    with pytest.raises(OSError, match="null"):
        read_file(tmp_path / "x\0", 6)


@pytest.mark.skipif(not os.access("/proc/kmsg", os.R_OK), reason="needs /proc/kmsg")
def test_a_file_that_waits_for_data_is_an_error() -> None:
    with open_file(Path("/proc/kmsg")) as stream, pytest.raises(OSError, match="not a file on a disk"):
        stream.read(2**26)


def test_pipes_that_a_person_names_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "_PATIENCE", 0.2)
    os.mkfifo(tmp_path / "x")
    with pytest.raises(OSError, match="nothing writes into this pipe"):
        read_file(tmp_path / "x", 99, pipes=True)
    monkeypatch.setattr(files_module, "_PATIENCE", 60)

    def write(*pieces: bytes) -> None:
        with (tmp_path / "x").open("wb", buffering=0) as stream:
            for piece in pieces:
                time.sleep(0.1)
                stream.write(piece)

    for pieces in ((b"one",), (b"o", b"n", b"e"), ()):
        writer = threading.Thread(target=write, args=pieces)
        writer.start()
        assert read_file(tmp_path / "x", 99, pipes=True) == b"".join(pieces)
        writer.join()
    with pytest.raises(TooLarge):
        read_file(Path("/dev/zero"), 99, pipes=True)


OWN = [".mtqaignore", "mtqa.toml", "mtqa-baseline.json", "terms.txt", "a.md.edits.jsonl"]


@pytest.mark.parametrize("make", STRANGE)
@pytest.mark.parametrize("name", OWN)
def test_files_beside_articles(mtqa: Run, tmp_path: Path, name: str, make: Callable[[Path], None]) -> None:
    (tmp_path / "a.md").write_text(ARTICLE)
    if name in ("terms.txt", "mtqa-baseline.json"):
        keys = {"terms.txt": 'terms = ["terms.txt"]', "mtqa-baseline.json": 'baseline = "mtqa-baseline.json"'}
        (tmp_path / "mtqa.toml").write_text(f"{keys[name]}\n")
    make(tmp_path / name)
    command = ("apply", "a.md", name, "--yes") if name.startswith("a.md") else ("gate", "a.md")
    ran = mtqa(*command)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("mtqa: error: ")
    assert name in ran.err
    assert (tmp_path / "a.md").read_text() == ARTICLE


def test_a_folder_with_what_is_no_file(mtqa: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text(ARTICLE)
    for make in (fifo, endless):
        make(tmp_path / "in" / f"{make.__name__}.md")
        make(tmp_path / "in" / f"{make.__name__}.jsonl")
    (tmp_path / "in" / "lost.md").symlink_to("nowhere")
    for paths in (["in"], ["in/*"], ["in/**"]):
        ran = mtqa("gate", *paths, "--exit-zero", "-f", "json")
        assert [found["uri"] for found in json.loads(ran.out)["failures"]] == ["in/lost.md"]
        assert ran.code == 2


def test_a_device_that_is_named_is_read_up_to_the_limit(mtqa: Run) -> None:
    ran = mtqa("score", "/dev/zero")
    assert (ran.code, "/dev/zero: over the limit of 20 MB" in ran.err) == (2, True)


def test_a_lock_is_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "count"
    shared.write_text("0")

    def add() -> None:
        for _ in range(20):
            with locked(shared):
                count = int(shared.read_text())
                time.sleep(0.0005)
                replace_file(shared, str(count + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.read_text() == "80"
    assert list(tmp_path.iterdir()) == [shared]
    monkeypatch.setattr(locks_module, "_PATIENCE", 0.1)
    with locked(shared), pytest.raises(TimeoutError, match="another mtqa is writing it"), locked(shared):
        pass


def test_a_lock_that_was_left_is_taken_over(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from mtqa.core.locks import locked\n"
        "with locked(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "x")], check=False)
    assert [path.name for path in tmp_path.iterdir()] == [".x.lock"]
    with locked(tmp_path / "x"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_links_in_the_place_of_a_lock_or_of_a_new_file_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".x.lock").symlink_to("victim")
    with pytest.raises(OSError, match="symbolic"), locked(tmp_path / "x"):
        pass
    assert not (tmp_path / "victim").exists()


def test_two_judgements_at_the_same_time(mtqa: Run, tmp_path: Path) -> None:
    """The program's commands in other processes, which meet while this one has the lock."""
    (tmp_path / "a.md").write_text(ARTICLE.replace("We sat", "He saw the the sea. We sat"))
    marks = sorted(set(re.findall(r'"fingerprint": ?"(\w+)"', mtqa("gate", "a.md", "--exit-zero", "-f", "json").out)))
    assert len(marks) > 1
    code = (
        "import sys; sys.path[:0] = sys.argv[1].split(':')\n"
        "from fakes import load_fake; from mtqa.checker import Checker\n"
        "from mtqa.cli.app import main; Checker.load = load_fake\n"
        "main(['baseline', 'mark', 'a.md', sys.argv[2], 'confirmed', '--by', 'Ada'])"
    )
    path = ":".join(sys.path)
    with locked(Path("mtqa-baseline.json")):
        runs = [subprocess.Popen([sys.executable, "-c", code, path, mark]) for mark in marks]
        while len(list(tmp_path.glob(".mtqa-baseline.json.lock"))) != 1:
            time.sleep(0.01)
        time.sleep(0.5)
    assert [run.wait() for run in runs] == [0] * len(marks)
    kept = json.loads((tmp_path / "mtqa-baseline.json").read_text())["judgements"]
    assert sorted(one["fingerprint"] for one in kept) == marks
    assert not list(tmp_path.glob(".*"))


def test_what_killed_processes_have_left_is_removed(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = [
        f".report.json.{gone.pid}.new",
        f".report.json.{gone.pid}-0123abcd.new",
        f".report.json.{gone.pid}-0123abcd.old",
    ]
    kept = [f".report.json.{os.getpid()}.new", f".other.{gone.pid}.new", ".report.json.new", ".report.json.x.new"]
    for name in (*left, *kept):
        (tmp_path / name).write_text("x")
    replace_file(target, "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*kept, "report.json"])


def test_new_files_of_long_names(tmp_path: Path) -> None:
    name = "記" * 84
    replace_file(tmp_path / name, "x")
    with locked(tmp_path / name):
        assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == [name]


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("fails_at", [0, 1, 2])
def test_all_files_are_put_in_place_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int, links: bool
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    last = tmp_path / "last"
    old.write_text("before")
    last.write_text("before")
    targets = [old, new, last]
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target == targets[fails_at] and self.suffix == ".new":
            raise PermissionError(1, "Operation not permitted")
        return replace(self, target)

    def no_link(*_: object) -> None:
        raise OSError(1, "no links here")

    monkeypatch.setattr(Path, "replace", failing)
    if not links:
        monkeypatch.setattr(os, "link", no_link)
    with staged(dict.fromkeys(targets, "after")) as put, pytest.raises(OSError, match="not permitted") as refused:
        put()
    assert refused.value.filename == str(targets[fails_at])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old": "before", "last": "before"}
    monkeypatch.setattr(Path, "replace", replace)
    with staged(dict.fromkeys(targets, "after")) as put:
        put()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == dict.fromkeys(
        ("old", "new", "last"), "after"
    )
