"""Calls of git: nothing that a repository's configuration names is run, and other repositories are not led to."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from program import Run

from mtqa.core.errors import ConfigError
from mtqa.formats import read
from mtqa.gate import git as git_module
from mtqa.gate.changes import Changes
from mtqa.gate.git import git, ignored
from mtqa.segmentation import segment

TEXT = "The council met on Tuesday. It agreed on the budget.\n"


def run_git(folder: Path, *arguments: str) -> None:
    named = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One commit; after it, an article was changed in a way that git finds out by its content alone."""
    root = tmp_path / "repository"
    root.mkdir()
    run_git(root, "init", "--quiet")
    (root / "a.md").write_text(TEXT)
    (root / ".gitignore").write_text("ignored.md\n")
    run_git(root, "add", ".")
    run_git(root, "commit", "--quiet", "-m", "one")
    (root / "a.md").write_text(TEXT.replace("Tuesday", "Tuesdax"))
    os.utime(root / "a.md", (1, 1))
    return root


def trap(root: Path) -> tuple[Path, Path]:
    """A program, and the file that it makes when it is run."""
    sprung, program = root.parent / "sprung", root.parent / "program"
    program.write_text(f"#!/bin/sh\necho $0 $* >> {sprung}\ncat\n")
    program.chmod(0o755)
    return program, sprung


def configured(root: Path, *settings: str) -> None:
    for setting in settings:
        run_git(root, "config", *setting.split("=", 1))


def with_filter(root: Path, program: Path) -> None:
    configured(root, f"filter.evil one.x.clean={program}", f"filter.evil one.x.smudge={program}")
    configured(root, "filter.evil one.x.required=true")
    (root / ".git" / "info" / "attributes").write_text('* filter="evil one.x"\n* filter=evil\n')
    configured(root, f"filter.evil.process={program}", f"filter.evil.clean={program}")


def with_driver(root: Path, program: Path) -> None:
    configured(root, f"diff.evil.textconv={program}", f"diff.evil.command={program}", f"diff.external={program}")
    (root / ".gitattributes").write_text("* diff=evil\n")


def with_hooks(root: Path, program: Path) -> None:
    for name in ("post-index-change", "fsmonitor-watchman"):
        (root / ".git" / "hooks" / name).write_bytes(program.read_bytes())
        (root / ".git" / "hooks" / name).chmod(0o755)
    configured(root, f"core.hooksPath={root / '.git' / 'hooks'}", "core.pager=false", "pager.diff=true")


def with_included(root: Path, program: Path) -> None:
    (root / "settings").write_text(f'[core]\nfsmonitor = {program}\n[filter "evil"]\nclean = {program}\n')
    (root / ".gitattributes").write_text("* filter=evil\n")
    configured(root, f"include.path={root / 'settings'}", f"core.fsmonitor={program}")


def with_partial_clone(root: Path, program: Path) -> None:
    blob = subprocess.run(["git", "rev-parse", "HEAD:a.md"], cwd=root, check=True, capture_output=True, text=True)
    (root / ".git" / "objects" / blob.stdout[:2] / blob.stdout[2:].strip()).unlink()
    configured(root, "core.repositoryformatversion=1", "extensions.partialClone=origin")
    configured(root, f"remote.origin.url={root.parent}", "remote.origin.promisor=true")
    configured(root, f"remote.origin.uploadpack={program}", f"core.sshCommand={program}", "protocol.allow=always")
    configured(root, f"credential.helper={program}", f"core.gitProxy={program}", f"core.askPass={program}")


def with_submodule(root: Path, program: Path) -> None:
    other = root.parent / "other"
    other.mkdir()
    run_git(other, "init", "--quiet")
    (other / "b.md").write_text(TEXT)
    run_git(other, "add", ".")
    run_git(other, "commit", "--quiet", "-m", "b")
    run_git(root, "submodule", "--quiet", "add", str(other), "sub")
    run_git(root, "commit", "--quiet", "-m", "two")
    configured(root / "sub", f"core.fsmonitor={program}", f"filter.evil.clean={program}")
    (root / "sub" / ".gitattributes").write_text("* filter=evil\n")
    (root / "sub" / "b.md").write_text(TEXT.lower())
    os.utime(root / "sub" / "b.md", (1, 1))
    configured(root, "submodule.recurse=true", "diff.submodule=diff", "submodule.sub.ignore=none")


