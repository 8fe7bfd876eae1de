"""Tables of AsciiDoc: what stands in their cells.

Source: the AsciiDoc Language Documentation, "Tables".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtqa.formats.line_markup import Line

__all__ = ["VERBATIM", "cells"]

VERBATIM = re.compile(r"-{4,}|\.{4,}|\+{4,}|/{4,}|`{3}[\w+#-]{0,30}(?:,\S{0,60})?|~{3}[\w+#-]{0,30}")
"""The lines around blocks that are not read."""

_SEPARATOR = re.compile(
    r"(?<!\\)(?:(?<![^\s|])(?:\d{1,3}(?:\.\d{1,3})?[*+]|\.\d{1,3}\+)?[<^>]?(?:\.[<^>])?(?P<style>[adehlmsv])?)?\|"
)
_UNREAD = ("l", "m")


def cells(lines: Sequence[Line]) -> Iterator[list[tuple[int, int]]]:
    """The paragraphs in the cells of a table, as stretches of the file. Literal and monospaced cells are left out."""
    stretches: list[tuple[int, int]] = []
    closer = ""
    read = True
    for line in lines:
        if closer or VERBATIM.fullmatch(line.text):
            closer = "" if closer == line.text else closer or line.text[:3] * (line.text[0] in "`~") or line.text
            continue
        at = line.at
        for bar in _SEPARATOR.finditer(line.text):
            _add(stretches, line, at, line.at + bar.start(), read)
            if stretches:
                yield stretches
                stretches = []
            read = bar["style"] not in _UNREAD
            at = line.at + bar.end()
        if line.blank and stretches:
            yield stretches
            stretches = []
        _add(stretches, line, at, line.stop, read)
    if stretches:
        yield stretches


def _add(stretches: list[tuple[int, int]], line: Line, low: int, high: int, read: bool) -> None:
    words = line.text[low - line.at : high - line.at]
    if read and words.strip():
        stretches.append((low + len(words) - len(words.lstrip()), low + len(words.rstrip())))
