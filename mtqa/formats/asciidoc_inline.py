"""Marks among the words of AsciiDoc.

Source: the AsciiDoc Language Documentation, "Text Formatting" and "Macros".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from mtqa.formats.line_markup import How, Mark

__all__ = ["footnotes", "marks"]

_START = re.compile(
    r"""\\(?P<escaped>[*_`#+^~{\[<("':\\|]|[a-z]+:|\.\.\.|--)
    | (?P<curly>["']`(?=\S)|(?<=\S)`["'])
    | (?P<passed>\+\+\+(?=\S))
    | (?P<codes>``(?=[^\s`]))
    | (?P<literals>(?<!\+)\+\+(?=[^\s+]))
    | (?<![\w;:}`"'])(?P<code>`)(?=[^\s`])
    | (?<![\w;:}+])(?P<literal>\+)(?=[^\s+])
    | (?P<role>\[[^\[\]\n]{1,60}\])(?=[#*_`])
    | (?P<strongs>\*\*(?=[^\s*])) | (?P<emphases>__(?=[^\s_])) | (?P<spans>\#\#(?=[^\s#]))
    | (?<![\w;:}*])(?P<strong>\*)(?=[^\s*])
    | (?<![\w;:}_])(?P<emphasis>_)(?=[^\s_])
    | (?<![\w;:}#&])(?P<span>\#)(?=[^\s#])
    | (?P<raised>[\^~])(?P<script>[^\s^~]{1,40})(?P=raised)
    | (?P<site>\{\w[\w-]{0,60}\}[^\s\[\]{}]{0,300})\[(?=[^\]\s])
    | (?P<attribute>\{\w[\w-]{0,60}(?::[^{}\n]{0,80})?\})
    | <<(?P<anchor>[^<>,\n]{1,200})(?:,\s{0,4}(?P<shown>[^<>]{1,300}))?>>
    | (?P<hidden>\(\(\([^()]{1,300}\)\)\)|\[\[[^\[\]\n]{1,200}\]\])
    | \(\((?P<indexed>[^()]{1,200})\)\)
    | (?<![\w/])(?P<macro>[a-z][a-z0-9_-]{1,30}:(?://)?[^\s:\[\]<>"'][^\s\[\]<>"]{0,300}|[a-z][a-z0-9_]{1,30}:)\[
    | (?P<entity>&(?:\#[0-9]{1,7}|\#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});)
    """,
    re.VERBOSE,
)
_ENDS = {
    "passed": re.compile(r"(?<=\S)\+\+\+"),
    "codes": re.compile(r"(?<=\S)``"),
    "literals": re.compile(r"(?<=\S)\+\+"),
    "code": re.compile(r"(?<=[^\s\\])`(?![\w\"'])"),
    "literal": re.compile(r"(?<=\S)\+(?!\w)"),
    "strongs": re.compile(r"(?<=\S)\*\*"),
    "emphases": re.compile(r"(?<=\S)__"),
    "spans": re.compile(r"(?<=\S)##"),
    "strong": re.compile(r"(?<=[^\s\\*])\*(?![\w*])"),
    "emphasis": re.compile(r"(?<=[^\s\\_])_(?![\w_])"),
    "span": re.compile(r"(?<=[^\s\\#])#(?![\w#])"),
}
_VERBATIM = {"passed": How.GONE, "codes": How.MASKED, "literals": How.MASKED, "code": How.MASKED, "literal": How.MASKED}
_CURLY = {'"`': "“", "'`": "‘", '`"': "”", "`'": "’"}
_READ = frozenset(("link", "xref", "mailto", "http", "https", "ftp", "irc", "indexterm2"))
_GONE = frozenset(("image", "icon", "video", "audio", "footnote", "footnoteref", "pass", "anchor", "indexterm"))
_BRACKET = re.compile(r"(?<!\\)\]")
_ATTRIBUTES = re.compile(r",\s{0,4}[\w-]{1,30}=|\^$")
_DELETED = frozenset(("[.line-through]", "[line-through]"))
_FOOTNOTE = re.compile(r"(?<!\\)footnote:[\w-]{0,60}\[")


def marks(text: str) -> list[Mark]:
    """What is no prose in a paragraph, in order."""
    return sorted(_marks(text), key=lambda mark: mark.start)


def footnotes(text: str) -> Iterator[tuple[int, int]]:
    """Where the texts of footnotes stand, which are no part of the sentence around them."""
    at = 0
    while found := _FOOTNOTE.search(text, at):
        end = _BRACKET.search(text, found.end())
        if end is None:
            return
        yield found.end(), end.start()
        at = end.end()


def _marks(text: str) -> Iterator[Mark]:
    unclosed: set[str] = set()
    open_until: dict[str, int] = {}  # marks that may hold others
    closing: set[int] = set()
    at = 0
    deleted = False
    while found := _START.search(text, at):
        at = found.end()
        kind = found.lastgroup or ""
        if found.start() in closing:
            continue
        if found["escaped"]:
            yield Mark(found.start(), found.start() + 1)
        elif found["curly"]:
            yield Mark(*found.span(), How.SPELLED, _CURLY[found[0]])
        elif found["role"]:
            yield Mark(*found.span())
            deleted = found["role"] in _DELETED
            continue
        elif found["entity"]:
            words = html.unescape(found[0])
            yield Mark(*found.span(), *((How.SPELLED, words) if words != found[0] and words else (How.MASKED,)))
        elif found["macro"] or found["site"]:
            end = None if "]" in unclosed else _BRACKET.search(text, at)
            if end is None:
                unclosed.add("]")
            else:
                yield from _macro(text, found, end.start())
                at = end.end()
        elif kind in _ENDS:
            if kind in unclosed or open_until.get(kind, 0) > found.start():
                continue
            end = _ENDS[kind].search(text, at)
            if end is None:
                unclosed.add(kind)
            elif kind in _VERBATIM or deleted:
                yield Mark(found.start(), at)
                yield Mark(at, end.start(), _VERBATIM.get(kind, How.GONE))
                yield Mark(*end.span())
                at = end.end()
            else:
                yield Mark(found.start(), at)
                yield Mark(*end.span())
                open_until[kind] = end.start()
                closing.add(end.start())
        else:
            yield from _simple(found)
        deleted = False


def _simple(found: re.Match[str]) -> Iterator[Mark]:
    """Of what is found whole."""
    if found["raised"] or found["indexed"] or found["shown"]:
        low, high = found.span("script" if found["raised"] else "indexed" if found["indexed"] else "shown")
        yield Mark(found.start(), low)
        yield Mark(high, found.end())
    else:
        yield Mark(*found.span(), How.GONE if found["hidden"] else How.MASKED)


def _macro(text: str, found: re.Match[str], end: int) -> Iterator[Mark]:
    """Of a macro whose bracket closes at ``end``."""
    name = _name(found)
    start, low = found.span()
    cut = _ATTRIBUTES.search(text, low, end)
    high = cut.start() if cut else end
    if name in _READ and text[low:high].strip():
        yield Mark(start, low)
        yield from (mark._replace(start=low + mark.start, end=low + mark.end) for mark in _marks(text[low:high]))
        yield Mark(high, end + 1)
    else:
        yield Mark(start, end + 1, How.GONE if name in _GONE else How.MASKED)


def _name(found: re.Match[str]) -> str:
    """Of a macro; an address that begins with an attribute is a link."""
    return found["macro"].partition(":")[0] if found["macro"] else "link"
