"""Detectors that are too slow for all documents: they judge a few of each kind, drawn by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from mtqa.bench.data import chosen
from mtqa.bench.detection.columns import JudgedDocument
from mtqa.bench.detection.suite import DetectionSuite
from mtqa.bench.documents import Origin, Text, reports
from mtqa.bench.kinds import Run
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, ModelError

__all__ = ["judge_slowly"]


def judge_slowly(items: Sequence[JudgedDocument], texts: Mapping[str, Text], suite: DetectionSuite, run: Run) -> None:
    """Adds the scores of slow detectors to some of the items of the breakdown's length; one that is not installed is
    left out, with a note.

    Args:
        texts: of the items, by id.
    """
    for name, signal, most in (
        ("perplexity", "fluency", suite.baselines.perplexity),
        ("round trip", "round-trip", suite.baselines.round_trip),
    ):
        if not most:
            continue
        drawn = _drawn(items, suite, most)
        scored: set[str] = set()
        why: set[str] = set()
        failed: list[str] = []
        try:
            checker = _checker(signal, run)
            by_id = {item.id: item for item in drawn}
            for text, report in reports(checker, [texts[item.id] for item in drawn], suite.language, failed):
                evidence = [e for v in report.judged for e in v.evidence if e.signal == signal]
                if scores := [e.score for e in evidence if e.score is not None]:
                    # What a machine wrote surprises less, and survives a round trip better.
                    by_id[text.id].scores[name] = fmean(scores) * (-1 if signal == "fluency" else 1)
                    scored.add(text.id)
                why |= {e.abstained for e in evidence if e.abstained}
        except (ConfigError, ModelError) as error:
            run.notes.append(f"{name}: left out: {error}")
            continue
        if failed and len(failed) == len(drawn):  # what it needs is not there
            run.notes.append(f"{name}: left out: {failed[0].partition(': ')[2]}")
            continue
        run.failures += failed
        if scored:
            run.signatures[name] = str(checker.signature)
        if len(scored) < len(drawn):
            reasons = "; ".join(sorted(why)) or "they failed"
            run.notes.append(
                f"{name}: left out for {len(drawn) - len(scored):,} of {len(drawn):,} documents: {reasons}"
            )


def _checker(signal: str, run: Run) -> Checker:
    return run.load(fluency=True) if signal == "fluency" else run.load(round_trip=("auto",))


def _drawn(items: Sequence[JudgedDocument], suite: DetectionSuite, most: int) -> list[JudgedDocument]:
    """As many of each kind; the larger draw holds the smaller."""
    drawn = []
    for origin in Origin:
        those = [item for item in items if (item.length, item.origin) == (suite.breakdown, origin)]
        drawn += [those[n] for n in chosen(len(those), most, f"{suite.seed}/{origin}")]
    return drawn
