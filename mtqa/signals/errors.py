"""Errors: whether an editor would have to repair a sentence, and which words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Self

from mtqa.core.calibration import Calibration, EditorCalibration
from mtqa.core.details import RepairOdds
from mtqa.core.documents import LETTER, Segment
from mtqa.core.findings import Category, ErrorSpan, Evidence, Severity
from mtqa.core.protocols import Models, SegmentScore, TokenScore
from mtqa.core.scaling import sigmoid
from mtqa.core.settings import CheckerSettings, Editor
from mtqa.core.spans import Span
from mtqa.languages import pack_of
from mtqa.signals.encoder import EncoderSignal

__all__ = ["ErrorSignal"]

_MESSAGE = "unusual choice of words; an editor might reword this"
_WHOLE = "reads oddly as a whole, though no single word stands out; reword it"


class ErrorSignal(EncoderSignal):
    """The encoder's repair logit of each sentence and the words it takes for errors.

    Neighbouring words above the threshold make one span, as probable as its worst word. The model says where, not
    what: the category is that of an unusual choice of words. A capitalised word, mostly a name that the model does not
    know, is never pointed at, nor is an adverb of contracts ("hereunto"); a single word that the lexicon knows may be
    rare and is no more than a minor error. A sentence that probably needs repair though no word of it is above the
    threshold is pointed at as a whole. The score is the log-odds that it needs repair.
    """

    name = "errors"

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self | None:
        """Where the careful editor is not asked for."""
        return super().build(settings, models, calibration) if settings.editor is Editor.FAST else None

    def _evidence(self, segment: Segment, score: SegmentScore) -> Evidence:
        editor = self._calibration.editor_of(score)
        words = [(w.span, editor.word(w.score)) for w in _doubtful(segment, score)]
        spans = tuple(
            span
            for span in _spans(segment, words, editor)
            if not any(mask.overlaps(span.span) for mask in segment.masked)
        )
        details = RepairOdds(log_odds=editor.sentence.odds(score.edit), words=len(words))
        p_edit = sigmoid(details.log_odds)
        if not spans and segment.kind.judged and details.readable and p_edit >= editor.sentence_minor:
            spans = (_whole(segment, p_edit),)
        return Evidence(signal=self.name, segment_id=segment.id, score=details.log_odds, spans=spans, details=details)


def _spans(segment: Segment, words: Sequence[tuple[Span, float]], editor: EditorCalibration) -> Iterator[ErrorSpan]:
    for flagged, run in groupby(words, key=lambda word: word[1] >= editor.word_minor):
        if not flagged:
            continue
        spans, probabilities = zip(*run, strict=True)
        worst, span = max(probabilities), Span(spans[0].start, spans[-1].end)
        major = worst >= editor.word_major and not _is_listed(span.of(segment.text), segment.language)
        yield ErrorSpan(
            span=span.shift(segment.span.start),
            rule="garbled",
            category=Category.AWKWARD,
            severity=Severity.MAJOR if major else Severity.MINOR,
            message=_MESSAGE,
            probability=worst,
        )


def _whole(segment: Segment, probability: float) -> ErrorSpan:
    return ErrorSpan(
        span=segment.span,
        rule="garbled",
        category=Category.AWKWARD,
        severity=Severity.MINOR,
        message=_WHOLE,
        probability=probability,
    )


def _doubtful(segment: Segment, score: SegmentScore) -> list[TokenScore]:
    """The words that may be pointed at: none in a line of figures and signs, none where one stands alone in it."""
    if len(score.tokens) < 2:
        return []
    pack = pack_of(segment.language)
    return [
        word
        for word in score.tokens
        if LETTER.search(segment.text)
        and not segment.text[word.span.start].isupper()
        and not pack.formal(word.span.of(segment.text))
    ]


def _is_listed(words: str, language: str) -> bool:
    """Whether they are one word that the lexicon has, or a compound of such."""
    pack = pack_of(language)
    return all(part.isalpha() and pack.knows(part) for part in words.split("-"))
