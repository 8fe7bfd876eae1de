"""What the wheel carries."""

import tomllib
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel() -> set[str]:
    return {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}


def test_embedded_model(wheel: set[str]) -> None:
    manifest = tomllib.loads((ROOT / "models" / "mtqa-en" / "model.toml").read_text(encoding="utf-8"))
    names = {"model.toml", "README.md", *manifest["files"]}
    assert "model.onnx" in names
    assert {f"mtqa/models/mtqa-en/{name}" for name in names} <= wheel


def test_every_manifest(wheel: set[str]) -> None:
    assert {f"mtqa/{path.relative_to(ROOT)}" for path in ROOT.glob("models/*/model.toml")} <= wheel


def test_package_with_its_data(wheel: set[str]) -> None:
    assert {"mtqa/py.typed", "mtqa/renderers/report.html.j2", "mtqa/languages/en/rules/misspelling.py"} <= wheel
    assert {"mtqa/bench/report.html.j2", "mtqa/bench/report.css", "mtqa/suites/detection.toml"} <= wheel
    assert {"mtqa/config/profiles.toml", "mtqa/gate/rules.toml", "mtqa/config/mtqa.schema.json"} <= wheel


def test_nothing_else(wheel: set[str]) -> None:
    assert not [name for name in wheel if not name.startswith("mtqa/") or "__pycache__" in name]
    assert not [name for name in wheel if name.startswith("mtqa/models/") and name.endswith((".py", ".gguf"))]
