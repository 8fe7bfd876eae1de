"""What an editor network says of sentences and words, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from mtqa.core.errors import ModelError
from mtqa.core.findings import Category
from mtqa.core.garbled import Garbled
from mtqa.core.report import Recall
from mtqa.core.scaling import Logistic, share, signature_name
from mtqa.core.settings import Strictness
from mtqa.core.spans import Span
from mtqa.core.together import Together

__all__ = ["ABSENT", "FAST", "MISSING", "ProofCalibration", "Proofread", "WordMark"]

MISSING = "editor:missing"
"""In a signature: that the careful editor was asked for and is missing."""
FAST = "editor:fast"
"""In a signature: that the fast editor was asked for."""
ABSENT = "the careful editor is not on this machine (reinstall mtqa to get it)"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordMark:
    """What an editor network says of one word.

    Attributes:
        span: code points of the sentence that was passed in.
        marked: log-odds that an editor would change it; ``must``: that an editor has to.
        categories: if it is to be changed, the probability of each reason for that.
    """

    span: Span
    marked: float
    must: float
    categories: Mapping[Category, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofread:
    """What an editor network says of one sentence: log-odds, higher is worse.

    Attributes:
        marked: that an editor would change anything in it; ``must``: that an editor has to.
        words: those that were read, in order.
        machine: that a machine translated it, before calibration; None where the network does not say.
    """

    marked: float
    must: float
    words: tuple[WordMark, ...]
    machine: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofCalibration:
    """Probabilities and thresholds of an editor network.

    Attributes:
        name: of the calibration data, for the signature.
        languages: BCP 47 primary tags that it reads.
        sentence: log-odds that a sentence must be repaired to ``p_edit``.
        word: log-odds that a word is changed to the probability of that; ``word_must`` likewise, that it must be.
        word_from: probability from which a word of a flagged sentence is pointed at; ``word_beside``: likewise, of
            words next to such a word.
        flagged: ``p_edit`` from which a sentence is flagged, by strictness.
        recall: what is flagged at each, as measured on other documents than the thresholds were set on.
        garbled: from where on a document is machine output for its faults alone; together: what the network says of who
            wrote it, beside a detector; None where that was not measured.
    """

    name: str
    languages: frozenset[str]
    sentence: Logistic
    word: Logistic
    word_must: Logistic
    word_from: float
    word_beside: float
    flagged: Mapping[Strictness, float]
    recall: Mapping[Strictness, Recall]
    garbled: Garbled | None = None
    together: Together | None = None

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> ProofCalibration:
        """From the ``[calibration]`` table of a ``model.toml``. Raises ModelError where it lacks or bends a key."""
        try:
            word_from, word_beside = share(table["word_from"]), share(table["word_beside"])
            if word_beside > word_from:
                raise ValueError(f"word_beside, {word_beside}, is above word_from, {word_from}")
            return cls(
                name=signature_name(table["name"]),
                languages=frozenset(str(tag) for tag in table["languages"]),
                sentence=Logistic.rising(table["sentence"]),
                word=Logistic.rising(table["word"]),
                word_must=Logistic.rising(table["word_must"]),
                word_from=word_from,
                word_beside=word_beside,
                flagged={one: share(table["flagged"][one]) for one in Strictness},
                recall={one: Recall.from_table(table["recall"][one]) for one in Strictness},
                garbled=Garbled.from_table(table["garbled"]) if "garbled" in table else None,
                together=Together.from_table(table["together"]) if "together" in table else None,
            )
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise ModelError(f"the calibration in model.toml is not usable ({error!r}); reinstall mtqa") from error

    def pointed(self, words: Sequence[WordMark]) -> list[bool]:
        """Which of consecutive words of a flagged sentence are pointed at: runs of words that all reach
        ``word_beside``, one of which reaches ``word_from``, and a single word between two such runs."""
        found: list[bool] = []
        for together, run in groupby((self.word(w.marked) for w in words), key=lambda p: p >= self.word_beside):
            some = list(run)
            found += [together and max(some) >= self.word_from] * len(some)
        return [
            at or (0 < k < len(found) - 1 and found[k - 1] and found[k + 1])  # one alone between two others
            for k, at in enumerate(found)
        ]

    def speaks(self, language: str) -> bool:
        """Whether it reads text in ``language``."""
        return language.partition("-")[0].lower() in self.languages
