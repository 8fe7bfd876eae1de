"""What is written into a Word document for its editor to look at: repairs as tracked changes, flags as comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Revision
from mtqa.core.spans import Span
from mtqa.formats.annotations import OWN, Remark
from mtqa.formats.archives import Archive
from mtqa.formats.docx import writable
from mtqa.formats.docx_comments import Comments, namespace_of
from mtqa.formats.docx_edits import in_file, run_at
from mtqa.formats.docx_marks import Marker, author_attributes
from mtqa.formats.docx_package import parts_of

__all__ = ["annotated", "tracked"]

_ANCHOR = re.compile(
    r"<(?P<p>[^\s:<>/]+:)commentRange(?:Start|End) (?P=p)id=\"(?P<id>-?\d+)\"\s*/>"
    r"|<(?P<r>[^\s:<>/]+:)r(?:\s[^<>]*)?>(?:<(?P=r)rPr>(?:(?!</(?P=r)rPr>).){0,2000}</(?P=r)rPr>)?"
    r"<(?P=r)commentReference (?P=r)id=\"(?P<reference>-?\d+)\"\s*/></(?P=r)r>",
    re.DOTALL,
)
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def tracked(document: Document, revisions: Sequence[Revision]) -> bytes:
    """The file with ``revisions`` as tracked changes, and the reason of each as a comment on it. Notes, headers and
    text boxes take no comments in Word: there the changes stand alone.

    Raises:
        InputError: as `mtqa.formats.write` does, and where the document is signed or holds macros.
    """
    marker, comments = _begun(document)
    in_file(document, [edit for revision in revisions for edit in revision.edits])  # raises where some overlap
    for revision in sorted(revisions, key=lambda revision: [edit.span for edit in revision.edits]):
        found = [change for edit in revision.edits for change in _last_inserted(in_file(document, [edit]))]
        if not found:
            continue
        date = f"{at[0]}Z" if (at := _SECOND.match(revision.when)) else ""
        before = behind = ""
        if revision.reason and all(marker.takes_comments(start) for start, _, _ in found):
            prefix = marker.run(found[0][0]).prefix
            before, behind = _anchors(prefix, comments.add(revision.reason, revision.author, date))
        for number, (start, end, text) in enumerate(found):
            attributes = author_attributes(marker.run(start).prefix, revision.author, date)
            marker.change(
                Span(start, end), text, attributes, before * (number == 0), behind * (number == len(found) - 1)
            )
    return _written(marker, comments)


def annotated(document: Document, remarks: Sequence[Remark]) -> bytes:
    """The file with ``remarks`` as comments on the words that they point at. What is said of notes, headers and text
    boxes, which take no comments in Word, stands at the end, with the place."""
    marker, comments = _begun(document, without=OWN)
    marker.replaced += _marks_of(marker.content, comments.own)
    for remark in remarks:
        words = document.source_map.to_file(remark.flag.span)
        place, text = Span(words[0].start, words[-1].end) if words else remark.place, remark.text
        reached = all(run_at(marker.content, at) for at in (place.start, place.end))
        if not reached or not marker.takes_comments(place.start):
            if marker.last is None:
                continue
            place, text = Span(marker.last, marker.last), f"{document.locate(remark.flag.span).name}: {text}"
        before, behind = _anchors(marker.run(place.start).prefix, comments.add(text, OWN, ""))
        if len(place):
            marker.put(place.start, before)
            marker.put(place.end, behind)
        else:
            marker.put(place.start, before + behind)
    return _written(marker, comments)


def _last_inserted(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """An edit of text in several runs: all of it is deleted before the new text, for whoever reads the change."""
    texts = [text for _, _, text in found]
    return [(start, end, text) for (start, end, _), text in zip(found, reversed(texts), strict=True)]


def _begun(document: Document, *, without: str = "") -> tuple[Marker, Comments]:
    package = writable(document)
    parts = parts_of(Archive.of(document.raw, document.file))
    namespace = namespace_of(package.parts[0].content)
    return Marker.of(package, parts), Comments.of(package.archive, parts, namespace, without=without)


def _written(marker: Marker, comments: Comments) -> bytes:
    replaced = sorted(marker.replaced, key=lambda one: one[:2])
    done = 0
    for start, end, _ in replaced:
        if start < done:
            raise InputError(marker.package.archive.uri, "two changes overlap; apply one of them")
        done = end
    return marker.package.spliced(replaced, comments.members())


def _anchors(prefix: str, key: str) -> tuple[str, str]:
    """The marks before and behind words with a comment."""
    name = f'{prefix}id="{key}"'
    return f"<{prefix}commentRangeStart {name}/>", (
        f"<{prefix}commentRangeEnd {name}/><{prefix}r><{prefix}commentReference {name}/></{prefix}r>"
    )


def _marks_of(content: str, keys: set[str]) -> Iterator[tuple[int, int, str]]:
    """The marks of some comments, to be taken out."""
    if keys:
        for found in _ANCHOR.finditer(content):
            if (found["id"] or found["reference"]) in keys:
                yield found.start(), found.end(), ""
