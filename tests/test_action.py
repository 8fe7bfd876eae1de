"""The GitHub action: the steps of action.yml, run by bash as a runner does, on the program that is installed here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from program import GARBLED_ARTICLE, on_fakes

import mtqa

ROOT = Path(__file__).parent.parent
CLEAN, GARBLED = ROOT / "seeds" / "002_river.md", ROOT / "seeds" / "000_3d0557e54902f2a4.txt"
PROGRAMS = Path(sys.executable).parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) \}\}")
HOSTILE = [
    "; touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    '"; touch pwned; "',
    "'; touch pwned; '",
    "x\ntouch pwned",
    "a[$(touch pwned)]",
    "| touch pwned",
    "${{ github.token }}",
    "--help; touch pwned",
]


class Ran(NamedTuple):
    code: int
    out: str
    summary: str


class Runner:
    """A job in a folder."""

    def __init__(self, workspace: Path, temporary: Path, program: Path) -> None:
        self.workspace, self.temporary, self.program = workspace, temporary, program
        self._files = {name: temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}

    def uses(self, *, install: bool = False, **inputs: str) -> Ran:
        """Run the action; but to ``install``, its program is there already."""
        given = {name: each["default"] for name, each in ACTION["inputs"].items()} | {
            name.replace("_", "-"): value for name, value in inputs.items()
        }
        context = {f"inputs.{name}": value for name, value in given.items()}
        context |= {"github.action_path": str(ROOT), "runner.temp": str(self.temporary)}
        for file in self._files.values():
            file.write_text("", encoding="utf-8")
        code, out = 0, ""
        for step in STEPS:
            if step.get("id") == "install" and not install:
                context["steps.install.outputs.program"] = str(self.program)
                continue
            if "if" in step:
                assert step["if"] == "inputs.version != ''"
                if not given["version"]:
                    continue
            code, said = self._bash(step, context)
            out += said
            for line in self._files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines():
                name, _, value = line.partition("=")
                context[f"steps.install.outputs.{name}"] = value
            if code:
                break
        return Ran(code, out, self._files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"))

    def _bash(self, step: dict[str, Any], context: dict[str, str]) -> tuple[int, str]:
        assert step["shell"] == "bash"
        script = self.temporary / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]]),
            "GITHUB_ACTIONS": "true",
            "HOME": str(self.temporary),
        }
        environment |= {"XDG_CACHE_HOME": str(self.temporary / "cache")}
        environment |= {"PATH": f"{self.temporary / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        environment |= {name: str(file) for name, file in self._files.items()}
        environment |= {
            name: EXPRESSION.sub(lambda found: context[found[1]], value) for name, value in step["env"].items()
        }
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stdout


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    for name in ("workspace", "temporary", "programs"):
        (tmp_path / name).mkdir()
    shutil.copy(CLEAN, tmp_path / "workspace" / "clean.md")
    return Runner(tmp_path / "workspace", tmp_path / "temporary", on_fakes(tmp_path / "programs"))


@pytest.fixture
def garbled(runner: Runner) -> Runner:
    (runner.workspace / "some articles").mkdir()
    (runner.workspace / "some articles" / "garbled.txt").write_text(GARBLED_ARTICLE, encoding="utf-8")
    return runner


def test_no_expression_stands_in_a_script() -> None:
    assert [step["shell"] for step in STEPS] == ["bash"] * len(STEPS)
    assert not [step["run"] for step in STEPS if "${{" in step["run"]]


def test_a_clean_article_passes(runner: Runner) -> None:
    ran = runner.uses()
    assert ran.code == 0, ran.out
    assert ran.out.endswith("PASSED\n")
    assert "::error" not in ran.out
    assert ran.summary.startswith("## mtqa gate: passed\n")


@pytest.mark.network
def test_a_garbled_one_fails_with_annotations_a_summary_and_sarif(garbled: Runner) -> None:
    """On the model that comes along."""
    shutil.copy(GARBLED, garbled.workspace / "some articles" / "garbled.txt")
    garbled.program = PROGRAMS / "mtqa"
    ran = garbled.uses(sarif_file="gate.sarif")
    assert ran.code == 1
    assert "::error file=some articles/garbled.txt,title=machine-translation (major)::" in ran.out
    assert "::warning file=some articles/garbled.txt,line=34,col=46,endLine=34,endColumn=60," in ran.out
    assert ran.summary.startswith("## mtqa gate: failed\n")
    (run,) = json.loads((garbled.workspace / "gate.sarif").read_text(encoding="utf-8"))["runs"]
    assert "unrendered-compound" in {result["ruleId"] for result in run["results"]}


def test_no_sarif_unless_asked_for(garbled: Runner) -> None:
    before = sorted(garbled.workspace.rglob("*"))
    garbled.uses()
    assert sorted(garbled.workspace.rglob("*")) == before


def test_paths_are_one_a_line(garbled: Runner) -> None:
    assert garbled.uses(paths="clean.md").code == 0
    ran = garbled.uses(paths="\n  clean.md\n\nsome articles/*.txt\n")
    assert ran.code == 1, ran.out
    assert "violation: some articles/garbled.txt" in ran.out


def test_no_paths_could_not_run(runner: Runner) -> None:
    ran = runner.uses(paths="\n")
    assert ran.code == 2
    assert "no articles" in ran.out


def test_arguments_are_parted_by_white_space(garbled: Runner) -> None:
    ran = garbled.uses(arguments="--profile docs\n  --fail-on never ")
    assert (ran.code, "violation: " in ran.out) == (0, False)
    assert "::warning file=some articles/garbled.txt,title=machine-translation (major)::" in ran.out
    assert garbled.uses(arguments="--fail-on *").code == 2  # a pattern is not expanded into names


def test_another_version_fails_before_anything_is_judged(runner: Runner) -> None:
    assert runner.uses(version=mtqa.__version__).code == 0
    ran = runner.uses(version="99.0")
    assert ran.code == 2
    assert ran.out == (
        f"::error::mtqa {mtqa.__version__} is not the version that is expected; use the action at the tag of that "
        "version\n"
    )


@pytest.mark.parametrize("name", ["paths", "arguments", "version", "sarif_file"])
def test_hostile_inputs_are_inert(runner: Runner, tmp_path: Path, name: str) -> None:
    fake = tmp_path / "mtqa"  # what is asked of it is all that matters here
    fake.write_text('#!/bin/sh\necho "mtqa 0"\nfor each in "$@"; do echo "[$each]"; done\n', encoding="utf-8")
    fake.chmod(0o755)
    runner.program = fake
    before = sorted(tmp_path.rglob("*"))
    reached = 0
    for text in HOSTILE:
        ran = runner.uses(**{name: text})
        found = {path.name for path in tmp_path.rglob("*")} - {path.name for path in before}
        assert found <= {"step.sh", "github_output", "github_step_summary"}, text
        reached += f"[{text.split()[0]}" in ran.out
    assert reached == (len(HOSTILE) if name != "version" else 0)


def test_a_hostile_path_is_a_missing_file(runner: Runner) -> None:
    ran = runner.uses(paths="; touch pwned")
    assert ran.code == 2
    assert "::error file=; touch pwned" in ran.out
    assert not (runner.workspace / "pwned").exists()


@pytest.mark.network
def test_it_installs_its_own_checkout_into_an_environment_of_its_own(runner: Runner) -> None:
    programs = runner.temporary / "bin"
    programs.mkdir()
    said = runner.temporary / "said"
    (programs / "python").write_text(
        f'#!/bin/sh\necho "$@" >> \'{said}\'\n[ "$2" = venv ] || exit 0\n'
        f'mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; ln -s "{PROGRAMS}/mtqa" "$3/bin/mtqa"\n',
        encoding="utf-8",
    )
    (programs / "python").chmod(0o755)
    ran = runner.uses(install=True)
    assert ran.code == 0, ran.out
    venv, pip = said.read_text(encoding="utf-8").splitlines()
    assert venv == f"-m venv {runner.temporary}/mtqa-gate"
    assert pip.endswith(f"-c {ROOT}/constraints.txt {ROOT}")
