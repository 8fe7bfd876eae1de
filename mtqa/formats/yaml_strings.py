"""YAML files of strings: those of Rails, Symfony and others.

PyYAML tells the events and where they stand; how a scalar is spelled is read here, character by character.
Source: https://guides.rubyonrails.org/i18n.html
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import yaml

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.spans import Span
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Piece
from mtqa.formats.decoding import encode
from mtqa.formats.json_text import escape_json
from mtqa.formats.string_files import NotStrings, StringFile, Strings
from mtqa.formats.string_tables import by_language, holds_strings

__all__ = ["YAML", "YamlStrings"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OTHERS = yaml.SafeLoader.yaml_implicit_resolvers  # what plain scalars are read as that are no strings
_DEEPEST = 20
_STRING = "tag:yaml.org,2002:str"
_PROPERTIES = re.compile(r"(?:[&!][^\s]*\s+)*")  # an anchor, a tag
_SYMBOL = re.compile(r":\w+")  # of Ruby
_ESCAPES = {
    "0": "\ufffd", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_BREAK = r"(?P<fold>[ \t]*(?:\r\n|[\r\n])[ \t]*(?:(?:\r\n|[\r\n])[ \t]*)*)"
_DOUBLE = re.compile(
    _BREAK + r"|\\(?:(?P<gone>(?:\r\n|[\r\n])[ \t]*)|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})"
    r"|U(?P<U>[0-9a-fA-F]{8})|(?P<named>.))|(?P<plain>[^\\\r\n \t]+|[ \t]+)"
)
_SINGLE = re.compile(_BREAK + r"|(?P<quote>'')|(?P<plain>[^'\r\n \t]+|[ \t]+)")
_PLAIN = re.compile(_BREAK + r"|(?P<plain>[^\r\n \t]+|[ \t]+)")
_HEADER = re.compile(r"[|>](?:[+-]?(?P<indent>[1-9])?[+-]?)[^\r\n]*(?:\r\n|[\r\n]|\Z)")
_LINE = re.compile(r"(?P<indent> *)(?P<words>[^\r\n]*)(?P<end>\r\n|[\r\n]|\Z)")
_UNSAFE = re.compile(r"\A[\s\-?:,\[\]{}#&*!|>'\"%@`]|:(?:\s|\Z)|\s#|[\r\n\t]|\s\Z|\A\Z")
_BROKEN = re.compile(r"[\r\n\x00-\x1f]")
_IN_FLOW = re.compile(r"[,\[\]{}]")


class _Scalar(NamedTuple):
    path: tuple[str, ...]
    span: Span
    value: str
    style: str
    is_string: bool
    flow: bool


class YamlStrings(StringFile):
    """Strings under keys. Aliases are not followed, and tags make nothing."""

    name = "yaml"
    suffixes = (".yml", ".yaml")
    sure = False

    def strings(self, content: str, uri: str) -> list[Strings]:
        """As of `StringFile`."""
        found = [each for each in _scalars(content, uri) if each.value or each.style]
        if not holds_strings([(each.path, each.is_string) for each in found], uri):
            raise NotStrings(
                uri,
                "YAML, but not a file of strings: it holds numbers or other values; to judge it as text, add "
                "--input-format text",
            )
        read = [each for each in found if each.is_string and not _SYMBOL.fullmatch(each.value)]
        return by_language((each.path, _pieces(content, each)) for each in read)

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied, escaped as each scalar asks. A plain one that would be none any more gets
        quotation marks."""
        replaced = edits_.replacements(document, edits)
        scalars = _scalars(document.content, document.uri) if replaced else []
        own: dict[_Scalar, list[tuple[int, int, str]]] = {}
        for edit in replaced:
            before = bisect_right(scalars, edit[0], key=lambda scalar: scalar.span.start) - 1
            own.setdefault(scalars[before], []).append(edit)
        return encode(document, [done for scalar, edits in own.items() for done in _spelled(document, scalar, edits)])


def _scalars(content: str, uri: str) -> list[_Scalar]:
    """The values that are scalars, with the keys and ordinals that lead to each. Raises InputError."""
    found: list[_Scalar] = []
    path: list[str] = []
    counts: list[int | None] = []  # of the elements of open sequences so far; of a mapping None
    waiting: list[bool] = []  # for each open collection, whether a key has been read whose value comes now
    flows: list[bool] = []
    try:
        for event in yaml.parse(content, Loader=_LOADER):
            if isinstance(event, yaml.CollectionEndEvent):
                counts.pop()
                waiting.pop()
                path.pop()
                flows.pop()
                continue
            if not isinstance(event, yaml.NodeEvent):
                continue
            is_key = bool(counts) and counts[-1] is None and not waiting[-1]
            if counts and counts[-1] is not None:
                path[-1] = str(counts[-1])
                counts[-1] += 1
            if is_key:
                path[-1] = event.value if isinstance(event, yaml.ScalarEvent) else "?"
            if counts and counts[-1] is None:
                waiting[-1] = is_key
            if not counts and isinstance(event, yaml.SequenceStartEvent):
                raise NotStrings(uri, "a list, not strings under keys; to judge it as text, add --input-format text")
            if isinstance(event, yaml.CollectionStartEvent):
                if len(counts) >= _DEEPEST:
                    raise InputError(uri, f"nested more than {_DEEPEST} deep; make it flatter")
                counts.append(0 if isinstance(event, yaml.SequenceStartEvent) else None)
                waiting.append(False)
                path.append("0")
                flows.append(bool(event.flow_style))
            elif isinstance(event, yaml.ScalarEvent) and counts and not is_key:
                span = _span(content, event)
                found.append(_Scalar(tuple(path), span, event.value, event.style or "", _is_string(event), flows[-1]))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(uri, f"not valid YAML at line {line} ({error.problem}); put it right") from None
    except (yaml.YAMLError, RecursionError):
        raise InputError(uri, "not valid YAML; put it right, or export it again") from None
    return found


