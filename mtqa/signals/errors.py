"""Errors: whether an editor would have to repair a sentence, and which words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Self

from mtqa.core.calibration import Calibration, EditorCalibration
from mtqa.core.details import RepairOdds
from mtqa.core.documents import Segment
from mtqa.core.findings import GARBLED, Category, ErrorSpan, Evidence, Severity
from mtqa.core.proofreading import ABSENT, MISSING, ProofCalibration
from mtqa.core.protocols import Models, SegmentScore, TokenScore
from mtqa.core.scaling import sigmoid
from mtqa.core.settings import CheckerSettings, Editor
from mtqa.core.signals import Reading
from mtqa.core.spans import Span
from mtqa.core.tags import language_name
from mtqa.languages import pack_of
from mtqa.signals.encoder import EncoderSignal
from mtqa.signals.pointing import has_wording, is_listed, whole

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

    def __init__(
        self, calibration: Calibration, *, instead: bool = False, careful: ProofCalibration | None = None
    ) -> None:
        super().__init__(calibration)
        self._instead = instead
        self._careful = careful

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self | None:
        """Where it is not asked for, it stands in for the careful editor that is: if that is missing, or in languages
        that it does not read."""
        proofreader = models.proofreader() if settings.editor is Editor.CAREFUL else None
        careful = proofreader.calibration if proofreader else None
        return cls(calibration, instead=settings.editor is Editor.CAREFUL, careful=careful)

    @property
    def signature(self) -> tuple[str, ...]:
        """That the careful editor was asked for and is missing, which reports say."""
        return (MISSING,) if self._instead and self._careful is None else ()

    def read(self, reading: Reading) -> list[Evidence]:
        """One Evidence for each segment, or for each that nobody else judges."""
        found = super().read(reading)
        if self._careful is None:
            return found
        left = {s.id for s in reading.segments if not self._careful.speaks(s.language)}
        return [said for said in found if said.segment_id in left and said.score is not None]

    def _why(self, segment: Segment) -> str:
        """Why it is asked instead of the careful editor; empty where it is not."""
        if not self._instead:
            return ""
        if self._careful is None:
            return ABSENT
        return f"the careful editor does not read {language_name(segment.language)}"

    def _evidence(self, segment: Segment, score: SegmentScore) -> Evidence:
        editor = self._calibration.editor_of(score)
        words = [(w.span, editor.word(w.score)) for w in _doubtful(segment, score)]
        spans = tuple(
            span
            for span in _spans(segment, words, editor)
            if not any(mask.overlaps(span.span) for mask in segment.masked)
        )
        details = RepairOdds(log_odds=editor.sentence.odds(score.edit), words=len(words), instead=self._why(segment))
        p_edit = sigmoid(details.log_odds)
        if not spans and segment.kind.judged and details.readable and p_edit >= editor.sentence_minor:
            spans = (whole(segment, _WHOLE, p_edit),)
        return Evidence(signal=self.name, segment_id=segment.id, score=details.log_odds, spans=spans, details=details)


def _spans(segment: Segment, words: Sequence[tuple[Span, float]], editor: EditorCalibration) -> Iterator[ErrorSpan]:
    for flagged, run in groupby(words, key=lambda word: word[1] >= editor.word_minor):
        if not flagged:
            continue
        spans, probabilities = zip(*run, strict=True)
        worst, span = max(probabilities), Span(spans[0].start, spans[-1].end)
        major = worst >= editor.word_major and not is_listed(span.of(segment.text), segment.language)
        yield ErrorSpan(
            span=span.shift(segment.span.start),
            rule=GARBLED,
            category=Category.AWKWARD,
            severity=Severity.MAJOR if major else Severity.MINOR,
            message=_MESSAGE,
            probability=worst,
        )


def _doubtful(segment: Segment, score: SegmentScore) -> list[TokenScore]:
    """The words that may be pointed at: no name, and no word of contracts."""
    if not has_wording(segment, len(score.tokens)):
        return []
    pack = pack_of(segment.language)
    return [
        word
        for word in score.tokens
        if not segment.text[word.span.start].isupper() and not pack.formal(word.span.of(segment.text))
    ]
