"""What an editor may do about a flag: apply its safe edits, or ignore it by a comment in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from lsprotocol import types

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.excerpts import excerpt
from mtqa.core.findings import Applicability, Edit, Flag
from mtqa.core.spans import Span
from mtqa.formats import write
from mtqa.gate.ignores import Ignores
from mtqa.lsp.articles import Article, documents_of
from mtqa.renderers.wording import visible

__all__ = ["actions"]

_COMMENTS = {  # of the formats in which they can ignore findings; a line of them ends with a line end
    "asciidoc": "// {}\n",
    "html": "<!-- {} -->",
    "markdown": "<!-- {} -->",
    "mdx": "{{/* {} */}}",
    "rst": ".. {}\n\n",
}
_LINE_END = re.compile(r"\r\n|\n|\r")
_CONTAINERS = re.compile(r"[ \t>]*")  # what a line begins with that lies in the same Markdown quote or list item
_LONGEST = 60  # characters of a title's quotation


def actions(article: Article, uri: str, where: types.Range) -> list[types.CodeAction]:
    """Quick fixes for the flags that touch ``where``: first those that apply safe edits, which are preferred, then
    those that ignore a finding."""
    if article.report is None:
        return []
    document = article.report.document
    repairs: list[types.CodeAction] = []
    ignores: list[types.CodeAction] = []
    for flag in article.touching(where):
        safe = tuple(edit for edit in flag.edits if edit.applicability is Applicability.SAFE)
        if safe and (change := _repair(article, document, safe)):
            repairs.append(_action(article, uri, flag, f"{_title(document.text, safe)} (mtqa: {flag.rule})", change))
        if change := _ignore(article, document, flag):
            ignores.append(_action(article, uri, flag, f"Ignore this finding (mtqa: {flag.rule})", change))
    for repair in repairs:
        repair.is_preferred = True
    return repairs + ignores


def _action(article: Article, uri: str, flag: Flag, title: str, change: types.TextEdit) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[article.diagnostic(flag)],
        edit=types.WorkspaceEdit(changes={uri: [change]}),
    )


def _repair(article: Article, document: Document, edits: tuple[Edit, ...]) -> types.TextEdit | None:
    """The edits as the format writes them; None where markup lies inside or they overlap."""
    try:
        after = write(document, edits).decode("utf-8-sig")
    except InputError:
        return None
    text = article.text
    start = _alike(text, after)
    room = min(len(text), len(after)) - start
    end = min(_alike(text[::-1], after[::-1]), room)
    # Half a line break is no position in the protocol.
    start -= text[:start].endswith("\r")
    end -= text[len(text) - end :].startswith("\n")
    return types.TextEdit(article.positions.between(start, len(text) - end), after[start : len(after) - end])


def _title(text: str, edits: tuple[Edit, ...]) -> str:
    """What the edits do, in whole words."""
    edits = tuple(sorted(edits, key=lambda edit: edit.span))
    start, end = edits[0].span.start, max(edit.span.end for edit in edits)
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    pieces, at = [], start
    for edit in edits:
        pieces += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    before, after = text[start:end], "".join([*pieces, text[at:end]])
    return f"Replace {_quoted(before)} with {_quoted(after)}" if after.strip() else f"Delete {_quoted(before)}"


def _quoted(words: str) -> str:
    words = visible(words).strip()
    return f"“{excerpt(words, _LONGEST)}”"


def _ignore(article: Article, document: Document, flag: Flag) -> types.TextEdit | None:
    """The comment that ignores ``flag``, on a line of its own before its block, or else where the block begins. None
    where neither leaves the article as it reads and ignores the flag, as in a format that has no comments."""
    if document.format not in _COMMENTS:
        return None
    for at, words in _comments(article.text, document, flag):
        text = f"{article.text[:at]}{words}{article.text[at:]}"
        try:
            documents, _ = documents_of(text, document.uri, document.format)
        except InputError:
            continue
        # A comment can end a paragraph or turn a line into raw HTML: only reading it shows that it does not.
        if [(one.text, one.blocks) for one in documents] == [(document.text, document.blocks)] and Ignores().excuse(
            documents[0], flag
        ) is not None:
            return types.TextEdit(article.positions.between(at, at), words)
    return None


def _comments(text: str, document: Document, flag: Flag) -> Iterator[tuple[int, str]]:
    """Places in the file and what to put there, the best first."""
    block = max((b for b in document.blocks if b.span.start <= flag.span.start), key=lambda b: b.span.start)
    extent = document.source_map.extent(block.span) or Span(0, 0)
    marks = _COMMENTS[document.format]
    end = found[0] if (found := _LINE_END.search(text)) else "\n"
    ends = [found.end() for found in _LINE_END.finditer(text, 0, extent.start)]
    line = ends[-1] if ends else 0
    before = _CONTAINERS.match(text, line, extent.start)
    margin = before[0] if before else ""
    comments = [marks.format(f"mtqa ignore-next: {rule} reason") for rule in flag.rules or (flag.rule,)]
    if marks.endswith("\n"):
        yield line, "".join(margin + comment.replace("\n", end) for comment in comments)
        return
    comment = " ".join(comments)
    yield line, f"{margin}{comment}{end}"
    yield extent.start, comment


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