def _span(content: str, event: yaml.ScalarEvent) -> Span:
    """Where a scalar stands, without its anchor and its tag."""
    if event.start_mark is None or event.end_mark is None:
        raise yaml.YAMLError
    low, high = event.start_mark.index, event.end_mark.index
    begin = _PROPERTIES.match(content, low, high)
    return Span(begin.end() if begin else low, high)


def _is_string(event: yaml.ScalarEvent) -> bool:
    if event.tag is not None:
        return event.tag == _STRING
    return bool(event.style) or _stays_string(event.value)


def _stays_string(value: str) -> bool:
    """Whether a plain scalar is read as a string, and as no number, date, truth value or null."""
    return not any(pattern.match(value) for _, pattern in _OTHERS.get(value[:1], ()))


def _pieces(content: str, scalar: _Scalar) -> list[Piece]:
    """The characters of a scalar; without a place of their own where it is spelled in a way that is not known."""
    if scalar.style in ("|", ">"):
        found = _block(content, scalar)
    else:
        quoted = scalar.style != ""
        span = Span(scalar.span.start + quoted, max(scalar.span.start + quoted, scalar.span.end - quoted))
        found = _inline(content, span, scalar.style)
    if "".join(piece.text for piece in found).rstrip("\n") != scalar.value.rstrip("\n"):
        return [Piece(scalar.value, None)]
    return found


def _inline(content: str, span: Span, style: str) -> list[Piece]:
    characters = {'"': _DOUBLE, "'": _SINGLE}.get(style, _PLAIN)
    found: list[Piece] = []
    for part in characters.finditer(content, span.start, span.end):
        groups, place = part.groupdict(), Span(*part.span())
        if groups["plain"]:
            found.append(Piece(part[0], place.start))
        elif groups["fold"]:
            breaks = len(re.findall(r"\r\n|[\r\n]", part[0]))
            found.append(Piece("\n" * (breaks - 1) or " ", None, spelled=place))
        elif groups.get("gone") is None:
            code = groups.get("x") or groups.get("u") or groups.get("U")
            named = groups.get("named") or ""
            text = _character(code) if code else _ESCAPES.get(named, named or "'")
            found.append(Piece(text, None, spelled=place))
    return found


def _character(code: str) -> str:
    number = int(code, 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _block(content: str, scalar: _Scalar) -> list[Piece]:
    """Of a literal or folded scalar, line by line."""
    lines, indent = _lines(content, scalar)
    found: list[Piece] = []
    blank, last = 0, ""
    for line in lines:
        start = line.start() + min(indent, len(line["indent"]))
        words = content[start : line.end("words")]
        if not words:
            blank += bool(line["end"])
            continue
        if found:
            folds = scalar.style == ">" and last[0] not in " \t" and words[0] not in " \t"
            breaks = "\n" * (blank + 1) if not folds else "\n" * blank or " "
            begin = found[-1].at or 0
            found.append(Piece(breaks, None, spelled=Span(begin + len(last), start)))
        elif blank:
            found.append(Piece("\n" * blank, None))
        found.append(Piece(words, start))
        blank, last = 0, words
    return found


def _lines(content: str, scalar: _Scalar) -> tuple[list[re.Match[str]], int]:
    """The lines of a block scalar, and by how many spaces they are indented."""
    header = _HEADER.match(content, scalar.span.start, scalar.span.end)
    lines = list(_LINE.finditer(content, header.end(), scalar.span.end)) if header else []
    indent = next((len(line["indent"]) for line in lines if line["words"]), 0)
    if header and header["indent"]:
        indent -= len(scalar.value) - len(scalar.value.lstrip(" "))
    return lines, indent


def _spelled(document: Document, scalar: _Scalar, edits: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """What ``edits`` of one scalar replace in the file."""
    content, style = document.content, scalar.style
    texts = [text for _, _, text in edits]
    if style == '"':
        return [(start, end, escape_json(text)) for start, end, text in edits]
    if style in ("|", ">"):
        gap = ("\n" if style == "|" else "\n\n") + " " * _lines(content, scalar)[1]
        return [(start, end, text.replace("\n", gap)) for start, end, text in edits]
    if style == "'" and not any(map(_BROKEN.search, texts)):
        return [(start, end, text.replace("'", "''")) for start, end, text in edits]
    quoted = style != ""
    parts: list[str] = []
    at = scalar.span.start + quoted
    for start, end, text in edits:
        parts += (piece.text for piece in _inline(content, Span(at, start), style))
        parts.append(text)
        at = end
    parts += (piece.text for piece in _inline(content, Span(at, max(at, scalar.span.end - quoted)), style))
    value = "".join(parts)
    unsafe = _UNSAFE.search(value) or (scalar.flow and _IN_FLOW.search(value))
    if quoted or unsafe or not _stays_string(value):
        return [(scalar.span.start, scalar.span.end, f'"{escape_json(value)}"')]
    return list(edits)


YAML = YamlStrings()
