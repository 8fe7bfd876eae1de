"""Weak spots: where to begin reading in a document that is called likely-mt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from mtqa.core.calibration import Calibration
from mtqa.core.details import RepairOdds
from mtqa.core.documents import BlockKind
from mtqa.core.findings import WEAK_SPOT, Category, ErrorSpan, Evidence, Severity, Verdict
from mtqa.core.scaling import sigmoid
from mtqa.verdict.combiner import CalibratedCombiner

__all__ = ["with_weak_spots"]

_FIRST = "likelier to need repair than most of this article, though no word stands out; read it again"


def with_weak_spots(verdicts: Sequence[Verdict], calibration: Calibration) -> tuple[Verdict, ...]:
    """The verdicts of a document that an editor has to begin reading somewhere: of its sentences, the likeliest to need
    repair up to the calibration's review budget are pointed at as a whole, where nothing in them is yet."""
    known = [
        (odds.log_odds, -verdict.segment.id)
        for verdict in verdicts
        if (odds := _surest(verdict.details(RepairOdds))) is not None
        and odds.readable
        and verdict.segment.kind is not BlockKind.CAPTION
    ]
    budget = math.ceil(calibration.review_budget * len(known))
    first = {-number for _, number in sorted(known, reverse=True)[:budget]}
    combiner = CalibratedCombiner(calibration)
    return tuple(combiner.judge(v.segment, _pointing(v)) if v.segment.id in first else v for v in verdicts)


def _surest(odds: Sequence[RepairOdds]) -> RepairOdds | None:
    """Of what models say of one sentence, the highest."""
    return max(odds, key=lambda one: one.log_odds, default=None)


def _pointing(verdict: Verdict) -> Sequence[Evidence]:
    """The evidence, where no model has pointed at anything with the surest pointing at the whole sentence."""
    of_models = [e for e in verdict.evidence if isinstance(e.details, RepairOdds)]
    surest = _surest(verdict.details(RepairOdds))
    if surest is None or any(e.spans for e in of_models):
        return verdict.evidence
    span = ErrorSpan(
        span=verdict.segment.span,
        rule=WEAK_SPOT,
        category=Category.AWKWARD,
        severity=Severity.MINOR,
        message=_FIRST,
        probability=sigmoid(surest.log_odds),
    )
    return [replace(e, spans=(span,)) if e.details is surest else e for e in verdict.evidence]
