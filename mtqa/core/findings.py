"""What is said of a segment: categories, error spans, evidence, flags and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from mtqa.core.details import Details
from mtqa.core.documents import Segment
from mtqa.core.spans import Span

__all__ = [
    "GARBLED",
    "MQM_WEIGHTS",
    "SECOND_OPINION",
    "UNCALIBRATED",
    "VAGUE",
    "Applicability",
    "Category",
    "Edit",
    "ErrorSpan",
    "Evidence",
    "Flag",
    "Revision",
    "Severity",
    "Verdict",
]

_Kind = TypeVar("_Kind", bound=Details)
_FEW = 3  # words that are pointed at one by one, even if they are all there are


class Category(StrEnum):
    """MQM error types (``dimension/type``), the ones that can be told from the translation alone."""

    MISTRANSLATION = "accuracy/mistranslation"
    UNTRANSLATED = "accuracy/untranslated"
    ADDITION = "accuracy/addition"
    OMISSION = "accuracy/omission"
    GRAMMAR = "linguistic-conventions/grammar"
    PUNCTUATION = "linguistic-conventions/punctuation"
    SPELLING = "linguistic-conventions/spelling"
    UNINTELLIGIBLE = "linguistic-conventions/unintelligible"
    ENCODING = "linguistic-conventions/character-encoding"
    WORD_ORDER = "linguistic-conventions/word-order"
    MISSING_OR_EXTRA = "linguistic-conventions/missing-or-extra-word"
    INCONSISTENT = "linguistic-conventions/inconsistent"
    AWKWARD = "style/awkward-style"
    REGISTER = "style/register"
    NUMBER_FORMAT = "locale-conventions/number-format"
    DATE_FORMAT = "locale-conventions/date-format"
    CURRENCY_FORMAT = "locale-conventions/currency-format"
    MARKUP = "design-and-markup/markup"
    LENGTH = "design-and-markup/length"
    TERMINOLOGY = "terminology/wrong-term"

    @property
    def label(self) -> str:
        """The type alone, for people: ``"mistranslation"``."""
        return self.value.rpartition("/")[2].replace("-", " ")


class Severity(StrEnum):
    """MQM severity. ``neutral`` is a remark that asks for no repair."""

    NEUTRAL = "neutral"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for neutral to 3 for critical."""
        return list(Severity).index(self)


MQM_WEIGHTS: Mapping[Severity, float] = {
    Severity.NEUTRAL: 0.0,
    Severity.MINOR: 1.0,
    Severity.MAJOR: 5.0,
    Severity.CRITICAL: 25.0,
}
"""Penalties of the MQM scoring model (Lommel et al., 2024, "The Multi-Range Theory of Translation Quality")."""


class Applicability(StrEnum):
    """Whether an edit may be applied without a person reading it."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> Applicability:
        """Of edits that are applied together: that of the least safe one."""
        return max((edit.applicability for edit in edits), key=list(cls).index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace ``span`` of the document's text by ``text``."""

    span: Span
    text: str
    applicability: Applicability


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Edits of one sentence, as a tracked change is told.

    Attributes:
        author: who made them.
        when: in ISO 8601, UTC.
        reason: for a person who decides on them; may be empty.
    """

    edits: tuple[Edit, ...]
    author: str
    when: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorSpan:
    """Words that a signal takes for an error.

    Attributes:
        span: into the document's text.
        rule: kebab-case name: of the surface rule; ``"garbled"`` and ``"surprising"`` are the models'.
        message: what is wrong, in a clause an editor understands; it does not repeat the words.
        probability: calibrated, that an editor would change these words; None for rules, which have no model.
    """

    span: Span
    rule: str
    category: Category
    severity: Severity
    message: str
    edits: tuple[Edit, ...] = ()
    probability: float | None = None


GARBLED = "garbled"
"""The rule of what an editor's model marks."""

SECOND_OPINION, UNCALIBRATED = "second-opinion", "uncalibrated-opinion"
"""The rules of what a language model of the user's own marks: one that is calibrated, and one that is not."""


VAGUE = frozenset((GARBLED, "surprising", SECOND_OPINION, UNCALIBRATED))
"""The rules of models that say where something is wrong, not what: the words they point at may move by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one signal says of one segment.

    Attributes:
        score: higher is worse; None exactly when ``abstained`` says why.
        spans: the words it points at.
        details: what stands behind the score, where that is more than a number; None where it is not.
    """

    signal: str
    segment_id: int
    score: float | None
    spans: tuple[ErrorSpan, ...] = ()
    details: Details | None = None
    abstained: str | None = None

    def __post_init__(self) -> None:
        if (self.score is None) != (self.abstained is not None):
            raise ValueError("a score is None exactly when the signal abstained, with a reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """An unconfirmed finding: an error once a human agrees.

    Attributes:
        rule, span, category, severity, message, edits: of its error span. Flags of different rules may overlap.
        probability: calibrated, that an editor would change these words.
        reasons: one clause for each signal that has something to say of these words.
        fingerprint: stable under moves: hash of the rule, the words and their neighbours.
        rules: every rule that points at these words, its own first; empty where that is ``rule`` alone.
    """

    rule: str
    span: Span
    category: Category
    severity: Severity
    probability: float
    message: str
    reasons: tuple[str, ...]
    fingerprint: str
    edits: tuple[Edit, ...] = ()
    rules: tuple[str, ...] = ()

    def alternatives(self) -> tuple[tuple[Edit, ...], ...]:
        """The edits as repairs of the flagged words: one where they go together, one each where they overlap."""
        edits = sorted(self.edits, key=lambda edit: (edit.span.start, edit.span.end))
        if all(a.span.end <= b.span.start and a.span != b.span for a, b in pairwise(edits)):
            return (tuple(edits),) if edits else ()
        return tuple((edit,) for edit in edits)

    def is_whole(self, segment: Segment) -> bool:
        """Whether it says that the sentence as a whole is to be written anew, or that no single word stands out."""
        return self.rule in VAGUE and self.span == segment.span and len(segment.text.split()) > _FEW

    def to_repair(self, min_level: Severity = Severity.MINOR) -> bool:
        """Whether it asks for a repair: it is at least ``min_level``, and no neutral remark."""
        return self.severity.rank >= max(min_level.rank, Severity.MINOR.rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The joint judgement of one segment.

    Attributes:
        p_mt: probability that the text came out of a machine translator, by this segment alone; None where no signal
            could tell (an unsupported language, a segment that is no prose). A hint: only documents are decided.
        p_edit: probability that a careful editor would have to repair the segment; None likewise.
        flags: in text order.
        evidence: what the signals said.
    """

    segment: Segment
    p_mt: float | None
    p_edit: float | None
    flags: tuple[Flag, ...]
    evidence: tuple[Evidence, ...]

    def details(self, kind: type[_Kind]) -> list[_Kind]:
        """What signals say of one kind, such as ``MachineLogit``, whoever says it."""
        return [found.details for found in self.evidence if isinstance(found.details, kind)]

    def to_repair(self, min_level: Severity = Severity.MINOR) -> bool:
        """Whether the segment is one to repair, as every count and report has it: a flag of it asks for that."""
        return any(flag.to_repair(min_level) for flag in self.flags)

    @property
    def p_repair(self) -> float:
        """``p_edit``; where no signal could tell, the probability of its surest flag."""
        return max((f.probability for f in self.flags), default=0.0) if self.p_edit is None else self.p_edit
