"""What is reported: the verdict on documents, what failed, and how every number was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mtqa.core.details import SecondOpinion
from mtqa.core.documents import LETTER, BlockKind, Document, Location
from mtqa.core.errors import ModelError
from mtqa.core.findings import Flag, Severity, Verdict
from mtqa.core.rules import Explanation

__all__ = ["Decision", "DocumentReport", "Failure", "Finding", "GateResult", "Recall", "Report", "Signature", "State"]


class Decision(StrEnum):
    """What is said of a document as a whole."""

    LIKELY_MT = "likely-mt"
    LIKELY_HUMAN = "likely-human"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """How much of what people would repair is flagged, measured against copy editors' marks on text kept back from
    training.

    Attributes:
        lines: that the editors marked.
        must_repair: share of the sentences that every editor says must be repaired that are flagged.
        sound: share of the sentences that no editor would change that are flagged, too.
    """

    lines: int
    must_repair: float
    sound: float

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Recall:
        """From its table in a ``model.toml``. Raises ModelError where it lacks or bends a key."""
        try:
            found = cls(lines=int(table["lines"]), must_repair=float(table["must_repair"]), sound=float(table["sound"]))
            if not (found.lines > 0 and 0 <= found.must_repair <= 1 and 0 <= found.sound <= 1):
                raise ValueError("lines must be positive, shares between 0 and 1")
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise ModelError(f"model.toml does not say how much is flagged ({error!r}); reinstall mtqa") from error
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How the numbers were made; it travels with every one of them.

    Attributes:
        version: of mtqa.
        model: ``name@first 8 digits of its sha256``.
        dtype: of the forward pass.
        segmenter: name and version.
        rate: the false-alarm rate that documents are called likely-mt at: what the threshold was set to.
        fpr: the worst that was then measured.
        calibration: name of the data that probabilities and thresholds were set on.
        extra: further signals, e.g. the language model's name and digest, and what languages and signals were
            registered besides mtqa's own.
        recall: of the model's flags; None where it was not measured. No part of the string.
    """

    version: str
    model: str
    dtype: str
    segmenter: str
    rate: float
    fpr: float
    calibration: str
    extra: tuple[str, ...] = ()
    recall: Recall | None = None

    def __str__(self) -> str:
        parts = (
            f"mtqa:{self.version}",
            f"model:{self.model}",
            f"dtype:{self.dtype}",
            f"seg:{self.segmenter}",
            f"rate:{self.rate:g}",
            f"fpr:{self.fpr:g}",
            f"cal:{self.calibration}",
            *self.extra,
        )
        return "|".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """The verdict on one document.

    Attributes:
        p_mt: calibrated probability that the text came out of a machine translator; None only for an unsupported
            language, a document without prose or one over a limit.
        decision: at the signature's false-alarm rate.
        reason: why, in a sentence.
        remarks: further observations in a sentence each (language, encoding).
        verdicts: one for each segment, in text order.
        surprisal: of a word to a language model, in bits, on average and as the encoder estimates it; None where p_mt
            is.
        translated_from: BCP 47 tag of the language that a likely-mt document was probably translated from; None where
            that cannot be told.
        over_limit: whether it was too large, or took too long, to be judged; the reason says which.
    """

    document: Document
    p_mt: float | None
    decision: Decision
    reason: str
    verdicts: tuple[Verdict, ...]
    remarks: tuple[str, ...] = ()
    translated_from: str | None = None
    surprisal: float | None = None
    over_limit: bool = False

    @property
    def blank(self) -> bool:
        """Whether there is nothing to judge in it: no letter outside boilerplate."""
        return not self.over_limit and not any(LETTER.search(v.segment.text) for v in self.verdicts if v.segment.read)

    @property
    def foreign(self) -> bool:
        """Whether it was not judged as its words are in a language that the model does not judge."""
        return self.p_mt is None and not self.blank and not self.over_limit

    @property
    def incomplete(self) -> bool:
        """Whether a later run may say more: a language model of the user's own left something unanswered."""
        return any(not said.answered for verdict in self.verdicts for said in verdict.details(SecondOpinion))

    @property
    def judged(self) -> tuple[Verdict, ...]:
        """Verdicts on running text: the ones that drive the decision."""
        return tuple(v for v in self.verdicts if v.segment.kind.judged and v.segment.read)

    @property
    def boilerplate(self) -> tuple[Verdict, ...]:
        """Verdicts on lines that are no part of the article."""
        return tuple(v for v in self.verdicts if v.segment.kind is BlockKind.BOILERPLATE)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """All flags, in text order."""
        return tuple(flag for verdict in self.verdicts for flag in verdict.flags)

    def to_repair(self, min_level: Severity = Severity.MINOR) -> tuple[Verdict, ...]:
        """The segments to repair, headings and captions included: those with a flag of at least ``min_level`` that asks
        for it. The likeliest to need it first."""
        return _likeliest_first(v for v in self.verdicts if v.to_repair(min_level))

    def worth_reading(self, min_level: Severity = Severity.MINOR) -> tuple[Verdict, ...]:
        """The segments worth a person's time: those with any flag of at least ``min_level``, which from neutral on
        are besides those to repair the ones with remarks. The likeliest to need repair first."""
        return _likeliest_first(v for v in self.verdicts if any(f.severity.rank >= min_level.rank for f in v.flags))


