"""The careful editor's runtime: pieces, windows, words. Its network here counts; it judges nothing."""

from __future__ import annotations

import importlib
import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import pytest
from fakes import EDITOR
from onnx import TensorProto, helper
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from mtqa.core.errors import ModelError
from mtqa.core.findings import Category
from mtqa.core.proofreading import ProofCalibration
from mtqa.core.spans import Span
from mtqa.neural.editor import Editor
from mtqa.neural.overlong import LONGEST, READ
from mtqa.neural.sessions import session

WINDOW, BEFORE, AFTER = 24, 6, 3
CATEGORIES = (Category.GRAMMAR, Category.WORD_ORDER)

CONFIG = {"window": WINDOW, "before": BEFORE, "after": AFTER, "begin": 0, "categories": CATEGORIES}
CALIBRATION = ProofCalibration.from_table(EDITOR)


def graph() -> onnx.ModelProto:
    """Pieces: their id, and how many there are in all; sentences: their pieces, and how many there are in all."""
    node, value = helper.make_node, helper.make_tensor_value_info
    nodes = [
        node("Cast", ["ids"], ["id"], to=TensorProto.FLOAT),
        node("Size", ["ids"], ["size"]),
        node("Cast", ["size"], ["total"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["id", "one"], ["column"]),
        node("Mul", ["id", "nothing"], ["zeros"]),
        node("Add", ["zeros", "total"], ["totals"]),
        node("Unsqueeze", ["totals", "one"], ["second"]),
        node("Concat", ["column", "second"], ["word"], axis=1),
        node("Softmax", ["word"], ["category"], axis=1),
        node("Unsqueeze", ["owner", "none"], ["owners"]),
        node("Unsqueeze", ["ordinals", "one"], ["sentences"]),
        node("Equal", ["owners", "sentences"], ["members"]),
        node("Cast", ["members"], ["shares"], to=TensorProto.FLOAT),
        node("ReduceSum", ["shares", "one"], ["own"], keepdims=1),
        node("Mul", ["own", "nothing"], ["blank"]),
        node("Add", ["blank", "total"], ["all"]),
        node("Concat", ["own", "all"], ["sentence"], axis=1),
    ]
    made = helper.make_graph(
        nodes,
        "counts",
        [value(name, TensorProto.INT64, [None]) for name in ("ids", "owner", "ordinals")],
        [value(name, TensorProto.FLOAT, [None, 2]) for name in ("word", "category", "sentence")],
        [
            helper.make_tensor("one", TensorProto.INT64, [1], [1]),
            helper.make_tensor("none", TensorProto.INT64, [1], [0]),
            helper.make_tensor("nothing", TensorProto.FLOAT, [], [0.0]),
        ],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every character a piece, but that a space goes with the letter behind it, as in words of byte-level BPE."""
    folder = tmp_path_factory.mktemp("editor")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: i for i, letter in enumerate(alphabet)}
    merges = [("Ġ", letter) for letter in "abcdefghijklmnopqrstuvwxyz"]
    vocabulary |= {"".join(pair): len(vocabulary) + i for i, pair in enumerate(merges)}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps(CONFIG))
    onnx.save(graph(), folder / "model.onnx")
    return folder


@pytest.fixture(scope="module")
def editor(folder: Path) -> Editor:
    return Editor(folder, CALIBRATION, "counts@0", threads=2)


def test_a_sentence_has_its_own_pieces_and_words(editor: Editor) -> None:
    (first, second, third), none = editor.proofread([["ab cd.", "é fg", " h"], []])
    assert none == []
    assert [each.marked for each in (first, second, third)] == [5, 4, 1], "é is two bytes; a space is its word's"
    assert {each.must for each in (first, second, third)} == {1 + 5 + 4 + 1 + 3}, "the beginning, and three line ends"
    assert [word.span for word in first.words] == [Span(0, 2), Span(3, 5)]
    assert [word.span for word in second.words] == [Span(0, 1), Span(2, 4)]
    assert set(first.words[0].categories) == set(CATEGORIES)


def test_who_wrote_a_sentence_is_told_by_a_network_that_was_taught_it(
    folder: Path, editor: Editor, tmp_path: Path
) -> None:
    other = shutil.copytree(folder, tmp_path / "taught")
    taught = graph()
    taught.graph.node.append(helper.make_node("ReduceMax", ["own"], ["machine"], axes=[1], keepdims=0))
    taught.graph.output.append(helper.make_tensor_value_info("machine", TensorProto.FLOAT, [None]))
    onnx.save(taught, other / "model.onnx")
    texts = ["ab cd.", "é fg", "a" * 2 * WINDOW]
    (said,) = Editor(other, CALIBRATION, "counts@1", threads=1).proofread([texts])
    (untaught,) = editor.proofread([texts])
    assert [each.machine for each in said[:2]] == [5, 4]
    assert said[2].machine == said[2].marked, "of two parts, the likelier"
    assert [each.machine for each in untaught] == [None] * 3
    assert [replace(each, machine=None) for each in said] == untaught


def test_a_word_is_as_bad_as_its_worst_piece(editor: Editor) -> None:
    ((sentence,),) = editor.proofread([["az"]])
    ((other,),) = editor.proofread([["z"]])
    assert sentence.words[0].marked == other.words[0].marked


def test_of_a_word_longer_than_any_its_beginning_is_read(editor: Editor) -> None:
    short, long = (editor.proofread([["ab", "a" * length, "cd"]])[0] for length in (READ, 4 * LONGEST))
    assert [each.marked for each in long] == [each.marked for each in short]
    assert [each.must for each in long] == [each.must for each in short]


@pytest.mark.parametrize("blank", ["\n", "\r\n", "  ", " \n", "\u00a0 ", "\r\n\t  ", "\n\u3000"])
def test_how_lines_end_is_not_read(editor: Editor, blank: str) -> None:
    text = f"ab{blank}cd{blank}ef"
    ((plain,), (other,)) = (editor.proofread([[each]])[0] for each in ("ab cd ef", text))
    assert (other.marked, other.must) == (plain.marked, plain.must)
    assert [word.marked for word in other.words] == [word.marked for word in plain.words]
    assert [word.span.of(text) for word in other.words] == ["ab", "cd", "ef"]


@pytest.mark.parametrize("lengths", [[3] * 20, [1, 9, 2, 30, 4], [22], [50], [12, 12], [5, 1, 1, 1, 14, 1], [1] * 40])
def test_every_sentence_is_judged_once_and_in_order_beside_others(editor: Editor, lengths: list[int]) -> None:
    sentences = ["a" * length for length in lengths]
    (found,) = editor.proofread([sentences])
    assert len(found) == len(lengths)
    for proofread, sentence in zip(found, sentences, strict=True):
        assert proofread.marked == len(sentence) or (proofread.marked >= WINDOW / 4 and len(sentence) >= WINDOW - 1)
        assert proofread.must <= WINDOW
        if len(lengths) > 1 and max(lengths) < BEFORE:
            assert proofread.must > len(sentence) + 2, "no sentence is judged without neighbours"


def test_it_reads_the_pieces_that_it_learned_from(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces, sentences and line ends are those of training, names and rare words among them."""
    model = Path(__file__).parent.parent / "models" / "mtqa-editor"
    monkeypatch.syspath_prepend(model / "recipe")
    encode, sentence_bounds = (
        getattr(importlib.import_module(module), name)
        for module, name in (("reading", "encode"), ("documents", "sentence_bounds"))
    )
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    assert tokenizer.get_vocab_size() > 49_000, "all pieces of the language model, not the frequent ones alone"
    lines = ["“It’s Nzuzo,” said Eide — from Vlaardingen. Next: the JS toolkit!", "Where? There…", "A  wide\tgap é."]
    document = {"marker": "editor", "kind": "", "lines": [{"text": each, "spans": [], "level": 0} for each in lines]}
    learned = encode(tokenizer, document)
    sentences = [line[start:end].strip() for line in lines for start, end in sentence_bounds(line)]
    assert len(sentences) == len(learned.line) > len(lines)
    for name in ("model.onnx", "tokenizer.json", "config.json"):
        shutil.copy((model if name == "tokenizer.json" else folder) / name, tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(CONFIG | {"window": 480}))
    (read,) = Editor(tmp_path, CALIBRATION, "counts@0", threads=1).proofread([sentences])
    assert {each.must for each in read} == {len(learned.ids)}
    assert [each.marked for each in read] == [(learned.owner == k).sum() for k in range(len(sentences))]
    for k, each in enumerate(read):
        assert max(word.marked for word in each.words) <= learned.ids[learned.owner == k].max()


def test_a_sentence_that_is_longer_than_a_window_is_read_to_its_end(editor: Editor) -> None:
    sentence = " ".join(["ab", "cde", "f"] * 20)
    ((found, after),) = editor.proofread([[sentence, "z"]])
    words = [word.span.of(sentence) for word in found.words]
    assert words == sentence.split(), "no word is cut in two, none is left out"
    assert found.must <= WINDOW
    assert after.marked == 1


def test_of_a_sentence_without_a_letter_only_the_first_pieces_are_read(editor: Editor) -> None:
    [[signs, after]] = editor.proofread([["!1 " * 500, "one two"]])
    assert signs.marked < WINDOW / 2
    assert after == editor.proofread([["!1 !1 !1 ", "one two"]])[0][1]


def test_what_is_beside_a_document_does_not_matter(editor: Editor) -> None:
    documents = [["ab cd.", "ef"], ["a" * 20, "b" * 20], [""], []]
    assert editor.proofread(documents) == [editor.proofread([one])[0] for one in documents]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", b"{}"),
        ("config.json", b'{"window": 8, "before": 1, "after": 1, "begin": 0, "categories": ["style/register"]}'),
        ("tokenizer.json", b"{"),
        ("model.onnx", b"no graph"),
    ],
)
def test_a_damaged_model_is_refused(folder: Path, tmp_path: Path, name: str, content: bytes) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=r"does not load .*; reinstall mtqa"):
        Editor(tmp_path, CALIBRATION, "counts@0", threads=1).proofread([["a"]])


