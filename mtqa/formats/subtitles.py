"""SRT and WebVTT: what is spoken, a sentence over as many cues as it takes. Timing, tags, names of speakers, sounds and
comments are left out; words written over several cues or lines are parted where the old ones were.

Sources: the format of SubRip, WebVTT (W3C), the style guides of the BBC and of Netflix.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from mtqa.core.documents import BlockKind, Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.spans import Span
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, has_prose, settled
from mtqa.formats.decoding import encode
from mtqa.formats.line_markup import LineMarkup, Mark, Parsed, flow
from mtqa.formats.subtitle_cues import Cue, cues_of
from mtqa.formats.subtitle_words import Spoken, apportioned, goes_on, spoken

__all__ = ["SRT", "VTT", "Srt", "WebVtt"]

_LINE = re.compile(r"[^\r\n]+")
_LINE_END = re.compile(r"[\r\n]")
_BREAK = re.compile(r"[ \t]*[\r\n]\s*")
_LONGEST = 4000  # characters of what nobody ends
_MOST_SILENCE = 5000  # milliseconds inside a sentence


class Srt(LineMarkup):
    """SubRip."""

    name = "srt"
    suffixes: tuple[str, ...] = (".srt",)
    web = False

    def chunks(self, content: str, parsed: Parsed) -> Iterator[Chunk]:
        """What is said without a pause, block by block."""
        lines: list[Spoken] = []
        for cue in cues_of(content, parsed, web=self.web):
            for line in spoken(content, cue, web=self.web):
                if lines and _repeats(lines, line):
                    continue
                if lines and _parted(lines, line):
                    yield _utterance(content, lines)
                    lines = []
                lines.append(line)
        if lines:
            yield _utterance(content, lines)

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied. One that covers several lines or cues, or tags, is parted where they are."""
        parted = [part for edit in edits for part in _parts(document, edit)]
        replaced = edits_.replacements(document, parted, escape=self._escape)
        content, at = [], 0
        for start, end, text in replaced:
            content += [document.content[at:start], text]
            at = end
        content.append(document.content[at:])
        if _frame(cues_of(document.content, web=self.web)) != _frame(cues_of("".join(content), web=self.web)):
            raise InputError(
                document.uri, "an edit would leave a line without words or add a cue; edit the file by hand"
            )
        return encode(document, replaced)

    def _escape(self, text: str, _: int) -> str:
        return text


class WebVtt(Srt):
    """WebVTT, with its comments."""

    name = "vtt"
    suffixes = (".vtt",)
    web = True

    def _escape(self, text: str, _: int) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _repeats(lines: Sequence[Spoken], line: Spoken) -> bool:
    """Whether a line is the last one once more, as captions that roll up have it."""
    return line.first and line.cue.start <= lines[-1].cue.end + 100 and line.words == lines[-1].words


def _parted(lines: Sequence[Spoken], line: Spoken) -> bool:
    """Whether a line begins something else than what was said in the ones before."""
    last = lines[-1]
    if line.begins or line.aside != last.aside:
        return True
    if line.cue is last.cue:
        return False
    if line.cue.start - last.cue.end > _MOST_SILENCE or line.start - lines[0].start > _LONGEST:
        return True
    return line.aside or not goes_on(last.words, line.words)


def _utterance(content: str, lines: Sequence[Spoken]) -> Chunk:
    stretches = [(line.start, line.stop) for line in lines]
    marks: list[Mark] = []
    length = 0
    for line in lines:
        marks += (mark._replace(start=mark.start + length, end=mark.end + length) for mark in line.marks)
        length += line.stop - line.start + 1
    pieces = settled(flow(content, stretches, marks))
    if lines[0].aside or not has_prose(pieces):
        return Chunk(BlockKind.CAPTION, pieces, fragment=True)
    return Chunk(BlockKind.PARAGRAPH, pieces)


def _parts(document: Document, edit: Edit) -> Iterator[Edit]:
    """``edit`` as edits of single lines; line ends and what else is written between them stay."""
    pieces = list(_pieces(document, edit.span))
    if not pieces:
        yield from _insertion(document, edit)
        return
    text = _BREAK.sub(" ", edit.text) if len(pieces) > 1 else edit.text
    if pieces[0].start > edit.span.start:
        text = text.lstrip()
    if pieces[-1].end < edit.span.end:
        text = text.rstrip()
    lines: list[list[Span]] = [[]]
    for piece in pieces:
        if lines[-1] and _LINE_END.search(document.text, lines[-1][-1].end, piece.start):
            lines.append([])
        lines[-1].append(piece)
    texts = apportioned([[piece.of(document.text) for piece in line] for line in lines], text)
    for line, parts in zip(lines, texts, strict=True):
        for piece, words in zip(line, parts, strict=True):
            yield replace(edit, span=piece, text=words)


def _insertion(document: Document, edit: Edit) -> Iterator[Edit]:
    """Words that are put where none stand: at the end of a line or a tag, they belong to what is before."""
    if not edit.text.strip():
        return
    before, after = Span(max(0, edit.span.start - 1), edit.span.start), Span(edit.span.end, edit.span.end + 1)
    ends, starts = document.source_map.to_file(before), document.source_map.to_file(after)
    if not ends or before.of(document.text).isspace() or (starts and ends[0].end == starts[0].start):
        yield replace(edit, span=Span(edit.span.end, edit.span.end))
    else:
        text = edit.text if after.of(document.text) != "\n" and not len(edit.span) else edit.text.rstrip()
        yield replace(edit, span=before, text=before.of(document.text) + text)


def _pieces(document: Document, span: Span) -> Iterator[Span]:
    """The parts of ``span`` that stand in one line of the file each, in one piece."""
    runs = document.source_map.runs
    first = max(0, bisect_right(runs, span.start, key=lambda run: run[0]) - 1)
    for start, _, length in islice(runs, first, None):
        if start >= span.end:
            break
        for line in _LINE.finditer(document.text, max(start, span.start), min(start + length, span.end)):
            yield Span(*line.span())


def _frame(cues: Iterable[Cue]) -> list[tuple[int, int, int]]:
    return [(cue.start, cue.end, len(cue.lines)) for cue in cues]


SRT = Srt()
VTT = WebVtt()
