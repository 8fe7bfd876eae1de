"""The styles of an OpenDocument text. Source: OpenDocument 1.3, part 3, 16 (styles) and 20 (their properties)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mtqa.core.documents import BlockKind
from mtqa.formats.text_styles import Look, Style, Styles, declared_tag, look_of_name
from mtqa.formats.xml_tokens import Token

__all__ = ["FO", "STYLE", "TEXT", "with_styles"]

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
FO, STYLE, TEXT = f"{_ODF}xsl-fo-compatible:1.0 ", f"{_ODF}style:1.0 ", f"{_ODF}text:1.0 "
_ESCAPED = re.compile(r"_([0-9a-f]{1,6})_")


def with_styles(styles: Styles, found: Iterator[Token]) -> Styles:
    """``styles``, and those that the tokens of another part define; a later one of the same name holds."""
    style: Style | None = None
    default = False
    for token in found:
        if token.kind == "end" and token.name in (f"{STYLE}style", f"{STYLE}default-style"):
            style, default = None, False
        if token.kind != "start":
            continue
        attributes = token.attributes
        if token.name == f"{STYLE}style":
            name = attributes.get(f"{STYLE}name", "")
            shown = attributes.get(f"{STYLE}display-name") or _ESCAPED.sub(lambda one: chr(int(one[1], 16)), name)
            style = Style(look_of_name(shown), attributes.get(f"{STYLE}parent-style-name"))
            if attributes.get(f"{STYLE}default-outline-level") and style.look.kind is None:
                style.look = replace(style.look, kind=BlockKind.HEADING)
            styles.defined[name] = style
        elif token.name == f"{STYLE}default-style":
            default = attributes.get(f"{STYLE}family") == "paragraph"
        elif token.name == f"{STYLE}text-properties":
            if default:
                styles.defaults = _with_properties(styles.defaults, token)
            elif style is not None:
                style.look = _with_properties(style.look, token)
    return styles


def _with_properties(look: Look, token: Token) -> Look:
    attributes = token.attributes
    found = tuple(
        declared_tag(_tag(attributes.get(f"{namespace}language{which}"), attributes.get(f"{namespace}country{which}")))
        for namespace, which in ((FO, ""), (STYLE, "-asian"), (STYLE, "-complex"))
    )
    one, two, three = (new or old for new, old in zip(found, look.languages, strict=True))
    hidden = attributes.get(f"{TEXT}display")
    return replace(look, languages=(one, two, three), hidden=look.hidden if hidden is None else hidden == "none")


def _tag(language: str | None, country: str | None) -> str | None:
    if language is None or country in (None, "", "none"):
        return language
    return f"{language}-{country}"
