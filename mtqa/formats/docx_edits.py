"""Edits of the words of a Word document, as what is to be replaced in its parts.

Word cuts text into runs wherever its author paused: ``<w:t>Hel</w:t></w:r><w:r><w:t>lo</w:t>``. Where two runs look the
same and nothing but marks without text stands between them, they are one to an edit: the new words stand in the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mtqa.core.documents import Document
from mtqa.core.findings import Edit
from mtqa.core.spans import Span
from mtqa.formats.edits import replacements
from mtqa.formats.xml_text import escape_xml

__all__ = ["CHANGED_LOOK", "Run", "in_file", "run_at", "seamless", "spaced"]

_RUN = re.compile(
    r"<(?P<prefix>(?:[^\s:<>/]+:)?)r(?=[\s>])[^<>]*>"
    r"(?P<look>(?:<(?P=prefix)rPr/>|<(?P=prefix)rPr>(?:(?!</?(?P=prefix)rPr>).)*"
    r"(?:<(?P=prefix)rPr>(?:(?!</?(?P=prefix)rPr>).)*</(?P=prefix)rPr>(?:(?!</?(?P=prefix)rPr>).)*)?"  # as it was
    r"</(?P=prefix)rPr>)?)"
    r"(?P<before>.*?)(?P<tag><(?P=prefix)t(?=[\s>])[^<>]*>)\Z",
    re.DOTALL,
)
_SEAM = re.compile(
    r"</(?P<prefix>(?:[^\s:<>/]+:)?)t></(?P=prefix)r>"
    r"(?:<(?P=prefix)(?:proofErr|bookmarkStart|bookmarkEnd)\b[^<>]*/>)*"
    r"(?P<run><(?P=prefix)r(?=[\s>])[^<>]*>.*)\Z",
    re.DOTALL,
)
CHANGED_LOOK = re.compile(r"<(?P<p>(?:[^\s:<>/]+:)?)rPrChange\b(?:[^<>]*/>|.*?</(?P=p)rPrChange>)", re.DOTALL)
"""What somebody changed in the properties of a run, and what they were, as a tracked change."""
_UNSEEN = re.compile(r"<(?P<p>(?:[^\s:<>/]+:)?)(?:lang|noProof)(?=[\s/])[^<>]*/>|</?(?:[^\s:<>/]+:)?rPr/?>")
_MARK = re.compile(r"(?:<[^\s<>]*?lastRenderedPageBreak\s*/>)*")
_TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_TEXT = re.compile(r"<(?:[^\s:<>/]+:)?t(?=[\s>])(?![^<>]*?\sxml:space\s*=)")
_WHITE = " \t\r\n"
_FARTHEST = 4000  # characters from the begin of a run to its text


class Run(NamedTuple):
    """What stands before the text of a run.

    Attributes:
        start: of its tag, in the document's content.
        prefix: of the names of elements, with the colon; may be empty.
        look: its properties, as they are written.
        before: what it has between them and its text.
        text: where the text begins.
    """

    start: int
    prefix: str
    look: str
    before: str
    text: int


def in_file(document: Document, edits: Sequence[Edit]) -> list[tuple[int, int, str]]:
    """``(start, end, text)`` of what ``edits`` replace in the content of ``document``, in order. Errors as of
    `mtqa.formats.edits.replacements`."""
    return replacements(
        document,
        edits,
        escape=lambda text, _: escape_xml(text, document.uri),
        seamless=lambda one, other: seamless(document.content, one, other),
    )


def run_at(content: str, offset: int) -> Run | None:
    """The run whose text has the character at ``offset``; None where its markup is unusual."""
    tag = _tag_before(content, offset)
    low = max(0, tag.start - _FARTHEST)
    at = tag.start
    while (at := content.rfind("<", low, at)) >= 0:
        if found := _RUN.match(content, at, tag.end):
            return Run(at, found["prefix"], found["look"], found["before"], tag.end)
    return None


def seamless(content: str, one: Span, other: Span) -> bool:
    """Whether nothing that a reader sees stands between two ranges of text, and both look the same."""
    seam = _SEAM.match(content, one.end, other.start)
    first = run_at(content, one.start)
    if seam is None or first is None:
        return False
    second = _RUN.fullmatch(seam["run"])
    return (
        second is not None and _shown(second["look"]) == _shown(first.look) and bool(_MARK.fullmatch(second["before"]))
    )


def _shown(look: str) -> str:
    """The properties of a run that a reader sees."""
    return _UNSEEN.sub("", CHANGED_LOOK.sub("", look))


def spaced(content: str, replaced: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """``replaced``, and ``xml:space="preserve"`` wherever a text begins or ends with a space from now on, which would
    be dropped without."""
    at = 0
    while at < len(replaced):
        tag = _tag_before(content, replaced[at][0])
        end = content.find("<", tag.end)
        pieces: list[str] = []
        done, first = tag.end, at
        while at < len(replaced) and replaced[at][0] <= end:
            start, stop, text = replaced[at]
            pieces += (content[done:start], text)
            done, at = stop, at + 1
        new = "".join((*pieces, content[done:end]))
        if new.strip(_WHITE) != new and _TEXT.match(content, tag.start, tag.end):
            yield tag.end - 1, tag.end - 1, ' xml:space="preserve"'
        yield from replaced[first:at]


def _tag_before(content: str, offset: int) -> Span:
    """The tag, or other markup, that the text at ``offset`` stands behind."""
    start = max(0, content.rfind("<", 0, offset))
    found = _TAG.match(content, start)
    return Span(start, max(start, min(found.end(), offset) if found else offset))
