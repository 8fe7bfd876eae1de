"""Errors: which sentences need repair, and which words of them, against what people said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from mtqa.bench.conclusions import of_errors
from mtqa.bench.data import Data
from mtqa.bench.documents import consecutive
from mtqa.bench.errors_tables import Item, Sentences, Shown, examples, figures, tables
from mtqa.bench.judged import Judged, Tag, judged_sets
from mtqa.bench.results import VERSION, Result
from mtqa.bench.suites import ErrorsSuite, Loader
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, MtqaError
from mtqa.core.findings import Flag, Severity, Verdict
from mtqa.core.protocols import TokenScore
from mtqa.core.spans import Span

__all__ = ["run"]

_AT_ONCE = 32  # runs to a batch
_LONGEST = 10  # sentences of a run


def run(suite: ErrorsSuite, load: Loader, *, data: Path, sample: int | None = None) -> Result:
    """What was measured; see `mtqa.bench.run`."""
    source = Data(data, suite.sha256)
    sets = judged_sets(source, suite, sample)
    if empty := [name for name, found in sets.items() if not found]:
        raise ConfigError(f"{data / suite.data}: no rows for the set '{empty[0]}'; check 'where' of that set")
    checker = load()
    items: list[Item] = []
    shown: dict[str, Shown] = {}
    abstained: Counter[str] = Counter()
    failures: list[str] = []
    for name, found in sets.items():
        for judged, verdict, words in _verdicts(checker, _runs(found), suite.language, failures):
            if verdict.p_edit is None:
                abstained["; ".join(sorted({e.abstained for e in verdict.evidence if e.abstained}))] += 1
                continue
            items.append(_item(name, judged, verdict, words))
            shown[judged.id] = Shown(
                judged.text,
                _quoted(_spans(verdict), judged.text),
                _quoted(judged.bad or (), judged.text),
                called=any(flag.severity is not Severity.NEUTRAL for flag in verdict.flags),
            )
    sentences = Sentences(items, suite)
    shown_tables = tuple(tables(sentences))
    return Result(
        version=VERSION,
        suite=suite.name,
        settings=asdict(suite),
        sample=sample,
        signature=str(checker.signature),
        command=suite.command(sample),
        data=source.digests,
        conclusion=of_errors(shown_tables[0]),
        tables=shown_tables,
        figures=tuple(figures(sentences)),
        examples=tuple(examples(sentences, shown)),
        abstained=dict(abstained),
        failures=(*source.failures, *failures),
        items=tuple(asdict(item) for item in items),
    )


def _runs(found: Sequence[Judged]) -> list[list[Judged]]:
    """Sentences that are judged in the context of each other."""
    runs = []
    for _, group in groupby(found, key=lambda judged: judged.run):
        run = list(group)
        runs += [run[at : at + _LONGEST] for at in range(0, len(run), _LONGEST)]
    return runs


def _verdicts(
    checker: Checker, runs: Sequence[Sequence[Judged]], language: str, failures: list[str]
) -> Iterator[tuple[Judged, Verdict, tuple[TokenScore, ...]]]:
    """Each sentence with its verdict and the probability of each of its words."""
    for at in range(0, len(runs), _AT_ONCE):
        batch = runs[at : at + _AT_ONCE]
        segments = [consecutive([j.text for j in run], language, [j.source for j in run]) for run in batch]
        try:
            verdicts, words = checker.verdicts(segments), checker.word_probabilities(segments)
        except MtqaError as error:
            failures += [f"{judged.id}: {error}" for run in batch for judged in run]
            continue
        for run, of_run, of_words in zip(batch, verdicts, words, strict=True):
            yield from zip(run, of_run, of_words, strict=True)


def _flags(verdict: Verdict) -> list[Flag]:
    """Those that ask for repair and point at words, not at the whole sentence."""
    return [f for f in verdict.flags if f.severity is not Severity.NEUTRAL and f.span != verdict.segment.span]


def _spans(verdict: Verdict) -> list[Span]:
    return [flag.span.shift(-verdict.segment.span.start) for flag in _flags(verdict)]


def _quoted(spans: Iterable[Span], text: str) -> str:
    return ", ".join(f"“{span.of(text)}”" for span in spans)


def _item(name: str, judged: Judged, verdict: Verdict, words: Sequence[TokenScore]) -> Item:
    spans = _spans(verdict)
    tagged = judged.bad is not None
    return Item(
        id=judged.id,
        set=name,
        place=judged.place,
        p_edit=verdict.p_edit or 0.0,
        repair=judged.repair,
        scores=judged.scores,
        words=tuple(round(word.score, 5) for word in words) if tagged else (),
        flagged=tuple(int(any(word.span.overlaps(s) for s in spans)) for word in words) if tagged else (),
        bad=tuple(int(any(word.span.overlaps(s) for s in judged.bad or ())) for word in words) if tagged else (),
        characters=_characters(judged.text, judged.errors, verdict) if judged.errors is not None else None,
    )


def _characters(text: str, errors: Sequence[Tag], verdict: Verdict) -> tuple[float, ...]:
    """Characters flagged, characters in errors, and those of both: one half each where only one of the two says that
    it is major."""
    said, so = [0] * len(text), [0] * len(text)
    for flag, span in zip(_flags(verdict), _spans(verdict), strict=True):
        level = 1 + (flag.severity.rank >= Severity.MAJOR.rank)
        said[span.start : span.end] = [max(level, was) for was in said[span.start : span.end]]
    for tag in errors:
        so[tag.span.start : tag.span.end] = [max(1 + tag.major, was) for was in so[tag.span.start : tag.span.end]]
    credit = sum(1.0 if a == b else 0.5 for a, b in zip(said, so, strict=True) if a and b)
    return (float(sum(map(bool, said))), float(sum(map(bool, so))), credit)
