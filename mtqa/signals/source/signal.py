"""Runs the source rules over the units of a document."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Self

from mtqa.core.calibration import Calibration
from mtqa.core.documents import Segment
from mtqa.core.findings import MQM_WEIGHTS, Applicability, Edit, ErrorSpan, Evidence, Severity
from mtqa.core.limits import check_time
from mtqa.core.pairs import Pair
from mtqa.core.placeholders import cuts, placeholders
from mtqa.core.protocols import Models
from mtqa.core.settings import CheckerSettings
from mtqa.core.signals import Reading, Signal
from mtqa.core.spans import Span
from mtqa.core.tags import primary
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, File
from mtqa.signals.source.forbidden_term import RULE as FORBIDDEN_TERM
from mtqa.signals.source.forbidden_term import forbidden_in
from mtqa.signals.source.registry import SOURCE_RULES
from mtqa.signals.source.rule import SourceRule
from mtqa.signals.source.termbase import Termbase

__all__ = ["SourceSignal", "hits"]

_NOTHING = Termbase()
_KEY = re.compile(r"\w+(?:[-_.:/]\w+)+")
_FEWEST, _SHARE = 5, 0.01  # findings, by unit, up to which they are slips


class SourceSignal(Signal):
    """Evidence from rules that compare a translation with its source, in whatever languages; no model.

    The score of a segment is the sum of its findings' weights; of one without findings nothing is said. A finding about
    several sentences belongs to the first of them.

    Args:
        termbase: terms and their renderings.
        rules: names of the rules to run, all by default. Raises UnknownName.
    """

    name = "source"

    def __init__(self, termbase: Termbase = _NOTHING, rules: Sequence[str] | None = None) -> None:
        self._termbase = termbase
        self._rules = tuple(SOURCE_RULES) if rules is None else tuple(rules)

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self:
        """With the list of terms that ``settings`` name. Raises ConfigError where it cannot be read."""
        return cls(Termbase.load(settings.termbase))

    @property
    def signature(self) -> tuple[str, ...]:
        """The list of terms, by its digest."""
        return (f"terms:{self._termbase.digest}",) if self._termbase.digest else ()

    def read(self, reading: Reading) -> list[Evidence]:
        """Evidence on the segments that a rule points at."""
        found: dict[int, list[ErrorSpan]] = defaultdict(list)
        for segment, error in (*self._of_units(reading.pairs), *self._of_prose(reading)):
            found[segment.id].append(error)
        return [
            Evidence(
                signal=self.name,
                segment_id=number,
                score=sum(MQM_WEIGHTS[error.severity] for error in errors),
                spans=tuple(sorted(errors, key=lambda error: (error.span, error.rule))),
            )
            for number, errors in sorted(found.items())
        ]

    def _of_units(self, pairs: Sequence[Pair]) -> Iterator[tuple[Segment, ErrorSpan]]:
        if pairs:
            rules = [SOURCE_RULES[name] for name in self._rules]
            for unit, rule, hit in hits(File(pairs, self._termbase), rules):
                yield _placed(unit, rule, hit)

    def _of_prose(self, reading: Reading) -> Iterator[tuple[Segment, ErrorSpan]]:
        """What the list of terms forbids in text without a source."""
        if not self._termbase.terms:
            return
        compared = {segment.id for pair in reading.pairs for segment in pair.segments}
        for segment in reading.segments:
            check_time()
            if segment.id not in compared:
                for hit in forbidden_in(segment.text, self._termbase.forbidden(primary(segment.language))):
                    span = hit.span.shift(segment.span.start)
                    is_code = any(mask.overlaps(span) for mask in segment.masked)
                    if not is_code and not cuts(hit.span, placeholders(segment.text)):
                        yield segment, _error(FORBIDDEN_TERM, hit, segment, hit.span)


def hits(file: File, rules: Sequence[SourceRule]) -> list[tuple[Compared, SourceRule, Hit]]:
    """What rules find in the units of a file, in order. Where it may be a custom of the translators and is found in
    more than one unit in a hundred, it is but remarked on."""
    found: list[tuple[Compared, SourceRule, Hit]] = []
    for unit in file.units:
        check_time()
        if not _is_key(unit):
            found += ((unit, rule, hit) for rule in rules for hit in rule.find(unit))
    often = Counter(rule.name for _, rule, hit in found if rule.custom and hit.severity is not Severity.NEUTRAL)
    most = max(_FEWEST, _SHARE * len(file.units))
    return [
        (unit, rule, replace(hit, severity=Severity.NEUTRAL) if often[rule.name] > most else hit)
        for unit, rule, hit in found
    ]


def _is_key(unit: Compared) -> bool:
    """Whether the source is no text but names one, such as ``translator-credits``."""
    key = _KEY.fullmatch(unit.source.text) is not None and any(map(str.isspace, unit.target.text))
    return key or unit.source.text.startswith("<!--")


def _placed(unit: Compared, rule: SourceRule, hit: Hit) -> tuple[Segment, ErrorSpan]:
    segment, span = unit.pair.place(hit.span)
    return segment, _error(rule, hit, segment, span.shift(-segment.span.start))


def _error(rule: SourceRule, hit: Hit, segment: Segment, span: Span) -> ErrorSpan:
    """A hit, of which ``span`` lies in ``segment``; an edit is none where that is not all of it."""
    place = span.shift(segment.span.start)
    edits: tuple[Edit, ...] = ()
    if hit.replacement is not None and len(span) == len(hit.span):
        applicability = Applicability.SAFE if hit.safe else Applicability.UNSAFE
        edits = (Edit(span=place, text=hit.replacement, applicability=applicability),)
    return ErrorSpan(
        span=place,
        rule=rule.name,
        category=rule.category,
        severity=hit.severity or rule.severity,
        message=hit.message,
        edits=edits,
    )
