"""Verdicts on segments to the report on their document: counted, decided, and remarked on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from statistics import fmean

from mtqa.core.calibration import Calibration
from mtqa.core.details import MachineLogit, RepairOdds, RoundTrips, Surprisal
from mtqa.core.documents import LETTER, WORD, Document, Segment
from mtqa.core.findings import Verdict
from mtqa.core.report import Decision, DocumentReport
from mtqa.core.same_engine import SameEngine
from mtqa.core.spans import Span
from mtqa.verdict import remarks
from mtqa.verdict.decision import SLIP, Counts, Ground, decide
from mtqa.verdict.reasons import reason

__all__ = ["assess"]

_MIXED = "wrong-script"
_DISGUISED = re.compile(
    r"(?<![a-zA-Z\u0251\u0261])[a-zA-Z\u0251\u0261]*(?:[\uff21-\uff3a\uff41-\uff5a]{3}|[\U0001d400-\U0001d7cb]{3}|[a-z][\u0251\u0261]|[\u0251\u0261][a-z])\w*"
)
"""Full-width and mathematical letters, and those of phonetics among Latin ones."""


def assess(document: Document, verdicts: Sequence[Verdict], calibration: Calibration) -> DocumentReport:
    """The report on a document with these verdicts on its segments.

    It is decided on what the detector and, where it was asked, the careful editor's network say of running text, on
    average; headings, captions, boilerplate, sentences of nothing but code, lines of figures, single words and repeated
    sentences do not count, unless there is nothing else.
    """
    read = [v for v in verdicts if v.segment.read]
    running = [v for v in read if v.segment.is_prose]
    counted = list(_counted(running))
    prose = counted or running or [v for v in read if v.segment.has_words]
    logits = [logit for v in prose for logit in v.details(MachineLogit)[:1]]
    own = [one.logit for one in logits]
    machine = [_machine(v) for v in prose if v.details(MachineLogit)]
    calibration = calibration.of(machine)
    slips, disguised = _slips(prose), _disguised(prose)
    words = [word for v in prose for word in WORD.findall(v.segment.text)]
    counts = Counts(
        score=calibration.score(own, machine) if own else 0.0,
        detector=fmean(own) if own else None,
        sentences=len(logits),
        foreign=len(prose) - len(logits),
        words=len(words),
        capitalised=_capitalised(words),
        slips=len(slips),
        disguised=len(disguised),
        same_engine=_same_engine(prose, calibration),
        garbled=_garbled(prose),
        skipped=len(running) - len(counted) if counted else 0,
        running=bool(counted),
        identified=document.language != "und",
        spoken=document.language == "und" or calibration.speaks(document.language),
        lettered=any(LETTER.search(v.segment.text) for v in read),
    )
    ground = decide(counts, calibration)
    example = next(iter(slips if ground is Ground.SLIPS else disguised), "")
    read_at_all = ground not in (Ground.NOTHING, Ground.OTHER_LANGUAGE)
    surprisal = _surprisal(prose) if read_at_all else None
    return DocumentReport(
        document=document,
        p_mt=_p_mt(ground, counts, calibration),
        decision=ground.decision,
        reason=reason(ground, counts, calibration, document, example),
        verdicts=tuple(verdicts),
        remarks=(
            *remarks.of_surprisal(surprisal, calibration),
            *(remarks.of_hidden(document.text, counts.words) if read_at_all else ()),
            *remarks.of_declarations(document, verdicts),
            *remarks.of_languages(verdicts),
            *remarks.of_editors(verdicts),
            *remarks.of_empty(document),
            *remarks.of_second_opinion(verdicts),
        ),
        translated_from=_origin(logits, calibration) if ground.decision is Decision.LIKELY_MT else None,
        surprisal=surprisal,
    )


def _counted(prose: Sequence[Verdict]) -> Iterator[Verdict]:
    """What a document is decided on. Figures and single words tell nobody who wrote them, and repetition leads the
    networks astray. (What no network reads may have no spaces between its words.)"""
    seen = set()
    for verdict in prose:
        text = verdict.segment.text.casefold()
        if text not in seen and (verdict.segment.has_wording or not verdict.details(MachineLogit)):
            yield verdict
        seen.add(text)


def _p_mt(ground: Ground, counts: Counts, calibration: Calibration) -> float | None:
    if not ground.judged:
        return None
    p_mt = calibration.document_p_mt(counts.score, counts.sentences)
    known = {Ground.SAME_ENGINE: counts.same_engine, Ground.GARBLED: calibration.garbled}.get(ground)
    return max(p_mt, known.p_mt) if known else p_mt


def _same_engine(prose: Sequence[Verdict], calibration: Calibration) -> SameEngine | None:
    """The engine that leaves the sentences, on average, as it leaves its own output."""
    trips = [(v.segment, trip) for v in prose for said in v.details(RoundTrips) for trip in said.trips]
    for known in calibration.same_engine:
        found = [
            (trip.chrf, len(WORD.findall(segment.text)))
            for segment, trip in trips
            if (trip.engine, trip.pivot) == (known.engine, known.pivot)
        ]
        if len(found) >= known.sentences and fmean(*zip(*found, strict=True)) >= known.chrf:
            return known
    return None


def _garbled(prose: Sequence[Verdict]) -> float | None:
    """The expected share of the sentences that are garbled, of those that the detector reads; what the editor had no
    need to read is none of them."""
    read = [v.details(RepairOdds) for v in prose if v.details(MachineLogit)]
    shares = [max(shares) for said in read if (shares := [one.garbled for one in said if one.garbled is not None])]
    return sum(shares) / len(read) if shares and len(shares) == sum(map(bool, read)) else None


def _machine(verdict: Verdict) -> float | None:
    """What the careful editor's network says of who wrote the sentence."""
    return next((odds.machine for odds in verdict.details(RepairOdds)), None)


