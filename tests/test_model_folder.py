"""A model is its folder: the product finds it, judges by it and signs with it, and nothing else is touched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from program import Run

import mtqa as package
from mtqa.checker import Checker, signature_of
from mtqa.core.report import Decision
from mtqa.core.settings import MODEL, CheckerSettings
from mtqa.neural import store

LOAD = Checker.load
TOY = "toy-de"
GERMAN = (
    "Der Stadtrat hat am Dienstag beschlossen, die alte Brücke für Reparaturen zu sperren. Autofahrer müssen bis zum "
    "Frühjahr die Ringstraße nehmen, teilte das Büro des Bürgermeisters mit. Die Kosten werden auf zwei Millionen Euro "
    "geschätzt. Ein Sprecher sagte, die Arbeiten hätten längst beginnen sollen. Niemand am Ufer hat widersprochen. "
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one folder in it: the embedded model's files, and a manifest that says that they judge German."""
    root, embedded = tmp_path_factory.mktemp("models"), store.locate(MODEL)
    folder = root / TOY
    folder.mkdir()
    for file in embedded.files:
        shutil.copy(embedded.path / file.name, folder)
    manifest = (embedded.path / "model.toml").read_text(encoding="utf-8")
    manifest = manifest.replace(f'name = "{MODEL}"', f'name = "{TOY}"').replace(
        'languages = ["en"]', 'languages = ["de"]'
    )
    (folder / "model.toml").write_text(manifest, encoding="utf-8")
    return root


@pytest.mark.network
def test_a_model_takes_its_folder(models: Path, mtqa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTQA_MODELS", str(models))
    monkeypatch.setattr(Checker, "load", LOAD)  # not the fake one
    assert any(line.split()[:2] == [TOY, "here"] for line in mtqa("models", "list").out.splitlines())
    signature = signature_of(CheckerSettings(model=TOY))
    assert signature.model.startswith(f"{TOY}@")
    assert signature_of(CheckerSettings(model=str(models / TOY))) == signature
    (tmp_path / "a.txt").write_text(GERMAN * 3, encoding="utf-8")
    by_name = mtqa("score", "a.txt", "--model", TOY, "--format", "json")
    (german,) = json.loads(by_name.out)["documents"]
    assert (by_name.code, german["language"], german["p_mt"] is None) == (0, "de", False)
    assert json.loads(by_name.out)["signature"]["string"] == str(signature)
    assert mtqa("score", "a.txt", "--model", str(models / TOY), "--format", "json").out == by_name.out
    assert "|flags:strict|" in mtqa("gate", "a.txt", "--model", TOY).out
    assert german["remarks"] == ["the careful editor does not read German, so the fast editor judged 15 sentences"]
    english = package.from_text("The ferry was late on Friday, and nobody at the pier minded.", language="en")
    (unread,) = LOAD(CheckerSettings(model=TOY)).check(english).documents
    assert (unread.decision, unread.p_mt) == (Decision.UNDECIDED, None)
