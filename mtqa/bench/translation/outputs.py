"""System outputs and references: from rows of WMT, from plain text files, or from a test set of sacrebleu."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtqa.bench.data import Data
from mtqa.bench.documents import Origin, by_writer
from mtqa.bench.translation.suite import TranslationSuite
from mtqa.bench.translation.test_sets import files_of, is_system
from mtqa.core.errors import ConfigError

__all__ = ["Outputs", "outputs"]

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
                f"{path}: has {count:,} lines, {first} has {wanted:,}; give files with a line for each segment"
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
        raise ConfigError(
            f"{suite.data}: has no {what} for {suite.pair} in {suite.year}; choose another pair with --pair"
        )
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
