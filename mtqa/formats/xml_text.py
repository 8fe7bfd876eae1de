"""Text of XML files: its characters with their places, and what stands for them where they are written."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

from mtqa.core.errors import InputError
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece
from mtqa.formats.decoding import decode
from mtqa.formats.xml_tokens import Token

__all__ = ["LANG", "character", "decode_xml", "escape_xml", "xml_encoding", "xml_pieces"]

LANG = "http://www.w3.org/XML/1998/namespace lang"
"""The attribute ``xml:lang`` as `mtqa.formats.xml_tokens` names it."""

_ENCODING = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"'<>]{1,80})[\"']")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CHARACTERS = re.compile(r"(?P<space>\r\n|[\r\n])[^\S\xa0]*|&(?P<entity>[^;]+);|(?P<plain>[^&\r\n]+)")
_CDATA = re.compile(r"(?P<space>\r\n|[\r\n])[^\S\xa0]*|(?P<entity>(?!))|(?P<plain>[^\r\n]+)")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def decode_xml(raw: bytes, uri: str) -> tuple[str, str]:
    """As ``decode``, in the encoding that the declaration names."""
    return decode(raw, uri, declared=xml_encoding(raw), guess=False)


def xml_encoding(raw: bytes) -> str | None:
    """The encoding that the declaration of a file names."""
    declared = _ENCODING.match(raw.removeprefix(codecs.BOM_UTF8))
    return declared[1].decode("ascii", "replace") if declared else None


def xml_pieces(content: str, token: Token, *, masked: bool = False) -> Iterator[Piece]:
    """The characters of a text or CDATA token; white space around a line break reads as one."""
    characters = _CDATA if token.kind == "cdata" else _CHARACTERS
    for found in characters.finditer(content, token.start, token.end):
        if entity := found["entity"]:
            yield Piece(character(entity), None, masked, Span(*found.span()))
        elif found["plain"]:
            yield Piece(found["plain"], found.start(), masked)
        else:
            yield Piece(found["space"], found.start(), masked)


def escape_xml(text: str, uri: str, *, cdata: bool = False) -> str:
    """``text`` as it is written in an element, or in a CDATA section. Raises InputError for characters that XML has
    not."""
    if refused := _NO_XML.search(text):
        raise InputError(uri, f"{refused[0]!r} cannot be written in XML; leave it out")
    if cdata:
        return text.replace("]]>", "]]]]><![CDATA[>")
    return html.escape(text, quote=False).replace("\r", "&#13;")


def character(entity: str) -> str:
    """What an entity of a well-formed file without a DTD stands for: ``"amp"``, ``"#38"``, ``"#x26"``."""
    if entity[0] != "#":
        return _NAMED[entity]
    return chr(int(entity[2:], 16) if entity[1] == "x" else int(entity[1:]))
