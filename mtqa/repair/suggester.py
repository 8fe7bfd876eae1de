"""Better texts for a flagged segment, for a person to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from threading import Lock

from mtqa.checker import Checker
from mtqa.core.details import Surprisal
from mtqa.core.documents import Segment
from mtqa.core.errors import ModelError
from mtqa.core.findings import Verdict
from mtqa.core.llm import LlmSettings
from mtqa.core.protocols import Translator
from mtqa.core.report import DocumentReport
from mtqa.core.spans import Span
from mtqa.core.suggestions import Rejected, Suggestion, Suggestions
from mtqa.core.tables import built
from mtqa.neural import store
from mtqa.repair.candidates import Candidate, candidates, combined
from mtqa.repair.engines import Engine
from mtqa.repair.preserved import breaches, names
from mtqa.repair.ranking import Limits, Scored, choose
from mtqa.repair.similarity import wording
from mtqa.repair.writing import written

__all__ = ["Suggester"]

_NEIGHBOURS = 2  # segments on each side that a text is judged between
_PATIENCE = 20.0  # seconds
_REMEMBERED = 1024  # verdicts, so that what is suggested first without translators, and then with them, is judged once


class Suggester:
    """Makes candidates for a segment, drops those that change what must stay, and ranks the others.

    Nothing is applied, and two threads may ask at once. The same report, checker and translators give the same
    suggestions, unless a translator is too slow or answers differently.

    Args:
        checker: judges every candidate between the segment's neighbours, as it stands and as proposed.
        translators: may be none; then only rules, and what a second opinion in the report would put, propose something.
        limits: what a suggestion must reach.
        patience: seconds that one translation is waited for.
        llm: a language model that may be asked for repairs; its own time-out holds.
    """

    def __init__(
        self,
        checker: Checker,
        translators: Sequence[Translator],
        limits: Limits,
        *,
        patience: float = _PATIENCE,
        llm: LlmSettings | None = None,
    ) -> None:
        self._checker = checker
        self._judging = Lock()
        self._lately: dict[tuple[int, tuple[Segment, ...]], Verdict] = {}
        self._engines = [Engine(translator, patience=patience) for translator in translators]
        self._limits = limits
        self._llm = llm

    @classmethod
    def load(
        cls,
        checker: Checker,
        translators: Sequence[Translator],
        model: str = "mtqa-en",
        *,
        llm: LlmSettings | None = None,
    ) -> Suggester:
        """A suggester with the limits of the model that ``checker`` was loaded with. Raises ModelError where it has
        none."""
        manifest = store.locate(model)
        table = manifest.data.get("suggestions", {})
        limits = built(Limits, table, f"{manifest.name}: suggestions", error=ModelError)
        return cls(checker, translators, limits, llm=llm)

    def suggest(
        self, report: DocumentReport, segment_id: int, *, ask: bool = False, translate: bool = True
    ) -> Suggestions:
        """At most three other texts for a segment of ``report``, best first. ``ask`` says whether the language model is
        asked for some; without it there are none for a segment without flags. ``translate`` says whether the
        translators are; no other text takes long to make."""
        verdict = next(v for v in report.verdicts if v.segment.id == segment_id)
        scored, dropped = self.judged(report, verdict, ask=ask, translate=translate)
        kept, refused = choose(scored, self._limits)
        return Suggestions(span=verdict.segment.span, kept=kept, dropped=(*refused, *dropped))

    __call__ = suggest

    def judged(
        self, report: DocumentReport, verdict: Verdict, *, ask: bool = False, translate: bool = True
    ) -> tuple[list[Scored], list[Rejected]]:
        """Every candidate that changes nothing it must not, with its numbers, in no order of merit; and the others."""
        if not verdict.flags and not ask:
            return [], []
        document, segment = report.document, verdict.segment
        breaks = partial(
            breaches,
            segment.text,
            language=segment.language,
            known_names=names(document.text, document.language).keys(),
            verbatim=[span.of(document.text) for span in segment.masked],
        )
        asked, failed = written(self._llm, report, verdict) if ask and self._llm is not None else ([], [])
        made, dropped = candidates(
            verdict,
            self._engines if translate else (),
            source_language=document.source_language,
            breaks=breaks,
            written=asked,
        )
        dropped += failed
        scored = self._scored(report, verdict, made)
        gains = {each.suggestion.text: each.suggestion.gain for each in scored}
        alone = [candidate for candidate in made if candidate.alone and gains[candidate.text] > 0]
        alone.sort(key=lambda candidate: -gains[candidate.text])
        more = [c for c in combined(segment.text, alone) if c.text not in gains and not breaks(c.text)]
        return scored + self._scored(report, verdict, more), dropped

    def _scored(self, report: DocumentReport, verdict: Verdict, made: Sequence[Candidate]) -> list[Scored]:
        if not made:
            return []
        at, run = _surroundings(report, verdict)
        runs = [run, *(_replaced(run, at, candidate.text) for candidate in made)]
        standing, *proposed = self._verdicts(at, runs)
        return [_scored(candidate, standing, judged) for candidate, judged in zip(made, proposed, strict=True)]

    def _verdicts(self, at: int, runs: Sequence[Sequence[Segment]]) -> list[Verdict]:
        """On the segment ``at`` that place in each run; what was judged lately is not judged again."""
        keys = [(at, tuple(run)) for run in runs]
        with self._judging:
            new = [key for key in keys if key not in self._lately]
            judged = self._checker.segments([run for _, run in new]) if new else []
            self._lately |= {key: segments[at].verdict for key, segments in zip(new, judged, strict=True)}
            found = [self._lately[key] for key in keys]
            for key in [*self._lately][:-_REMEMBERED]:
                del self._lately[key]
        return found


def _scored(candidate: Candidate, standing: Verdict, judged: Verdict) -> Scored:
    before, after = _surprisal(standing), _surprisal(judged)
    how = "falls" if judged.p_repair <= standing.p_repair else "rises"
    reasons = [f"p(repair) {how} from {standing.p_repair:.2f} to {judged.p_repair:.2f}"]
    fluency = None
    if before is not None and after is not None:
        fluency = before - after
        reasons.append(f"its words take {after:.1f} bits each to predict, not {before:.1f}")
    suggestion = Suggestion(
        text=candidate.text,
        origin=candidate.origin,
        by=candidate.by,
        gain=standing.p_repair - judged.p_repair,
        similarity=wording(standing.segment.text, candidate.text),
        reasons=tuple(reasons),
        caution=candidate.caution,
    )
    return Scored(suggestion, standing.p_repair, fluency)


def _surprisal(verdict: Verdict) -> float | None:
    """As a language model says it. What the encoder estimates is no ground to refuse a text: that was not measured."""
    said = ((e.score, e.details) for e in verdict.evidence)
    return next((score for score, found in said if isinstance(found, Surprisal) and found.peak is not None), None)


def _surroundings(report: DocumentReport, verdict: Verdict) -> tuple[int, list[Segment]]:
    """The segment's place among its neighbours, and them all."""
    segments = [v.segment for v in report.verdicts if v.segment.read or v is verdict]
    place = segments.index(verdict.segment)
    first = max(0, place - _NEIGHBOURS)
    return place - first, segments[first : place + _NEIGHBOURS + 1]


def _replaced(run: Sequence[Segment], at: int, text: str) -> list[Segment]:
    """The run with another text at one place, and what follows moved."""
    old = run[at]
    longer = len(text) - len(old.text)
    masked, end = [], 0
    for mask in old.masked:
        piece = mask.shift(-old.span.start).of(old.text)
        start = text.index(piece, end)
        end = start + len(piece)
        masked.append(Span(start, end).shift(old.span.start))
    new = replace(old, text=text, span=Span(old.span.start, old.span.end + longer), masked=tuple(masked))
    return [*run[:at], new, *(_shifted(segment, longer) for segment in run[at + 1 :])]


def _shifted(segment: Segment, by: int) -> Segment:
    masked = tuple(mask.shift(by) for mask in segment.masked)
    return replace(segment, span=segment.span.shift(by), masked=masked)
