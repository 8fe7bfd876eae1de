"""The image: that what its wheel is built of is in the context, and that it is what hadolint asks for."""

from __future__ import annotations

import re
from fnmatch import fnmatch

from doc_pages import ROOT
from hatchling.builders.wheel import WheelBuilder


def test_the_context_has_all_that_the_wheel_is_made_of() -> None:
    kept = [
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    ]
    files = [file.relative_path for file in WheelBuilder(str(ROOT)).recurse_included_files()]
    files += ["pyproject.toml", "constraints.txt", "README.md", "LICENSE"]
    assert len(files) > 300
    lacking = [file for file in files if not any(file.startswith(f"{name}/") or fnmatch(file, name) for name in kept)]
    assert lacking == []


def test_the_image_is_pinned_and_runs_without_rights() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert all(re.search(r":\d+\.\d+-slim", base) for base in bases)
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER 10001"]
    assert any(line.startswith("HEALTHCHECK ") for line in lines)
    assert 'CMD ["serve", "--host", "0.0.0.0"]' in lines
