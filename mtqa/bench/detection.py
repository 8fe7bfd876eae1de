"""Detection: machine-translated documents against people's, through the checker as users run it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean

from mtqa.bench.baselines import NgramDetector
from mtqa.bench.data import Data
from mtqa.bench.detection_tables import Documents, Item, examples, figures, tables
from mtqa.bench.documents import Text, by_writer, texts
from mtqa.bench.results import VERSION, Result
from mtqa.bench.suites import DetectionSuite, Loader
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, MtqaError
from mtqa.core.report import DocumentReport
from mtqa.formats import from_text

__all__ = ["run"]

_AT_ONCE = 16  # documents to a batch
_BASELINES = {"fluency": "perplexity", "round-trip": "round trip"}


@dataclass(slots=True)
class _Judged:
    """What was said of documents, what could not be said, and the texts that examples are taken from."""

    items: list[Item] = field(default_factory=list)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)
    abstained: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def run(suite: DetectionSuite, load: Loader, *, data: Path, sample: int | None = None) -> Result:
    """What was measured; see `mtqa.bench.run`."""
    source = Data(data, suite.sha256)
    writers = by_writer(source, suite.data, suite.year, suite.left_out)
    found = [
        text
        for length in sorted(suite.lengths)
        for text in texts(writers, length, segments=suite.segments, sample=sample, seed=suite.seed)
    ]
    if not found:
        raise ConfigError(
            f"{data / suite.data}: no rows of {suite.year} make a document of {min(suite.lengths)} segments; "
            "check year, left-out and lengths of the suite"
        )
    checker = load(fluency=suite.baselines.perplexity, round_trip=("auto",) if suite.baselines.round_trip else ())
    judged = _judge(checker, found, suite)
    if suite.baselines.ngrams_year:
        _add_ngrams(judged.items, found, source, suite, sample)
    documents = Documents(judged.items, suite)
    wanted = [_BASELINES[signal] for signal in _signals(suite)]
    notes = [f"{name}: no document has a score of it" for name in wanted if name not in documents.detectors]
    return Result(
        version=VERSION,
        suite=suite.name,
        settings=asdict(suite),
        sample=sample,
        signature=str(checker.signature),
        command=suite.command(sample),
        data=source.digests,
        tables=tuple(tables(documents)),
        figures=tuple(figures(documents)),
        examples=tuple(examples(documents, judged.said)),
        abstained=judged.abstained,
        failures=(*source.failures, *judged.failures),
        notes=tuple(notes),
        items=tuple(asdict(item) for item in judged.items),
    )


def _judge(checker: Checker, found: Sequence[Text], suite: DetectionSuite) -> _Judged:
    judged = _Judged()
    for at in range(0, len(found), _AT_ONCE):
        for text, report in _reports(checker, found[at : at + _AT_ONCE], suite.language, judged.failures):
            if report.p_mt is None:
                judged.abstained[_class_of(report.reason)] += 1
                continue
            judged.items.append(
                Item(
                    id=text.id,
                    origin=text.origin.value,
                    pair=text.pair,
                    writer=text.writer,
                    place=text.place,
                    length=len(text.segments),
                    decision=report.decision.value,
                    reason=_class_of(report.reason),
                    p_mt=report.p_mt,
                    scores=_scores(report, suite),
                )
            )
            judged.said[text.id] = (report.reason, "\n".join(text.segments))
    return judged


def _reports(
    checker: Checker, found: Sequence[Text], language: str, failures: list[str]
) -> Iterator[tuple[Text, DocumentReport]]:
    documents = [from_text("\n\n".join(text.segments), uri=text.id, language=language) for text in found]
    try:
        yield from zip(found, checker.check(*documents).documents, strict=True)
    except MtqaError:  # one of them is at fault
        for text, document in zip(found, documents, strict=True):
            try:
                yield text, checker.check(document).documents[0]
            except MtqaError as error:
                failures.append(f"{text.id}: {error}")


def _class_of(reason: str) -> str:
    """A reason without what differs from document to document: its numbers, and all after its first clause."""
    return re.sub(r"\d+", "…", re.split(r"[,;:(]", reason)[0]).replace("sentences", "sentence").strip()


def _signals(suite: DetectionSuite) -> list[str]:
    wanted = {"fluency": suite.baselines.perplexity, "round-trip": suite.baselines.round_trip}
    return [signal for signal, on in wanted.items() if on]


def _scores(report: DocumentReport, suite: DetectionSuite) -> dict[str, float]:
    """Of the other detectors, higher for machine output: what a machine wrote surprises less, and survives a round
    trip better."""
    found = {} if report.surprisal is None else {"estimated surprisal": -report.surprisal}
    for signal in _signals(suite):
        scores = [e.score for v in report.judged for e in v.evidence if e.signal == signal and e.score is not None]
        if scores:
            found[_BASELINES[signal]] = fmean(scores) if signal == "round-trip" else -fmean(scores)
    return found


def _add_ngrams(
    items: Sequence[Item], found: Sequence[Text], source: Data, suite: DetectionSuite, sample: int | None
) -> None:
    year = suite.baselines.ngrams_year
    writers = by_writer(source, suite.data, year, suite.left_out)
    most = min(NgramDetector.documents, sample or NgramDetector.documents)
    training = texts(writers, suite.breakdown, segments=None, sample=most, seed=suite.seed)
    if len({text.origin == "mt" for text in training}) < 2:
        raise ConfigError(
            f"{suite.data}: has no machine's or no person's documents of {year} to train on; set ngrams-year to 0"
        )
    known = {text.id: text for text in found}
    for item, p in zip(items, NgramDetector(training, seed=suite.seed)([known[i.id] for i in items]), strict=True):
        item.scores["character n-grams"] = p
