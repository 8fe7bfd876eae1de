"""Repairs written back into their file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from itertools import pairwise, takewhile
from pathlib import Path

import mtqa
from mtqa.core.differences import Change, apply, changes
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.files import staged
from mtqa.core.findings import Applicability, Edit
from mtqa.core.spans import Span
from mtqa.formats import raw_bytes, read_bytes, write
from mtqa.repair.actions import Action, Kind, login_name, new_id, now
from mtqa.repair.deleted import with_gaps
from mtqa.repair.log import Log

__all__ = ["LONGEST", "as_typed", "edits_of", "repaired", "write_over"]

LONGEST = 10_000
"""Characters of a repaired sentence."""

_MARKUP = frozenset(("asciidoc", "markdown", "mdx", "rst"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def as_typed(text: str, document: Document) -> str:
    """What a person typed, with the line ends of the document's file and no space around it. Raises InputError where it
    is too long or holds control characters."""
    if len(text) > LONGEST:
        raise InputError("", f"longer than {LONGEST:,} characters; split the sentence, or edit the file by hand")
    if _CONTROL.search(text):
        raise InputError("", "it holds control characters; remove them")
    content = document.content
    end = "\r\n" if "\r\n" in content else "\r" if "\r" in content and "\n" not in content else "\n"
    return re.sub(r"\r\n|\r|\n", end, text.strip())


def edits_of(document: Document, segment: Span, after: str, whole: Span | None = None) -> tuple[Edit, ...]:
    """The edits that make a segment read ``after``: of single words, so that markup between them stays. Where nothing
    is left of it, ``whole`` goes, too, unless there is markup in that.

    Raises:
        InputError: the file cannot be edited so: there is markup, or an entity, inside the words that change.
    """
    before = segment.of(document.text)
    if not after:
        return (_writable(document, [Change(whole or segment, ""), Change(segment, "")]),)
    return tuple(
        _writable(document, _ways(document.text, Change(change.span.shift(segment.start), change.text), segment))
        for change in changes(before, after)
    )


def _ways(text: str, change: Change, segment: Span) -> Iterator[Change]:
    """The same change, told in other ranges: at the end of markup only one of them stands in one piece in the file."""
    yield change
    start, end = change.span.start, change.span.end
    if start == end:
        beside = [
            Change(Span(end, end + 1), change.text + text[end : end + 1]),
            Change(Span(start - 1, start), text[start - 1 : start] + change.text) if start else change,
        ]
        if not change.text[:1].isspace():
            beside.reverse()
        yield from (way for way in beside if segment.contains(way.span))
    else:
        same = _alike(change.span.of(text), change.text)
        yield Change(Span(start + same, end), change.text[same:])
        rest, new = text[start + same : end], change.text[same:]
        tail = _alike(rest[::-1], new[::-1])
        yield Change(Span(start + same, end - tail), new[: len(new) - tail])


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _writable(document: Document, ways: Sequence[Change] | Iterator[Change]) -> Edit:
    refusal: InputError | None = None
    for way in ways:
        edit = Edit(span=way.span, text=way.text, applicability=Applicability.UNSAFE)
        try:
            write(document, (edit,))
        except InputError as error:
            refusal = refusal or error
        else:
            return edit
    raise refusal or InputError("", "nothing to change")


def repaired(
    documents: Sequence[Document],
    texts: Mapping[tuple[int, Span], str],
    *,
    known: MutableMapping[tuple[int, Span, str], tuple[Edit, ...]] | None = None,
) -> bytes:
    """The file that holds ``documents``, with segments replaced and every other byte as it was.

    Args:
        documents: all of the file, as they were read.
        texts: what segments read from now on, by the document's ordinal and their span.
        known: keeps what was found out for later calls with the same documents, which are faster by it.

    Raises:
        InputError: it cannot be written, or segments overlap, or it would read otherwise than asked: in Markdown and
            its like, characters can be markup.
    """
    known = {} if known is None else known
    first = documents[0]
    raw = first.raw
    for number in sorted({number for number, _ in texts}):
        document = documents[number]
        spans = sorted(span for n, span in texts if n == number)
        for before, span in pairwise(spans):
            if span.start < before.end:
                where = document.locate(span).name
                raise InputError(document.uri, f"two edits overlap at {where}; take one of them out of the edits file")
        if raw is not first.raw:  # each row of JSON Lines is a document, and those before it have moved it
            document = read_bytes(raw, document.file, format=document.format)[0][number]
        own = {span: after for (n, span), after in texts.items() if n == number}
        gone = with_gaps(document, own)
        edits: list[Edit] = []
        for span, after in own.items():
            key = number, gone.get(span, span), after
            if key not in known:
                known[key] = edits_of(document, span, after, gone.get(span))
            edits += known[key]
        raw = write(document, edits)
        if document.format in _MARKUP:
            _check_markup(document, number, raw, edits)
    return raw


def _check_markup(document: Document, number: int, raw: bytes, edits: Sequence[Edit]) -> None:
    """Raises InputError where ``raw``, the file with ``edits`` in the document of that number, reads otherwise than
    asked."""
    if _reads_as_asked(document, number, raw, edits):
        return
    typed = [edit for edit in edits if edit.text]
    if len(typed) < len(edits) and _reads_as_asked(document, number, write(document, typed), typed):
        raise InputError(
            "", "it cannot be deleted without the markup or the blank lines around it; edit the file by hand"
        )
    raise InputError("", "part of it would become markup in this file; leave out characters such as * _ ` < [")


def _reads_as_asked(document: Document, number: int, raw: bytes, edits: Sequence[Edit]) -> bool:
    again, _ = read_bytes(raw, document.uri, format=document.format)
    wanted = apply(document.text, [Change(edit.span, edit.text) for edit in edits])
    return len(again) > number and again[number].text == wanted


def write_over(
    file: Path,
    document: Document,
    raw: bytes,
    edits: Path,
    actions: Sequence[Action],
    beside: Mapping[Path, str | bytes],
) -> None:
    """Put the repaired ``raw`` in place of the article's file, and note in its edits file that the edits are done.

    Everything is written, or nothing: a crash in between leaves the article as it was, and then its edits still hold,
    whatever is noted.

    Args:
        file: of the article.
        document: the first in it, as it was read.
        raw: what the file holds from now on.
        edits: an edits file, which nobody else may have open.
        actions: what it held when ``raw`` was made of it.
        beside: other files that belong to it, with their contents.

    Raises:
        ConfigError: the edits file is open elsewhere or cannot be written, or it or the article changed meanwhile.
        OSError: a file cannot be written; its ``filename`` says which.
    """
    with Log(edits) as log, staged({**beside, file: raw}) as put:
        for changed, name in ((raw_bytes(file) != document.raw, file), (log.actions != list(actions), edits)):
            if changed:
                raise ConfigError(f"{name}: changed just now; run it again")
        done = Action(
            id=new_id(),
            kind=Kind.APPLY,
            uri=document.file,
            sha256=document.sha256,
            document=0,
            segment=Span(0, 0),
            text="",
            revision=0,
            reason=f"sha256 {hashlib.sha256(raw).hexdigest()}",
            who=login_name(),
            when=now(),
            signature=f"mtqa:{mtqa.__version__}",
        )
        with log.noted(done):
            put()
