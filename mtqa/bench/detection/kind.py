"""Detection: machine-translated documents against people's, through the checker as users run it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from mtqa.bench.detection.columns import DetectionSuite, Documents, JudgedDocument
from mtqa.bench.detection.detectors import NgramDetector, detector_tables, judge_slowly
from mtqa.bench.documents import Text, by_writer, reports, texts
from mtqa.bench.kinds import Kind, Run
from mtqa.bench.measures import Numbers
from mtqa.bench.results import Table
from mtqa.core.errors import ConfigError

__all__ = ["KIND"]


def _measure(suite: DetectionSuite, run: Run) -> Documents:
    writers = by_writer(run.data, suite.data, suite.year, suite.left_out)
    found = {
        text.id: text
        for length in sorted(suite.lengths)
        for text in texts(writers, length, documents=suite.documents, sample=run.sample, seed=suite.seed)
    }
    if not found:
        raise ConfigError(
            f"{run.data.path(suite.data)}: no rows of {suite.year} make a document of {min(suite.lengths)} segments; "
            "check year, left-out and lengths of the suite"
        )
    checker = run.load()
    run.signature = str(checker.signature)
    items: list[JudgedDocument] = []
    said: dict[str, tuple[str, str]] = {}
    for text, report in reports(checker, list(found.values()), suite.language, run.failures):
        if report.p_mt is None:
            run.abstained[_class_of(report.reason)] += 1
            continue
        items.append(
            JudgedDocument(
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
        said[text.id] = (report.reason, "\n".join(text.segments))
    left_out = _add_ngrams(items, found, suite, run) if suite.baselines.ngrams_year else {}
    judge_slowly(items, found, suite, run)

    def others(documents: Documents) -> Iterator[Table]:
        return detector_tables(documents, left_out)

    return Documents(items, suite, said, others)


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
    items: Sequence[JudgedDocument], known: Mapping[str, Text], suite: DetectionSuite, run: Run
) -> dict[str, Numbers]:
    """Adds the probabilities of a detector trained on another year, and gives those of others, each trained without one
    machine system."""
    year = suite.baselines.ngrams_year
    writers = by_writer(run.data, suite.data, year, suite.left_out)
    most = min(NgramDetector.documents, run.sample or NgramDetector.documents)
    training = texts(writers, suite.breakdown, documents=0, sample=most, seed=suite.seed)
    if len({text.origin == "mt" for text in training}) < 2:
        raise ConfigError(
            f"{suite.data}: no machine's or no person's documents of {year} to train on; set ngrams-year to 0"
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


KIND = Kind(suite=DetectionSuite, item=JudgedDocument, columns=Documents, measure=_measure)
