"""Models without weights: what they say depends on the words alone."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import replace

from mtqa.checker import Checker
from mtqa.core.calibration import Calibration
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Category
from mtqa.core.limits import ANY, DocumentLimits
from mtqa.core.llm import LlmSettings
from mtqa.core.proofreading import ProofCalibration, Proofread, WordMark
from mtqa.core.protocols import Passage, SegmentScore, TokenScore, Translation, Translator
from mtqa.core.report import Signature
from mtqa.core.settings import CheckerSettings, Editor, Strictness
from mtqa.core.spans import Span
from mtqa.signals.marking import MESSAGES

GARBLED = "zz"
"""A word with these letters is taken for an error, and its sentence for machine-translated."""

SIGNATURE = Signature(
    version="0.1.0", model="fake@00000000", dtype="float32", segmenter="fake", rate=0.01, fpr=0.01, calibration="fake"
)
JUDGED = replace(SIGNATURE, extra=("editor:fast", "flags:usual", "ecal:fake-labels"))
"""Of reports by `fake_checker`, unless it is told otherwise."""
_KNOTS = (1.0, 10.0)
EDITOR = {
    "name": "fake-labels",
    "languages": ["en"],
    "sentence": (1.0, 0.0),
    "word": (1.0, 0.0),
    "word_must": (1.0, 0.0),
    "word_from": 0.5,
    "word_beside": 0.3,
    "flagged": {"strict": 0.8, "usual": 0.5, "generous": 0.1},
    "recall": {
        "strict": {"lines": 100, "must_repair": 0.2, "sound": 0.01},
        "usual": {"lines": 100, "must_repair": 0.4, "sound": 0.05},
        "generous": {"lines": 100, "must_repair": 0.5, "sound": 0.15},
    },
}
CALIBRATION = Calibration.from_table(
    {
        "name": "fake",
        "languages": ["en"],
        "rates": (0.05, 0.01),
        "fpr": (0.05, 0.01),
        "miss": 0.01,
        "min_sentences": 2,
        "min_words": 8,
        "sentences": _KNOTS,
        "sentence_mt": (1.0, 0.0),
        "rule_prior": {"neutral": 0.1, "minor": 0.6, "major": 0.8, "critical": 0.9},
        "most_foreign": 0.3,
        "editor": EDITOR,
        "sourced_editor": EDITOR,
        "usual_surprisal": (1.0, 9.0),
        "human_slips": 0.0025,
        "origins": ["de", "ru"],
        "origin_certain": 0.8,
        "document_slope": (1.0, 2.0),
        "document_intercept": (0.0, 0.0),
        "likely_mt": ((1.0, 0.5), (2.0, 1.0)),
        "likely_human": (-2.0, -1.0),
    }
)


class FakeLanguageModel:
    """Surprisal that grows with the length of a word."""

    signature = "fake-lm@00000000"
    languages = ("en",)
    surprising = 6.0

    def surprisal(self, documents: Sequence[Sequence[str]]) -> list[list[tuple[TokenScore, ...]]]:
        return [
            [tuple(TokenScore(span, float(len(span))) for span in _words(text)) for text in texts]
            for texts in documents
        ]


class CopyingTranslator:
    """Every translation is the text itself, with a certain score, between English and German."""

    name = "copy"
    signature = "copy@1"

    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset((("en", "de"), ("de", "en")))

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        if (source, target) not in self.pairs():
            raise ConfigError(f"{self.name} does not translate from '{source}' into '{target}'; it knows de and en")
        return [Translation(self.word_by_word(text), -0.5 if text else None) for text in texts]

    def word_by_word(self, text: str) -> str:
        return text


class GarblingTranslator(CopyingTranslator):
    """Every third word is garbled."""

    name = "garble"
    signature = "garble@1"

    def word_by_word(self, text: str) -> str:
        return " ".join(word if i % 3 else f"{word}{GARBLED}" for i, word in enumerate(text.split(), 1))


class FakeProofreader:
    """A garbled word is one that an editor must change, as it is in the wrong place, and so is its sentence; one with
    two q is one that an editor should change, as no writer would put it so; one with two j is doubtful."""

    wrong_place = Category.WORD_ORDER
    signature = "fake-editor@00000000"
    calibration = ProofCalibration.from_table(
        EDITOR
        | {
            "flagged": {"strict": 0.9, "usual": 0.5, "generous": 0.1},
            "recall": {
                "strict": {"lines": 100, "must_repair": 0.4, "sound": 0.01},
                "usual": {"lines": 100, "must_repair": 0.6, "sound": 0.05},
                "generous": {"lines": 100, "must_repair": 0.8, "sound": 0.15},
            },
        }
    )

    def prepare(self) -> None:
        pass

    def proofread(self, documents: Sequence[Sequence[str]]) -> list[list[Proofread]]:
        return [[self._read(text) for text in texts] for texts in documents]

    def _read(self, text: str) -> Proofread:
        words = tuple(self._mark(span, span.of(text)) for span in _words(text))
        return Proofread(
            marked=max((word.marked for word in words), default=-4.0),
            must=max((word.must for word in words), default=-4.0) - 1,
            words=words,
        )

    def _mark(self, span: Span, word: str) -> WordMark:
        why = self.wrong_place if GARBLED in word else Category.REGISTER
        if GARBLED in word or "qq" in word:
            return WordMark(
                span=span,
                marked=4.0,
                must=4.0 if GARBLED in word else -0.5,
                categories={each: float(each is why) for each in MESSAGES},
            )
        marked = -0.5 if "jj" in word else -4.0
        return WordMark(span=span, marked=marked, must=-4.0, categories=dict.fromkeys(MESSAGES, 0.1))


class FakeModels:
    """A word surprises by a bit a letter; a garbled one has the logit 4, another one a logit below -3 that its letters
    determine."""

    def __init__(self, *translators: Translator, fluency: bool = False) -> None:
        self._translators = translators
        self._language_model = FakeLanguageModel() if fluency else None

    def encode(self, documents: Sequence[Sequence[Passage]]) -> list[list[SegmentScore]]:
        return [[_score(passage.text) for passage in passages] for passages in documents]

    def proofreader(self) -> FakeProofreader:
        return FakeProofreader()

    def language_model(self) -> FakeLanguageModel | None:
        return self._language_model

    def translators(self) -> Sequence[Translator]:
        return self._translators


def fake_checker(
    *translators: Translator,
    fluency: bool = False,
    round_trip: tuple[str, ...] = (),
    signature: Signature = SIGNATURE,
    limits: DocumentLimits = ANY,
    signals_off: tuple[str, ...] = (),
    editor: Editor = Editor.FAST,
    strictness: Strictness = Strictness.USUAL,
    termbase: tuple[str, ...] = (),
    llm: LlmSettings | None = None,
) -> Checker:
    """A checker on fake models."""
    models = FakeModels(*translators, fluency=fluency)
    settings = CheckerSettings(
        round_trip=round_trip,
        limits=limits,
        signals_off=signals_off,
        editor=editor,
        strictness=strictness,
        termbase=termbase,
        llm=llm,
    )
    return Checker(models, CALIBRATION, signature=signature, settings=settings)


def load_fake(settings: CheckerSettings = CheckerSettings()) -> Checker:  # noqa: B008
    """In the place of ``Checker.load``, other processes included."""
    return fake_checker(fluency=settings.language_model is not None, limits=settings.limits, llm=settings.llm)


def _score(text: str) -> SegmentScore:
    garbled = GARBLED in text
    spans = _words(text)
    noise = zlib.crc32(text.encode("utf-8", "replace")) / 2**32
    must = (3.0 if garbled else -3.0) - noise
    return SegmentScore(
        mt=(4.0 if garbled else -4.0) + noise,
        proofread=Proofread(marked=must, must=must, words=tuple(word_mark(s, _logit(s.of(text))) for s in spans)),
        surprisal=sum(map(len, spans)) / max(1, len(spans)),
    )


def word_mark(span: Span, odds: float, why: Category = Category.MISTRANSLATION) -> WordMark:
    """That an editor would change a word, and must, for one reason."""
    return WordMark(span=span, marked=odds, must=odds, categories={each: float(each is why) for each in MESSAGES})


def _logit(word: str) -> float:
    return 4.0 if GARBLED in word else -3.0 - zlib.crc32(word.encode("utf-8", "replace")) / 2**32


def _words(text: str) -> list[Span]:
    return [Span(found.start(), found.end()) for found in re.finditer(r"\w[\w\u0300-\u036f]*", text)]
