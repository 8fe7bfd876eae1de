"""Fluent: messages and their attributes, terms, and the variants of selectors.

fluent.syntax tells what stands where, each line of a text is found in its file here.
Source: https://projectfluent.org/fluent/guide/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fluent.syntax import FluentParser, ast

from mtqa.core.errors import InputError
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.messages import Choice, Parts
from mtqa.formats.string_files import Entry, StringFile, Strings

__all__ = ["FLUENT", "Fluent"]

_BREAK = re.compile(r"\r\n|\n")
_DEEPEST = 60
_SPECIAL = re.compile(r"[{}]|(?<=\n)[\[*.]")


class Fluent(StringFile):
    """What is in braces is masked, but for the variants of a selector. An entry that is not well-formed is left out, as
    programs leave it out."""

    name = "fluent"
    suffixes = (".ftl",)
    branched = False

    def strings(self, content: str, uri: str) -> list[Strings]:
        """As of `StringFile`."""
        _check_depth(content, uri)
        found = Strings()
        resource = FluentParser(with_spans=True).parse(content)
        for entry in resource.body:
            if not isinstance(entry, ast.Message | ast.Term):
                continue
            key = f"-{entry.id.name}" if isinstance(entry, ast.Term) else entry.id.name
            if entry.value is not None:
                found.entries.append(Entry(key, list(_parts(content, entry.value))))
            for attribute in entry.attributes:
                found.entries.append(Entry(f"{key}.{attribute.id.name}", list(_parts(content, attribute.value))))
        return [found]

    def escape(self, text: str, uri: str, style: str) -> str:
        """As of `StringFile`."""
        indented = re.sub(r"\r\n|\r|\n", "\n    ", text)
        return _SPECIAL.sub(lambda sign: f'{{"{sign[0]}"}}', indented)


def _check_depth(content: str, uri: str) -> None:
    """Raises InputError where placeables are nested so deeply that they could not be read."""
    depth = 0
    for brace in re.finditer(r"[{}]", content):
        depth = depth + 1 if brace[0] == "{" else max(0, depth - 1)
        if depth > _DEEPEST:
            raise InputError(uri, f"braces nested more than {_DEEPEST} deep; close them, or make it flatter")


def _parts(content: str, pattern: ast.Pattern) -> Iterator[Piece | Choice]:
    for element in pattern.elements:
        if isinstance(element, ast.TextElement):
            yield from _pieces(content, element)
        elif isinstance(element.expression, ast.SelectExpression):
            yield _choice(content, element.expression)
        elif element.span is not None and isinstance(element.expression, ast.StringLiteral):
            text = element.expression.parse()["value"].replace("\0", "\ufffd")
            yield Piece(text, None, spelled=Span(element.span.start, element.span.end))
        elif element.span is not None:
            shown = content[element.span.start : element.span.end]
            yield Piece(shown, element.span.start, masked=True)


def _choice(content: str, expression: ast.SelectExpression) -> Choice:
    """The variants, that for all other cases last."""
    found: list[tuple[str, Parts]] = []
    for variant in sorted(expression.variants, key=lambda variant: variant.default):
        name = variant.key.name if isinstance(variant.key, ast.Identifier) else variant.key.value
        found.append((name, list(_parts(content, variant.value))))
    return Choice(tuple(found))


def _pieces(content: str, element: ast.TextElement) -> Iterator[Piece]:
    """The lines of a text, which the parser has freed from their indentation."""
    if element.span is None:
        return
    at, end = element.span.start, element.span.end
    lines = element.value.split("\n")
    for number, line in enumerate(lines):
        broken = _BREAK.search(content, at, end)
        stop = broken.start() if broken and number < len(lines) - 1 else end
        start = content.find(line, at, stop)
        if start >= 0:
            yield Piece(line, start)
        elif line:
            yield Piece(line, None)
        if number < len(lines) - 1:
            at = broken.end() if broken else end
            yield Piece("\n", None, spelled=Span(*broken.span()) if broken else None)


FLUENT = Fluent()
