"""Detection: machine-translated documents against people's, through the checker as users run it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from mtqa.bench.baselines import NgramDetector
from mtqa.bench.conclusions import of_detection
from mtqa.bench.data import Data
from mtqa.bench.detection_tables import Documents, Item, examples, figures, tables
from mtqa.bench.detector_tables import detector_tables
from mtqa.bench.documents import Text, by_writer, texts
from mtqa.bench.measures import Numbers
from mtqa.bench.results import VERSION, Result
from mtqa.bench.subsets import judge_slowly
from mtqa.bench.suites import DetectionSuite, Loader
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError
from mtqa.core.report import DocumentReport, Failure
from mtqa.formats import from_text

__all__ = ["run"]

_AT_ONCE = 64  # documents to a batch


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
        for text in texts(writers, length, documents=suite.documents, sample=sample, seed=suite.seed)
    ]
    if not found:
        raise ConfigError(
            f"{data / suite.data}: no rows of {suite.year} make a document of {min(suite.lengths)} segments; "
            "check year, left-out and lengths of the suite"
        )
    checker = load()
    judged = _judge(checker, found, suite)
    known = {text.id: text for text in found}
    left_out = _add_ngrams(judged.items, known, source, suite, sample) if suite.baselines.ngrams_year else {}

    def slowly(checker: Checker, some: Sequence[Text], failures: list[str]) -> Iterator[tuple[Text, DocumentReport]]:
        return _reports(checker, some, suite.language, failures)

    slow = judge_slowly(judged.items, known, suite, load, slowly)
    documents = Documents(judged.items, suite)
    shown = (*tables(documents), *detector_tables(documents, left_out))
    return Result(
        version=VERSION,
        suite=suite.name,
        settings=asdict(suite),
        sample=sample,
        signature=str(checker.signature),
        signatures=slow.signatures,
        command=suite.command(sample),
        data=source.digests,
        conclusion=of_detection(shown[0], suite.breakdown),
        tables=shown,
        figures=tuple(figures(documents)),
        examples=tuple(examples(documents, judged.said)),
        abstained=dict(judged.abstained),
        failures=(*source.failures, *judged.failures, *slow.failures),
        notes=tuple(slow.notes),
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
                    scores={} if report.surprisal is None else {"estimated surprisal": -report.surprisal},
                    domain=_domain(text, suite),
                )
            )
            judged.said[text.id] = (report.reason, "\n".join(text.segments))
    return judged


def _reports(
    checker: Checker, found: Sequence[Text], language: str, failures: list[str]
) -> Iterator[tuple[Text, DocumentReport]]:
    documents = [from_text("\n\n".join(text.segments), uri=text.id, language=language) for text in found]
    for text, outcome in zip(found, checker.outcomes(documents), strict=True):
        if isinstance(outcome, Failure):
            failures.append(f"{text.id}: {outcome.message}")
        else:
            yield text, outcome


def _class_of(reason: str) -> str:
    """A reason without what differs from document to document: its numbers, and all after its first clause."""
    said = re.sub(r"\d+", "N", re.split(r"[,;:(]", reason)[0])
    return re.sub(r"\b(word|sentence)s?\b", r"\1s", said).strip()


def _domain(text: Text, suite: DetectionSuite) -> str:
    """The kind of text that more than half of the segments are of."""
    if not suite.domains:
        return ""
    kinds = Counter(
        next((name for name, starts in suite.domains.items() if doc.startswith(starts)), "other") for doc in text.docs
    )
    kind, count = kinds.most_common(1)[0]
    return kind if 2 * count > len(text.docs) else "mixed"


def _add_ngrams(
    items: Sequence[Item], known: Mapping[str, Text], source: Data, suite: DetectionSuite, sample: int | None
) -> dict[str, Numbers]:
    """Adds the probabilities of a detector trained on another year, and gives those of others, each trained without one
    machine system."""
    year = suite.baselines.ngrams_year
    writers = by_writer(source, suite.data, year, suite.left_out)
    most = min(NgramDetector.documents, sample or NgramDetector.documents)
    training = texts(writers, suite.breakdown, documents=0, sample=most, seed=suite.seed)
    if len({text.origin == "mt" for text in training}) < 2:
        raise ConfigError(
            f"{suite.data}: has no machine's or no person's documents of {year} to train on; set ngrams-year to 0"
        )
    detector = NgramDetector(training, seed=suite.seed)
    for item, p in zip(items, detector([known[item.id] for item in items]), strict=True):
        item.scores["character n-grams"] = p
    short = [n for n, item in enumerate(items) if item.length == suite.breakdown]
    found = {}
    for system, ps in detector.by_system_left_out([known[items[n].id] for n in short]):
        found[system] = np.full(len(items), np.nan)
        found[system][short] = ps
    return found
