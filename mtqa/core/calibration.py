"""From raw scores to probabilities and decisions: the numbers of a model's ``model.toml``, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from mtqa.core.errors import ModelError, UnknownRate
from mtqa.core.findings import Severity
from mtqa.core.garbled import Garbled
from mtqa.core.proofreading import ProofCalibration
from mtqa.core.protocols import SegmentScore
from mtqa.core.same_engine import SameEngine
from mtqa.core.scaling import Curve, Logistic, curves, pair, share
from mtqa.core.settings import RATE
from mtqa.core.together import Together

__all__ = ["Calibration"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Probabilities, thresholds and the data they were set on.

    Attributes:
        name: of the calibration data, for the signature.
        languages: BCP 47 primary tags the model speaks.
        rate: share of human documents that may be called likely-mt by the threshold that was set, one of ``rates``.
        fpr: share of documents written in English that are called likely-mt: the worst measured on a set of originals,
            at any length, of another year than the threshold was set on.
        miss: share of machine-translated documents that may be called likely-human.
        min_sentences, min_words: a document with fewer is not decided.
        sentence_mt: machine-translation logit of a sentence to ``p_mt``.
        editor: of what the fast editor says; ``sourced_editor`` of what it says where it knows the source (how much is
            flagged was measured without).
        rule_prior: how often an editor changes the words that a rule points at, by the rule's severity; an assumption,
            as no corpus has such words tagged.
        most_foreign: share of sentences in other languages above which a document is not decided.
        document_slope, document_intercept: Platt scaling of a document's score, by its number of sentences.
        likely_mt: score from which a document of so many sentences is called likely-mt.
        likely_human: score up to which it is called likely-human.
        origins: BCP 47 tags of the languages that a machine's text is told to have come from.
        origin_certain: probability from which one of them is named.
        usual_surprisal: mean surprisal of a word in bits between which 98 % of the documents lie that decisions were
            measured on; another is of a kind for which they say nothing.
        garbled: from where on a document is machine output for its faults alone, as the editor sees them; None where
            that was not measured.
        same_engine: from where on it is the output of an engine that took it there and back, for each engine for which
            that was measured, unless that accuses more people than ``rate`` allows.
        human_slips: misspelled words for each word from which no document is called likely-mt; at least one.
        weight: of the careful editor's machine-translation logit of a sentence beside the detector's; 0 where nothing
            is known of both together. ``alone``: what holds where it has not read all sentences.
    """

    name: str
    languages: frozenset[str]
    rate: float
    rates: tuple[float, ...]
    fpr: float
    miss: float
    min_sentences: int
    min_words: int
    sentence_mt: Logistic
    editor: ProofCalibration
    sourced_editor: ProofCalibration
    rule_prior: Mapping[Severity, float]
    most_foreign: float
    document_slope: Curve
    document_intercept: Curve
    likely_mt: Curve
    likely_human: Curve
    usual_surprisal: tuple[float, float]
    human_slips: float
    origins: tuple[str, ...]
    origin_certain: float
    garbled: Garbled | None = None
    same_engine: tuple[SameEngine, ...] = ()
    weight: float = 0.0
    alone: Calibration | None = None

    @classmethod
    def from_table(cls, table: Mapping[str, Any], *, rate: float = RATE) -> Calibration:
        """From the ``[calibration]`` table of a ``model.toml``, which has a threshold for each of its ``rates``. Raises
        ModelError where it lacks or bends a key, UnknownRate where it has no threshold for ``rate``."""
        try:
            rates = tuple(share(value) for value in table["rates"])
            if not len(rates) == len(table["fpr"]) == len(table["likely_mt"]):
                raise ValueError("rates, fpr and likely_mt differ in length")
            if rate not in rates:
                *first, last = (f"{value:g}" for value in rates)
                known = f"{', '.join(first)} or {last}" if first else last
                raise UnknownRate(f"this model has no threshold for a false-alarm rate of {rate:g}; choose {known}")
            chosen = rates.index(rate)
            curve = curves(table["sentences"])
            if not isinstance(table["languages"], list) or not table["languages"]:
                raise TypeError("languages must be a list of at least one")
            return cls(
                name=str(table["name"]),
                languages=frozenset(str(tag) for tag in table["languages"]),
                rate=rate,
                rates=rates,
                fpr=share(table["fpr"][chosen]),
                miss=share(table["miss"]),
                min_sentences=int(table["min_sentences"]),
                min_words=int(table["min_words"]),
                sentence_mt=Logistic.of(table["sentence_mt"]),
                editor=ProofCalibration.from_table(table["editor"]),
                sourced_editor=ProofCalibration.from_table(table["editor"] | table["sourced_editor"]),
                rule_prior={severity: share(table["rule_prior"][severity]) for severity in Severity},
                most_foreign=share(table["most_foreign"]),
                document_slope=curve(table["document_slope"]),
                document_intercept=curve(table["document_intercept"]),
                likely_mt=curve(table["likely_mt"][chosen]),
                likely_human=curve(table["likely_human"]),
                usual_surprisal=pair(table["usual_surprisal"]),
                human_slips=share(table["human_slips"]),
                origins=tuple(str(tag) for tag in table["origins"]),
                origin_certain=share(table["origin_certain"]),
                same_engine=tuple(
                    engine
                    for each in table.get("same_engine", ())
                    if (engine := SameEngine.from_table(each)).rate <= rate
                ),
            )
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise ModelError(f"the calibration in model.toml is not usable ({error!r}); reinstall mtqa") from error

    def document_p_mt(self, score: float, sentences: int) -> float:
        """Probability that a document of so many sentences with this score was machine-translated, where half of all
        documents are."""
        return Logistic(self.document_slope(sentences), self.document_intercept(sentences))(score)

    def with_garbled(self, garbled: Garbled | None) -> Calibration:
        """The same, and from where on a document is garbled, unless that accuses more people than ``rate`` allows."""
        return self if garbled is None or garbled.rate > self.rate else replace(self, garbled=garbled)

    def with_together(self, more: Together | None, detector: str) -> Calibration:
        """The same, and what the careful editor's network says of who wrote a document, if that was measured at
        ``rate`` and beside this ``detector`` (``name@digest``)."""
        if more is None or more.detector != detector or self.rate not in more.likely_mt:
            return self
        return replace(
            self,
            name=more.name,
            fpr=more.fpr[self.rate],
            sentence_mt=more.sentence_mt,
            document_slope=more.document_slope,
            document_intercept=more.document_intercept,
            likely_mt=more.likely_mt[self.rate],
            likely_human=more.likely_human,
            weight=more.weight,
            alone=self,
        )

    def of(self, machine: Sequence[float | None]) -> Calibration:
        """The calibration of sentences of which the careful editor's network says ``machine``: of both together, if it
        has read them all."""
        return self if self.alone is None or (machine and None not in machine) else self.alone

    def score(self, logits: Sequence[float], machine: Sequence[float | None]) -> float:
        """The score of sentences by what calibration is `of` them: the detector's mean logit and, at its weight, the
        careful editor's."""
        known = [each for each in machine if each is not None]
        return fmean(logits) + (self.weight * fmean(known) if self.weight else 0.0)

    def editor_of(self, score: SegmentScore) -> ProofCalibration:
        """Of what the fast editor says in ``score``, by whether it knows the source."""
        return self.sourced_editor if score.sourced else self.editor

    def speaks(self, language: str) -> bool:
        """Whether the model judges text in ``language``."""
        return language.partition("-")[0].lower() in self.languages
