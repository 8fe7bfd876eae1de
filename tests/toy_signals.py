"""Signals of somebody else's: all that it takes to add one, besides its line in the registry."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from mtqa.core.details import Measured, RepairOdds
from mtqa.core.documents import Segment
from mtqa.core.findings import Applicability, Category, Edit, ErrorSpan, Evidence, Severity
from mtqa.core.rules import Explanation
from mtqa.core.signals import Reading, Said, Signal
from mtqa.core.spans import Span

_PIER = re.compile("pier")


def _wrong(span: Span) -> ErrorSpan:
    return ErrorSpan(
        span=span,
        rule="wrong-word",
        category=Category.MISTRANSLATION,
        severity=Severity.MAJOR,
        message="another word is meant",
        probability=0.8,
        edits=(Edit(span=span, text="quay", applicability=Applicability.UNSAFE),),
    )


class ShoutSignal(Signal):
    """Points at words in capitals."""

    name = "shout"
    signature = ("shout:1",)
    explained = (
        Explanation(
            name="shout",
            category=Category.AWKWARD,
            severity=Severity.MINOR,
            language="any",
            description="A word in capitals. Acronyms of two letters are left alone.",
        ),
    )

    def read(self, reading: Reading) -> list[Evidence]:
        return [self._evidence(segment) for segment in reading.segments]

    def _evidence(self, segment: Segment) -> Evidence:
        spans = tuple(
            ErrorSpan(
                span=Span(*found.span()).shift(segment.span.start),
                rule="shout",
                category=Category.AWKWARD,
                severity=Severity.MINOR,
                message="somebody shouts",
            )
            for found in re.finditer(r"\b[A-Z]{3,}\b", segment.text)
        )
        details = Measured(numbers={"shouted": float(len(spans))}, readings={"calm": segment.text.lower()})
        return Evidence(signal=self.name, segment_id=segment.id, score=float(len(spans)), spans=spans, details=details)


class DistantSignal(Signal):
    """Asks about every sentence over a slow line, all of them at once: each answer comes only when all are asked."""

    name = "distant"

    async def score(self, readings: Sequence[Reading]) -> Said:
        sentences = [segment for reading in readings for segment in reading.segments]
        all_asked = asyncio.Barrier(len(sentences))

        async def ask(segment: Segment) -> Evidence:
            await all_asked.wait()
            details = RepairOdds(log_odds=3.0, words=len(segment.text.split()))
            spans = tuple(
                _wrong(Span(*found.span()).shift(segment.span.start)) for found in _PIER.finditer(segment.text)
            )
            return Evidence(signal=self.name, segment_id=segment.id, score=3.0, spans=spans, details=details)

        answers = iter(await asyncio.gather(*map(ask, sentences)))
        return [[next(answers) for _ in reading.segments] for reading in readings]
