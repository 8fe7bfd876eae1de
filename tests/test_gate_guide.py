"""The examples of docs/gate.md hold."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from mtqa.config import Policy
from mtqa.core.findings import Severity
from mtqa.gate.run import settings_in
from mtqa.renderers.gate import GATE_RENDERERS

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_settings_are_valid_and_mean_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    (example,) = blocks("toml")
    (tmp_path / "mtqa.toml").write_text(example, encoding="utf-8")
    settings = settings_in(tmp_path)
    article, manual = (settings.policy_for(tmp_path / name) for name in ("articles/a.md", "docs/manual.md"))
    assert (article.likely_mt, article.fail_on, article.max_repairs) == (True, Severity.MAJOR, 5)
    assert (manual.likely_mt, manual.max_repairs_per_1000_words) == (False, 3.5)
    assert settings.excludes(tmp_path / "drafts" / "a.md")


def test_the_table_of_profiles_is_that_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    rows = re.findall(r"^\| `(\w+)` \| (yes|no) \| (yes|no) \| (\w+) \| (no limit|\d+) \|$", GUIDE, re.MULTILINE)
    profiles = tomllib.loads((ROOT / "mtqa" / "config" / "profiles.toml").read_text(encoding="utf-8"))
    assert {name for name, *_ in rows} == set(profiles)
    for name, likely, undecided, fail_on, repairs in rows:
        policy: Policy = settings_in(tmp_path, {"profile": name}).policy
        assert (policy.likely_mt, policy.undecided) == (likely == "yes", undecided == "yes"), name
        assert policy.fail_on == Severity(fail_on), name
        assert policy.max_repairs == (None if repairs == "no limit" else int(repairs)), name


def test_every_format_is_explained() -> None:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ", GUIDE.partition("## Formats")[2].partition("##")[0], re.MULTILINE)
    assert sorted(re.findall(r"\w+", " ".join(rows))) == sorted(GATE_RENDERERS)


def test_the_action_and_the_hook_are_called_as_they_are() -> None:
    hook, workflow, _ = map(yaml.safe_load, blocks("yaml"))
    (ours,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [each["id"] for each in hook["repos"][0]["hooks"]] == [ours["id"]]
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    steps: list[dict[str, Any]] = workflow["jobs"]["articles"]["steps"]
    (used,) = (step for step in steps if step["uses"].startswith("OWNER/mtqa@"))
    assert set(used["with"]) <= set(action["inputs"])
    inputs = re.findall(r"^\| `([\w-]+)` \|", GUIDE.partition("| input |")[2].partition("\n\n")[0], re.MULTILINE)
    assert inputs == list(action["inputs"])
