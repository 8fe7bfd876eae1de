"""Errors: which sentences need repair, and which words of them, against what people said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from mtqa.bench.documents import consecutive, in_batches
from mtqa.bench.errors.columns import JudgedSentence, Sentences, Shown
from mtqa.bench.errors.sentences import Annotated, ErrorsSuite, Tag, annotated_sets
from mtqa.bench.kinds import Kind, Run
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, MtqaError
from mtqa.core.findings import Flag, Severity, Verdict
from mtqa.core.protocols import TokenScore
from mtqa.core.spans import Span

__all__ = ["KIND"]

_AT_ONCE = 32  # runs to a batch
_LONGEST = 10  # sentences of a run


def _measure(suite: ErrorsSuite, run: Run) -> Sentences:
    sets = annotated_sets(run.data, suite, run.sample)
    if empty := [name for name, found in sets.items() if not found]:
        raise ConfigError(f"{run.data.path(suite.data)}: no rows for the set '{empty[0]}'; check 'where' of that set")
    checker = run.load()
    run.signature = str(checker.signature)
    items: list[JudgedSentence] = []
    shown: dict[str, Shown] = {}
    for name, found in sets.items():
        for sentence, verdict, words in _verdicts(checker, _runs(found), suite.language, run.failures):
            if verdict.p_edit is None:
                run.abstain(verdict)
                continue
            items.append(_item(name, sentence, verdict, words))
            shown[sentence.id] = Shown(
                sentence.text,
                _quoted(_spans(verdict), sentence.text),
                _quoted(sentence.bad or (), sentence.text),
                called=any(flag.severity is not Severity.NEUTRAL for flag in verdict.flags),
            )
    return Sentences(items, suite, shown)


def _runs(found: Sequence[Annotated]) -> list[Sequence[Annotated]]:
    """Sentences that are judged in the context of each other."""
    return [
        part
        for _, group in groupby(found, key=lambda sentence: sentence.run)
        for part in in_batches(list(group), _LONGEST)
    ]


def _verdicts(
    checker: Checker, runs: Sequence[Sequence[Annotated]], language: str, failures: list[str]
) -> Iterator[tuple[Annotated, Verdict, tuple[TokenScore, ...]]]:
    """Each sentence with its verdict and the probability of each of its words."""
    for batch in in_batches(runs, _AT_ONCE):
        segments = [consecutive([s.text for s in run], language, [s.source for s in run]) for run in batch]
        try:
            found = checker.segments(segments)
        except MtqaError as error:
            failures += [f"{sentence.id}: {error}" for run in batch for sentence in run]
            continue
        for run, judged in zip(batch, found, strict=True):
            yield from ((sentence, one.verdict, one.words) for sentence, one in zip(run, judged, strict=True))


def _flags(verdict: Verdict) -> list[Flag]:
    """Those that ask for repair and point at words, not at the whole sentence."""
    return [f for f in verdict.flags if f.severity is not Severity.NEUTRAL and f.span != verdict.segment.span]


def _spans(verdict: Verdict) -> list[Span]:
    return [flag.span.shift(-verdict.segment.span.start) for flag in _flags(verdict)]


def _quoted(spans: Iterable[Span], text: str) -> str:
    return ", ".join(f"“{span.of(text)}”" for span in spans)


def _item(name: str, sentence: Annotated, verdict: Verdict, words: Sequence[TokenScore]) -> JudgedSentence:
    spans = _spans(verdict)
    tagged = sentence.bad is not None
    return JudgedSentence(
        id=sentence.id,
        set=name,
        place=sentence.place,
        p_edit=verdict.p_edit or 0.0,
        repair=sentence.repair,
        scores=sentence.scores,
        words=tuple(round(word.score, 5) for word in words) if tagged else (),
        flagged=tuple(int(any(word.span.overlaps(s) for s in spans)) for word in words) if tagged else (),
        bad=tuple(int(any(word.span.overlaps(s) for s in sentence.bad or ())) for word in words) if tagged else (),
        characters=_characters(sentence.text, sentence.errors, verdict) if sentence.errors is not None else None,
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


KIND = Kind(suite=ErrorsSuite, item=JudgedSentence, columns=Sentences, measure=_measure)
