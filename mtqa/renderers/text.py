"""The terminal: the verdict, then the few sentences worth the time, worst first.

Flagged words are underlined by characters on the line beneath, so the report reads the same without colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from mtqa.core.documents import Segment
from mtqa.core.errors import ConfigError
from mtqa.core.excerpts import whole_words
from mtqa.core.findings import Flag, Severity, Verdict
from mtqa.core.report import Decision, DocumentReport, Report, Signature
from mtqa.core.spans import Span
from mtqa.renderers.page import Page, marked
from mtqa.renderers.wording import (
    BITS,
    CAUTIONS,
    UNFLAGGED,
    VERDICTS,
    certainty,
    counted,
    coverage,
    extent,
    false_alarms,
    fluency,
    further_reasons,
    governing,
    kind_of,
    legend,
    likeness,
    probability,
    quoted,
    round_trip,
    shown_span,
    standing,
    suggestions,
    summary,
    to_do,
    trips,
    verdict,
    visible,
)

__all__ = ["render_text"]

_MIN_WIDTH = 40
_QUOTED_CELLS = 40
_WHOLE_LINES = 12  # of a longer sentence only the flagged lines are shown
_SEVERITY_STYLES = {
    Severity.NEUTRAL: "dim",
    Severity.MINOR: "yellow",
    Severity.MAJOR: "red",
    Severity.CRITICAL: "bold red",
}
_VERDICT_STYLES = {
    Decision.LIKELY_MT: "bold red",
    Decision.LIKELY_HUMAN: "bold green",
    Decision.UNDECIDED: "bold yellow",
}


def render_text(
    report: Report, *, min_level: Severity = Severity.MINOR, top: int = 10, width: int = 80, colour: bool = False
) -> str:
    """The report for a terminal.

    Args:
        report: what to show.
        min_level: flags of a lower severity are counted, not shown.
        top: how many sentences to show of each document; 0 for all. The rest is counted.
        width: columns of the terminal, at least 40; no line is longer.
        colour: whether to add ANSI colours.

    Raises:
        ConfigError: ``top`` or ``width`` is out of range.
    """
    if width < _MIN_WIDTH:
        raise ConfigError(f"{width} columns are too few for the text report; give it at least {_MIN_WIDTH}")
    if top < 0:
        raise ConfigError(f"cannot show {top} sentences; give 0 for all or a positive number")
    page = Page(width)
    several = len(report.documents) > 1
    for document in report.documents:
        _document(page, document, report.signature, min_level, top, several)
    for failure in report.failures:
        page.gap()
        page.write(
            Text.assemble(("Could not be read: ", "bold"), f"{visible(failure.uri)}: {visible(failure.message)}")
        )
    if len(report.documents) + len(report.failures) != 1:
        page.gap()
        page.write(Text(summary(report), "bold"))
    brief = [_brief(document, min_level) for document in report.documents]
    if any(brief) or (several and any(document.p_mt is not None for document in report.documents)):
        page.write(Text(f"{UNFLAGGED}: {coverage(report.signature.recall)}"))
    if any(_probable(document) and not short for document, short in zip(report.documents, brief, strict=True)):
        page.gap()
        for line in _once(report) if several else ():
            page.write(Text(line, "dim"))
        page.write(Text(legend(), "dim"))
    for line in governing(report):
        page.write(Text(line, "dim"))
    page.write(Text(visible(str(report.signature)), "dim"), breaks="|")
    return page.text(colour)


def _probable(report: DocumentReport) -> bool:
    """Whether a probability is told of the document or of a sentence."""
    return report.p_mt is not None or any(verdict.p_edit is not None for verdict in report.verdicts)


def _brief(report: DocumentReport, min_level: Severity) -> bool:
    """Whether a line and the reason say all there is to say."""
    return report.decision is Decision.LIKELY_HUMAN and not report.worth_reading(min_level)


def _once(report: Report) -> Iterator[str]:
    """What would be the same for each of several documents."""
    if any(document.decision is Decision.LIKELY_MT for document in report.documents):
        said = false_alarms(report.signature.fpr)
        yield f"{VERDICTS[Decision.LIKELY_MT]}: {said[:1].lower()}{said[1:]}"
    if any(document.surprisal is not None for document in report.documents):
        yield f"Bits per word: {BITS}"


def _document(
    page: Page, report: DocumentReport, signature: Signature, min_level: Severity, top: int, several: bool
) -> None:
    """One document's part; with ``several``, without what is said ``_once``."""
    uri = visible(report.document.uri)
    words = Text(verdict(report), _VERDICT_STYLES[report.decision])
    p = "" if report.p_mt is None else f"p(machine) {probability(report.p_mt)}"
    listed = report.worth_reading(min_level)
    below = sum(flag.severity.rank < min_level.rank for flag in report.flags)
    page.gap()
    if _brief(report, min_level):
        unshown = f", {counted(below, 'remark')} not shown" if below else ""
        page.write(Text.assemble(f"{uri}: ", words, f", {p}; {extent(report)}, none flagged{unshown}"))
        page.write(Text(standing(report.reason)), first="  ")
        below = 0
    else:
        page.write(Text(uri, "bold"))
        page.gap()
        page.write(Text.assemble(words, f"   {p}" if p else ""), first="  ")
        page.write(Text(standing(report.reason) if several else certainty(report, signature.fpr)), first="  ")
        page.write(Text(to_do(report, "" if several else signature.recall, min_level)), first="  ")
        page.gap()
        page.write(Text(f"{extent(report)}."), first="  ")
        if report.surprisal is not None:
            page.write(Text(f"{fluency(report.surprisal)}{'.' if several else f', {BITS}'}"), first="  ")
    if trip := round_trip(report):
        page.write(Text(trip), first="  ")
    for remark in report.remarks:
        page.write(Text(standing(remark)), first="  ")
    shown = listed[: top or None]
    for rank, sentence in enumerate(shown, 1):
        page.gap()
        _sentence(page, report, sentence, rank, min_level)
    left = len(listed) - len(shown)
    if left or below:
        page.gap()
    if left:
        page.write(Text(f"… and {counted(left, 'more sentence')}; --top 0 shows all", "dim"), first="  ")
    if below:
        hidden = f"{counted(below, 'remark')} below {min_level.value} not shown; --min-level neutral shows all"
        page.write(Text(hidden, "dim"), first="  ")


