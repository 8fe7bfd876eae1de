"""How far tags and expressions of MDX go.

Source: the syntax of MDX 3 and of JSX.
"""

from __future__ import annotations

import re

__all__ = ["end_of_expression", "end_of_lines"]

_LONGEST = 20_000  # characters of a tag or an expression
_DEEPEST = 40  # braces in it: each line that begins with one may be read as often
_TAG = re.compile(r"</?(?P<name>[A-Za-z][\w.:-]*)?")
_IN_TAG = re.compile(r"[\"'{<>]")
_IN_BRACES = re.compile(r"[\"'`{}]|/\*|(?<!\S)//")
_UNREAD = frozenset(("iframe", "math", "pre", "script", "style", "svg", "template", "textarea"))


def end_of_lines(text: str, at: int) -> int | None:
    """Where tags and expressions end that fill lines from ``at`` on, with what is inside elements that hold no prose;
    0 where there are words on them, too; None where one of them is not closed."""
    while True:
        if text[at : at + 1] == "<":
            tag = _TAG.match(text, at)
            if tag is None or not (tag["name"] or text[tag.end() : tag.end() + 1] == ">"):
                return 0
            end = _end_of_tag(text, tag.end())
            if end and tag["name"] in _UNREAD and tag[0][1] != "/" and text[end - 2] != "/":
                close = text.find(f"</{tag['name']}>", end, end + _LONGEST)
                end = close + len(tag["name"]) + 3 if close >= 0 else 0
        elif text[at : at + 1] == "{":
            end = end_of_expression(text, at)
        else:
            return 0
        if not end:
            return None
        at = end
        while text[at : at + 1] in (" ", "\t"):
            at += 1
        if text[at : at + 1] in ("", "\r", "\n"):
            return at


def _end_of_tag(text: str, at: int) -> int:
    """Behind the bracket that closes a tag; 0 where none does."""
    end = at + _LONGEST
    while found := _IN_TAG.search(text, at, end):
        match found[0]:
            case ">":
                return found.end()
            case "<":
                return 0
            case "{":
                at = end_of_expression(text, found.start())
            case mark:
                at = text.find(mark, found.end(), end) + 1
        if not at:
            return 0
    return 0


def end_of_expression(text: str, at: int, longest: int = _LONGEST) -> int:
    """Behind the brace that closes the one at ``at``; 0 where none does within ``longest`` characters."""
    end = at + longest
    depth = 0
    while found := _IN_BRACES.search(text, at, end):
        at = found.end()
        match found[0]:
            case "{":
                depth += 1
                if depth > _DEEPEST:
                    return 0
            case "}":
                depth -= 1
                if not depth:
                    return at
            case "`":
                at = text.find("`", at, end) + 1
            case "/*":
                at = text.find("*/", at, end) + 1
            case "//":
                at = text.find("\n", at, end) + 1
            case quote:
                line = text.find("\n", at, end)
                at = max(at, text.find(quote, at, end if line < 0 else line) + 1)
        if not at:
            return 0
    return 0
