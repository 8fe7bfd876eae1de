"""Which sentences to judge, and when one counts as in need of repair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtqa.bench.suites import Condition, Suite

__all__ = ["ErrorsSuite", "JudgedSet", "Repair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """When a sentence counts as in need of repair: its ``key`` is at least, or at most, so much."""

    key: str
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("repair takes either at-least or at-most; give one")

    def __call__(self, value: float) -> bool:
        """Whether a row with this value needs repair."""
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSet:
    """Sentences that were judged in one way.

    Attributes:
        where: the rows that belong to it.
        scores: name of a human score to the key that has it; a minus before the key where higher is worse.
        repair: when a sentence needs repair; absent where the data does not say.
        in_documents: whether rows of the same ``system`` and ``doc`` are judged as consecutive sentences.
        every: take one segment (``seg``) in so many.
    """

    name: str
    where: Condition
    scores: Mapping[str, str] = field(default_factory=dict)
    repair: Repair | None = None
    in_documents: bool = False
    every: int = 1

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError("every must be 1 or more; change it")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsSuite(Suite):
    """Sentences that people scored, and words that they tagged.

    Rows have ``text``, the keys that the sets name, ``tok`` and ``tags`` (words and OK or BAD for each), and ``errors``
    (``[annotator, category, severity, start, end]``) where there are such.

    Attributes:
        sets: of sentences.
        sentences: the most of each set.
        source: whether the model may read what was translated (``source``).
    """

    sets: tuple[JudgedSet, ...]
    sentences: int = 3000
    source: bool = False

    def __post_init__(self) -> None:
        super(ErrorsSuite, self).__post_init__()
        names = [each.name for each in self.sets]
        if not names or len(set(names)) < len(names):
            raise ValueError("sets must be one or more, each with its own name; rename them")
        if self.sentences < 1:
            raise ValueError("sentences must be 1 or more; change it")
