"""What is imported: nothing heavy at the door, and nothing that pyproject.toml does not declare."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from test_layers import ROOT, imports

MODELS = {"lingua", "lxml", "numpy", "onnxruntime", "tokenizers", "torch", "trafilatura", "transformers", "wordfreq"}

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DISTRIBUTION = {
    "_pytest": "pytest",
    "yaml": "pyyaml",
    "fluent": "fluent.syntax",
    "lingua": "lingua-language-detector",
    "markdown_it": "markdown-it-py",
    "sarif": "sarif-tools",
    "sklearn": "scikit-learn",
    "translate": "translate-toolkit",
}


def declared(*extras: str) -> set[str]:
    """Names of the distributions that are required, and by ``extras``."""
    requirements = [*PROJECT["dependencies"], *(line for x in extras for line in PROJECT["optional-dependencies"][x])]
    return {re.split(r"[^\w.-]", line)[0].lower() for line in requirements}


def imported(folder: Path) -> set[str]:
    """Names of the distributions that the modules below ``folder`` import."""
    paths = list(folder.rglob("*.py"))
    own = {"mtqa", "", *sys.stdlib_module_names, *(path.stem for path in paths if folder.name != "mtqa")}
    if folder.name == "benchmarks":  # they judge by the modules of a model's recipe
        own |= {path.stem for path in (ROOT / "models").rglob("recipe/*.py")}
    tops = {module.partition(".")[0] for path in paths for _, module in imports(path.read_text(encoding="utf-8"))}
    return {DISTRIBUTION.get(top, top.replace("_", "-")) for top in tops - own}


@pytest.mark.parametrize(
    ("module", "heavy"), [("mtqa", MODELS | {"jinja2", "rich", "typer"}), ("mtqa.cli.app", MODELS)]
)
def test_the_door_is_light(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print(*sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        (
            "mtqa",
            [
                "bench",
                "ct2",
                "llm",
                "lm",
                "lsp",
                "mcp",
                "parquet",
                "pdf",
                "ray",
                "review",
                "roundtrip",
                "serve",
                "web",
                "zstd",
            ],
        ),
        ("tests", ["dev", "ray"]),
        ("benchmarks", ["ct2", "dev", "lm", "train"]),
        ("models", ["train"]),
    ],
)
def test_what_is_imported_is_declared(folder: str, extras: list[str]) -> None:
    found = imported(ROOT / folder)
    assert found
    assert found <= declared(*extras)


@pytest.mark.network
def test_judging_needs_no_torch() -> None:
    code = """
import sys
sys.modules["torch"] = sys.modules["transformers"] = None
import mtqa
print(mtqa.Checker.load().check(mtqa.from_text("A ferry came in at noon.", language="en")).signature)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "dtype:int8" in done.stdout


def test_what_is_required_is_imported() -> None:
    assert declared() - {"lxml-html-clean"} <= imported(ROOT / "mtqa")


def test_constraints_pin_what_is_declared() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.partition("==") for line in lines if not line.startswith("#")]
    assert all(version and "+" not in version for _, _, version in pins)
    assert declared(*PROJECT["optional-dependencies"]) <= {name.lower().replace("_", "-") for name, _, _ in pins}


@pytest.mark.network
def test_nothing_is_reported_to_anybody(tmp_path: Path) -> None:
    """ONNX Runtime keeps an identifier and a queue of reports for its maker where it may."""
    code = 'import mtqa; mtqa.check(mtqa.from_text("A ferry came in at noon.", language="en"))'
    homes = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_DATA_HOME": str(tmp_path / "data")}
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **homes}, check=True, timeout=100)
    assert list(tmp_path.rglob("*")) == []
