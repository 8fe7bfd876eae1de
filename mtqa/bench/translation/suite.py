"""Which outputs of systems to judge, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from mtqa.bench.suites import Condition, Suite

__all__ = ["TranslationSuite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationSuite(Suite):
    """System outputs against references, from one of three places: rows of WMT, plain text files, or a test set of
    sacrebleu.

    Attributes:
        year, pair: of the rows of WMT.
        segments: the most of the rows of WMT, drawn by chance; 0 for all. TER takes long.
        left_out: rows that meet one of these conditions.
        test_set: of sacrebleu, with its system outputs, e.g. ``"wmt22"``, in the direction ``pair``.
        hypotheses: name of a system to a plain text file, a line a segment.
        references: plain text files with the same lines.
        trials: of approximate randomisation; ``draws`` are those of the paired bootstrap.
    """

    by_options: ClassVar[tuple[str, ...]] = ("seed", "pair", "hypotheses", "references", "test_set")

    year: int = 0
    pair: str = ""
    segments: int = 0
    left_out: tuple[Condition, ...] = ()
    test_set: str = ""
    hypotheses: Mapping[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    trials: int = 1000

    def __post_init__(self) -> None:
        super(TranslationSuite, self).__post_init__()
        if bool(self.hypotheses) != bool(self.references):
            raise ValueError("hypotheses and references go together; give both")
        if self.hypotheses and self.test_set:
            raise ValueError("a test set has its own references; leave one of the two out")
        if not self.hypotheses and not re.fullmatch(r"[a-z]{2,3}-[a-z]{2,3}", self.pair):
            raise ValueError(f"pair must be such as de-en, not '{self.pair}'; name it")
        if self.trials < 1 or self.segments < 0:
            raise ValueError("trials must be 1 or more and segments 0 or more; change them")

    def sources(self) -> list[str]:
        """Options that say where the data is."""
        found = ["--pair", self.pair] if self.pair else []
        if self.hypotheses:
            found += [f"--hypothesis={name}={path}" for name, path in self.hypotheses.items()]
            return [*found, *(f"--reference={path}" for path in self.references)]
        return [*found, "--test-set", self.test_set] if self.test_set else [*found, "--data", "DATA"]

    @property
    def carries_data(self) -> bool:
        """Whether it needs no folder with data."""
        return bool(self.hypotheses or self.test_set)

    @property
    def target(self) -> str:
        """BCP 47 tag of the language of the outputs, ``""`` where it is not known."""
        return self.pair.partition("-")[2]