TRAPS = [with_filter, with_driver, with_hooks, with_included, with_partial_clone, with_submodule]


@pytest.mark.parametrize("make", TRAPS)
def test_a_repository_runs_nothing(repository: Path, make: Callable[[Path, Path], None]) -> None:
    program, sprung = trap(repository)
    make(repository, program)
    sprung.unlink(missing_ok=True)
    if make is with_partial_clone:
        with pytest.raises(ConfigError, match="complete the clone if it is a partial one"):
            git(repository, "diff", "--name-only", "HEAD")
        (repository / "a.md").write_text(TEXT)
        git(repository, "add", "a.md")
    changes = Changes("HEAD", repository, lambda raw, name, language: [raw.decode()])
    assert changes.touches(repository / "a.md") is (make is not with_partial_clone)
    ignored([repository / "a.md", repository / "ignored.md", repository / "sub" / "b.md"])
    for arguments in (["diff", "-M", "HEAD"], ["ls-files", "--others"], ["log", "--name-only"]):
        git(repository, *arguments)
    changes.unchanged(document := read(repository / "a.md"), segment(document)[0])
    assert not sprung.exists(), sprung.read_text()


@pytest.mark.parametrize("make", TRAPS)
def test_the_gate_runs_nothing_of_a_repository(
    repository: Path, make: Callable[[Path, Path], None], mtqa: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, sprung = trap(repository)
    make(repository, program)
    sprung.unlink(missing_ok=True)
    monkeypatch.chdir(repository)
    for arguments in ([], ["--changed-since", "HEAD"]):
        ran = mtqa("gate", ".", "--exit-zero", *arguments)
        assert ran.code == (2 if make is with_partial_clone and arguments else 0), ran.err
    assert not sprung.exists(), sprung.read_text()


def test_filters_that_cannot_be_switched_off_are_refused(repository: Path) -> None:
    program, sprung = trap(repository)
    configured(repository, "x.y=z")
    (repository / ".git" / "config").write_text(
        (repository / ".git" / "config").read_text() + f'[filter "a=b"]\nclean = {program}\n'
    )
    (repository / ".git" / "info" / "attributes").write_text("* filter=a=b\n")
    with pytest.raises(ConfigError, match="filters that cannot be switched off; remove them"):
        git(repository, "diff", "HEAD")
    assert not ignored([repository / "ignored.md"])
    assert not sprung.exists()


def test_what_git_ignores(repository: Path) -> None:
    assert ignored([repository / "a.md", repository / "ignored.md"]) == {repository / "ignored.md"}


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
def test_the_environment_leads_to_no_other_repository(
    repository: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(repository.parent / "elsewhere"))
    assert git(repository, "diff", "--name-only", "HEAD") == b"a.md\n"


def test_the_users_own_configuration_holds(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that files in the care of a filter, such as those of Git LFS, do not seem to have changed."""
    (repository / ".git" / "info" / "attributes").write_text("* filter=mine\n")
    (repository.parent / "mine").write_text('[filter "mine"]\nclean = "sed s/Tuesdax/Tuesday/"\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(repository.parent / "mine"))
    assert git(repository, "diff", "--name-only", "HEAD") == b""


def test_git_that_does_not_end(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_module, "_PATIENCE", 0.3)
    os.mkfifo(repository / "settings")
    with (repository / ".git" / "config").open("a") as config:
        config.write(f"[include]\npath = {repository / 'settings'}\n")
    with pytest.raises(ConfigError, match=r"git diff took more than half a minute; see whether"):
        git(repository, "diff", "HEAD")
    assert not ignored([repository / "ignored.md"])
