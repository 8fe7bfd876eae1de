"""Flags in XLIFF: notes on the target in 1.x; in 2.x marks with the ITS 2.0 data category Localization Quality Issue,
which is a module of XLIFF 2.1 and an extension to 2.0.

Sources: XLIFF 1.2, section 2.2 (note); XLIFF 2.1, ITS module; https://www.w3.org/TR/its20/#lqissue
"""

from __future__ import annotations

import html
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from mtqa.core.documents import Document
from mtqa.core.findings import Category, Flag, Severity
from mtqa.core.spans import Span
from mtqa.formats.annotations import OWN, Remark
from mtqa.formats.decoding import encode
from mtqa.formats.xliff_parts import Target
from mtqa.formats.xliff_units import ITS, files_of

__all__ = ["ISSUE_TYPES", "SEVERITIES", "annotated"]

ISSUE_TYPES = {
    Category.MISTRANSLATION: "mistranslation",
    Category.UNTRANSLATED: "untranslated",
    Category.ADDITION: "addition",
    Category.OMISSION: "omission",
    Category.GRAMMAR: "grammar",
    Category.PUNCTUATION: "typographical",
    Category.SPELLING: "misspelling",
    Category.UNINTELLIGIBLE: "uncategorized",  # ITS names text that is too garbled for its other types
    Category.ENCODING: "characters",
    Category.WORD_ORDER: "grammar",
    Category.MISSING_OR_EXTRA: "grammar",  # ITS has one type for words too few and another for words too many
    Category.INCONSISTENT: "inconsistency",
    Category.AWKWARD: "style",
    Category.REGISTER: "register",
    Category.NUMBER_FORMAT: "locale-violation",
    Category.DATE_FORMAT: "locale-violation",
    Category.CURRENCY_FORMAT: "locale-violation",
    Category.MARKUP: "markup",
    Category.LENGTH: "length",
    Category.TERMINOLOGY: "terminology",
}
"""ITS 2.0 types of localisation quality issues by MQM type."""

SEVERITIES = {Severity.NEUTRAL: 0, Severity.MINOR: 33, Severity.MAJOR: 67, Severity.CRITICAL: 100}
"""ITS 2.0 severities, 0 to 100; evenly spread: they order remarks, and are no penalties to add up."""

_LEAVE, _ENTER = "]]>", "<![CDATA["


def annotated(document: Document, remarks: Sequence[Remark]) -> bytes:
    """As of ``Annotator``."""
    content = document.content
    files = files_of(content, document.uri)
    targets = sorted((t for file in files for t in file.targets), key=lambda target: target.inner)
    starts = [target.inner.start for target in targets]
    found = [(*_widened(own, content), "") for target in targets for own in target.own]
    open_: list[int] = []  # where marks around the words end that have begun
    for number, remark in enumerate(sorted(remarks, key=lambda r: (r.place.start, -r.place.end)), start=1):
        target = targets[bisect_right(starts, remark.place.start) - 1]
        if files[0].major == 1:
            found.append(_note(target, remark, content))
            continue
        while open_ and open_[-1] <= remark.place.start:
            open_.pop()
        whole = _balanced(target, remark.place) and not (open_ and open_[-1] < remark.place.end)
        if whole:
            open_.append(remark.place.end)
        found += _marks(target, number, remark, whole)
    return encode(document, sorted(found, key=lambda one: one[:2]), errors="xmlcharrefreplace")


def _widened(own: Span, content: str) -> tuple[int, int]:
    """With the seams of the CDATA section that a mark of mtqa's cut in two."""
    if content.endswith(_LEAVE, 0, own.start) and content.startswith(_ENTER, own.end):
        return own.start - len(_LEAVE), own.end + len(_ENTER)
    return own.start, own.end


def _note(target: Target, remark: Remark, content: str) -> tuple[int, int, str]:
    """On a line of its own where the target is."""
    at = start = target.outer.start
    while start and content[start - 1] in " \t\r\n":
        start -= 1
    name, end = f"{target.prefix}note", target.outer.end
    note = f'<{name} from="{OWN}" annotates="target">{html.escape(remark.text, quote=False)}</{name}>'
    return end, end, f"{content[start:at]}{note}"


def _marks(target: Target, number: int, remark: Remark, whole: bool) -> Iterator[tuple[int, int, str]]:
    """A mark around the words; where elements or another mark begin or end among them, not ``whole``, a start and an
    end of their own."""
    prefix, name, place = target.prefix, f"{OWN}-{number}", remark.place
    attributes = f'id="{name}" type="its:generic" {_issue(remark.flag, remark.text)}'
    if whole:
        opened, closed = f"<{prefix}mrk {attributes}>", f"</{prefix}mrk>"
    else:
        opened, closed = f"<{prefix}sm {attributes}/>", f'<{prefix}em startRef="{name}"/>'
    yield _tag(target, place.start, opened)
    yield _tag(target, place.end, closed)


def _issue(flag: Flag, comment: str) -> str:
    return (
        f'xmlns:its="{ITS}" its:locQualityIssueType="{ISSUE_TYPES[flag.category]}" '
        f'its:locQualityIssueComment="{html.escape(comment)}" its:locQualityIssueSeverity="{SEVERITIES[flag.severity]}"'
    )


def _balanced(target: Target, place: Span) -> bool:
    depth = 0
    first, last = (bisect_left(target.tags, at, key=lambda tag: tag[0]) for at in (place.start, place.end))
    for _, step in target.tags[first:last]:
        depth += step
        if depth < 0:
            return False
    return depth == 0


def _tag(target: Target, at: int, tag: str) -> tuple[int, int, str]:
    inside = any(section.start <= at <= section.end for section in target.cdata)
    return at, at, f"{_LEAVE}{tag}{_ENTER}" if inside else tag
