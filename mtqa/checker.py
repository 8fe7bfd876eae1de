"""The engine behind every door: documents in, a report out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike

import mtqa
from mtqa.core.calibration import Calibration
from mtqa.core.documents import LETTER, Document, Segment
from mtqa.core.errors import InputError, ModelError, MtqaError
from mtqa.core.faults import internal
from mtqa.core.findings import Evidence, Verdict
from mtqa.core.folding import Folding, folded, unfolded
from mtqa.core.limits import OutOfTime, check_time, deadline
from mtqa.core.llm import LlmSettings
from mtqa.core.pairs import Pair, pairs_of
from mtqa.core.protocols import Models, Passage, SegmentScore, TokenScore
from mtqa.core.report import Decision, DocumentReport, Failure, Recall, Report, Signature
from mtqa.core.settings import CheckerSettings
from mtqa.core.signals import Reading
from mtqa.formats import crosses_markup, read
from mtqa.language import foreign, with_language
from mtqa.languages import PACKS
from mtqa.neural.models import LocalModels
from mtqa.segmentation import segment
from mtqa.segmentation import signature as segmenter
from mtqa.signals import SIGNALS
from mtqa.signals.editor import EditorSignal
from mtqa.signals.panel import Panel
from mtqa.verdict import CalibratedCombiner, assess, with_care

__all__ = ["Checker", "JudgedSegment", "check", "signature_of"]

_DEFAULT = CheckerSettings()
_TOGETHER = 128 * 1024  # characters of documents that are judged together: enough to fill batches of every length


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSegment:
    """A segment's verdict, and what it is made of word by word.

    Attributes:
        words: the probability of each of its words that an editor would change it, as the fast editor says, whoever
            flags: before any threshold.
    """

    verdict: Verdict
    words: tuple[TokenScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A document whose language is known, its segments as they stand and without invisible characters, and the language
    that it is read in."""

    document: Document
    found: tuple[Segment, ...]
    segments: tuple[Segment, ...]
    language: str

    @property
    def read(self) -> tuple[Segment, ...]:
        """The segments that signals read."""
        return tuple(s for s in self.segments if s.read)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The blocks that have a source."""
        return pairs_of(self.document, self.found, self.segments)


class Checker:
    """Wires formats' documents to segments, signals, verdicts and the report.

    Args:
        models: the neural networks.
        calibration: of the encoder.
        signature: travels with every report, and with it what the signals add.
        settings: which signals are asked, and the limits of a document; its models were chosen by ``models``.
    """

    def __init__(
        self,
        models: Models,
        calibration: Calibration,
        *,
        signature: Signature,
        settings: CheckerSettings = _DEFAULT,
    ) -> None:
        self._models = models
        self._calibration = calibration
        self._own, self._settings = signature, settings
        self._limits = settings.limits
        self._panel = Panel.of(settings, models, calibration)
        self._combiner = CalibratedCombiner(calibration)
        self.signature = replace(
            signature, extra=(*signature.extra, *PACKS.signature, *SIGNALS.signature, *self._panel.signature)
        )

    @classmethod
    def load(cls, settings: CheckerSettings = _DEFAULT) -> Checker:
        """A checker with models from this machine; nothing is downloaded.

        Raises:
            ModelError: a model is missing, corrupt or unfit; the message says how to get it.
            ConfigError: the model has no threshold for the rate, or a signal cannot be switched off.
            UnknownName: there is no such model, translator or signal.
        """
        models = LocalModels(settings)
        models.verify()
        return cls._of(models, settings)

    @classmethod
    def _of(cls, models: LocalModels, settings: CheckerSettings) -> Checker:
        data = models.manifest.data
        if "calibration" not in data or "dtype" not in data:
            raise ModelError(
                f"model '{models.manifest.name}' has no calibration or dtype, so it cannot judge; use mtqa-en"
            )
        calibration = Calibration.from_table(data["calibration"], rate=settings.rate)
        proofreader = models.proofreader()
        editor = proofreader.calibration if proofreader else calibration.editor
        calibration = calibration.with_garbled(editor.garbled)
        if EditorSignal.name not in settings.signals_off:
            calibration = calibration.with_together(editor.together, models.manifest.signature)
        signature = Signature(
            version=mtqa.__version__,
            model=models.manifest.signature,
            dtype=str(data["dtype"]),
            segmenter=segmenter(),
            rate=calibration.rate,
            fpr=calibration.fpr,
            calibration=calibration.name,
            recall=_recall(models, settings, calibration),
        )
        return cls(models, calibration, signature=signature, settings=settings)

    def check(self, *documents: Document, failures: Sequence[Failure] = ()) -> Report:
        """The report on ``documents``, in order. ``failures`` of reading pass through, so that nothing is dropped; a
        document that cannot be judged becomes another one. Raises ModelError where an engine fails."""
        found = self.outcomes(documents)
        return Report(
            documents=tuple(each for each in found if isinstance(each, DocumentReport)),
            failures=(*failures, *(each for each in found if isinstance(each, Failure))),
            signature=self.signature,
            settings=self._settings.files,
        )

    def outcomes(self, documents: Sequence[Document]) -> list[DocumentReport | Failure]:
        """What is said of each document, in order, or why it could not be judged, which harms no other. Raises
        ModelError where an engine fails."""
        return [outcome for group in _groups(documents) for outcome in self._outcomes(group)]

    def reports(self, documents: Sequence[Document]) -> list[DocumentReport]:
        """What is said of each document, in order. Raises whatever goes wrong with one of them."""
        return [report for group in _groups(documents) for report in self._reports(group)]

    @property
    def llm(self) -> LlmSettings | None:
        """The language model of the user's own that it asks."""
        return self._settings.llm

    def unaided(self) -> Checker:
        """The same on the same models, without the language model of the user's own: for what is judged again while a
        person waits."""
        if self._settings.llm is None:
            return self
        return Checker(self._models, self._calibration, signature=self._own, settings=replace(self._settings, llm=None))

    def segments(self, runs: Sequence[Sequence[Segment]]) -> list[list[JudgedSegment]]:
        """The joint judgement of each segment of each run, all runs in one batch; no document is decided.

        Args:
            runs: consecutive segments as of one document, such as a report's with one text replaced.
        """
        readings = self._readings([(None, tuple(map(folded, run))) for run in runs])
        return [
            [
                self._segment(self._combiner.judge(s, said[s.id]), score, as_found)
                for s, score, as_found in zip(reading.segments, reading.scores, run, strict=True)
            ]
            for reading, said, run in zip(readings, self._panel(readings), runs, strict=True)
        ]

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
            opened = [self._open(document) for document in documents]
            read = [one for one in opened if isinstance(one, _Opened)]
            without = self._readings([(one.language, one.read) for one in read])
            readings = [replace(each, pairs=one.pairs) for each, one in zip(without, read, strict=True)]
            reports = iter([self._report(one, said) for one, said in zip(read, self._panel(readings), strict=True)])
            return [next(reports) if isinstance(one, _Opened) else one for one in opened]

    def _open(self, document: Document) -> _Opened | DocumentReport:
        """What is judged of a document, or that it is over a limit."""
        document = with_language(document)
        if reason := self._limits.too_large(document.text):
            return _not_judged(document, reason)
        found = segment(document)
        if reason := self._limits.too_many(len(found)):
            return _not_judged(document, reason)
        check_time()
        language = document.language
        if language == "und":  # too short or too mixed to tell: read as the model's own language
            language = min(self._calibration.languages)
            found = tuple(replace(s, language=language) for s in found)
        elsewhere = {each.segment.id: each.language for each in foreign(found, document.language)}
        found = tuple(replace(s, language=elsewhere[s.id]) if s.id in elsewhere else s for s in found)
        return _Opened(document=document, found=found, segments=tuple(map(folded, found)), language=language)

    def _readings(self, runs: Sequence[tuple[str | None, tuple[Segment, ...]]]) -> list[Reading]:
        """Segments with what the encoder says of them, each run in the language of its document, of which nothing is
        decided where it has no letter. What has no sentence in its languages it does not read."""
        speaks = self._calibration.speaks
        asked = [
            language is None or (any(LETTER.search(s.text) for s in run) and any(speaks(s.language) for s in run))
            for language, run in runs
        ]
        lettered = [run for (_, run), is_asked in zip(runs, asked, strict=True) if is_asked]
        if lettered:
            self._panel.prepare()
        scores = iter(self._scores(lettered))
        return [
            Reading(language=language, segments=run, scores=next(scores) if is_asked else ())
            for (language, run), is_asked in zip(runs, asked, strict=True)
        ]

    def _scores(self, runs: Sequence[tuple[Segment, ...]]) -> list[tuple[SegmentScore, ...]]:
        """What the encoder says of the segments of each run. Prose is read without the headings, captions and lines of
        another language around it, and those among themselves: they are no part of what is decided."""
        parted = [[s for s in run if self._is_prose(s) is prose] for run in runs for prose in (True, False)]
        encoded = iter(self._models.encode([[Passage(s.wording, s.source) for s in part] for part in parted if part]))
        found = [iter(next(encoded)) if part else iter(()) for part in parted]
        return [
            tuple(next(prose if self._is_prose(s) else others) for s in run)
            for run, prose, others in zip(runs, found[::2], found[1::2], strict=True)
        ]

    def _is_prose(self, segment: Segment) -> bool:
        return segment.is_prose and self._calibration.speaks(segment.language)

    def _report(self, opened: _Opened, said: Mapping[int, Sequence[Evidence]]) -> DocumentReport:
        verdicts = [self._combiner.judge(s, said.get(s.id, ())) for s in opened.segments]
        report = assess(opened.document, verdicts, self._calibration)
        crosses = partial(crosses_markup, opened.document)
        as_found = map(unfolded, report.verdicts, opened.found)
        return replace(report, verdicts=tuple(with_care(verdict, crosses) for verdict in as_found))

    def _segment(self, verdict: Verdict, score: SegmentScore, segment: Segment) -> JudgedSegment:
        editor, folding = self._calibration.editor_of(score), Folding.of(segment.text)
        words = tuple(
            TokenScore(folding.original(word.span), editor.word(word.marked)) for word in score.proofread.words
        )
        return JudgedSegment(verdict=unfolded(verdict, segment), words=words)


def _recall(models: LocalModels, settings: CheckerSettings, calibration: Calibration) -> Recall | None:
    """What is known of those who flag sentences in the languages that are judged; None where no editor reads them."""
    proofreader = models.proofreader()
    editors = [proofreader.calibration] if proofreader is not None else []
    reads = (one for one in (*editors, calibration.editor) if all(map(one.speaks, calibration.languages)))
    return next((one.recall[settings.strictness] for one in reads), None)


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


def signature_of(settings: CheckerSettings = _DEFAULT) -> Signature:
    """The signature of reports by a checker with these settings, without reading its models. Raises as ``Checker.load``
    does, but for files that were changed."""
    return Checker._of(LocalModels(settings), settings).signature


def check(*documents: Document | str | PathLike[str]) -> Report:
    """The report of a freshly loaded default checker on documents, or on the files at these paths. Several calls should
    share one ``Checker`` instead: loading takes longer than judging an article."""
    read_first = [d if isinstance(d, Document) else read(d) for d in documents]
    return Checker.load().check(*read_first)
