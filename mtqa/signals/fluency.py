"""Fluency: how surprised a language model is by the words, as the encoder estimates it or as a language model says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Self

from mtqa.core.calibration import Calibration
from mtqa.core.details import Surprisal
from mtqa.core.documents import WORD, BlockKind, Segment
from mtqa.core.findings import Category, ErrorSpan, Evidence, Severity
from mtqa.core.placeholders import cuts, placeholders
from mtqa.core.protocols import LanguageModel, Models, SegmentScore, TokenScore
from mtqa.core.settings import CheckerSettings
from mtqa.core.signals import Reading, Said
from mtqa.core.spans import Span
from mtqa.languages import pack_of
from mtqa.signals.encoder import EncoderSignal, Judge

__all__ = ["FluencySignal"]

_PLAIN = re.compile(r"-?[^\W\d_]+(?:['’-][^\W\d_]+)*")  # neither number nor address
_HANDLE = ("@", "#", "/", "\\")
_NO_WORD = "in no word list, and unexpected here; check the spelling, or whether it was left untranslated"
_UNEXPECTED = "unexpected here; check that it is the right word"


class FluencySignal(EncoderSignal):
    """Mean surprisal of a segment's words in bits.

    The encoder estimates it in its one pass, which costs nothing. Where a language model is loaded, the score is what
    it says, and the signal also points at the words that nothing before them prepares for. A name is surprising and not
    an error, so a word with a capital letter is never pointed at, nor is a number, an address or a word that the
    document used before. The others are measured against the median of the document's lower-case words; the threshold
    is the model's. A word that no lexicon has is a minor error, any other a remark.
    """

    name = "fluency"

    def __init__(self, calibration: Calibration, model: LanguageModel | None = None) -> None:
        super().__init__(calibration)
        self._model = model

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self:
        """With the language model, where there is one."""
        return cls(calibration, models.language_model())

    @property
    def signature(self) -> tuple[str, ...]:
        """The language model's."""
        return () if self._model is None else (f"lm:{self._model.signature}",)

    def score(self, readings: Sequence[Reading]) -> Said:
        """Evidence on each segment. Those in a language that the model does not read are abstained from, and are no
        context for the others."""
        estimates = [self.read(reading) for reading in readings]
        return estimates if self._model is None else self._surprisals(self._model, readings, estimates)

    def _judge(self, reading: Reading) -> Judge:
        return self._evidence

    def _evidence(self, segment: Segment, score: SegmentScore) -> Evidence:
        words = len(WORD.findall(segment.text))
        if not words:
            return self.abstain(segment, "no words")
        details = Surprisal(words=words, estimate=score.surprisal)
        return Evidence(signal=self.name, segment_id=segment.id, score=score.surprisal, details=details)

    def _surprisals(
        self, model: LanguageModel, readings: Sequence[Reading], estimates: Sequence[Sequence[Evidence]]
    ) -> Said:
        read = [
            [s for s in reading.segments if s.language.partition("-")[0] in model.languages] for reading in readings
        ]
        said = model.surprisal([[segment.text for segment in segments] for segments in read])
        found = []
        for reading, estimated, segments, scores in zip(readings, estimates, read, said, strict=True):
            spans = _surprising(segments, scores, model.surprising)
            pointed = {s.id: (words, errors) for s, words, errors in zip(segments, scores, spans, strict=True)}
            found.append(
                [
                    self._surprisal(segment, estimate, *pointed[segment.id])
                    if segment.id in pointed
                    else self.abstain(segment, f"the language model does not read '{segment.language}'")
                    for segment, estimate in zip(reading.segments, estimated, strict=True)
                ]
            )
        return found

    def _surprisal(
        self, segment: Segment, estimate: Evidence, scores: Sequence[TokenScore], spans: Sequence[ErrorSpan]
    ) -> Evidence:
        words = [score for score in scores if any(map(str.isalnum, score.span.of(segment.text)))]
        if not words:
            return self.abstain(segment, "no words")
        peak = max(word.score for word in words)
        estimated = estimate.details if isinstance(estimate.details, Surprisal) else Surprisal(words=len(words))
        return Evidence(
            signal=self.name,
            segment_id=segment.id,
            score=sum(score.score for score in scores) / len(words),
            spans=tuple(spans),
            details=replace(estimated, peak=peak),
        )


def _surprising(
    segments: Sequence[Segment], scores: Sequence[Sequence[TokenScore]], threshold: float
) -> list[list[ErrorSpan]]:
    """The surprising words of each segment of a document."""
    paired = list(zip(segments, scores, strict=True))
    plain = [word.score for segment, words in paired for word in words if _is_plain(word, segment.text)]
    limit = median(plain) + threshold if plain else 0.0
    seen: set[str] = set()
    spans = []
    for segment, words in paired:
        here = []
        signs = placeholders(segment.text)
        for word in words:
            key = word.span.of(segment.text).lstrip("-").casefold()
            span = word.span.shift(segment.span.start)
            if (
                word.score >= limit
                and key not in seen
                and segment.kind is not BlockKind.BOILERPLATE
                and _is_plain(word, segment.text)
                and not any(span.overlaps(masked) for masked in segment.masked)
                and not cuts(word.span, signs)
            ):
                here.append(_error(span, key, segment.language))
            seen.add(key)
        spans.append(here)
    return spans


def _is_plain(word: TokenScore, text: str) -> bool:
    """Whether the word is made of lower-case letters and no part of an address."""
    found = word.span.of(text)
    address = text[: word.span.start].endswith(_HANDLE) or text.startswith(_HANDLE, word.span.end)
    letters = _PLAIN.fullmatch(found) is not None and not any(map(str.isnumeric, found))
    return letters and found == found.lower() and not address


def _error(span: Span, word: str, language: str) -> ErrorSpan:
    known = "-" in word or pack_of(language).knows(word)
    return ErrorSpan(
        span=span,
        rule="surprising",
        category=Category.AWKWARD if known else Category.SPELLING,
        severity=Severity.NEUTRAL if known else Severity.MINOR,
        message=_UNEXPECTED if known else _NO_WORD,
    )
