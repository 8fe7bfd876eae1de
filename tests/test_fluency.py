"""The causal scorer, its runtime, and the fluency signal."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fakes import CALIBRATION

from mtqa.core.details import Surprisal
from mtqa.core.documents import BlockKind, Segment
from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.findings import Category, Evidence, Severity
from mtqa.core.proofreading import Proofread
from mtqa.core.protocols import LanguageModel, SegmentScore, TokenScore
from mtqa.core.signals import Reading
from mtqa.core.spans import Span
from mtqa.neural.runtime import Runtime
from mtqa.neural.scorer import WORD, CausalScorer, Network
from mtqa.signals.fluency import FluencySignal


@pytest.fixture(scope="module")
def scorer() -> CausalScorer:
    """A random two-layer network over bytes."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM

    alphabet = ["<begin>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(models.BPE(vocab={piece: i for i, piece in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(alphabet), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2
    )
    network = LlamaForCausalLM(config).eval()
    return CausalScorer(
        lambda: Network(model=network, tokenizer=tokenizer, runtime=Runtime("cpu", "float32", 1)),
        signature="tiny@0",
        languages=("en",),
        surprising=20.0,
        window=64,
        stride=32,
    )


TEXTS = ["Zoë’s 😀 dog,\u00a0one -sided.", "", "It cost 1.50 (“a lot”)!\r\nHe said\u2028so — twice."]


def test_words_and_offsets(scorer: CausalScorer) -> None:
    [scores] = scorer.surprisal([TEXTS])
    words = [[word.span.of(text) for word in found] for text, found in zip(TEXTS, scores, strict=True)]
    assert words == [
        ["Zoë’s", "😀", "dog", ",", "one", "-sided", "."],
        [],
        ["It", "cost", "1.50", "(“", "a", "lot", "”)!", "He", "said", "so", "—", "twice", "."],
    ]
    assert all(word.score > 0 for found in scores for word in found)


def test_surprisal_is_the_networks(scorer: CausalScorer) -> None:
    import torch

    text = "Hello, you."
    ids = [0, *scorer._network.tokenizer.encode(text).ids]
    with torch.inference_mode():
        logits = scorer._network.model(torch.tensor([ids])).logits[0].log_softmax(-1)
    bits = [-logits[i, token].item() / math.log(2) for i, token in enumerate(ids[1:])]
    [[words]] = scorer.surprisal([[text]])
    assert [word.score for word in words] == pytest.approx(
        [sum(bits[:5]), bits[5], sum(bits[6:10]), bits[10]], rel=1e-4
    )


def test_long_documents_are_read_in_windows(scorer: CausalScorer) -> None:
    sentence = "A line of thirty-two characters."
    [whole] = scorer.surprisal([[sentence] * 8])
    [start] = scorer.surprisal([[sentence]])
    assert [len(found) for found in whole] == [len(start[0])] * 8
    assert whole[0] == pytest.approx(start[0])
    [tail] = scorer.surprisal([[sentence] * 9])
    assert tail[:7] == whole[:7]