def _capitalised(words: Sequence[str]) -> float:
    """The share of the words that begin with a capital letter, figures apart."""
    spelled = [word for word in words if word[0].isalpha()]
    return sum(word[0].isupper() for word in spelled) / max(1, len(spelled))


def _slips(prose: Sequence[Verdict]) -> list[str]:
    """Words that are misspelled as only people misspell."""
    return [_words(v.segment, f.span) for v in prose for f in v.flags if f.rule == SLIP]


def _disguised(prose: Sequence[Verdict]) -> list[str]:
    """Words in which letters of another script stand among Latin ones, or that are spelled with signs for such."""
    spans = [(v.segment, span) for v in prose for e in v.evidence for span in e.spans if span.rule == _MIXED]
    words = [_words(segment, span.span) for segment, span in spans]
    mixed = [word for word in words if any(letter.isascii() and letter.isalpha() for letter in word)]
    return mixed + [found[0] for verdict in prose for found in _DISGUISED.finditer(verdict.segment.text)]


def _words(segment: Segment, span: Span) -> str:
    return span.shift(-segment.span.start).of(segment.text)


def _surprisal(prose: Sequence[Verdict]) -> float | None:
    """Mean surprisal of the words, as the encoder estimates it."""
    found = [(one.words, one.estimate) for v in prose for one in v.details(Surprisal) if one.estimate is not None]
    words = sum(count for count, _ in found)
    return sum(estimate * count for count, estimate in found) / words if words else None


def _origin(logits: Sequence[MachineLogit], calibration: Calibration) -> str | None:
    """The language that the text probably came from: that of the highest mean logit, where it is probable enough."""
    means = {tag: sum(one.origins.get(tag, 0.0) for one in logits) / len(logits) for tag in calibration.origins}
    if len(set(means.values())) < 2:
        return None
    best = max(means, key=lambda tag: means[tag])
    probability = 1 / sum(math.exp(logit - means[best]) for logit in means.values())
    return best if probability >= calibration.origin_certain else None
