"""The careful editor: which sentences a copy editor would have to repair, which words, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import mul
from typing import Self

from mtqa.core.calibration import Calibration
from mtqa.core.details import RepairOdds
from mtqa.core.documents import Segment
from mtqa.core.findings import Category, ErrorSpan, Evidence, Severity
from mtqa.core.proofreading import Proofread, WordMark
from mtqa.core.protocols import Models, Proofreader
from mtqa.core.scaling import sigmoid
from mtqa.core.settings import CheckerSettings, Editor, Strictness
from mtqa.core.signals import Reading, Said, Signal
from mtqa.core.spans import Span
from mtqa.languages import pack_of
from mtqa.signals.pointing import has_wording, is_listed, whole

__all__ = ["MESSAGES", "EditorSignal"]

MESSAGES: Mapping[Category, str] = {
    Category.MISTRANSLATION: "the wrong word or phrase for what is meant, or an idiom taken over word for word",
    Category.GRAMMAR: "the grammar does not hold: check agreement, tense, articles, prepositions and pronouns",
    Category.WORD_ORDER: "the words stand in the wrong order",
    Category.MISSING_OR_EXTRA: "a word is missing here, or there is one too many",
    Category.UNTRANSLATED: "not an English word as it stands: left untranslated, run together, split or garbled",
    Category.UNINTELLIGIBLE: "it cannot be made out what is meant; go back to the source",
    Category.REGISTER: "understandable, but no careful writer would put it so",
    Category.SPELLING: "check the spelling, the spacing, the capitals or the punctuation",
    Category.INCONSISTENT: "does not agree with the text around it, which gives the same name or thing differently",
}
"""What is said of words, by why they need repair."""

_WHOLE = "an editor would probably have to repair this sentence, though no single word stands out"
_SPELT = frozenset((Category.UNTRANSLATED, Category.SPELLING))


class EditorSignal(Signal):
    """What a copy editor would mark, as a network learned it from copy editors' marks.

    A sentence is flagged where it is likely enough to need repair for the strictness that is asked for. Of its words
    those are pointed at that an editor would probably change; neighbours make one span, as probable as its worst word,
    for the reason that is likeliest for all of them. Words are major errors where it is likelier than not that whoever
    changes them must. A word that the lexicon has is no misspelling, and an adverb of contracts ("hereunto") no error.
    """

    name = "editor"

    def __init__(self, proofreader: Proofreader, strictness: Strictness) -> None:
        self._proofreader = proofreader
        self._calibration = proofreader.calibration
        self._strictness = strictness

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self | None:
        """Where the careful editor is asked for."""
        proofreader = models.proofreader() if settings.editor is Editor.CAREFUL else None
        return None if proofreader is None else cls(proofreader, settings.strictness)

    @property
    def signature(self) -> tuple[str, ...]:
        """The network, how strict it is, and what it was calibrated on."""
        return (f"editor:{self._proofreader.signature}", f"flags:{self._strictness}", f"ecal:{self._calibration.name}")

    def score(self, readings: Sequence[Reading]) -> Said:
        """One Evidence for each segment; the score is the log-odds that it must be repaired. Segments in languages that
        the network does not read are abstained from, and are no context for the others."""
        spoken = [[s for s in reading.segments if self._calibration.speaks(s.language)] for reading in readings]
        proofread = self._proofreader.proofread([[s.text for s in segments] for segments in spoken])
        said = [
            dict(zip((s.id for s in read), found, strict=True)) for read, found in zip(spoken, proofread, strict=True)
        ]
        return [
            [self._evidence(s, marks[s.id]) if s.id in marks else self._silent(s) for s in reading.segments]
            for reading, marks in zip(readings, said, strict=True)
        ]

    def _silent(self, segment: Segment) -> Evidence:
        return self.abstain(segment, f"no model for language '{segment.language}'")

    def _evidence(self, segment: Segment, proofread: Proofread) -> Evidence:
        words = _doubtful(segment, proofread)
        details = RepairOdds(log_odds=self._calibration.sentence.odds(proofread.must), words=len(words))
        p_edit = sigmoid(details.log_odds)
        spans: tuple[ErrorSpan, ...] = ()
        if words and p_edit >= self._calibration.flagged[self._strictness]:
            spans = tuple(self._spans(segment, words))
            if not spans and segment.kind.judged and details.readable:
                spans = (whole(segment, _WHOLE, p_edit),)
        return Evidence(signal=self.name, segment_id=segment.id, score=details.log_odds, spans=spans, details=details)

    def _is_pointed_at(self, word: WordMark) -> bool:
        return self._calibration.word(word.marked) >= self._calibration.word_from

    def _spans(self, segment: Segment, words: Sequence[WordMark]) -> Iterator[ErrorSpan]:
        for pointed, group in groupby(words, key=self._is_pointed_at):
            run = list(group)
            span = Span(run[0].span.start, run[-1].span.end).shift(segment.span.start)
            if not pointed or any(mask.overlaps(span) for mask in segment.masked):
                continue
            probabilities = [self._calibration.word(word.marked) for word in run]
            category = _reason(probabilities, run)
            if category in _SPELT and len(run) == 1 and is_listed(run[0].span.of(segment.text), segment.language):
                continue
            worst = max(probabilities)
            must = max(self._calibration.word_must(word.must) for word in run)
            yield ErrorSpan(
                span=span,
                rule="garbled",
                category=category,
                severity=Severity.MAJOR if must >= worst / 2 else Severity.MINOR,
                message=MESSAGES[category],
                probability=worst,
            )


def _reason(probabilities: Sequence[float], words: Sequence[WordMark]) -> Category:
    """The likeliest for all of the words."""
    return max(MESSAGES, key=lambda why: sum(map(mul, probabilities, [word.categories[why] for word in words])))


def _doubtful(segment: Segment, proofread: Proofread) -> list[WordMark]:
    """The words that may be pointed at."""
    if not has_wording(segment, len(proofread.words)):
        return []
    pack = pack_of(segment.language)
    return [word for word in proofread.words if not pack.formal(word.span.of(segment.text))]
