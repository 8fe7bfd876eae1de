"""Marks among the words of reStructuredText.

Source: the reStructuredText Markup Specification, "Inline Markup", of docutils.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.formats.line_markup import How, Mark

__all__ = ["marks"]

_BEFORE = r"(?<![^\s'\"(\[{<\-/:‘“’«¡¿\u2010-\u2015])"
_AFTER = r"(?=$|[\s'\")\]}>\-/:.,;!?\\’”»\u2010-\u2015])"
_START = re.compile(
    rf"""\\(?P<escaped>.|$)
    | {_BEFORE}(?P<literal>``)(?=\S)
    | {_BEFORE}(?::(?P<role>[A-Za-z][\w.+:-]{{0,60}}):)?(?P<tick>`)(?=[^\s`])
    | {_BEFORE}(?P<strong>\*\*)(?=[^\s*])
    | {_BEFORE}(?P<emphasis>\*)(?=[^\s*])
    | {_BEFORE}(?P<substitution>\|)(?=[^\s|])
    | {_BEFORE}_(?P<target>`)(?=[^\s`])
    | {_BEFORE}(?P<footnote>\[(?:\#[\w.-]{{0,60}}|\*|\w[\w.+-]{{0,60}})\]_){_AFTER}
    | (?<=\w)(?P<reference>__?){_AFTER}
    """,
    re.VERBOSE | re.DOTALL,
)
_ENDS = {
    "literal": re.compile(rf"(?<=\S)``{_AFTER}"),
    "tick": re.compile(rf"(?<![\s\\])`(?::(?P<suffix>[A-Za-z][\w.+:-]{{0,60}}):|(?P<link>__?))?{_AFTER}"),
    "strong": re.compile(rf"(?<![\s\\])\*\*{_AFTER}"),
    "emphasis": re.compile(rf"(?<![\s\\])\*{_AFTER}"),
    "substitution": re.compile(rf"(?<![\s\\])\|_{{0,2}}{_AFTER}"),
    "target": re.compile(rf"(?<![\s\\])`{_AFTER}"),
}
_READ_ROLES = frozenset(("abbr", "dfn", "emphasis", "strong", "sub", "subscript", "sup", "superscript", "term"))
_ESCAPE = re.compile(r"\\(.|$)", re.DOTALL)


def marks(text: str) -> Iterator[Mark]:
    """What is no prose in a paragraph, in order."""
    unclosed: set[str] = set()
    at = 0
    while found := _START.search(text, at):
        at = found.end()
        kind = found.lastgroup or ""
        if found["escaped"] is not None:
            yield _escape(found)
        elif found["footnote"]:
            yield Mark(*found.span(), How.GONE)
        elif found["reference"]:
            yield Mark(*found.span())
        elif kind not in unclosed:
            end = _ENDS[kind].search(text, at)
            if end is None:
                unclosed.add(kind)
                continue
            yield from _closed(text, kind, found, end)
            at = end.end()


def _closed(text: str, kind: str, start: re.Match[str], end: re.Match[str]) -> Iterator[Mark]:
    """Of marks around ``start.end()`` to ``end.start()``."""
    low, high = start.end(), end.start()
    if kind == "tick":
        role = start["role"] or end["suffix"]
        address = text.rfind("<", low, high) if text[high - 1] == ">" else -1
        if address > low:
            high = low + len(text[low:address].rstrip())
        elif not (end["link"] or role in _READ_ROLES):
            kind = "literal"  # a name, as roles have them
    if kind == "literal":
        yield Mark(start.start(), low)
        yield Mark(low, high, How.MASKED)
    elif kind == "substitution":
        yield Mark(start.start(), end.end(), How.MASKED)
        return
    else:
        yield Mark(start.start(), low)
        yield from map(_escape, _ESCAPE.finditer(text, low, high))
    yield Mark(high, end.end())


def _escape(found: re.Match[str]) -> Mark:
    """A backslash makes a character its own, and white space nothing."""
    char = found[1]
    if not char or char.isspace():
        return Mark(*found.span())
    return Mark(found.start(), found.start() + 1)