def test_a_window_without_room_for_a_sentence_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    config = json.loads((folder / "config.json").read_text())
    for bent in ({"window": BEFORE + AFTER + 2}, {"window": 0}, {"before": -1}, {"after": WINDOW}):
        (tmp_path / "config.json").write_text(json.dumps(config | bent))
        with pytest.raises(ModelError, match="has no room for a sentence and its neighbours"):
            Editor(tmp_path, CALIBRATION, "counts@0", threads=1).proofread([["a b", "c"]])


def test_a_model_that_was_put_right_is_read_by_a_process_that_has_missed_it(folder: Path, tmp_path: Path) -> None:
    editor = Editor(tmp_path, CALIBRATION, "counts@0", threads=1)
    editor.prepare()
    with pytest.raises(ModelError, match="does not load"):
        editor.proofread([["a b"]])
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    assert len(editor.proofread([["a b"]])[0]) == 1


def test_the_weights_are_read_once_however_many_ask(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(path: Path) -> Any:
        read.append(path)
        time.sleep(0.05)
        return session(path)

    monkeypatch.setattr("mtqa.neural.editor.session", counted)
    editor = Editor(folder, CALIBRATION, "counts@0", threads=2)
    with ThreadPoolExecutor(8) as pool:
        assert len({str(each) for each in pool.map(lambda _: editor.proofread([["a b"]]), range(8))}) == 1
    assert len(read) == 1
