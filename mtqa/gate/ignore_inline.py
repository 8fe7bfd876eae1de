"""The HTML comments of a Markdown paragraph: none in code spans, attributes or after a backslash, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.gate.ignore_html import HtmlComments

__all__ = ["inline_comments"]

_MARK = re.compile(r"\\.|(?P<ticks>`+)|(?P<opaque><!--|<!\[CDATA\[|<\?|<!(?=[A-Za-z]))|<(?=[A-Za-z/])", re.DOTALL)
_CLOSED_BY = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>", "<!": ">"}
_TICKS = re.compile(r"`+")
_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)
    (?P<attributes>(?:\s++[a-zA-Z_:][\w:.-]*+(?:\s*+=\s*+(?:[^"'=<>`\s]++|'[^']*+'|"[^"]*+"))?)*+\s*+/?)>
    | <[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+>""",
    re.VERBOSE,
)
_LONGEST_TAG = 4000  # characters


def inline_comments(text: str, html: HtmlComments) -> Iterator[tuple[int, int, str]]:
    """``(start, end, words)`` of each comment in ``text``; offsets into it. Tags go to ``html``; those left open in the
    paragraph end with it."""
    ticks = _Ticks(text)
    unclosed: set[str] = set()  # marks that nothing closes from here on
    html.tag("p")
    at = 0
    while found := _MARK.search(text, at):
        at = found.end()
        if run := found["ticks"]:
            at = ticks.close(at, len(run))
        elif mark := found["opaque"]:
            if mark == "<!--" and (empty := re.compile("-?>").match(text, at)):
                at = empty.end()
                continue
            closed_by = _CLOSED_BY[mark]
            end = -1 if mark in unclosed else text.find(closed_by, at)
            if end < 0:
                unclosed.add(mark)
                continue
            if mark == "<!--" and not html.in_code:
                yield found.start(), end + len(closed_by), text[at:end]
            at = end + len(closed_by)
        elif found[0] == "<" and (tag := _TAG.match(text, found.start(), found.start() + _LONGEST_TAG)):
            at = tag.end()
            if tag["name"]:
                html.tag(tag["name"], tag["attributes"], close=bool(tag["close"]))
    html.tag("p", close=True)


class _Ticks:
    """Runs of backticks by length, for code spans; asked from left to right."""

    def __init__(self, text: str) -> None:
        self._runs: dict[int, list[int]] = {}
        for run in _TICKS.finditer(text):
            self._runs.setdefault(len(run[0]), []).append(run.start())
        for starts in self._runs.values():
            starts.reverse()

    def close(self, at: int, length: int) -> int:
        """The end of the code span that a run of ``length``, ending at ``at``, opens; ``at`` if it opens none."""
        starts = self._runs.get(length, [])
        while starts and starts[-1] < at:
            starts.pop()
        return starts.pop() + length if starts else at
