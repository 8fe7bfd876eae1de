"""Repairs written into their document as tracked changes, for its editor to accept or to reject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import VAGUE, Revision
from mtqa.core.spans import Span
from mtqa.formats import track_changes
from mtqa.repair.apply import edits_of
from mtqa.repair.deleted import with_gaps
from mtqa.repair.history import Standing

__all__ = ["tracked"]


def tracked(documents: Sequence[Document], standings: Mapping[tuple[int, Span], Standing]) -> bytes:
    """The file of ``documents`` with each repaired sentence as tracked changes by whoever repaired it, and the reason
    as a comment: what was found in the sentence, and why it reads so now.

    Args:
        documents: all of the file, as they were read.
        standings: what became of sentences, by the document's ordinal and their span.

    Raises:
        InputError: the format has no tracked changes, or as of `mtqa.repair.apply.repaired`.
    """
    if len(documents) > 1:
        raise InputError(documents[0].file, "a file of several documents has no tracked changes; write them without")
    (document,) = documents
    texts = {span: each.text for (_, span), each in standings.items() if each.text is not None}
    gone = with_gaps(document, texts)
    revisions = [
        Revision(
            edits=edits_of(document, span, latest.replacement or "", gone.get(span)),
            author=latest.who,
            when=latest.when,
            reason=_reason(standing),
        )
        for (_, span), standing in standings.items()
        if standing.text is not None and (latest := standing.replacement) is not None
    ]
    return track_changes(document, revisions)


def _reason(standing: Standing) -> str:
    found = [f"{_what(flag.rule)}: “{flag.words}”" for flag in standing.confirmed]
    latest = standing.replacement
    return "\n".join((*found, latest.reason) if latest and latest.reason else found)


def _what(rule: str) -> str:
    """What a rule finds, in words; a model says where something is wrong, not what."""
    return "needs repair" if rule in VAGUE else rule.replace("-", " ")
