"""What a finished output says of its corpus, counted row by row."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtqa.batch.output import is_parquet
from mtqa.batch.prevalence import Estimate, Rates, corrected, measured, observed
from mtqa.batch.reading import Reading
from mtqa.batch.records import need_parquet
from mtqa.batch.streams import unpacked
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.files import open_file
from mtqa.core.proofreading import FAST, MISSING
from mtqa.core.report import Decision
from mtqa.verdict.reasons import TOO_SHORT

__all__ = ["BINS", "FEW", "Group", "Overview", "Suspect", "summarise"]

BINS = 10
"""Bars of the histogram of p_mt."""

FEW = 30
"""Documents that are long enough for a decision, below which shares of them say little."""

_GROUPS = 10_000  # values of a column, above which it is none to group by
_SHOWN = 10  # documents that most resemble machine translation
_FIELDS = ("id", "p_mt", "decision", "reason", "segments", "signature", "error")
_NONE = "(none)"
_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that have something in common.

    Attributes:
        name: of it.
        rows: all of them, ``errors`` that could not be judged included, and ``not_judged`` that got no probability
            without any fault: blank ones, those in a language that the model does not judge, those over a limit.
        likely_mt, likely_human, undecided: documents that were judged, by their decision.
        too_short: those undecided for want of words or sentences.
        long: documents with a probability and enough words and sentences for a decision; ``called``: those likely-mt.
        observed: the share of ``called`` in ``long``.
        corrected: the share that was machine-translated, where the others were written in their language.
        corrected_translated: the same where the others were translated by people.
    """

    name: str
    rows: int
    errors: int
    not_judged: int
    likely_mt: int
    likely_human: int
    undecided: int
    too_short: int
    long: int
    called: int
    observed: Estimate | None
    corrected: Estimate | None
    corrected_translated: Estimate | None


