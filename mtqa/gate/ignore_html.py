"""The comments of an HTML file that a browser takes for comments, code left out; any input is read, in linear time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

__all__ = ["HtmlComments", "html_comments"]

_TOKEN = re.compile(
    r"""<!--(?:-?> | (?P<comment>.*?)(?:--!?>|(?P<unclosed>\Z)))
    | <[!?][^>]*>?
    | <(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[^>=]|=\s*+(?:"[^"]*+"?|'[^']*+'?)?)*+)>?""",
    re.VERBOSE | re.DOTALL,
)
_CODE = frozenset(("code", "pre"))
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_UNREAD = {  # by element: its end; what is inside is neither markup nor comment
    name: re.compile(rf"</{name}(?=[\s/>])[^>]*>?|\Z", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}


class HtmlComments:
    """Reads HTML piece by piece; elements left open in one piece are open in the next."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count: Counter[str] = Counter()

    def read(self, html: str) -> Iterator[tuple[int, int, str]]:
        """``(start, end, words)`` of each closed comment outside code, in order; offsets into ``html``."""
        at = 0
        while found := _TOKEN.search(html, at):
            at = found.end()
            if name := found["name"]:
                self.tag(name, found["attributes"], close=bool(found["close"]))
                unread = _UNREAD.get(name.lower())
                if unread and not found["close"] and (end := unread.search(html, at)):
                    at = end.end()
            elif (words := found["comment"]) is not None and found["unclosed"] is None and not self.in_code:
                yield found.start(), at, words

    def tag(self, name: str, attributes: str = "", *, close: bool = False) -> None:
        """Opens or closes an element; closing one closes all inside it."""
        name = name.lower()
        if close:
            while self._count[name]:
                last = self._open.pop()
                self._count[last] -= 1
                if last == name:
                    break
        elif name not in _VOID and name not in _UNREAD and not attributes.endswith("/"):
            self._open.append(name)
            self._count[name] += 1

    @property
    def in_code(self) -> bool:
        """Whether an element that holds code is open."""
        return any(self._count[name] for name in _CODE)


def html_comments(content: str) -> Iterator[tuple[int, int, str]]:
    """``(start, end, words)`` of each closed comment outside code, in order; ``words`` without the marks."""
    return HtmlComments().read(content)