def test_neighbours_change_nothing(scorer: CausalScorer) -> None:
    documents = [["One two three."], TEXTS, ["x" * 300], []]
    together = scorer.surprisal(documents)
    assert together == [scorer.surprisal([document])[0] for document in documents]
    assert together[3] == []


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ('languages = ["en"]\n[fluency]\nsurprising_bits = 20\n', r"pip install 'mtqa\[lm\]'"),
        ('languages = ["en"]\n', r"lacks languages or \[fluency\] surprising_bits"),
    ],
)
def test_language_model_that_cannot_be_loaded(
    manifest: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    sha256 = hashlib.sha256(b"GGUF").hexdigest()
    (tmp_path / "model.toml").write_text(f'name = "lm"\n{manifest}[files]\n"model.gguf" = "{sha256}"\n')
    monkeypatch.setattr("mtqa.neural.scorer.find_spec", lambda _: None)
    with pytest.raises(ModelError, match=message):
        CausalScorer.load(str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.gguf", "model.toml"]


@pytest.mark.parametrize(
    "wrong", [{"device": "tpu"}, {"device": "cuda:7"}, {"threads": 0}], ids=lambda wrong: str(wrong)
)
def test_runtime_refuses(wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ConfigError, match="; use "):
        Runtime.resolve(**wrong)


@pytest.mark.parametrize(
    ("flags", "dtype"), [("avx2 avx512_bf16", "bfloat16"), ("amx_bf16 amx_tile", "bfloat16"), ("avx512f", "float32")]
)
def test_runtime_dtype(flags: str, dtype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cpuinfo").write_text(f"flags : {flags}\n")
    monkeypatch.setattr("mtqa.neural.runtime.CPUINFO", tmp_path / "cpuinfo")
    runtime = Runtime.resolve(device="cpu", threads=1)
    assert runtime == Runtime("cpu", dtype, 1)
    assert str(runtime.torch_dtype) == f"torch.{dtype}"


class FakeModel:
    """Bits of the words in ``bits``; 4 for all others."""

    signature = "fake@0"
    languages = ("en",)
    surprising = 20.0

    def __init__(self, bits: dict[str, float]) -> None:
        self._bits = bits

    def surprisal(self, documents: Sequence[Sequence[str]]) -> list[list[tuple[TokenScore, ...]]]:
        return [[self._words(text) for text in texts] for texts in documents]

    def _words(self, text: str) -> tuple[TokenScore, ...]:
        found = (Span(*match.span()) for match in WORD.finditer(text))
        return tuple(TokenScore(span, self._bits.get(span.of(text), 4.0)) for span in found)


def read(model: LanguageModel | None, *segments: Segment) -> list[Evidence]:
    """What the signal says of a document of these segments, each as hard to the encoder."""
    scores = tuple(
        SegmentScore(mt=0.0, proofread=Proofread(marked=0.0, must=0.0, words=()), surprisal=6.5) for _ in segments
    )
    (said,) = FluencySignal(CALIBRATION, model).score([Reading(language="en", segments=segments, scores=scores)])
    return said


def segment(text: str, start: int = 0, *, number: int = 0, language: str = "en", **more: Any) -> Segment:
    return Segment(id=number, span=Span(start, start + len(text)), text=text, language=language, **more)


def flagged(text: str, bits: dict[str, float], **more: Any) -> list[str]:
    [evidence] = read(FakeModel(bits), segment(text, **more))
    return [span.span.of(text) for span in evidence.spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They raided the fentanyllabors at dawn.", ["fentanyllabors"]),
        ("They raided Sinaloa at dawn.", []),
        ("They raided McNamara and eBay at dawn.", []),
        ("They raided 1,500 of them and ½ at dawn.", []),
        ("Inalienable it is, and inalienable it stays.", []),
        ("They wrote to @sinaloa and read sinaloa.example at dawn.", []),
        ("They took one -sided steps.", ["-sided"]),
        ("They raided the fentanyllabors, and more fentanyllabors.", ["fentanyllabors"]),
    ],
)
def test_surprising_words(text: str, expected: list[str]) -> None:
    rare = ["fentanyllabors", "Sinaloa", "McNamara", "eBay", "1", "500", "½", "inalienable", "sinaloa", "-sided"]
    assert flagged(text, dict.fromkeys([*rare, "sinaloa.example"], 30.0)) == expected


def test_threshold_is_relative_to_the_document() -> None:
    text = "we saw the grommets there"
    assert flagged(text, {"grommets": 24.0}) == ["grommets"]
    assert flagged(text, {"grommets": 23.9}) == []
    hard = dict.fromkeys(["we", "saw", "the", "there"], 9.0)
    assert flagged(text, {**hard, "grommets": 28.9}) == []


def test_boilerplate_and_masked_words_are_silent() -> None:
    text = "run grommetise now"
    bits = {"grommetise": 50.0}
    assert flagged(text, bits) == ["grommetise"]
    assert flagged(text, bits, kind=BlockKind.BOILERPLATE) == []
    assert flagged(text, bits, masked=(Span(4, 14),)) == []


def test_spans_count_in_the_document_and_say_what_is_wrong() -> None:
    two = [segment("Fine so far."), segment("the zorgblat harbour", 40, number=1)]
    [first, second] = read(FakeModel({"zorgblat": 60.0, "harbour": 60.0}), *two)
    details = Surprisal(words=3, estimate=6.5, peak=4)
    assert first == Evidence(signal="fluency", segment_id=0, score=4 * 4 / 3, details=details)
    assert second.score == pytest.approx((4 + 60 + 60) / 3)
    unknown, known = second.spans
    assert (unknown.span, unknown.category, unknown.severity) == (Span(44, 52), Category.SPELLING, Severity.MINOR)
    assert (known.span, known.category, known.severity) == (Span(53, 60), Category.AWKWARD, Severity.NEUTRAL)


def test_abstention() -> None:
    german = segment("Das ist ein grommetise.", 20, number=1, language="de")
    english = segment("They grommetise.", language="en-GB")
    dots = segment("* * *", 60, number=2)
    estimated = read(None, english, german, dots)
    assert [evidence.abstained for evidence in estimated] == [None, "no model for language 'de'", "no words"]
    assert (estimated[0].score, estimated[0].details) == (6.5, Surprisal(words=2, estimate=6.5))
    found = read(FakeModel({"grommetise": 50.0}), english, german, dots)
    assert [evidence.abstained for evidence in found] == [None, "the language model does not read 'de'", "no words"]
    assert read(FakeModel({})) == []


@pytest.mark.registry
@pytest.mark.skipif(not os.environ.get("MTQA_TEST_REGISTRY"), reason="set MTQA_TEST_REGISTRY=1 to use the registry")
def test_seed_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mtqa.neural.pulling import pull

    monkeypatch.setenv("MTQA_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match="run: mtqa models pull smollm2-135m"):
        CausalScorer.load()
    pull("smollm2-135m")
    text = (Path(__file__).parents[1] / "seeds" / "000_3d0557e54902f2a4.txt").read_text(encoding="utf-8")
    starts = [0, *(i + 1 for i, character in enumerate(text) if character == "\n")]
    lines = [
        segment(line, at, number=i) for i, (at, line) in enumerate(zip(starts, text.split("\n"), strict=True)) if line
    ]
    model = CausalScorer.load()
    evidence = read(model, *lines)
    assert [span.span.of(text) for found in evidence for span in found.spans] == ["fentanyllabors"]
    again = CausalScorer.load()
    assert again.surprisal([["It is true."]]) == model.surprisal([["It is true."]])
    damaged = tmp_path / "smollm2-135m" / "converted" / "model.safetensors"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    assert CausalScorer.load().surprisal([["It is true."]]) == model.surprisal([["It is true."]])
