"""The engine behind every door: documents in, a report out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import TypeVar

import mtqa
from mtqa.core.calibration import RATE, Calibration
from mtqa.core.documents import Document, Segment
from mtqa.core.errors import InputError, ModelError, MtqaError
from mtqa.core.faults import internal
from mtqa.core.findings import Applicability, Category, Edit, ErrorSpan, Evidence, Flag, Severity, Verdict
from mtqa.core.folding import Folding, folded, unfolded
from mtqa.core.limits import DocumentLimits, OutOfTime, check_time, deadline
from mtqa.core.protocols import Combiner, Models, Passage, SegmentScore, Signal, TokenScore
from mtqa.core.report import Decision, DocumentReport, Failure, Recall, Report, Signature
from mtqa.core.spans import Span
from mtqa.core.tags import language_name
from mtqa.formats import crosses_markup, read
from mtqa.language import foreign, left_out, with_language
from mtqa.neural import store
from mtqa.neural.cached import CachedModels
from mtqa.neural.models import LocalModels
from mtqa.segmentation import segment
from mtqa.segmentation import signature as segmenter
from mtqa.signals import SIGNALS
from mtqa.verdict import CalibratedCombiner, decide

__all__ = ["Checker", "check", "signature_of"]

_Edited = TypeVar("_Edited", ErrorSpan, Flag)

_LANGUAGE_MODEL = "smollm2-135m"
_NO_LIMITS = DocumentLimits()
_TOGETHER = 128 * 1024  # characters of documents that are judged together: enough to fill batches of every length


class Checker:
    """Wires formats' documents to segments, signals, verdicts and the report.

    Args:
        models: the neural networks.
        calibration: of the encoder.
        signature: travels with every report.
        round_trip: pivots of the round trips that are evidence, or ``("auto",)``; none by default. They are shown, and
            change no probability.
        limits: of one document.
    """

    def __init__(
        self,
        models: Models,
        calibration: Calibration,
        *,
        signature: Signature,
        round_trip: Sequence[str] = (),
        limits: DocumentLimits = _NO_LIMITS,
    ) -> None:
        self._models = CachedModels(models)
        self._calibration = calibration
        self._limits = limits
        self._combiner: Combiner = CalibratedCombiner(calibration)
        self._signals: list[Signal] = [
            SIGNALS["detector"](self._models, calibration),
            SIGNALS["errors"](self._models, calibration),
            SIGNALS["surface"](),
            SIGNALS["fluency"](self._models, calibration),
        ]
        if round_trip:
            self._signals.append(SIGNALS["round-trip"](self._models, round_trip))
            engines = tuple(f"trip:{translator.signature}" for translator in models.translators())
            signature = replace(signature, extra=(*signature.extra, *engines))
        self.signature = signature

    @classmethod
    def load(
        cls,
        model: str = "mtqa-en",
        *,
        fluency: bool = False,
        rate: float = RATE,
        round_trip: Sequence[str] = (),
        translators: Sequence[str] = (),
        threads: int | None = None,
        limits: DocumentLimits = _NO_LIMITS,
    ) -> Checker:
        """A checker with a model from this machine; nothing is downloaded.

        Args:
            model: name of an installed model, or a folder that holds one.
            fluency: also use the causal language model, which must have been pulled.
            rate: the false-alarm rate to decide at, one that the model has a threshold for.
            round_trip: pivots of round trips to show, BCP 47 tags or ``("auto",)``; none by default.
            translators: their names, see `mtqa.neural.translators.load`; every installed one by default.
            threads: of the CPU; every core this process may use by default.
            limits: of one document; none by default.

        Raises:
            ModelError: a model is missing, corrupt or unfit; the message says how to get it.
            ConfigError: the model has no threshold for ``rate``.
        """
        manifest = store.locate(model)
        calibration = _calibration(manifest, rate)
        language_model = _LANGUAGE_MODEL if fluency else None
        models = LocalModels(model, threads=threads, language_model=language_model, translators=translators)
        signature = signature_of(manifest, fluency=fluency, rate=rate)
        return cls(models, calibration, signature=signature, round_trip=round_trip, limits=limits)

    def check(self, *documents: Document, failures: Sequence[Failure] = ()) -> Report:
        """The report on ``documents``, in order. ``failures`` of reading pass through, so that nothing is dropped; a
        document that cannot be judged becomes another one. Raises ModelError where an engine fails."""
        found = self.outcomes(documents)
        return Report(
            documents=tuple(each for each in found if isinstance(each, DocumentReport)),
            failures=(*failures, *(each for each in found if isinstance(each, Failure))),
            signature=self.signature,
        )

    def outcomes(self, documents: Sequence[Document]) -> list[DocumentReport | Failure]:
        """What is said of each document, in order, or why it could not be judged, which harms no other. Raises
        ModelError where an engine fails."""
        return [outcome for group in _groups(documents) for outcome in self._outcomes(group)]

    def reports(self, documents: Sequence[Document]) -> list[DocumentReport]:
        """What is said of each document, in order. Raises whatever goes wrong with one of them."""
        return [report for group in _groups(documents) for report in self._reports(group)]

    def _outcomes(self, documents: Sequence[Document]) -> Sequence[DocumentReport | Failure]:
        try:
            return self._reports(documents)
        except Exception as error:
            if isinstance(error, MtqaError) and not isinstance(error, InputError):
                raise
            if len(documents) > 1:
                return [outcome for document in documents for outcome in self._outcomes([document])]
            (document,) = documents
            if isinstance(error, OutOfTime):
                return [_not_judged(document, self._limits.too_slow())]
            said = error.problem if isinstance(error, InputError) else internal(error, document.uri)
            return [Failure(uri=document.uri, message=said)]

    def _reports(self, documents: Sequence[Document]) -> list[DocumentReport]:
        with deadline(self._limits.seconds):
            known = [with_language(document) for document in documents]
            prepared = [self._prepare(document) for document in known]
            texts = [p.read for p in prepared if isinstance(p, _Prepared) and p.read]
            self._models.encode([[Passage(s.text, s.source) for s in read] for read in texts])
            return [
                self._judge(document, p) if isinstance(p, _Prepared) else _not_judged(document, p)
                for document, p in zip(known, prepared, strict=True)
            ]

    def _prepare(self, document: Document) -> _Prepared | str:
        """What signals need of a document, or why it is over a limit."""
        if reason := self._limits.too_large(document.text):
            return reason
        found = segment(document)
        if reason := self._limits.too_many(len(found)):
            return reason
        check_time()
        if document.language == "und":  # too short or too mixed to tell: read as the model's own language
            found = tuple(replace(s, language=min(self._calibration.languages)) for s in found)
        elsewhere = {each.segment.id: each.language for each in foreign(found, document.language)}
        found = tuple(replace(s, language=elsewhere[s.id]) if s.id in elsewhere else s for s in found)
        segments = tuple(map(folded, found))
        return _Prepared(
            found=found,
            segments=segments,
            read=tuple(s for s in segments if s.read),
            foreign=tuple(_foreign_evidence(s, document.language) for s in segments if s.id in elsewhere),
        )

    def verdicts(self, runs: Sequence[Sequence[Segment]]) -> list[tuple[Verdict, ...]]:
        """The joint judgement of each segment of each run, all runs in one batch.

        Args:
            runs: consecutive segments as of one document, such as a report's with one text replaced.
        """
        read = [tuple(map(folded, run)) for run in runs]
        self._models.encode([[Passage(s.text, s.source) for s in run] for run in read if run])
        return [
            tuple(map(unfolded, self._verdicts(segments, segments, ()), run))
            for segments, run in zip(read, runs, strict=True)
        ]

    def word_probabilities(self, runs: Sequence[Sequence[Segment]]) -> list[list[tuple[TokenScore, ...]]]:
        """Of each segment of each run, as of ``verdicts``, the probability of each word that an editor would change it:
        what flags are made of, before any threshold."""
        read = [[folded(s) for s in run] for run in runs]
        scores = self._models.encode([[Passage(s.text, s.source) for s in run] for run in read])
        return [
            [self._words(score, Folding.of(s.text)) for score, s in zip(of_run, run, strict=True)]
            for of_run, run in zip(scores, runs, strict=True)
        ]

    def _words(self, score: SegmentScore, folding: Folding) -> tuple[TokenScore, ...]:
        editor = self._calibration.editor_of(score)
        return tuple(TokenScore(folding.original(word.span), editor.word(word.score)) for word in score.tokens)

    def _verdicts(
        self, segments: Sequence[Segment], read: Sequence[Segment], foreign: Sequence[Evidence]
    ) -> tuple[Verdict, ...]:
        """Of all ``segments``, of which the signals see those to be ``read``."""
        evidence: dict[int, list[Evidence]] = {s.id: [] for s in segments}
        for found in foreign:
            evidence[found.segment_id].append(found)
        for signal in self._signals if read else ():
            for found in signal.score(read):
                evidence[found.segment_id].append(found)
            check_time()
        return tuple(self._combiner.judge(s, evidence[s.id]) for s in segments)

    def _judge(self, document: Document, prepared: _Prepared) -> DocumentReport:
        verdicts = self._verdicts(prepared.segments, prepared.read, prepared.foreign)
        read = {s.id for s in prepared.read}
        decided = decide(document, [v for v in verdicts if v.segment.id in read], self._calibration)
        remarks = decided.remarks + left_out(prepared.segments)
        if prepared.foreign:
            elsewhere = [s for s in prepared.segments if s.language != document.language and not s.apart]
            others = {language_name(s.language) for s in elsewhere}
            plural = "s are" if len(prepared.foreign) > 1 else " is"
            names = ", ".join(sorted(others))
            remarks += (f"{len(prepared.foreign)} sentence{plural} in another language ({names}) than the document",)
        return DocumentReport(
            document=document,
            p_mt=decided.p_mt,
            decision=decided.decision,
            reason=decided.reason,
            verdicts=tuple(_with_care(v, document) for v in map(unfolded, verdicts, prepared.found)),
            remarks=remarks,
            translated_from=decided.translated_from,
            surprisal=decided.surprisal,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """The segments of a document as found, as judged, those that signals read, and evidence on those in another
    language."""

    found: tuple[Segment, ...]
    segments: tuple[Segment, ...]
    read: tuple[Segment, ...]
    foreign: tuple[Evidence, ...]


def _with_care(verdict: Verdict, document: Document) -> Verdict:
    """No edit of it is safe that crosses markup, or that another finding's edit would undo, whatever the signal says
    that made it."""
    disputed = _disputed((edit.span, edit.text) for flag in verdict.flags for edit in flag.edits)

    def doubtful(edit: Edit) -> bool:
        return (edit.span, edit.text) in disputed or crosses_markup(document, edit.span)

    def careful(edit: Edit) -> Edit:
        safe = edit.applicability is Applicability.SAFE
        return replace(edit, applicability=Applicability.UNSAFE) if safe and doubtful(edit) else edit

    def of(spans: tuple[_Edited, ...]) -> tuple[_Edited, ...]:
        return tuple(replace(s, edits=tuple(map(careful, s.edits))) if s.edits else s for s in spans)

    evidence = tuple(replace(found, spans=of(found.spans)) for found in verdict.evidence)
    return replace(verdict, flags=of(verdict.flags), evidence=evidence)


def _disputed(edits: Iterable[tuple[Span, str]]) -> set[tuple[Span, str]]:
    """The edits that share characters with another one."""
    found: set[tuple[Span, str]] = set()
    farthest: tuple[Span, str] | None = None
    for edit in sorted(set(edits), key=lambda edit: (edit[0].start, edit[0].end, edit[1])):
        if farthest is not None and edit[0].overlaps(farthest[0]):
            found |= {edit, farthest}
        if farthest is None or edit[0].end > farthest[0].end:
            farthest = edit
    return found


def _groups(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    """Consecutive documents to be judged together; a large one is alone."""
    group: list[Document] = []
    size = 0
    for document in documents:
        if group and size + len(document.text) > _TOGETHER:
            yield group
            group, size = [], 0
        group.append(document)
        size += len(document.text)
    if group:
        yield group


def _not_judged(document: Document, why: str) -> DocumentReport:
    return DocumentReport(
        document=document,
        p_mt=None,
        decision=Decision.UNDECIDED,
        reason=f"not judged: {why}",
        verdicts=(),
        over_limit=True,
    )


def _foreign_evidence(segment: Segment, language: str) -> Evidence:
    span = ErrorSpan(
        span=segment.span,
        rule="foreign-sentence",
        category=Category.UNTRANSLATED,
        severity=Severity.MAJOR,
        message=f"this sentence is in {language_name(segment.language)}, the document in {language_name(language)}",
    )
    return Evidence(signal="language", segment_id=segment.id, score=1.0, spans=(span,))


def signature_of(manifest: store.Manifest, *, fluency: bool = False, rate: float = RATE) -> Signature:
    """The signature of reports made with a model."""
    calibration = _calibration(manifest, rate)
    extra = (f"lm:{store.locate(_LANGUAGE_MODEL).signature}",) if fluency else ()
    return Signature(
        version=mtqa.__version__,
        model=manifest.signature,
        dtype=str(manifest.data["dtype"]),
        segmenter=segmenter(),
        rate=calibration.rate,
        fpr=calibration.fpr,
        calibration=calibration.name,
        extra=extra,
        recall=Recall.from_table(manifest.data["editors"]) if "editors" in manifest.data else None,
    )


def _calibration(manifest: store.Manifest, rate: float) -> Calibration:
    if "calibration" not in manifest.data or "dtype" not in manifest.data:
        raise ModelError(f"model '{manifest.name}' has no calibration or dtype, so it cannot judge; use mtqa-en")
    return Calibration.from_table(manifest.data["calibration"], rate=rate)


def check(*documents: Document | str | PathLike[str]) -> Report:
    """The report of a freshly loaded default checker on documents, or on the files at these paths. Several calls should
    share one ``Checker`` instead: loading takes longer than judging an article."""
    read_first = [d if isinstance(d, Document) else read(d) for d in documents]
    return Checker.load().check(*read_first)
