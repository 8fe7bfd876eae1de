"""Errors: whether an editor would have to repair a sentence, and which words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from mtqa.core.calibration import Calibration, EditorCalibration, sigmoid
from mtqa.core.documents import LETTER, BlockKind, Segment
from mtqa.core.findings import WEAK_SPOT, Category, ErrorSpan, Evidence, Severity
from mtqa.core.protocols import Models, Passage, SegmentScore, TokenScore
from mtqa.core.spans import Span
from mtqa.languages import pack_of

__all__ = ["ErrorSignal"]

_MESSAGE = "unusual choice of words; an editor might reword this"
_WHOLE = "reads oddly as a whole, though no single word stands out; reword it"
_FIRST = "likelier to need repair than most of this article, though no word stands out; read it again"
_FEWEST_WORDS = 4


class ErrorSignal:
    """The encoder's repair logit of each sentence and the words it takes for errors.

    Neighbouring words above the threshold make one span, as probable as its worst word. The model says where, not
    what: the category is that of an unusual choice of words. A capitalised word, mostly a name that the model does not
    know, is never pointed at, nor is an adverb of contracts ("hereunto"); a single word that the lexicon knows may be
    rare and is no more than a minor error.

    A sentence that probably needs repair though no word of it is above the threshold is pointed at as a whole. In a
    document that is called likely-mt an editor has to look somewhere first: there those are at least the sentences with
    the highest repair logits, up to the calibration's review budget.
    """

    name = "errors"

    def __init__(self, models: Models, calibration: Calibration) -> None:
        self._models = models
        self._calibration = calibration

    def score(self, segments: Sequence[Segment]) -> list[Evidence]:
        """One Evidence for each segment; the score is the log-odds that it needs repair. Abstains from languages the
        model does not speak."""
        scores = self._models.encode([[Passage(s.text, s.source) for s in segments]])[0]
        known = [pair for pair in zip(segments, scores, strict=True) if self._calibration.speaks(pair[0].language)]
        running = [score.mt for segment, score in known if segment.kind.judged]
        enough = len(running) >= self._calibration.min_sentences
        likely = enough and sum(running) / len(running) >= self._calibration.likely_mt(len(running))
        review = self._review(known) if likely else set()
        found: list[Evidence] = []
        for segment, score in zip(segments, scores, strict=True):
            if not self._calibration.speaks(segment.language):
                reason = f"no model for language '{segment.language}'"
                found.append(Evidence(signal=self.name, segment_id=segment.id, score=None, abstained=reason))
                continue
            editor = self._calibration.editor_of(score)
            words = [(w.span, editor.word(w.score)) for w in _doubtful(segment, score)]
            spans = tuple(
                span
                for span in _spans(segment, words, editor)
                if not any(mask.overlaps(span.span) for mask in segment.masked)
            )
            odds = editor.sentence.odds(score.edit)
            odd = segment.kind.judged and len(words) >= _FEWEST_WORDS and sigmoid(odds) >= editor.sentence_minor
            if not spans and (odd or segment.id in review):
                rule, message = ("garbled", _WHOLE) if odd else (WEAK_SPOT, _FIRST)
                spans = (_whole(segment, rule, message, sigmoid(odds)),)
            found.append(Evidence(signal=self.name, segment_id=segment.id, score=odds, spans=spans))
        return found

    def _review(self, known: Sequence[tuple[Segment, SegmentScore]]) -> set[int]:
        """Ids of the sentences to look at first."""
        prose = [
            (self._calibration.editor_of(score).sentence.odds(score.edit), -segment.id)
            for segment, score in known
            if segment.kind is not BlockKind.CAPTION and len(_doubtful(segment, score)) >= _FEWEST_WORDS
        ]
        budget = math.ceil(self._calibration.review_budget * len(prose))
        return {-number for _, number in sorted(prose, reverse=True)[:budget]}


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


def _whole(segment: Segment, rule: str, message: str, probability: float) -> ErrorSpan:
    return ErrorSpan(
        span=segment.span,
        rule=rule,
        category=Category.AWKWARD,
        severity=Severity.MINOR,
        message=message,
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
