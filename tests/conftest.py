"""What tests of several modules need."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from fakes import load_fake
from program import Ran, Run

HOOK = Path(__file__).parent / "hook"
sys.path.insert(0, str(HOOK))

import noise  # noqa: E402

noise.watch()

from mtqa.checker import Checker  # noqa: E402
from mtqa.cli.app import main  # noqa: E402

_OF_THE_MACHINE = ("NO_COLOR", "MTQA_DEBUG", "MTQA_MODELS", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--noise", type=int, metavar="SEED", help="noise on what the network says")


def pytest_configure() -> None:
    there = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HOOK), *([there] if there else [])])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture: only a test that is marked asks the network, and then with the noise that is wanted."""
    seed = item.config.getoption("--noise")
    asks = item.get_closest_marker("network")
    os.environ[noise.VARIABLE] = noise.NONE if not asks else "" if seed is None else str(seed)


@pytest.fixture
def mtqa(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """Runs the program in an empty folder, ``tmp_path``, on fake models and with an empty cache and no settings."""
    monkeypatch.setattr(Checker, "load", load_fake)
    monkeypatch.chdir(tmp_path)
    for name in _OF_THE_MACHINE:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))

    def run(*arguments: str, stdin: bytes = b"") -> Ran:
        reader = io.BufferedReader(io.BytesIO(stdin))  # type: ignore[type-var]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(reader))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run
