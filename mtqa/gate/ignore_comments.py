"""Ignores that an author writes into a file, as comments of its format; in Markdown and HTML:

<!-- mtqa off: quoted minutes --> … <!-- mtqa on -->
<!-- mtqa ignore-next: misspelling the ship's own spelling -->
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from mtqa.core.documents import Document
from mtqa.core.excerpts import excerpt
from mtqa.core.findings import VAGUE, Flag
from mtqa.core.spans import LineIndex, Span
from mtqa.gate.rules import nearest_rule, rule_names, said_of_documents

__all__ = ["TextIgnore", "TextIgnores"]

_OURS = re.compile(r"\s*+mtqa(?![\w-])[\s:]*+(?P<word>[^\s:–—]*+)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_RULE = re.compile(r"(?P<rule>\w[\w-]*+)(?P<rest>(?:[\s:–—].*)?)", re.DOTALL)
_WORDS = ("off", "on", "ignore-next")
_LONGEST_WORD = 40  # characters that are shown and compared
_LONGEST_REASON = 200
_ALL = "all"


@dataclass(slots=True, eq=False)
class TextIgnore:
    """One ignore.

    Attributes:
        line: of the comment, from 1.
        rule: whose findings it excuses; ``"all"`` for every rule.
        reason: as given; may be empty for ``off``.
        used: whether it has excused something.
    """

    line: int
    rule: str
    reason: str
    used: bool = False

    @property
    def excuse(self) -> str:
        """Why a finding is ignored, in a sentence."""
        return f"ignored in the file at line {self.line}" + (f": {self.reason}" if self.reason else "")


@dataclass(slots=True, eq=False)
class TextIgnores:
    """The ignores of one document.

    Attributes:
        ignores: in the order of the file.
        problems: comments that cannot be honoured, a sentence each, with path and line.
    """

    uri: str
    ignores: list[TextIgnore] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)  # by line
    _starts: list[int] = field(default_factory=list)  # where each switched-off range of the file begins
    _off: list[tuple[int, TextIgnore]] = field(default_factory=list)  # and where it ends
    _next: dict[int, list[TextIgnore]] = field(default_factory=dict)  # by ordinal of the block

    @classmethod
    def read(cls, document: Document) -> TextIgnores:
        """The ignores in ``document``: none in formats that have no comments."""
        found = cls(document.uri)
        marked = [(one, ours) for one in document.comments if (ours := _OURS.fullmatch(one.text))]
        if not marked:
            return found
        lines = LineIndex(document.content)
        firsts = _first_characters(document)
        off: tuple[int, TextIgnore] | None = None
        for comment, ours in marked:
            start, end = comment.span.start, comment.span.end
            line = lines.at(start)[0]
            word, rest = ours["word"].rstrip("-,.;").casefold(), ours["rest"]
            if word == "off" and off is None:
                off = end, TextIgnore(line, _ALL, _reason(rest))
                found.ignores.append(off[1])
            elif word == "off" and off is not None:
                found._problem(line, f"mtqa off, though it has been off since line {off[1].line}; remove one of them")
            elif word == "on" and off is not None:
                found._switch_off(off, start)
                off = None
            elif word == "on":
                found._problem(line, "mtqa on without an mtqa off before it; remove it")
            elif word == "ignore-next":
                found._ignore_next(line, rest, bisect_left(firsts, end))
            else:
                found._unknown(line, word)
        if off is not None:
            found._switch_off(off, len(document.content))
        return found

    def excuse(self, document: Document, flag: Flag) -> str | None:
        """Why ``flag`` is ignored, in a sentence; None if it is not. Everything that covers it counts as used."""
        covering = self._covering(document, flag) if self.ignores else []
        for comment in covering:
            comment.used = True
        return covering[0].excuse if covering else None

    def stale(self) -> list[str]:
        """The ignores that excused nothing and those that cannot be honoured, a sentence each, by line."""
        unused = [(comment.line, _why_unused(comment.rule)) for comment in self.ignores if not comment.used]
        return [f"{self.uri}, line {line}: {what}" for line, what in sorted([*self.problems, *unused])]

    def _covering(self, document: Document, flag: Flag) -> list[TextIgnore]:
        ranges = document.source_map.to_file(flag.span)
        if not ranges:
            place = document.source_map.end_before(flag.span.start)
            ranges = (Span(place, place + 1),)
        covering: list[TextIgnore] = []
        at = bisect_right(self._starts, ranges[0].start) - 1
        if at >= 0 and ranges[-1].end <= self._off[at][0]:
            covering.append(self._off[at][1])
        if self._next:
            block = bisect_right(document.blocks, flag.span.start, key=lambda block: block.span.start) - 1
            rules = frozenset(flag.rules or (flag.rule,))
            named = [one for one in self._next.get(block, ()) if one.rule == _ALL or one.rule in rules]
            if not (rules - VAGUE or rules) - {one.rule for one in named} or any(one.rule == _ALL for one in named):
                covering += named
        return covering

    def _switch_off(self, off: tuple[int, TextIgnore], end: int) -> None:
        self._starts.append(off[0])
        self._off.append((end, off[1]))

    def _ignore_next(self, line: int, rest: str, block: int) -> None:
        parts = _RULE.fullmatch(rest.lstrip(" \t\r\n:–—"))
        reason = _reason(parts["rest"]) if parts else ""
        if parts and reason:
            comment = TextIgnore(line, parts["rule"].casefold(), reason)
            self.ignores.append(comment)
            self._next.setdefault(block, []).append(comment)
            return
        lacks = "no reason" if parts else "no single rule"
        self._problem(
            line,
            f"mtqa ignore-next names {lacks}, so it does not apply; write <!-- mtqa ignore-next: RULE reason -->, "
            "where RULE is one rule or all",
        )

    def _unknown(self, line: int, word: str) -> None:
        word = _printable(word[:_LONGEST_WORD])
        near = difflib.get_close_matches(word, _WORDS, n=1, cutoff=0.0)[0]
        what = f"unknown word '{word}' after mtqa; did you mean" if word else "no word after mtqa; write for example"
        self._problem(line, f"{what} '{near}'?" if word else f"{what} '{_WORDS[0]}'")

    def _problem(self, line: int, what: str) -> None:
        self.problems.append((line, what))


def _why_unused(rule: str) -> str:
    if rule in said_of_documents():
        return f"'{rule}' is about the whole article, which no comment can excuse; remove this"
    if rule == _ALL or rule in rule_names():
        return "this comment excuses nothing; remove it"
    near = nearest_rule(rule)
    return f"unknown rule '{rule}'" + (f": did you mean '{near}'?" if near else "; 'mtqa explain' lists them all")


def _first_characters(document: Document) -> list[int]:
    """Where in the file each block begins."""
    firsts: list[int] = []
    for block in document.blocks:
        ranges = document.source_map.to_file(block.span)
        firsts.append(ranges[0].start if ranges else document.source_map.end_before(block.span.start))
    return firsts


def _reason(rest: str) -> str:
    words = _printable(" ".join(rest.split()).strip(" :–—-"))
    return excerpt(words, _LONGEST_REASON)


def _printable(words: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in words)
