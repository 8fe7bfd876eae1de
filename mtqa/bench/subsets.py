"""Detectors that are too slow for all documents: they judge a few of each kind, drawn by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from mtqa.bench.data import chosen
from mtqa.bench.detection_tables import Item
from mtqa.bench.documents import Origin, Text
from mtqa.bench.suites import DetectionSuite, Loader
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.report import DocumentReport

__all__ = ["Judge", "SlowDetectors", "judge_slowly"]

Judge = Callable[[Checker, Sequence[Text], list[str]], Iterable[tuple[Text, DocumentReport]]]
"""Reports on texts; one that fails has none, but a sentence in the list."""


@dataclass(frozen=True, slots=True)
class _Detector:
    """The signal that it is, how a checker is loaded that has it, and the sign that makes its score higher for the
    machine's: what a machine wrote surprises less, and survives a round trip better."""

    name: str
    signal: str
    loaded: Mapping[str, Any]
    sign: int


_PERPLEXITY = _Detector("perplexity", "fluency", {"fluency": True}, -1)
_ROUND_TRIP = _Detector("round trip", "round-trip", {"round_trip": ("auto",)}, 1)


@dataclass(slots=True)
class SlowDetectors:
    """What became of them.

    Attributes:
        signatures: of the checkers that had them, by name.
        notes: which were left out and why, a sentence each.
        failures: documents that only some of them could judge, a sentence each.
    """

    signatures: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def judge_slowly(
    items: Sequence[Item], texts: Mapping[str, Text], suite: DetectionSuite, load: Loader, judge: Judge
) -> SlowDetectors:
    """Adds the scores of slow detectors to some of the items of the breakdown's length; one that is not installed is
    left out.

    Args:
        texts: of the items, by id.
    """
    found = SlowDetectors()
    for detector, most in ((_PERPLEXITY, suite.baselines.perplexity), (_ROUND_TRIP, suite.baselines.round_trip)):
        if not most:
            continue
        try:
            checker = load(**detector.loaded)
            drawn = _drawn(items, suite, most)
            by_id = {item.id: item for item in drawn}
            why: set[str] = set()
            failed: list[str] = []
            for text, report in judge(checker, [texts[item.id] for item in drawn], failed):
                evidence = [e for v in report.judged for e in v.evidence if e.signal == detector.signal]
                if scores := [e.score for e in evidence if e.score is not None]:
                    by_id[text.id].scores[detector.name] = fmean(scores) * detector.sign
                why |= {e.abstained for e in evidence if e.abstained}
        except (ConfigError, ModelError) as error:
            found.notes.append(f"{detector.name}: left out: {error}")
            continue
        if failed and len(failed) == len(drawn):  # what it needs is not there
            found.notes.append(f"{detector.name}: left out: {failed[0].partition(': ')[2]}")
            continue
        found.failures += failed
        scored = sum(detector.name in item.scores for item in drawn)
        if scored:
            found.signatures[detector.name] = str(checker.signature)
        if scored < len(drawn):
            reasons = "; ".join(sorted(why)) or "they failed"
            found.notes.append(
                f"{detector.name}: left out for {len(drawn) - scored:,} of {len(drawn):,} documents: {reasons}"
            )
    return found


def _drawn(items: Sequence[Item], suite: DetectionSuite, most: int) -> list[Item]:
    """As many of each kind; the larger draw holds the smaller."""
    drawn = []
    for origin in Origin:
        those = [item for item in items if (item.length, item.origin) == (suite.breakdown, origin)]
        drawn += [those[n] for n in chosen(len(those), most, f"{suite.seed}/{origin}")]
    return drawn
