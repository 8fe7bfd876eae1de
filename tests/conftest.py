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
    parser.addoption(
        "--noise", type=int, metavar="SEED", help="run what asks the network alone, with noise on its numbers"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Programs that tests start find the hook. With noise, only tests of ``network`` run."""
    there = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HOOK), *([there] if there else [])])
    if config.getoption("--noise") is not None:
        config.option.markexpr = config.option.markexpr or "network"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With noise, modules without a test of ``network`` are not even imported."""
    if config.getoption("--noise") is None or collection_path.suffix != ".py":
        return None
    return "mark.network" not in collection_path.read_text(encoding="utf-8") or None


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
    monkeypatch.setattr("mtqa.cli.progress._FIRST", float("inf"))  # what is printed depends on no clock
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
