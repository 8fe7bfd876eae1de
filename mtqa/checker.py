"""The engine behind every door: documents in, a report out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike

import mtqa
from mtqa.core.calibration import Calibration
from mtqa.core.documents import BlockKind, Document, Segment
from mtqa.core.errors import ModelError
from mtqa.core.findings import Evidence, Verdict
from mtqa.core.protocols import Combiner, Models, Signal
from mtqa.core.report import DocumentReport, Failure, Report, Signature
from mtqa.formats import read
from mtqa.language import foreign
from mtqa.neural import store
from mtqa.neural.cached import CachedModels
from mtqa.neural.models import LocalModels
from mtqa.neural.runtime import Runtime
from mtqa.segmentation import segment, signature as segmenter
from mtqa.signals import SIGNALS
from mtqa.verdict import CalibratedCombiner, decide

__all__ = ["Checker", "check", "signature_of"]

_LANGUAGE_MODEL = "smollm2-135m"


class Checker:
    """Wires formats' documents to segments, signals, verdicts and the report.

    Args:
        models: the neural networks.
        calibration: of the encoder.
        signature: travels with every report.
        fluency: whether the language model's surprisal counts as evidence.
    """

    def __init__(self, models: Models, calibration: Calibration, *, signature: Signature, fluency: bool = False) -> None:
        self._models = CachedModels(models)
        self._calibration = calibration
        self._combiner: Combiner = CalibratedCombiner(calibration)
        self._signals: list[Signal] = [
            SIGNALS["detector"](self._models, calibration),
            SIGNALS["errors"](self._models, calibration),
            SIGNALS["surface"](),
        ]
        if fluency:
            self._signals.append(SIGNALS["fluency"](self._models))
        self.signature = signature

    @classmethod
    def load(
        cls,
        model: str = "mtqa-en",
        *,
        fluency: bool = False,
        threads: int | None = None,
        dtype: str | None = None,
    ) -> Checker:
        """A checker with a model from this machine; nothing is downloaded.

        Args:
            model: name of an installed model, or a folder that holds one.
            fluency: also use the causal language model, which must have been pulled.
            threads: CPU threads of one operation; all cores by default.
            dtype: ``"float32"`` or ``"bfloat16"``; by default what this CPU multiplies natively.

        Raises:
            ModelError: a model is missing, corrupt or unfit; the message says how to get it.
        """
        manifest = store.locate(model)
        calibration = _calibration(manifest)
        runtime = Runtime.resolve(threads=threads, dtype=dtype)
        models = LocalModels(model, runtime, language_model=_LANGUAGE_MODEL if fluency else None)
        return cls(models, calibration, signature=signature_of(manifest, runtime.dtype, fluency=fluency), fluency=fluency)

    def check(self, *documents: Document, failures: Sequence[Failure] = ()) -> Report:
        """The report on ``documents``, in order. ``failures`` of reading pass through, so that nothing is dropped."""
        segments = [segment(document) for document in documents]
        prepared = [self._prepare(d, s) for d, s in zip(documents, segments, strict=True)]
        self._models.encode([[s.text for s in read] for _, read, _ in prepared if read])
        reports = [
            self._judge(document, everything, read, remarks)
            for document, (everything, read, remarks) in zip(documents, prepared, strict=True)
        ]
        return Report(documents=tuple(reports), failures=tuple(failures), signature=self.signature)

    def _prepare(
        self, document: Document, segments: Sequence[Segment]
    ) -> tuple[Sequence[Segment], list[Segment], list[str]]:
        """All segments, those that signals read, and remarks on the document's language."""
        remarks: list[str] = []
        elsewhere = {found.segment.id: found.language for found in foreign(segments, document.language)}
        if elsewhere:

            segments = [replace(s, language=elsewhere[s.id]) if s.id in elsewhere else s for s in segments]
            tags = ", ".join(sorted(set(elsewhere.values())))
            plural = "s are" if len(elsewhere) > 1 else " is"
            remarks.append(f"{len(elsewhere)} sentence{plural} in another language ({tags}) than the document")
        return segments, [s for s in segments if s.kind is not BlockKind.BOILERPLATE], remarks

    def _judge(
        self, document: Document, segments: Sequence[Segment], read: list[Segment], remarks: list[str]
    ) -> DocumentReport:
        evidence: dict[int, list[Evidence]] = {s.id: [] for s in segments}
        if read:
            for signal in self._signals:
                for found in signal.score(read):
                    evidence[found.segment_id].append(found)
        verdicts: list[Verdict] = [self._combiner.judge(s, evidence[s.id]) for s in segments]
        decided = decide(document, [v for v in verdicts if v.evidence], self._calibration)
        return DocumentReport(
            document=document,
            p_mt=decided.p_mt,
            decision=decided.decision,
            reason=decided.reason,
            verdicts=tuple(verdicts),
            remarks=tuple(remarks),
        )


def signature_of(manifest: store.Manifest, dtype: str, *, fluency: bool = False) -> Signature:
    """The signature of reports made with a model."""
    calibration = _calibration(manifest)
    extra = (f"lm:{store.locate(_LANGUAGE_MODEL).signature}",) if fluency else ()
    return Signature(
        version=mtqa.__version__,
        model=manifest.signature,
        dtype=dtype,
        segmenter=segmenter(),
        fpr=calibration.fpr,
        calibration=calibration.name,
        extra=extra,
    )


def _calibration(manifest: store.Manifest) -> Calibration:
    if "calibration" not in manifest.data:
        raise ModelError(f"model '{manifest.name}' has no calibration, so it cannot judge documents; use mtqa-en")
    return Calibration.from_table(manifest.data["calibration"])


def check(*documents: Document | str | PathLike[str]) -> Report:
    """The report of a freshly loaded default checker on documents, or on the files at these paths. Several calls should
    share one ``Checker`` instead: loading takes longer than judging an article."""
    read_first = [d if isinstance(d, Document) else read(d) for d in documents]
    return Checker.load().check(*read_first)
