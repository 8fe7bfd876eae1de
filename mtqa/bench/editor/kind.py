"""Editor: what mtqa flags in whole documents, against the marks of copy editors, and what others flag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mtqa.bench.documents import reports
from mtqa.bench.editor.columns import MTQA, SECOND, HeldOut, JudgedLine, JudgedLines, Said, Shown
from mtqa.bench.editor.costs import cost_note
from mtqa.bench.editor.marks import (
    SOUND,
    UNTOLD,
    EditorSuite,
    Mark,
    MarkedDocument,
    MarkedLine,
    letter_of,
    marked_documents,
    over_words,
    worst,
)
from mtqa.bench.editor.opinions import opinion_on, places
from mtqa.bench.editor.rivals import RIVALS, Rival, versions
from mtqa.bench.kinds import Kind, Run
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Category, Flag, Verdict
from mtqa.core.llm import Usage
from mtqa.core.report import DocumentReport
from mtqa.core.settings import Editor
from mtqa.core.spans import Span

__all__ = ["KIND"]


@dataclass(slots=True)
class _Found:
    """What is kept of the lines as they are judged."""

    items: list[JudgedLine] = field(default_factory=list)
    shown: dict[str, Shown] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Aided:
    """A report that a language model had a part in, and which."""

    model: str
    report: DocumentReport


def _measure(suite: EditorSuite, run: Run) -> JudgedLines:
    documents = _documents(suite, suite.data, run)
    if not documents:
        raise ConfigError(f"{run.data.path(suite.data)}: no marked documents; make it anew")
    unseen = _documents(suite, suite.systems, run)
    rivals = _rivals(suite, run)
    checker = run.load(editor=Editor(suite.editor))
    run.signature = str(checker.signature)
    unaided = checker.unaided()
    before = _usage(checker)
    found = _Found()
    for held, some in ((HeldOut.SOURCE, documents), (HeldOut.SYSTEM, unseen)):
        aided = _aided(checker, some, suite.language, run)
        for document, report in reports(unaided, some, suite.language, run.failures):
            try:
                found_at = places(document, report)
            except ValueError:
                run.failures.append(f"{document.id}: its lines do not stand in its text as they were marked")
                continue
            for verdict in report.verdicts:
                if verdict.p_edit is None:
                    run.abstain(verdict)
            _judge(document, held, report, found_at, rivals, aided.get(document.id), found)
    costs = {name: usage.since(before[name]) for name, usage in _usage(checker).items()}
    run.notes += [cost_note(name, usage) for name, usage in costs.items()]
    return JudgedLines(found.items, suite, found.shown, costs)


def _usage(checker: Checker) -> dict[str, Usage]:
    """What the language model has cost this process, by its name; other suites may have asked it before."""
    if checker.llm is None:
        return {}
    from mtqa.llm import engine_of

    return {checker.llm.model: engine_of(checker.llm).usage}


def _aided(checker: Checker, some: Sequence[MarkedDocument], language: str, run: Run) -> dict[str, _Aided]:
    """What is said of documents with the language model that the checker asks, by their ids; nothing where it asks
    none."""
    if checker.llm is None:
        return {}
    said = reports(checker, some, language, run.failures)
    return {document.id: _Aided(checker.llm.model, report) for document, report in said}


def _documents(suite: EditorSuite, name: str, run: Run) -> list[MarkedDocument]:
    return marked_documents(run.data, name, sample=run.sample, seed=suite.seed) if name else []


def _rivals(suite: EditorSuite, run: Run) -> list[Rival]:
    """Those that are installed; a note of each that is not."""
    found = []
    for kind in (RIVALS[name] for name in suite.rivals):
        if installed := versions(kind):
            found.append(kind())
            run.signatures[kind.name] = installed
        else:
            run.notes.append(f"{kind.name} did not judge: run pip install {' '.join(kind.packages)} for it.")
    return found


def _judge(
    document: MarkedDocument,
    held: HeldOut,
    report: DocumentReport,
    found_at: Sequence[Span],
    rivals: Sequence[Rival],
    aided: _Aided | None,
    found: _Found,
) -> None:
    """Keeps what is said of each line of a document."""
    flagged = {rival.name: rival(report.document.text) for rival in rivals}
    for number, (line, place) in enumerate(zip(document.lines, found_at, strict=True)):
        if line.level is None:
            continue
        verdicts = _on(report, place)
        marks = _marks(verdicts, place)
        said = {MTQA: _said(line, verdicts, marks)}
        if aided is not None:
            together = _on(aided.report, place)
            if (opinion := opinion_on(line, place, together)) is not None:
                said[aided.model] = opinion
                said[f"{MTQA} with {aided.model}"] = _said(line, together, _marks(together, place))
        for name, spans in flagged.items():
            own = [Mark(_within(span, place), 1, UNTOLD) for span in spans if span.overlaps(place)]
            said[name] = Said(flagged=bool(own), score=float(len(own)), words=over_words(line.text, own))
        again = None if line.again is None else worst(line.again)
        if again is not None:
            words = over_words(line.text, line.again or ())
            said[SECOND] = Said(flagged=again > SOUND, score=float(again), words=words)
        item = JudgedLine(
            id=f"{document.id}/{number}",
            place=document.place,
            held=held.value,
            kind=document.kind,
            level=line.level,
            again=again,
            marks=over_words(line.text, line.marks),
            said=said,
        )
        found.items.append(item)
        found.shown[item.id] = Shown(line.text, _quoted(marks, line.text), _quoted(line.marks, line.text))


def _on(report: DocumentReport, place: Span) -> list[Verdict]:
    return [each for each in report.verdicts if each.segment.span.overlaps(place)]


def _marks(verdicts: Sequence[Verdict], place: Span) -> list[Mark]:
    flags = [flag for flag in _pointing(verdicts) if flag.span.overlaps(place)]
    return [Mark(_within(flag.span, place), flag.severity.rank, letter_of(flag.category)) for flag in flags]


def _said(line: MarkedLine, verdicts: Sequence[Verdict], marks: Sequence[Mark]) -> Said:
    return Said(
        flagged=any(verdict.to_repair() for verdict in verdicts),
        score=round(max((verdict.p_repair for verdict in verdicts), default=0.0), 5),
        words=over_words(line.text, marks),
    )


def _pointing(verdicts: Iterable[Verdict]) -> Iterator[Flag]:
    """Flags that ask for repair and point at words, the surest first; not those that only say that the sentence as a
    whole needs it."""
    flags = [(flag, verdict) for verdict in verdicts for flag in verdict.flags if flag.to_repair()]
    for flag, verdict in sorted(flags, key=lambda pair: -pair[0].probability):
        if flag.span != verdict.segment.span or flag.category is not Category.AWKWARD:
            yield flag


def _within(span: Span, place: Span) -> Span:
    """A span of the document in a line of it."""
    return Span(max(span.start, place.start), min(span.end, place.end)).shift(-place.start)


def _quoted(marks: Iterable[Mark], text: str) -> str:
    return ", ".join(f"“{mark.span.of(text)}”" for mark in sorted(marks, key=lambda mark: mark.span.start))


KIND = Kind(suite=EditorSuite, item=JudgedLine, columns=JudgedLines, measure=_measure)