def _sentence(page: Page, report: DocumentReport, judged: Verdict, rank: int, min_level: Severity) -> None:
    segment = judged.segment
    flags = [flag for flag in judged.flags if flag.severity.rank >= min_level.rank]
    place = visible(report.document.locate(segment.span).name)
    where = ", ".join(filter(None, (place, kind_of(report, segment))))
    repair = "" if judged.p_edit is None else f"  p(repair) {probability(judged.p_edit)}"
    lead = f"{rank:>3}  "
    page.write(Text(where + repair, "bold"), first=lead)
    indent = " " * len(lead)
    layers = [page.underlined(marked(segment.text, layer), page.width - len(lead)) for layer in _layers(segment, flags)]
    lines = list(zip(*layers, strict=True))
    skipped = False
    for layered in lines:
        beneath = [underline for _, underline in layered if underline.plain]
        if beneath or len(lines) <= _WHOLE_LINES:
            page.lines.append(Text.assemble(indent, layered[0][0]))
            page.lines += [Text.assemble(indent, underline) for underline in beneath]
            skipped = False
        elif not skipped:
            page.lines.append(Text(f"{indent}…"))
            skipped = True
    for _, alike in groupby(flags, key=_said):
        flag, *more = alike
        first = f"{indent}{flag.severity.value:<8}  "
        page.write(_explained((flag, *more), segment, report.document.text), first=first)
        for after, applicability in suggestions(flag, report.document.text):
            suggestion = f"→ {_shortened(visible(after)) or 'delete'}{CAUTIONS[applicability]}"
            page.write(Text(suggestion, "green"), first=" " * len(first))
        reasons = "; ".join(visible(reason) for reason in further_reasons(flag))
        if reasons:
            page.write(Text(reasons, "dim"), first=" " * len(first))
    for trip in trips(judged):
        page.write(Text(f"round trip via {trip.pivot}: {likeness(trip)}", "dim"), first=indent)
        page.aligned(("as it is", segment.text), (trip.pivot, trip.text), indent)


def _said(flag: Flag) -> object:
    """What is said once of neighbouring flags that it is the same of; of one with an edit or further reasons, alone."""
    alone = flag.fingerprint if flag.edits or further_reasons(flag) else ""
    return flag.rule, flag.category, flag.severity, flag.message, alone


def _explained(flags: Sequence[Flag], segment: Segment, text: str) -> Text:
    """The words, what is wrong, and by which rule."""
    explained = Text(", ").join(_words(flag, segment, text) for flag in flags)
    explained.append(f"  {flags[0].category.label}: {visible(flags[0].message)}")
    return explained.append(f"  [{flags[0].rule}]", "dim")


def _words(flag: Flag, segment: Segment, text: str) -> Text:
    if flag.is_whole(segment):
        return Text("(the sentence)", "dim")
    words = _shortened(visible(flag.span.of(text)))
    return Text(quoted(words), _SEVERITY_STYLES[flag.severity]) if words else Text("(here)", "dim")


def _layers(segment: Segment, flags: Iterable[Flag]) -> list[list[tuple[Span, str]]]:
    """What is to be marked of a sentence, and how: one layer unless flags overlap."""
    layers: list[list[tuple[Span, str]]] = [[]]
    for flag in flags:
        if not flag.is_whole(segment):
            span = shown_span(flag, segment).shift(-segment.span.start)
            free = (layer for layer in layers if not layer or layer[-1][0].end <= span.start)
            layer = next(free, None)
            if layer is None:
                layers.append(layer := [])
            layer.append((span, f"bold {_SEVERITY_STYLES[flag.severity]}"))
    return layers


def _shortened(text: str) -> str:
    """``text`` with its middle left out where it is long."""
    if cell_len(text) <= _QUOTED_CELLS:
        return text
    half = _QUOTED_CELLS // 2
    head, tail = text[:half], text[-half:]
    while cell_len(head) > half:
        head = head[:-1]
    while cell_len(tail) > half:
        tail = tail[1:]
    return f"{whole_words(text, head)} … {whole_words(text[::-1], tail[::-1])[::-1]}"
