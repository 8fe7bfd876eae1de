"""On which line of a TOML file each key stands; tomllib does not say."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left

__all__ = ["Place", "lines_of"]

Place = tuple[str | int, ...]
"""Keys from the root of a file down, with the ordinals of list items between them."""

_BASIC = r'"(?:\\.|[^"\\\n])*"'
_LITERAL = r"'[^'\n]*'"
_PART = rf"(?:[\w-]+|{_BASIC}|{_LITERAL})"
_GAP = re.compile(r"(?:\s|#[^\n]*)*")
_KEY = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_HEADER = re.compile(rf"(\[\[?)[ \t]*({_KEY.pattern})[ \t]*\]\]?")
# A string of several lines ends with three quotes, before which its text may have up to two more.
_SCALAR = re.compile(
    rf'"""(?:\\.|[^\\])*?"""(?:"{{0,2}})|\'\'\'.*?\'\'\'(?:\'{{0,2}})|{_BASIC}|{_LITERAL}|[^,\]}}#\n]+', re.DOTALL
)


def lines_of(text: str) -> dict[Place, int]:
    """Line, from 1, on which each key and each list item of ``text`` first stands; a table's is that of its header.

    Args:
        text: valid TOML: what tomllib has read.
    """
    return _Scan(text).found


class _Scan:
    """One pass over a valid file."""

    def __init__(self, text: str) -> None:
        self.found: dict[Place, int] = {}
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._tables: dict[Place, int] = {}  # how many tables of an array of tables came so far
        below: Place = ()
        while self._more():
            if text[self._at] == "[":
                below = self._header()
            else:
                self._pair(below)

    def _more(self) -> bool:
        self._take(_GAP)
        return self._at < len(self._text)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"no TOML at offset {self._at}")
        self._at = match.end()
        return match

    def _note(self, place: Place, at: int) -> None:
        self.found.setdefault(place, bisect_left(self._ends, at) + 1)

    def _header(self) -> Place:
        header = self._take(_HEADER)
        *parents, last = _parts(header[2])
        place: Place = ()
        for part in parents:
            place = (*place, part)
            self._note(place, header.start())
            if place in self._tables:
                place = (*place, self._tables[place] - 1)
        place = (*place, last)
        self._note(place, header.start())
        if header[1] == "[[":
            self._tables[place] = self._tables.get(place, 0) + 1
            place = (*place, self._tables[place] - 1)
            self._note(place, header.start())
        return place

    def _pair(self, below: Place) -> None:
        key = self._take(_KEY)
        for part in _parts(key[0]):
            below = (*below, part)
            self._note(below, key.start())
        self._take(_EQUALS)
        self._value(below)

    def _value(self, place: Place) -> None:
        opening = self._text[self._at]
        if opening not in "[{":
            self._take(_SCALAR)
            return
        self._at += 1
        number = 0
        while self._more() and self._text[self._at] not in "]}":
            if self._text[self._at] == ",":
                self._at += 1
            elif opening == "{":
                self._pair(place)
            else:
                self._note((*place, number), self._at)
                self._value((*place, number))
                number += 1
        self._at += 1


def _parts(key: str) -> list[str]:
    """A dotted key's parts, unquoted."""
    parts = []
    table: object = tomllib.loads(f"{key} = 0")
    while isinstance(table, dict):
        ((part, table),) = table.items()
        parts.append(part)
    return parts