def _likeliest_first(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    return tuple(sorted(verdicts, key=lambda v: (-v.p_repair, v.segment.id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A document that could not be read or judged; nothing is dropped."""

    uri: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run says of all its documents.

    Attributes:
        settings: the files of settings that held, as a person in the working folder would write their paths.
    """

    documents: tuple[DocumentReport, ...]
    failures: tuple[Failure, ...]
    signature: Signature
    settings: tuple[str, ...] = ()

    @property
    def flags(self) -> tuple[Flag, ...]:
        """All flags of all documents."""
        return tuple(flag for document in self.documents for flag in document.flags)


class State(StrEnum):
    """What became of a finding at the gate."""

    NEW = "new"
    KNOWN = "known"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A flag, or the verdict on a whole document, as the gate sees it: everything that a report for machines shows.

    Attributes:
        rule: of the flag; ``"machine-translation"`` for a document that is called likely-mt, ``"undecided"`` for one
            that fails because it could not be decided, ``"unexpected-language"``.
        category: MQM ``dimension/type``, or ``"document"`` for a verdict on the whole document.
        words: the flagged words as they stand in the file; where a whole sentence is meant, its first words and an
            ellipsis; empty where a document is meant.
        location: None for a verdict on the whole document.
        fingerprint: stable under moves; the identity of the finding together with ``uri``.
        sentence: hash of the sentence that a model's finding is in, whose words may move by one; empty for others.
        state: new, known from the baseline, or ignored.
        excuse: why it is known or ignored; None for a new one.
        fails: whether it alone makes the gate fail.
    """

    uri: str
    rule: str
    category: str
    severity: Severity
    probability: float
    message: str
    reasons: tuple[str, ...]
    words: str
    location: Location | None
    fingerprint: str
    state: State = State.NEW
    excuse: str | None = None
    fails: bool = False
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """The only pass or fail.

    Attributes:
        findings: all of them, by file and place; nothing is dropped.
        violations: what the policy does not allow beyond single findings, a sentence each.
        stale: baseline entries and ignores that no longer match anything, a sentence each.
        notes: what was not judged though a person may think so, a sentence each.
        complete: whether every input could be read: what was not read is not passed.
        baseline: whether findings were compared with a baseline.
        rules: what the findings' rules mean, by name.
    """

    findings: tuple[Finding, ...]
    violations: tuple[str, ...]
    stale: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    complete: bool = True
    baseline: bool = False
    rules: tuple[Explanation, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the policy allows publication."""
        return self.complete and not self.violations and not any(finding.fails for finding in self.findings)
