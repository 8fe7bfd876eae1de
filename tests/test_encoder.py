"""The embedded model: typography, offsets, neighbours, damage."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.protocols import Passage
from mtqa.core.settings import CheckerSettings
from mtqa.core.spans import Span
from mtqa.neural import store
from mtqa.neural.encoder import Encoder, normalise, plan_windows
from mtqa.neural.models import LocalModels

ARTICLE = [
    "The council voted on Tuesday to close the old bridge for repairs.",
    "Drivers will have to take the ring road until the spring, said the mayor's office.",
    "It strikes roots in the neighbourhoods, how the deputy speaker on Fridays emphasized.",
]
OTHER = ["A short one.", "He left the house at noon, and nobody has seen him since 🙂."]


def of(*texts: str) -> list[Passage]:
    return [Passage(text) for text in texts]


@pytest.fixture(scope="module")
def folder() -> Path:
    return store.locate("mtqa-en").path


@pytest.fixture(scope="module")
def encoder(folder) -> Encoder:
    return Encoder(folder, threads=1)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“It’s” — so…", '"It\'s" - so.'),
        ("„Nein“ «non»", '"Nein" "non"'),
        ("wait... what -- ''now''", 'wait.   what -  " now" '),
        ("a\u00a0b\u2009c", "a b c"),
        ("plain text 🙂", "plain text 🙂"),
    ],
)
def test_typography_is_made_uniform_without_moving_a_character(text, plain):
    assert normalise(text) == plain
    assert len(normalise(text)) == len(text)


@pytest.mark.network
def test_garbled_words_surprise_more(encoder):
    plain = "The council voted on Tuesday to close the old bridge for repairs."
    garbled = "The council on Tuesday voted bridge closer of the old for repairings to."
    (one,), (other,) = encoder.encode([of(plain), of(garbled)])
    assert 2 < one.surprisal < other.surprisal - 1 < 30
    assert encoder.encode([of("...")])[0][0].surprisal == 0.0


@pytest.mark.network
def test_typography_does_not_change_a_score(encoder):
    curly = "“It’s over – they’ve won,” said the coach… and left."
    straight = "\"It's over - they've won,\" said the coach. and left."
    (one,), (other,) = encoder.encode([of(curly), of(straight)])
    assert one.mt == pytest.approx(other.mt, abs=1e-4)


@pytest.mark.parametrize(
    ("lengths", "budget", "windows"),
    [
        ([], 10, []),
        ([3], 10, [range(1)]),
        ([3, 3], 10, [range(2)]),
        ([4, 4, 4, 4], 11, [range(2), range(2, 4)]),
        ([8, 8, 8], 10, [range(1), range(1, 2), range(2, 3)]),
    ],
)
def test_windows(lengths, budget, windows):
    assert plan_windows(lengths, budget) == windows


def test_windows_cover_all_texts_within_the_budget():
    lengths = [(7 * i) % 61 for i in range(500)]
    windows = plan_windows(lengths, 128)
    assert [i for w in windows for i in w] == list(range(500))
    assert all(1 + sum(lengths[i] + 1 for i in w) <= 128 for w in windows)


@pytest.mark.network
def test_words_have_exact_offsets(encoder):
    text = "Naïve co-operation, said O’Neill 🙂 in fentanyllabors."
    words = [w.span.of(text) for w in encoder.encode([of(text)])[0][0].proofread.words]
    assert words == ["Naïve", "co-operation", "said", "O’Neill", "in", "fentanyllabors"]


@pytest.mark.network
def test_a_document_does_not_depend_on_its_neighbours(encoder):
    alone = encoder.encode([of(*ARTICLE)])[0]
    among = encoder.encode([of(*d) for d in (OTHER, ARTICLE, ARTICLE * 40, [], ["x"], ARTICLE)])
    for found in (among[1], among[5]):
        assert found == alone


@pytest.mark.network
def test_the_number_of_threads_changes_nothing(folder, encoder):
    documents = [of(*ARTICLE * 20), of(*OTHER), of(*ARTICLE)]
    assert Encoder(folder, threads=3).encode(documents) == encoder.encode(documents)


@pytest.mark.network
@pytest.mark.parametrize("text", ["", "   ", "…", "🙂" * 400, "word " * 5000, "\x00", "x" * 100_000])
def test_odd_texts_get_a_score(encoder, text):
    (score,) = encoder.encode([of(text)])[0]
    assert score.mt == score.mt  # not NaN
    assert all(0 <= t.span.start < t.span.end <= len(text) for t in score.proofread.words)


@pytest.mark.network
def test_a_source_informs_the_editor_and_leaves_the_detector_alone(encoder):
    source = "Der Rat stimmte am Dienstag dafür, die alte Brücke wegen Reparaturen zu schließen."
    blind = encoder.encode([of(*ARTICLE)])[0]
    told = encoder.encode([[Passage(ARTICLE[0], source), *of(*ARTICLE[1:])]])[0]
    assert [score.mt for score in told] == [score.mt for score in blind]
    assert [score.sourced for score in told] == [True, False, False]
    assert told[0].proofread.must != blind[0].proofread.must
    assert [w.span for w in told[0].proofread.words] == [w.span for w in blind[0].proofread.words]
    assert told[1:] == blind[1:]


@pytest.mark.network
@pytest.mark.parametrize("size", [100, 253, 300, 509, 5000])
def test_a_long_sentence_is_read_with_what_fits_of_its_source(encoder: Encoder, size: int) -> None:
    text, source = "a1 " * size, "b2 " * 300
    (score,) = encoder.encode([[Passage(text, source)]])[0]
    assert score.proofread.words
    assert score.sourced is (len(encoder.tokenizer([text])[0].ids) < encoder.window - 3)


@pytest.mark.network
@pytest.mark.parametrize("source", ["", "   ", "\u200b", "7, 8"])
def test_a_source_without_a_letter_is_none(encoder: Encoder, source: str) -> None:
    assert encoder.encode([[Passage(ARTICLE[0], source)]]) == encoder.encode([of(ARTICLE[0])])


@pytest.mark.network
def test_sentences_without_a_token_do_not_disturb_the_others(encoder):
    blank = "\u00a0" * 900
    alone = encoder.encode([of(*ARTICLE)])[0]
    among = encoder.encode([of(*ARTICLE, blank, blank, blank), of(blank, blank)])
    assert len(among[0]) == 6
    assert [s.mt for s in among[0][:3]] == pytest.approx([s.mt for s in alone], abs=1.0)
    assert all(s.proofread.words == () for s in among[1])


@pytest.mark.network
def test_a_word_cut_off_by_the_window_has_no_score(encoder):
    text = "word " * 5000
    tokens = encoder.encode([of(text)])[0][0].proofread.words
    assert 0 < len(tokens) < encoder.window
    assert tokens[0].span == Span(0, 4)


def copy(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "model"))


@pytest.mark.parametrize("name", ["model.onnx", "ngrams.safetensors", "config.json", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["cut", "gone", "flipped"])
def test_a_damaged_model_is_refused(folder, tmp_path, name, damage):
    file = copy(folder, tmp_path) / name
    raw = bytearray(file.read_bytes())
    if damage == "gone":
        file.unlink()
    else:
        raw[len(raw) // 2] ^= 1
        file.write_bytes(raw[: len(raw) // 2] if damage == "cut" else raw)
    with pytest.raises(ModelError, match=name):
        LocalModels(CheckerSettings(model=str(file.parent))).verify()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.onnx", b"\x08\x0a"),
        ("ngrams.safetensors", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "),
        ("config.json", b"{}"),
        ("config.json", {"sources": "x"}),
        ("config.json", {"sources": ["de"]}),
        ("config.json", {"common": "x"}),
        ("config.json", {"categories": ["style/register"]}),
        ("config.json", {"window": 2}),
        ("config.json", {"window": 5000}),
        ("config.json", {"weight": float("nan")}),
    ],
)
def test_files_that_do_not_fit_are_refused(folder, tmp_path, name, content):
    """Damage that the digest would catch, caught by the loader as well."""
    model = copy(folder, tmp_path)
    if isinstance(content, dict):
        content = json.dumps(json.loads((model / name).read_text()) | content).encode()
    (model / name).write_bytes(content)
    with pytest.raises(ModelError, match="does not load"):
        Encoder(model, threads=1)


def test_no_threads_are_refused():
    with pytest.raises(ConfigError, match="1 or more"):
        LocalModels(CheckerSettings(threads=0))
