"""The hook of .pre-commit-hooks.yaml, run by pre-commit itself in a git repository.

The environment that pre-commit would install the hook into needs a package registry, so the hook runs the program that
is installed here; all else of it is as it stands in the file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from program import GARBLED_ARTICLE, on_fakes

ROOT = Path(__file__).parent.parent
CLEAN, GARBLED = ROOT / "seeds" / "002_river.md", ROOT / "seeds" / "000_3d0557e54902f2a4.txt"
PROGRAMS = Path(sys.executable).parent


class Repository:
    """A git repository."""

    def __init__(self, folder: Path, home: Path, programs: Path) -> None:
        self.folder = folder
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_"))}
        self._environment |= {
            "PATH": os.pathsep.join([str(programs), str(PROGRAMS), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]]),
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self._environment |= {f"GIT_{who}_NAME": "A" for who in ("AUTHOR", "COMMITTER")}
        self._environment |= {f"GIT_{who}_EMAIL": "a@example.org" for who in ("AUTHOR", "COMMITTER")}
        assert self.run("git", "init", "--quiet").returncode == 0

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )

    def install(self, **changes: Any) -> None:
        """Put the hook in, with ``changes`` as a user's configuration may make them."""
        (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        assert hook["language"] == "python"
        local = {"repos": [{"repo": "local", "hooks": [hook | {"language": "system"} | changes]}]}
        (self.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(local), encoding="utf-8")
        installed = self.run("pre-commit", "install")
        assert installed.returncode == 0, installed.stderr

    def commit(self, files: dict[str, Path]) -> tuple[bool, str]:
        """Whether copies of ``files``, by name, could be committed, and what was said."""
        for name, source in files.items():
            target = self.folder / name
            target.parent.mkdir(exist_ok=True)
            shutil.copy(source, target)
        self.run("git", "add", "--all")
        done = self.run("git", "commit", "--message", "Articles")
        there = set(self.run("git", "ls-tree", "-r", "--name-only", "HEAD").stdout.split())
        assert (done.returncode == 0) == (there >= set(files))
        return done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Its ``mtqa`` runs on fake models."""
    for name in ("repository", "home", "programs"):
        (tmp_path / name).mkdir()
    on_fakes(tmp_path / "programs")
    return Repository(tmp_path / "repository", tmp_path / "home", tmp_path / "programs")


@pytest.fixture
def garbled(tmp_path: Path) -> Path:
    article = tmp_path / "garbled.txt"
    article.write_text(GARBLED_ARTICLE, encoding="utf-8")
    return article


@pytest.mark.network
def test_a_garbled_article_is_not_committed_and_a_clean_one_is(repository: Repository, tmp_path: Path) -> None:
    """By the model that comes along."""
    (tmp_path / "programs" / "mtqa").unlink()
    repository.install()
    committed, said = repository.commit({"clean.md": CLEAN})
    assert committed, said
    assert "mtqa gate" in said
    assert "Passed" in said
    committed, said = repository.commit({"garbled.txt": GARBLED})
    assert not committed
    assert "garbled.txt:34:46: major unrendered-compound: “fentanyllabors”" in said
    assert "garbled.txt: major machine-translation: the article reads like machine translation [fails]" in said
    assert "clean.md" not in said  # only what is staged is judged


def test_what_is_no_article_is_left_alone(repository: Repository, garbled: Path) -> None:
    repository.install()
    committed, said = repository.commit({"article.py": garbled, "article.csv": garbled})
    assert committed, said
    assert "(no files to check)Skipped" in said


@pytest.mark.parametrize("name", ["article.md", "article.html", "article.txt"])
def test_every_type_is_judged(repository: Repository, garbled: Path, name: str) -> None:
    repository.install()
    committed, said = repository.commit({name: garbled})
    assert not committed
    assert f"violation: {name}" in said


def test_excluded_files_are_left_out_though_they_are_named(repository: Repository, garbled: Path) -> None:
    repository.install()
    (repository.folder / "mtqa.toml").write_text('exclude = ["drafts/"]\n', encoding="utf-8")
    committed, said = repository.commit({"drafts/garbled.txt": garbled})
    assert committed, said
    assert "Passed" in said


def test_arguments_reach_the_gate(repository: Repository, garbled: Path) -> None:
    repository.install(args=["--exit-zero"], verbose=True)
    committed, said = repository.commit({"garbled.txt": garbled})
    assert committed, said
    assert "garbled.txt: major machine-translation: the article reads like machine translation [fails]" in said
