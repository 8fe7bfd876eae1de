"""The decision on a document, from numbers alone: the only one there is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mtqa.core.calibration import Calibration
from mtqa.core.report import Decision
from mtqa.core.same_engine import SameEngine

__all__ = ["SLIP", "Counts", "Ground", "decide"]

SLIP = "misspelling"
"""The rule whose findings are slips of a person: machines seldom misspell."""

_PART = 0.75  # of the share that is garbled, from which a document is not said to be a person's
_FEWEST_DISGUISED, _DISGUISED_SHARE = 3, 0.01  # words, from which letters were swapped on purpose or by accident
_CAPITALISED = (0.01, 0.7)  # share of words; all but two of 6,030 documents that verdicts were measured on lie between


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a document is decided on.

    Attributes:
        score: of its sentences of running text that count, or where none does, of all.
        detector: the same by the detector alone, where more than that is in ``score``.
        sentences: how many of these have a logit.
        foreign: how many have none, as they are in a language that the model does not judge.
        skipped: how many sentences of running text do not count: single words, lines of figures, repeated sentences.
        words: in all sentences that count.
        slips: how many words are misspelled as people misspell.
        disguised: how many are spelled with letters that only look like the usual ones.
        capitalised: the share of them that begin with a capital letter.
        same_engine: the engine that took the document there and back and left it as it leaves its own output, if any.
        garbled: the expected share of the sentences that must be repaired because they are garbled; None where not all
            of them were read for that.
        running: whether there is running text that counts.
        identified: whether the document's language is known.
        spoken: whether the model judges it, where it is.
        lettered: whether there is a letter outside boilerplate.
    """

    score: float
    sentences: int
    words: int
    skipped: int = 0
    foreign: int = 0
    slips: int = 0
    disguised: int = 0
    capitalised: float = 0.1
    detector: float | None = None
    same_engine: SameEngine | None = None
    garbled: float | None = None
    running: bool = True
    identified: bool = True
    spoken: bool = True
    lettered: bool = True


class Ground(StrEnum):
    """Why a document is decided as it is: the first four decide it, the others leave it undecided."""

    LIKE_MACHINE = "like-machine"
    SAME_ENGINE = "same-engine"
    GARBLED = "garbled"
    UNLIKE_MACHINE = "unlike-machine"
    TOO_CLOSE = "too-close"
    CONTRADICTORY = "contradictory"
    SLIPS = "slips"
    UNIDENTIFIED = "unidentified"
    DISGUISED = "disguised"
    UNUSUAL_CASE = "unusual-case"
    TOO_SHORT = "too-short"
    FOREIGN = "foreign"
    NO_RUNNING_TEXT = "no-running-text"
    UNREAD = "unread"
    OTHER_LANGUAGE = "other-language"
    NOTHING = "nothing"

    @property
    def decision(self) -> Decision:
        """What is said of the document."""
        return _DECISIONS.get(self, Decision.UNDECIDED)

    @property
    def judged(self) -> bool:
        """Whether a probability can be told at all."""
        return self not in (Ground.UNREAD, Ground.OTHER_LANGUAGE, Ground.NOTHING)


_DECISIONS = {
    Ground.LIKE_MACHINE: Decision.LIKELY_MT,
    Ground.SAME_ENGINE: Decision.LIKELY_MT,
    Ground.GARBLED: Decision.LIKELY_MT,
    Ground.UNLIKE_MACHINE: Decision.LIKELY_HUMAN,
}


def decide(counts: Counts, calibration: Calibration) -> Ground:
    """Whether a document was machine-translated, at the calibration's false-alarm rate.

    The score is measured against the two thresholds for its number of sentences; between them it is undecided, unless
    an engine leaves it as it leaves its own output, or so much of it is garbled that no person wrote it. Undecided,
    too, is a document that is too short, in another language or disguised, that has nothing to judge in it, that reads
    like machine output but is misspelled as only people misspell, or that is as garbled, or nearly so, but reads
    too little like machine output besides.
    """
    obstacle = _obstacle(counts, calibration)
    if obstacle is not None:
        return obstacle
    ground: Ground | None
    if counts.score >= calibration.likely_mt(counts.sentences):
        ground = Ground.LIKE_MACHINE
    else:
        ground = Ground.SAME_ENGINE if counts.same_engine else _if_garbled(counts, calibration)
    if ground is None:
        if counts.score > calibration.likely_human(counts.sentences):
            return Ground.TOO_CLOSE
        return Ground.CONTRADICTORY if _is_garbled(counts, calibration, _PART) else Ground.UNLIKE_MACHINE
    misspelled = counts.slips and counts.slips >= calibration.human_slips * counts.words
    return Ground.SLIPS if misspelled and ground.decision is Decision.LIKELY_MT else ground


def _if_garbled(counts: Counts, calibration: Calibration) -> Ground | None:
    """What so much that is garbled decides; where the score denies it, nothing."""
    if calibration.garbled is None or not _is_garbled(counts, calibration):
        return None
    score = counts.score if counts.detector is None else counts.detector
    return Ground.GARBLED if score >= calibration.garbled.score else Ground.CONTRADICTORY


def _is_garbled(counts: Counts, calibration: Calibration, part: float = 1.0) -> bool:
    """Whether ``part`` of the share that decides is garbled."""
    least = calibration.garbled
    return least is not None and counts.garbled is not None and counts.garbled >= part * least.share


def _obstacle(counts: Counts, calibration: Calibration) -> Ground | None:
    """What keeps a document from being decided, whatever its score is; the gravest first."""
    obstacles = {
        Ground.NOTHING: not counts.lettered,
        Ground.OTHER_LANGUAGE: not counts.spoken,
        Ground.UNREAD: not counts.sentences,
        Ground.NO_RUNNING_TEXT: not counts.running,
        Ground.FOREIGN: counts.sentences < (1 - calibration.most_foreign) * (counts.sentences + counts.foreign),
        Ground.TOO_SHORT: counts.words < calibration.min_words or counts.sentences < calibration.min_sentences,
        Ground.DISGUISED: counts.disguised >= max(_FEWEST_DISGUISED, _DISGUISED_SHARE * counts.words),
        Ground.UNUSUAL_CASE: not _CAPITALISED[0] <= counts.capitalised <= _CAPITALISED[1],
        Ground.UNIDENTIFIED: not counts.identified,
    }
    return next((ground for ground, holds in obstacles.items() if holds), None)
