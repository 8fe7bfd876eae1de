"""What tests of several modules need."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from fakes import load_fake
from program import Ran, Run

HOOK = Path(__file__).parent / "hook"
sys.path.insert(0, str(HOOK))

import noise  # noqa: E402

noise.watch()

from mtqa.checker import Checker  # noqa: E402
from mtqa.cli.app import main  # noqa: E402

_SEED = "seed of noise"
_OF_THE_MACHINE = ("NO_COLOR", "MTQA_DEBUG", "MTQA_MODELS", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--noise",
        type=int,
        nargs="+",
        default=[],
        metavar="SEED",
        help="run what asks the network once more with each seed of noise on its numbers",
    )


def pytest_configure() -> None:
    """Programs that tests start find the hook."""
    there = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HOOK), *([there] if there else [])])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    seeds = metafunc.config.getoption("--noise")
    if seeds and metafunc.definition.get_closest_marker("network"):
        metafunc.fixturenames.append(_SEED)
        metafunc.parametrize(_SEED, ["", *map(str, seeds)], ids=["plain", *(f"noise {seed}" for seed in seeds)])


def _seed(item: pytest.Item) -> str:
    """With what noise a test runs; empty for none."""
    return str(item.callspec.params.get(_SEED, "")) if hasattr(item, "callspec") else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """First without noise, then seed by seed."""
    order = ["", *map(str, config.getoption("--noise"))]
    items.sort(key=lambda item: order.index(_seed(item)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Between two seeds every fixture ends, so that none keeps what the network said with another one."""
    if nextitem is None or _seed(item) == _seed(nextitem):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    runtestprotocol(item, nextitem=None)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture: only a test that is marked asks the network, and then with the noise that is wanted."""
    os.environ[noise.VARIABLE] = _seed(item) if item.get_closest_marker("network") else noise.NONE


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
