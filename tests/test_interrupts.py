"""SIGINT at any time ends the program with 130 and one line."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

_BEFORE = """
import os, signal, sys, threading, time
from mtqa.cli.app import main

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

def loading(what):
    from mtqa.checker import Checker
    Checker.load = lambda *_, **__: what()
"""
_EARLY = """
class Finder:
    def find_spec(self, name, *_):
        if name == "mtqa.cli.commands":
            interrupt()

sys.meta_path.insert(0, Finder())
"""
_TWICE = """
def twice():
    interrupt()
    interrupt()
    time.sleep(60)

loading(twice)
"""
_WHILE_TIDYING = """
def work():
    try:
        interrupt()
        time.sleep(60)
    finally:
        interrupt()
        print("tidied", flush=True)

loading(work)
"""
_IN_A_CALLBACK = """
class Dying:
    def __del__(self):
        interrupt()
        for _ in range(10**6):
            pass

def work():
    Dying()
    time.sleep(60)

loading(work)
"""
_MADE_ANOTHER_ERROR = """
def work():
    try:
        interrupt()
        time.sleep(60)
    except KeyboardInterrupt:
        raise ImportError("initialization failed") from None

loading(work)
"""
_WITH_THREADS = """
def work():
    threading.Thread(target=time.sleep, args=(600,)).start()
    interrupt()
    time.sleep(60)

loading(work)
"""
_LATE = """
import atexit
atexit.register(interrupt)
sys.argv = ["mtqa", "--version"]
"""
_WHILE_THREADS_END = """
threading.Thread(target=lambda: (threading.main_thread().join(), interrupt(), time.sleep(60))).start()
sys.argv = ["mtqa", "--version"]
"""


def run(code: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", f"{_BEFORE}\nsys.argv = ['mtqa', 'score', '-']\n{code}\nmain()\n"]
    text = "The ferry was late, and nobody minded."
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=300, **more)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize(
    "code",
    [
        _EARLY,
        _TWICE,
        _WHILE_TIDYING,
        _IN_A_CALLBACK,
        _MADE_ANOTHER_ERROR,
        _WITH_THREADS,
        _WHILE_THREADS_END,
    ],
    ids=range(7),
)
def test_an_interruption_is_one_line(code: str) -> None:
    ran = run(code)
    assert (ran.returncode, ran.stderr) == (130, "mtqa: interrupted\n")
    assert ("tidied" in ran.stdout) is (code == _WHILE_TIDYING)


def test_when_all_is_done_nothing_is_interrupted() -> None:
    ran = run(_LATE)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_program_in_the_background_goes_on() -> None:
    ran = run(
        "sys.argv = ['mtqa', '--version']\ninterrupt()",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_batch_says_how_to_go_on() -> None:
    ran = run("sys.argv = ['mtqa', 'batch', '-', '-o', '-']\nloading(interrupt)")
    assert ran.returncode == 130
    last = ran.stderr.splitlines()[-1]
    assert last == "mtqa: interrupted; 0 rows written; a run to standard output cannot be continued"
