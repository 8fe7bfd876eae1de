"""The styles of a Word document. Source: ECMA-376, part 1, 17.7."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mtqa.core.documents import BlockKind
from mtqa.formats.docx_package import ATTRIBUTES, local_name
from mtqa.formats.text_styles import Look, Style, Styles, declared_tag, look_of_name
from mtqa.formats.xml_tokens import Token

__all__ = ["LEVELS", "attribute", "is_on", "styles_of", "with_property"]

LEVELS = frozenset("012345678")
"""Outline levels of headings; 9 is running text."""


def attribute(token: Token, name: str) -> str | None:
    """An attribute of an element of WordprocessingML."""
    for namespace in ATTRIBUTES:
        if (found := token.attributes.get(namespace + name)) is not None:
            return found
    return None


def is_on(token: Token) -> bool:
    """Whether a property that is on or off is on (17.3.2.22)."""
    return attribute(token, "val") not in ("0", "false", "off")


def with_property(look: Look, token: Token, name: str) -> Look:
    """``look`` with what a property of a run says: noProof, vanish or lang."""
    if name == "noProof":
        return replace(look, unproofed=is_on(token))
    if name == "vanish":
        return replace(look, hidden=is_on(token))
    one, two, three = (declared_tag(attribute(token, which)) for which in ("val", "eastAsia", "bidi"))
    return replace(look, languages=(one, two, three))


def styles_of(found: Iterator[Token]) -> Styles:
    """The styles in the tokens of their part."""
    styles, style = Styles(), Style()
    inside: list[str] = []
    for token in found:
        if token.kind == "end":
            inside.pop()
        if token.kind != "start":
            continue
        name = local_name(token)
        inside.append(name)
        match name:
            case "style":
                style, key = Style(), attribute(token, "styleId")
                if key is not None:
                    styles.defined[key] = style
                    if attribute(token, "default") in ("1", "true") and attribute(token, "type") == "paragraph":
                        styles.default = key
            case "name" if inside[-2:-1] == ["style"]:
                style.look = look_of_name(attribute(token, "val") or "").over(style.look)
            case "basedOn":
                style.parent = attribute(token, "val")
            case "outlineLvl" if style.look.kind is None and attribute(token, "val") in LEVELS:
                style.look = replace(style.look, kind=BlockKind.HEADING)
            case "numPr" if inside[-3:-1] == ["style", "pPr"]:
                style.look = replace(style.look, listed=True)
            case "numId" if inside[-3:-1] == ["pPr", "numPr"]:
                style.look = replace(style.look, listed=attribute(token, "val") != "0")
            case "noProof" | "vanish" | "lang" if "rPrDefault" in inside:
                styles.defaults = with_property(styles.defaults, token, name)
            case "noProof" | "vanish" | "lang" if inside[-3:-1] == ["style", "rPr"]:
                style.look = with_property(style.look, token, name)
    return styles
