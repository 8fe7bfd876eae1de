"""What the styles of a text document say of its text: what kind of block it is, its language, whether it is code.

The names are those that Word and LibreOffice give their own styles in files, whatever language their menus are in
(ECMA-376, part 1, 17.7.4.9), and those of pandoc for code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mtqa.core.documents import NO_LANGUAGE, BlockKind
from mtqa.core.tags import primary
from mtqa.formats.languages import language_tag

__all__ = ["NOTHING", "Look", "Style", "Styles", "declared_tag", "look_of_name"]

_KINDS = {
    re.compile(r"heading(?: (?:[1-9]|10))?|title|subtitle"): BlockKind.HEADING,
    re.compile(r"quote|intense quote|block text|quotations"): BlockKind.QUOTE,
    re.compile(r"list (?:bullet|number)(?: [2-5])?"): BlockKind.LIST_ITEM,
    re.compile(r"caption"): BlockKind.CAPTION,
    re.compile(
        r"toc (?:[1-9]|heading)|contents (?:\d+|heading)|index (?:[1-9]|heading)|table of (?:figures|authorities)"
        r"|toa heading|header(?: left| right)?|footer(?: left| right)?|bibliography(?: \d+| heading)?"
    ): BlockKind.BOILERPLATE,
}
_CODE = frozenset(
    (
        "code",
        "html code",
        "html keyboard",
        "html preformatted",
        "html sample",
        "html typewriter",
        "html variable",
        "macro",
        "preformatted text",
        "source code",
        "source text",
        "teletype",
        "verbatim char",
    )
)
_MOST_ANCESTORS = 20
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a run of text, or said of it by a style; None and empty where nothing is.

    Attributes:
        kind: of its paragraph.
        listed: whether its paragraph has a bullet or a number, which headings may have too.
        code: whether it is no prose.
        unproofed: whether its spelling is not to be checked.
        hidden: whether it is not shown.
        languages: BCP 47 tags of what is in a Latin, an East Asian and a right-to-left script.
    """

    kind: BlockKind | None = None
    listed: bool | None = None
    code: bool | None = None
    unproofed: bool | None = None
    hidden: bool | None = None
    languages: tuple[str, str, str] = ("", "", "")

    def over(self, below: Look) -> Look:
        """This, and what ``below`` says where this says nothing."""
        if self == NOTHING:
            return below
        one, two, three = (own or other for own, other in zip(self.languages, below.languages, strict=True))
        return Look(
            self.kind if self.kind is not None else below.kind,
            self.listed if self.listed is not None else below.listed,
            self.code if self.code is not None else below.code,
            self.unproofed if self.unproofed is not None else below.unproofed,
            self.hidden if self.hidden is not None else below.hidden,
            (one, two, three),
        )

    def language(self, text: str) -> str:
        """The BCP 47 tag of ``text``; empty where the file does not say."""
        if not text.isascii():
            if _EAST_ASIAN.search(text):
                return self.languages[1]
            if _RIGHT_TO_LEFT.search(text):
                return self.languages[2]
        return self.languages[0]


NOTHING = Look()
"""Nothing said."""


def declared_tag(name: str | None) -> str:
    """The BCP 47 tag that a file declares of text, zxx where it says that it is in none; empty where it says none."""
    if name is None:
        return ""
    if name.lower() in ("x-none", "none"):
        return NO_LANGUAGE
    tag = language_tag(name)
    return "" if tag is None or primary(tag) in ("und", "mul") else tag


def look_of_name(name: str) -> Look:
    """What the name of a style says, whatever its case."""
    name = name.lower()
    if name in _CODE:
        return Look(code=True)
    for pattern, kind in _KINDS.items():
        if pattern.fullmatch(name):
            return Look(kind=kind)
    return NOTHING


@dataclass(slots=True)
class Style:
    """A style as it is defined: what it says, and the id of the one that it is based on."""

    look: Look = NOTHING
    parent: str | None = None


@dataclass(slots=True)
class Styles:
    """The styles of a document, by their ids.

    Attributes:
        defaults: what holds where no style says otherwise.
        default: the id of the style of paragraphs that name none.
    """

    defaults: Look = NOTHING
    default: str | None = None
    defined: dict[str, Style] = field(default_factory=dict)
    _whole: dict[str | None, Look] = field(default_factory=dict)

    def look(self, key: str | None) -> Look:
        """What a style and those that it is based on say; nothing of one that there is not."""
        if key not in self._whole:
            look, at = NOTHING, key
            for _ in range(_MOST_ANCESTORS):
                style = self.defined.get(at) if at is not None else None
                if style is None:
                    break
                look, at = look.over(style.look), style.parent
            self._whole[key] = look
        return self._whole[key]
