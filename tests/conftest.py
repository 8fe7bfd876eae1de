"""What tests of several modules need."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from fakes import load_fake
from program import Ran, Run

from mtqa.checker import Checker
from mtqa.cli.app import main

_OF_THE_MACHINE = ("NO_COLOR", "MTQA_DEBUG", "MTQA_MODELS", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY")


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