@dataclass(frozen=True, slots=True, order=True)
class Suspect:
    """A document that is called likely-mt.

    Attributes:
        groups: of each column that the overview is by, the name of its group.
    """

    p_mt: float
    id: str
    groups: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What an output says of its corpus.

    Attributes:
        file: that was read.
        signatures: of the rows.
        whole: all rows.
        groups: by column, the largest first; of those that are as large, rows without a value last.
        histogram: documents by p_mt, in ``BINS`` bars from 0 to 1.
        worst: the documents called likely-mt with the highest p_mt, that one first.
        assumptions: what the shares rest on, or why there are no corrected ones, and by which editor: a sentence each.
    """

    file: str
    signatures: tuple[str, ...]
    whole: Group
    groups: dict[str, tuple[Group, ...]]
    histogram: tuple[int, ...]
    worst: tuple[Suspect, ...]
    assumptions: tuple[str, ...]


@dataclass(slots=True)
class _Counts:
    rows: int = 0
    errors: int = 0
    not_judged: int = 0
    decisions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Decision, 0))
    too_short: int = 0
    lengths: dict[int, list[int]] = field(default_factory=dict)  # sentences: documents, called likely-mt

    def add(self, row: dict[str, Any]) -> None:
        self.rows += 1
        if row.get("error") is not None:
            self.errors += 1
            return
        if row["p_mt"] is None:
            self.not_judged += 1
            return
        self.decisions[row["decision"]] += 1
        if TOO_SHORT in row["reason"]:
            self.too_short += 1
        else:
            of_length = self.lengths.setdefault(len(row["segments"]), [0, 0])
            of_length[0] += 1
            of_length[1] += row["decision"] == Decision.LIKELY_MT

    def group(self, name: str, rates: Rates | None) -> Group:
        first = rates.sentences[0] if rates else 0
        lengths = {sentences: counts for sentences, counts in self.lengths.items() if sentences >= first}
        total, called = (sum(counts[i] for counts in lengths.values()) for i in (0, 1))
        by_originals = by_translations = None
        if rates:
            weights = [0.0] * len(rates.sentences)
            for sentences, (documents, _) in lengths.items():
                for number, weight in rates.weights(sentences).items():
                    weights[number] += weight * documents
            by_originals = corrected(called, total, weights, rates.machine, rates.original)
            by_translations = corrected(called, total, weights, rates.machine, rates.translated)
        return Group(
            name=name,
            rows=self.rows,
            errors=self.errors,
            not_judged=self.not_judged,
            likely_mt=self.decisions[Decision.LIKELY_MT],
            likely_human=self.decisions[Decision.LIKELY_HUMAN],
            undecided=self.decisions[Decision.UNDECIDED],
            too_short=self.too_short,
            long=total,
            called=called,
            observed=observed(called, total),
            corrected=by_originals,
            corrected_translated=by_translations,
        )


def summarise(path: Path, by: Sequence[str] = ()) -> Overview:
    """What the output of a batch says, in constant memory.

    Args:
        path: JSON Lines, packed or not, or Parquet.
        by: columns to group by, of those that were kept, or ``language`` or ``source_language``.

    Raises:
        InputError: the file cannot be read, or is no output of a batch, or lacks a column.
        ConfigError: a column has too many values, or an extra is missing.
    """
    whole = _Counts()
    groups: dict[str, dict[str, _Counts]] = {column: {} for column in by}
    histogram = [0] * BINS
    worst: list[Suspect] = []
    signatures: dict[str, None] = {}
    for number, row in enumerate(_rows(path, by), 1):
        if row.get("error") is None and not _is_judged(row):
            raise InputError(path, f"row {number} is not a judged row; give an output of mtqa batch")
        whole.add(row)
        names = {column: _group_of(row, column, found, path) for column, found in groups.items()}
        for column, name in names.items():
            groups[column].setdefault(name, _Counts()).add(row)
        if row.get("error") is None and row["p_mt"] is not None:
            signatures.setdefault(row["signature"])
            histogram[min(BINS - 1, int(row["p_mt"] * BINS))] += 1
            if row["decision"] == Decision.LIKELY_MT:
                (heapq.heappush if len(worst) < _SHOWN else heapq.heappushpop)(
                    worst, Suspect(row["p_mt"], str(row["id"]), names)
                )
    rates, assumptions = _assumptions(tuple(signatures))
    everything = whole.group("all", rates)
    grouped = {
        column: tuple(
            counts.group(name, rates)
            for name, counts in sorted(found.items(), key=lambda g: (-g[1].rows, g[0] == _NONE, g[0]))
        )
        for column, found in groups.items()
    }
    return Overview(
        file=str(path),
        signatures=tuple(signatures),
        whole=everything,
        groups=grouped,
        histogram=tuple(histogram),
        worst=tuple(sorted(worst, reverse=True)),
        assumptions=(*assumptions, *_of_few(everything, grouped), *_of_editor(signatures)),
    )


def _of_few(whole: Group, groups: Mapping[str, Sequence[Group]]) -> Iterator[str]:
    """That shares say little where they are of few documents."""
    why = f"shares of fewer than {FEW} say little, as their 95% intervals show"
    if 0 < whole.long < FEW:
        documents = "document is" if whole.long == 1 else "documents are"
        yield f"Only {whole.long} {documents} long enough for a decision: {why}."
        return
    for column, some in groups.items():
        few = sum(0 < group.long < FEW for group in some)
        if few:
            told = "1 group has" if few == 1 else f"{few:,} groups have"
            yield f"By {column}, {told} fewer than {FEW} documents that are long enough for a decision: {why}."


def _of_editor(signatures: Iterable[str]) -> Iterator[str]:
    """That the fast editor read rows, if it did: with it less is found."""
    if any(part in (FAST, MISSING) for signature in signatures for part in signature.split("|")):
        yield (
            "The fast editor read these rows: with it mtqa flags fewer of the sentences that need repair and finds "
            "less machine translation than with the careful one. To use it, run 'mtqa batch' with --editor careful."
        )


def _is_judged(row: dict[str, Any]) -> bool:
    """Whether a row without an error has what is read of it; a document called likely-mt has a probability."""
    p_mt, decision = row.get("p_mt", ""), row.get("decision")
    known = isinstance(p_mt, int | float) and not isinstance(p_mt, bool) and 0 <= p_mt <= 1
    return (
        "id" in row
        and decision in tuple(Decision)
        and (known or (p_mt is None and decision != Decision.LIKELY_MT))
        and isinstance(row.get("segments"), list)
        and all(isinstance(row.get(name), str) for name in ("reason", "signature"))
    )


def _group_of(row: dict[str, Any], column: str, found: dict[str, _Counts], path: Path) -> str:
    """Its name."""
    if column not in row and row.get("error") is None:
        raise InputError(path, f"no column '{column}'; judge the corpus again with --keep {column}")
    name = row.get(column)
    if name is None:
        name = _NONE
    elif not isinstance(name, str):
        name = json.dumps(name, ensure_ascii=False, default=str)
    if name not in found and len(found) >= _GROUPS:
        raise ConfigError(f"--by {column}: over {_GROUPS:,} values; choose a column with fewer")
    return name


def _assumptions(signatures: Sequence[str]) -> tuple[Rates | None, tuple[str, ...]]:
    if len(signatures) != 1:
        why = "the rows were judged in different ways" if signatures else "no row was judged"
        return None, (f"No corrected share: {why}.",)
    rates = measured(signatures[0])
    if isinstance(rates, str):
        return None, (f"No corrected share: {rates}.",)
    table = "; ".join(
        f"{length} sentences: {machine[0]:.1%}, {original[0]:.1%} and {translated[0]:.1%}"
        for length, machine, original, translated in zip(
            rates.sentences, rates.machine, rates.original, rates.translated, strict=True
        )
    )
    return rates, (
        f"Shares are of documents with at least {rates.sentences[0]} sentences, enough words for a decision, and a "
        "probability.",
        "The estimate takes the corpus to be like the model's test set, in which these shares of machine translations, "
        f"of originals and of people's translations are called likely-mt: {table}. Other lengths are interpolated.",
        "Translators that the model detects more or less often than those of its test set make the corrected shares "
        "too high or too low; the 95% intervals cover only chance. If more documents are called likely-mt than if all "
        "were machine translations, or fewer than if none were, and chance does not explain it, no corrected share is "
        "given.",
    )


def _rows(path: Path, by: Sequence[str]) -> Iterator[dict[str, Any]]:
    if is_parquet(path):
        yield from _parquet_rows(path, by)
        return
    with unpacked(path, Reading().window) as (stream, _):
        try:
            for number, line in enumerate(stream, 1):
                yield _object(line, f"{path}: row {number}")
        except (OSError, EOFError) as error:
            raise InputError(path, f"cannot be read to its end ({error}); restore the file") from None


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise InputError("", f"{place} is not a judged row; give an output of mtqa batch")
    return row


def _parquet_rows(path: Path, by: Sequence[str]) -> Iterator[dict[str, Any]]:
    need_parquet(str(path))
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with open_file(path) as raw, ParquetFile(raw) as table:
            wanted = [name for name in table.schema_arrow.names if name in (*_FIELDS, *by)]
            for batch in table.iter_batches(batch_size=_AT_ONCE, columns=wanted, use_threads=False):
                yield from batch.to_pylist()
    except (OSError, ValueError, ArrowException) as error:
        reason = str(error).partition("\n")[0]
        raise InputError(path, f"cannot be read as Parquet ({reason}); check the file") from None
