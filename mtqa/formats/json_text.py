"""JSON with positions: which strings a document holds, under which keys, and where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from mtqa.core.errors import InputError
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.string_files import NotStrings

__all__ = ["Leaf", "escape_json", "json_pieces", "leaves"]

_DEEPEST = 20
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
_CHARACTER = re.compile(
    r'(?P<plain>[^"\\]+)|\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)', re.DOTALL
)


class Leaf(NamedTuple):
    """A value that is no object and no array: the keys and ordinals that lead to it, and where it stands."""

    path: tuple[str, ...]
    span: Span
    is_string: bool
    is_null: bool


def leaves(content: str, uri: str) -> list[Leaf]:
    """Those of the object in ``content``, in order.

    Raises:
        InputError: it is no JSON, nested too deeply, or no object.
    """
    try:
        value = json.JSONDecoder(strict=False).decode(content)
    except RecursionError:
        raise InputError(uri, "nested too deeply; make it flatter") from None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise InputError(uri, f"not valid JSON at line {line}; put it right, or export it again") from None
    if not isinstance(value, dict):
        raise NotStrings(uri, "not an object of strings under keys; to judge it as text, add --input-format text")
    return list(_leaves(content, uri))


def _leaves(content: str, uri: str) -> Iterator[Leaf]:
    """Of what is known to be well-formed."""
    path: list[str] = []
    counts: list[int | None] = []  # of the elements of each open array so far; None for an object
    key: str | None = None
    for token in _TOKEN.finditer(content):
        sign = token[0]
        if sign in "{[":
            if len(counts) >= _DEEPEST:
                raise InputError(uri, f"nested more than {_DEEPEST} deep; make it flatter")
            counts.append(None if sign == "{" else 0)
            path.append("0")
            key = None
        elif sign in "}]":
            counts.pop()
            path.pop()
        elif sign == ",":
            count = counts[-1]
            if count is None:
                key = None
            else:
                counts[-1] = count + 1
                path[-1] = str(count + 1)
        elif sign != ":":
            if counts[-1] is None and key is None:
                key = path[-1] = json.loads(sign, strict=False)
            else:
                yield Leaf(tuple(path), Span(*token.span()), sign[0] == '"', sign == "null")


def json_pieces(content: str, span: Span) -> list[Piece]:
    """The characters of the string literal at ``span``."""
    found: list[Piece] = []
    for character in _CHARACTER.finditer(content, span.start + 1, span.end - 1):
        if character["plain"]:
            found.append(Piece(character[0], character.start()))
        else:
            text = json.loads(f'"{character[0]}"', strict=False)
            text = "\ufffd" if "\ud800" <= text <= "\udfff" else text
            found.append(Piece(text, None, spelled=Span(*character.span())))
    return found


def escape_json(text: str) -> str:
    """``text`` as it is spelled inside a string literal."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
