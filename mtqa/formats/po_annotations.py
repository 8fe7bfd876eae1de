"""Flags in PO: comments of the translator, and the fuzzy flag, which keeps a message out of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtqa.core.documents import Document
from mtqa.formats.annotations import Remark
from mtqa.formats.decoding import encode
from mtqa.formats.po_messages import MARKED, OWN, Message, messages_of

__all__ = ["annotated"]

_FUZZY = re.compile(r"(?<=#,)[ \t]*fuzzy[ \t]*,|(?<!#),[ \t]*fuzzy\b")


def annotated(document: Document, remarks: Sequence[Remark]) -> bytes:
    """As of ``Annotator``: a comment a flag before the message, and the message marked fuzzy; a mark that a person set
    stays when the flags go."""
    found: list[tuple[int, int, str]] = []
    messages = messages_of(document.content, document.uri)
    by_message = _by_message(messages, remarks)
    for number, message in enumerate(messages):
        found += _replaced(message, by_message.get(number, []), document.content)
    return encode(document, sorted(found, key=lambda one: one[:2]), errors="replace")


def _by_message(messages: Sequence[Message], remarks: Sequence[Remark]) -> dict[int, list[Remark]]:
    """Remarks by the ordinal of the message they stand in; both are in the order of the file."""
    found: dict[int, list[Remark]] = {}
    number = 0
    for remark in remarks:
        while number + 1 < len(messages) and (messages[number + 1].head or 0) <= remark.place.start:
            number += 1
        found.setdefault(number, []).append(remark)
    return found


def _replaced(message: Message, remarks: Sequence[Remark], content: str) -> Iterator[tuple[int, int, str]]:
    yield from ((line.start, line.end, "") for line in message.own)
    flags = message.flags.of(content) if message.flags else ""
    fuzzy = re.search(r"\bfuzzy\b", flags)
    head = message.head or 0
    lines = [f"{OWN}{remark.text}" for remark in remarks]
    if lines and (message.marked or not fuzzy):
        lines.append(MARKED)
    if lines:
        yield head, head, "".join(line + message.line_end for line in lines)
    if lines and not fuzzy:
        at = message.flags.start + flags.index("#,") + 2 if message.flags else message.flags_at or head
        yield at, at, " fuzzy," if message.flags else f"#, fuzzy{message.line_end}"
    if not lines and message.marked and fuzzy and message.flags:
        start = message.flags.start
        if part := _FUZZY.search(flags):
            yield start + part.start(), start + part.end(), ""
        else:
            yield start, message.flags.end, ""
