"""A language model of the user's own as a second editor: what it marks, on exact words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from mtqa.core.calibration import Calibration
from mtqa.core.details import Proposal, SecondOpinion
from mtqa.core.documents import LETTER, Segment
from mtqa.core.findings import SECOND_OPINION, UNCALIBRATED, ErrorSpan, Evidence, Severity
from mtqa.core.placeholders import cuts, placeholders
from mtqa.core.protocols import Models
from mtqa.core.settings import CheckerSettings
from mtqa.core.signals import Reading, Said, Signal
from mtqa.core.tags import language_name
from mtqa.languages import pack_of
from mtqa.signals.marking import said_of

if TYPE_CHECKING:
    from mtqa.llm.answers import Marks
    from mtqa.llm.calibration import LlmCalibration
    from mtqa.llm.engine import Engine
    from mtqa.llm.judge import Manuscript

__all__ = ["JudgeSignal"]

_PROMPTS = "en"  # the language that models are told in what to do, and in which a text may tell them otherwise
_UNKNOWN = 0.5  # what is said of the probability of marks that were not measured
_SEVERITIES = (Severity.NEUTRAL, Severity.MINOR, Severity.MAJOR)


class JudgeSignal(Signal):
    """What a language model marks in documents. The score is 0 where it marks nothing in a sentence, 1 where a careful
    editor would change something, 2 where one must.

    It is asked about the sentences of documents alone, not about texts that are only tried. Marks of what is not prose
    are dropped. Where it is calibrated its marks have probabilities, and what it says of a sentence a part in that of
    repair; where it is not, its findings are apart and count nowhere.
    """

    name = "judge"

    def __init__(self, engine: Engine, calibration: LlmCalibration | None) -> None:
        self._engine = engine
        self._calibration = calibration

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self | None:
        """Where a language model is named. Raises ConfigError where its calibration is of another model."""
        if settings.llm is None:
            return None
        from mtqa.llm import engine_of
        from mtqa.llm.calibration import read_calibration
        from mtqa.llm.prompts import JUDGE

        path = settings.llm.calibration
        own = None if path is None else read_calibration(path, settings.llm.model, JUDGE.version)
        return cls(engine_of(settings.llm), own)

    @property
    def signature(self) -> tuple[str, ...]:
        """The model, the host that sees the text, the prompt, and what the marks were calibrated on."""
        from mtqa.llm.prompts import JUDGE

        data = self._calibration.data if self._calibration else "none"
        return (f"llm:{self._engine.signature}", f"prompt:{JUDGE.version}", f"lcal:{data}")

    async def score(self, readings: Sequence[Reading]) -> Said:
        """One Evidence for each segment of a document. It abstains from those that were not answered for, those
        without letters and those in another language than their document."""
        from mtqa.llm.judge import Judge

        asked = [[s for s in reading.segments if _is_asked(s, reading)] for reading in readings]
        manuscripts = [
            _manuscript(reading.language or "", segments) for reading, segments in zip(readings, asked, strict=True)
        ]
        found = await Judge(self._engine).mark(manuscripts)
        said = [
            dict(zip((s.id for s in segments), marks, strict=True))
            for segments, marks in zip(asked, found, strict=True)
        ]
        return [
            [self._evidence(s, by_id.get(s.id)) for s in reading.segments] if reading.language is not None else []
            for reading, by_id in zip(readings, said, strict=True)
        ]

    def _evidence(self, segment: Segment, said: Marks | str | None) -> Evidence:
        details = SecondOpinion(model=self._engine.settings.label, answered=not isinstance(said, str))
        if said is None or isinstance(said, str):
            why = said or "no words, or not in the document's language"
            return replace(self.abstain(segment, why), details=details if said else None)
        masked, signs = [mask.shift(-segment.span.start) for mask in segment.masked], placeholders(segment.text)
        prose = [m for m in said.placed if not any(map(m.span.overlaps, masked)) and not cuts(m.span, signs)]
        level = max((mark.level for mark in prose), default=0)
        own = self._calibration
        details = replace(
            details,
            dropped=said.dropped + len(said.placed) - len(prose),
            proposals=tuple(
                Proposal(start=mark.span.start, end=mark.span.end, text=mark.repair)
                for mark in prose
                if mark.repair is not None
            ),
            slope=own.slope if own else None,
            offset=own.offsets[level] if own else None,
        )
        sourced = bool(segment.source)
        said_of_each = [said_of(segment.text, m.span, m.category, _SEVERITIES[m.level], sourced=sourced) for m in prose]
        spans = tuple(
            ErrorSpan(
                span=mark.span.shift(segment.span.start),
                rule=SECOND_OPINION if own else UNCALIBRATED,
                category=mark.category,
                severity=severity,
                message=self._message(why, mark.repair),
                probability=own.words[mark.level - 1] if own else _UNKNOWN,
            )
            for mark, (why, severity) in zip(prose, said_of_each, strict=True)
        )
        return Evidence(signal=self.name, segment_id=segment.id, score=float(level), spans=spans, details=details)

    def _message(self, why: str, repair: str | None) -> str:
        put = "" if repair is None else f", which would {f'put “{repair}”' if repair else 'leave it out'}"
        return f"{why}, says {self._engine.settings.model}{put}{'' if self._calibration else ' (uncalibrated)'}"


def _manuscript(language: str, segments: Sequence[Segment]) -> Manuscript:
    from mtqa.llm.controls import speaks_to_a_model
    from mtqa.llm.judge import Line, Manuscript

    packs = (pack_of(language), pack_of(_PROMPTS))
    return Manuscript(
        lines=[Line(segment.text, segment.source) for segment in segments],
        language=language_name(language),
        controls=next((pack.broken for pack in packs if pack.broken), ()),
        orders=lambda text: speaks_to_a_model(text) or any(pack.speaks_to_a_judge(text) for pack in packs),
    )


def _is_asked(segment: Segment, reading: Reading) -> bool:
    return (
        reading.language is not None
        and segment.language == reading.language
        and LETTER.search(segment.text) is not None
    )
