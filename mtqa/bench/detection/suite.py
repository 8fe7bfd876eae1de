"""What to judge of machine-translated documents and people's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtqa.bench.suites import Condition, Suite

__all__ = ["Baselines", "DetectionSuite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """Other detectors, run on the same documents.

    Attributes:
        ngrams_year: train a logistic regression on TF-IDF of character n-grams on the rows of this year, and for each
            machine system on what the other systems and people wrote in the year that is judged; 0 for none.
        round_trip: documents of each kind (machine, human translation, original) on which is measured how much of a
            text survives a machine translation there and back; 0 for none.
        perplexity: documents of each kind on which is measured the surprisal by the language model that ``mtqa models
            pull smollm2-135m`` gets; 0 for none.
    """

    ngrams_year: int = 0
    round_trip: int = 0
    perplexity: int = 0

    def __post_init__(self) -> None:
        if min(self.ngrams_year, self.round_trip, self.perplexity) < 0:
            raise ValueError("baselines must be 0 or more; change them")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSuite(Suite):
    """Machine-translated documents against people's.

    Rows are those of WMT: ``text``, ``origin`` (mt, human or original), ``year``, ``pair``, ``seg``, ``system``, and
    ``same`` for further systems with the same output; ``doc`` where there are domains.

    Attributes:
        year: of the test set.
        left_out: rows that meet one of these conditions.
        lengths: of documents, in segments.
        breakdown: the length that systems, pairs, curves and examples are shown at.
        documents: the most of each machine system, pair and length, drawn by chance; 0 for all. People's are all used.
        domains: name of a kind of text to what its ``doc`` begins with; the others are of the domain ``other``.
        baselines: other detectors.
    """

    year: int
    left_out: tuple[Condition, ...] = ()
    lengths: tuple[int, ...] = (5, 10, 20, 40)
    breakdown: int = 10
    documents: int = 0
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    baselines: Baselines = field(default_factory=Baselines)

    def __post_init__(self) -> None:
        super(DetectionSuite, self).__post_init__()
        if not self.lengths or min(self.lengths) < 1 or self.breakdown not in self.lengths:
            raise ValueError("lengths must be 1 or more, and breakdown one of them; change them")
        if self.documents < 0:
            raise ValueError("documents must be 0, for all, or more; change it")
        if self.baselines.ngrams_year == self.year:
            raise ValueError("ngrams-year must not be the year that is judged; choose another")
