"""What the marks of a language model of the user's own are worth, by lines that an editor marked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mtqa.bench.data import Data
from mtqa.bench.documents import reports
from mtqa.bench.editor.marks import MUST, NOTHING, SOUND, MarkedLine, marked_documents, over_words
from mtqa.bench.editor.opinions import mark_of, opinion_on, places, spans_on
from mtqa.checker import Checker
from mtqa.core.details import RepairOdds
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.findings import Verdict
from mtqa.core.spans import Span
from mtqa.llm.calibration import LEVELS, LlmCalibration, Seen, calibrated
from mtqa.llm.prompts import JUDGE

__all__ = ["calibrate"]


def calibrate(checker: Checker, path: Path, *, language: str, sample: int | None, seed: int) -> LlmCalibration:
    """What the marks of the checker's language model are worth, by lines that an editor marked (rows as of
    `mtqa.bench.editor.marks.EditorSuite`).

    Raises:
        ConfigError: the checker asks none, or too few lines are there or were judged.
        InputError: the file cannot be read or holds no marked lines.
    """
    if checker.llm is None:
        raise ConfigError("no language model to calibrate; add --llm URL and --llm-model NAME")
    data = Data(None, {})
    documents = marked_documents(data, str(path), sample=sample, seed=seed)
    if not documents:
        raise InputError(
            path, f"no marked lines in it{f' ({data.failures[0]})' if data.failures else ''}; see docs/llm.md"
        )
    failures: list[str] = []
    seen: list[Seen] = []
    for document, report in reports(checker, documents, language, failures):
        try:
            found = places(document, report)
        except ValueError:
            continue
        for line, place in zip(document.lines, found, strict=True):
            verdicts = [each for each in report.verdicts if each.segment.span.overlaps(place)]
            if (one := _seen(line, place, verdicts)) is not None:
                seen.append(one)
    name = f"{path.name}@{data.digests[str(path)][:8]}"
    return calibrated(seen, model=checker.llm.model, prompt=JUDGE.version, data=name)


def _seen(line: MarkedLine, place: Span, verdicts: Sequence[Verdict]) -> Seen | None:
    """A line with a label that both mtqa's own editor and the language model judged."""
    said = opinion_on(line, place, verdicts)
    odds = [each.log_odds for verdict in verdicts for each in verdict.details(RepairOdds)]
    if line.level is None or said is None or not odds:
        return None
    labelled = over_words(line.text, line.marks)
    words = []
    for level in range(1, len(LEVELS)):
        marks = [mark for span in spans_on(verdicts, place) if (mark := mark_of(span, place)).level == level]
        marked = over_words(line.text, marks)
        right = [label != NOTHING for label, mark in zip(labelled, marked, strict=True) if mark != NOTHING]
        words.append((len(right), sum(right)))
    return Seen(
        must=line.level == MUST,
        sound=line.level == SOUND,
        odds=max(odds),
        level=int(said.score),
        words=tuple(words),
    )
