"""The parts of a Word document: which there are, what they are for, and whether they may be written.

Sources: ECMA-376 (ISO/IEC 29500), part 2 for packages, part 1 for the parts of WordprocessingML; its Strict and its
Transitional names alike.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from mtqa.core.errors import InputError
from mtqa.formats.archives import Archive
from mtqa.formats.xml_text import decode_xml
from mtqa.formats.xml_tokens import Token, tokens

__all__ = [
    "ATTRIBUTES",
    "CONTENT_TYPES",
    "RELATIONS",
    "WORD",
    "DocxParts",
    "Relation",
    "local_name",
    "parts_of",
    "relations_part",
    "xml_tokens_of",
]

WORD = frozenset(
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
)
"""The namespaces of its elements."""
ATTRIBUTES = tuple(sorted(f"{namespace} " for namespace in WORD))
"""What the names of its attributes begin with."""
CONTENT_TYPES = "[Content_Types].xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

_STORIES = ("footnotes", "endnotes", "header", "footer")
_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
_SIGNED = "_xmlsignatures/"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part names another one for: the last word of its type, such as ``"styles"``."""

    key: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class DocxParts:
    """Names of the parts of a document.

    Attributes:
        main: the document proper.
        stories: the parts with text besides it, and what each is: ``"footnotes"``, ``"endnotes"``, ``"header"`` or
            ``"footer"``.
        styles, comments: None where there are none.
        closed: why it cannot be written, in a clause that ends with a remedy; empty where it can.
    """

    main: str
    stories: tuple[tuple[str, str], ...]
    styles: str | None
    comments: str | None
    closed: str

    @property
    def texts(self) -> tuple[str, ...]:
        """All parts with text, in the order in which they are read."""
        return (self.main, *(name for name, _ in self.stories))


def parts_of(archive: Archive) -> DocxParts:
    """The parts of a document. Raises InputError where it is none, or one is damaged."""
    if "EncryptedPackage" in archive:
        raise InputError(archive.uri, "it has a password; save it without one")
    main = next((one.target for one in _relations(archive, "") if one.kind == "officeDocument"), None)
    if main is None or main not in archive:
        raise InputError(archive.uri, "not a Word document; save it as .docx again")
    closed = ""
    if any(name.startswith(_SIGNED) for name in archive.members):
        closed = "it is digitally signed, and an edit would break the signature; remove that first"
    for token in xml_tokens_of(archive, CONTENT_TYPES):
        if token.attributes.get("ContentType") == _MACROS:
            closed = closed or "it holds macros, so it is only read; save it as .docx to have it repaired"
    found = [one for one in _relations(archive, main) if one.target in archive]
    stories = [(one.target, one.kind) for kind in _STORIES for one in found if one.kind == kind]
    by_kind = {one.kind: one.target for one in reversed(found)}
    return DocxParts(main, tuple(dict.fromkeys(stories)), by_kind.get("styles"), by_kind.get("comments"), closed)


def local_name(token: Token) -> str:
    """The name of an element of WordprocessingML; empty for any other."""
    namespace, _, name = token.name.rpartition(" ")
    return name if namespace in WORD else ""


def relations_part(part: str) -> str:
    """The name of the part that says what ``part`` names others for; of the whole package where that is empty."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def xml_tokens_of(archive: Archive, name: str) -> Iterator[Token]:
    """The tokens of a part that has no prose. Raises InputError where it is missing or damaged."""
    where = f"{archive.uri}, {name}"
    content, _ = decode_xml(archive.read(name), where)
    return tokens(content, where)


def _relations(archive: Archive, part: str) -> Iterator[Relation]:
    name = relations_part(part)
    if name not in archive:
        return
    for token in xml_tokens_of(archive, name):
        attributes = token.attributes
        if token.kind == "start" and token.name == f"{RELATIONS} Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = attributes.get("Target", "")
            if attributes.get("TargetMode") != "External" and target:
                path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target))
                yield Relation(attributes.get("Id", ""), kind, path.lstrip("/"))
