"""System outputs and references: from rows of WMT, from plain text files, or from a test set of sacrebleu."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from mtqa.bench.data import Data
from mtqa.bench.documents import Origin, by_writer
from mtqa.bench.suites import Condition, Suite
from mtqa.bench.translation.test_sets import files_of, is_system
from mtqa.core.errors import ConfigError

__all__ = ["Outputs", "TranslationSuite", "outputs"]


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


_COVERAGE = 0.9  # share of the references' segments that a system must have to take part


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """Aligned segments.

    Attributes:
        numbers: of the segments in their files, or of the rows: the same in another run.
        systems: name to outputs.
        references: each with as many segments.
        target: BCP 47 tag of the language, ``""`` where it is not known.
        notes: what was left out, a sentence each.
    """

    numbers: Sequence[int]
    systems: Mapping[str, Sequence[str]]
    references: Sequence[Sequence[str]]
    target: str
    notes: tuple[str, ...] = ()


def outputs(data: Data, suite: TranslationSuite) -> Outputs:
    """What the suite names. Raises InputError where it cannot be read, ConfigError where it does not fit together."""
    if suite.hypotheses:
        return _from_files(data, suite)
    if suite.test_set:
        return _from_test_set(data, suite)
    return _from_rows(data, suite)


def _from_files(data: Data, suite: TranslationSuite) -> Outputs:
    lines = {path: _lines(data, path) for path in (*suite.hypotheses.values(), *suite.references)}
    first = suite.references[0]
    for path in (*suite.references, *suite.hypotheses.values()):
        count, wanted = len(lines[path]), len(lines[first])
        if count != wanted or not count:
            raise ConfigError(
                f"{path}: {count:,} line{'s'[: count != 1]}, but {first} has {wanted:,}; give files with a line for "
                "each segment"
            )
    return _aligned(
        {name: lines[path] for name, path in suite.hypotheses.items()}, [lines[p] for p in suite.references], suite
    )


def _aligned(
    systems: Mapping[str, Sequence[str]], references: Sequence[Sequence[str]], suite: TranslationSuite
) -> Outputs:
    numbers = range(1, len(references[0]) + 1)
    return Outputs(numbers=numbers, systems=systems, references=references, target=suite.target)


def _lines(data: Data, path: str) -> list[str]:
    """The lines of a file as the sacrebleu command reads them."""
    return [line.rstrip() for line in io.StringIO(data.text(path), newline=None)]


def _from_rows(data: Data, suite: TranslationSuite) -> Outputs:
    writers = sorted(by_writer(data, suite.data, suite.year, suite.left_out).items())
    references, systems = (
        {writer: rows for (origin, pair, writer), rows in writers if pair == suite.pair and origin is wanted}
        for wanted in (Origin.HUMAN, Origin.MACHINE)
    )
    if not references or not systems:
        what = "references" if systems else "system outputs"
        raise ConfigError(f"{suite.data}: no {what} for {suite.pair} in {suite.year}; choose another pair with --pair")
    segments = set.intersection(*(set(rows) for rows in references.values()))
    partial = [name for name, rows in systems.items() if len(segments & set(rows)) < _COVERAGE * len(segments)]
    notes = [f"{name}: left out, as it lacks more than a tenth of the segments" for name in partial]
    systems = {name: rows for name, rows in systems.items() if name not in partial}
    shared = sorted(segments.intersection(*(set(rows) for rows in systems.values())))
    if not shared or not systems:
        raise ConfigError(f"{suite.data}: no segment of {suite.pair} was translated by all; choose another pair")
    if len(shared) < len(segments):
        notes.append(f"{len(segments) - len(shared):,} of {len(segments):,} segments left out, as a system lacks them")
    return Outputs(
        numbers=shared,
        systems={name: [rows[n].text for n in shared] for name, rows in systems.items()},
        references=[[rows[n].text for n in shared] for rows in references.values()],
        target=suite.target,
        notes=tuple(notes),
    )


def _from_test_set(data: Data, suite: TranslationSuite) -> Outputs:
    """A test set with its system outputs from sacrebleu's folder (``$SACREBLEU``, else ``~/.sacrebleu``), where
    sacrebleu puts what it downloads."""
    files, references = files_of(suite.test_set, suite.pair)
    systems = {name: _lines(data, str(path)) for name, path in files.items() if is_system(name)}
    if not systems:
        raise ConfigError(f"{suite.test_set} has no system outputs for {suite.pair}; choose another test set")
    return _aligned(systems, [_lines(data, str(path)) for path in references], suite)
