"""XLIFF 1.x and 2.x to their files and targets, each with its place.

The elements are those of XLIFF 1.2 (OASIS, 2008) and XLIFF 2.1 (OASIS, 2018), in the namespace of the root, and of the
dialect of Trados (SDLXLIFF) its tags and the states of its segments; all others are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mtqa.core.documents import Empty
from mtqa.core.errors import InputError
from mtqa.core.spans import Span
from mtqa.formats.annotations import OWN
from mtqa.formats.chunks import Piece
from mtqa.formats.xliff_parts import Part, Target, XliffFile
from mtqa.formats.xml_text import xml_pieces
from mtqa.formats.xml_tokens import Token, tokens

__all__ = ["ITS", "files_of"]

ITS = "http://www.w3.org/2005/11/its"

_NAMESPACE = "urn:oasis:names:tc:xliff:document:"
_CHILDREN = {
    "": {"xliff"},
    "xliff": {"file"},
    "file": {"header", "body", "group", "unit"},
    "body": {"group", "trans-unit", "bin-unit"},
    "group": {"group", "trans-unit", "bin-unit", "unit"},
    "bin-unit": {"trans-unit"},
    "trans-unit": {"source", "seg-source", "target", "note"},
    "unit": {"segment", "originalData"},
    "originalData": {"data"},
    "segment": {"source", "target"},
}
_SDL = "http://sdl.com/FileTypes/SdlXliff/1.0"
_OF_SDL = {
    "header": {"tag-defs"},
    "tag-defs": {"tag"},
    "tag": {"ph"},
    "trans-unit": {"seg-defs"},
    "seg-defs": {"seg"},
}
_TEXTS = frozenset({"source", "seg-source", "target"})
_INLINE = {
    **dict.fromkeys(("g", "pc", "mrk"), "inline"),
    **dict.fromkeys(("x", "ph"), "code"),
    **dict.fromkeys(("bpt", "ept", "bx", "ex", "it", "sc", "ec"), "native"),
    **dict.fromkeys(("cp", "sm", "em"), "mark"),
}
_UNTRANSLATED = frozenset({"new", "needs-translation", "initial"})
_UNCONFIRMED = frozenset({"", "Draft", "Unspecified"})  # of SDLXLIFF
_LOCKED = frozenset({"locked", "true"})
_DELETED = "x-sdl-deleted"
_BREAKS = frozenset({"lb", "pb", "x-br", "x-html-br", "xlf:lb", "xlf:pb"})
_TAG = re.compile(r"\s*<[^<>]*>\s*")
_PREFIX = re.compile(r"<((?:[^\s:<>/]+:)?)")
_MARKS = frozenset({"mrk", "sm", "em", "sub"})
_SIZES = "urn:oasis:names:tc:xliff:sizerestriction:2.0"
_NUMBER = re.compile(r"[1-9]\d{0,5}", re.ASCII)


def files_of(content: str, uri: str) -> list[XliffFile]:
    """The file elements of an XLIFF document.

    Raises:
        InputError: it is no well-formed XLIFF 1.x or 2.x, has a DOCTYPE, or is nested too deeply.
    """
    reader = _Reader(content, uri)
    for token in tokens(content, uri):
        match token.kind:
            case "start":
                reader.start(token)
            case "end":
                reader.end(token)
            case "text" | "cdata":
                reader.text(token)
    return reader.files


@dataclass(slots=True)
class _Pair:
    """A trans-unit, or a segment of XLIFF 2, being read."""

    key: str
    wanted: bool
    state: str = ""
    source: Part | None = None
    sources: dict[str, Part] = field(default_factory=dict)  # by the id of the segment, in XLIFF 1.2
    target: Target | None = None
    parts: list[tuple[str, Part]] = field(default_factory=list)  # likewise
    subs: list[Part] = field(default_factory=list)  # texts inside codes of the target
    sub_sources: list[Part] = field(default_factory=list)
    segments: dict[str, Mapping[str, str]] = field(default_factory=dict)  # what SDLXLIFF says of each
    notes: list[Span] = field(default_factory=list)
    limit: int | None = None


@dataclass(slots=True)
class _Element:
    """An open element; ``around`` is the part that goes on behind it."""

    role: str
    start: Token
    wanted: bool
    around: Part | None = None
    own: bool = False


class _Reader:
    def __init__(self, content: str, uri: str) -> None:
        self.files: list[XliffFile] = []
        self._content, self._uri = content, uri
        self._namespace, self._major = "", 1
        self._languages: tuple[str | None, str | None] = (None, None)
        self._open: list[_Element] = []
        self._unit = ""
        self._limit: int | None = None
        self._pair = _Pair("", wanted=False)
        self._part: Part | None = None  # that text goes to
        self._target: Target | None = None  # while inside it
        self._protected = 0  # open elements whose text is not to be translated
        self._native: list[str] = []  # what a placeholder stands for
        self._codes: dict[str, str] = {}  # what codes stand for that refer to it, by its id
        self._kept: set[str] = set()  # ids of marks behind which nothing is to be translated

    def start(self, token: Token) -> None:
        parent = self._open[-1] if self._open else None
        role = self._role(token, parent.role if parent else "")
        translate = token.attributes.get("translate")
        wanted = parent is None or parent.wanted
        if translate and role in ("file", "group", "unit", "trans-unit"):
            wanted = translate != "no"
        if role == "trans-unit" and any(k.endswith(" locked") and v in _LOCKED for k, v in token.attributes.items()):
            wanted = False
        element = _Element(role, token, wanted, self._part)
        self._open.append(element)
        attributes = token.attributes
        match role:
            case "file":
                self._file(attributes)
            case "unit":
                self._unit, self._limit, self._codes = attributes.get("id", ""), _limit(attributes), {}
            case "trans-unit":
                self._pair = _Pair(attributes.get("id", ""), wanted, limit=_limit(attributes))
            case "segment":
                own = attributes.get("id")
                key = f"{self._unit}/{own}" if own else self._unit
                self._pair = _Pair(key, wanted, attributes.get("state", ""), limit=self._limit)
            case "source" | "seg-source":
                self._part = Part(self._pair.key)
            case "target":
                self._part = Part(self._pair.key)
                self._pair.state = attributes.get("state", self._pair.state)
                prefix = _PREFIX.match(self._content, token.start)
                here = Span(token.end, token.end)
                self._target = Target(here, here, prefix[1] if prefix else "")
            case "data" | "tag":
                self._native = []
            case "seg":
                self._pair.segments[attributes.get("id", "")] = attributes
            case "sub":
                self._part = Part(f"{self._pair.key}/sub")
            case "inline" | "code" | "native" | "mark" | "skipped":
                self._inline(element)

    def end(self, token: Token) -> None:
        element = self._open.pop()
        attributes = element.start.attributes
        match element.role:
            case "source" if self._part:
                self._pair.source, self._part = self._part, None
            case "seg-source":
                self._part = None
            case "target" if self._part and self._target:
                self._target.inner = Span(element.start.end, token.start)
                self._target.outer = Span(element.start.start, max(token.end, element.start.end))
                self._pair.parts.append(("", self._part))
                self._pair.target, self._part, self._target = self._target, None, None
            case "data" | "tag":
                self._codes[attributes.get("id", "")] = "".join(self._native)
            case "sub" if self._part:
                if self._target is None:
                    self._pair.sub_sources.append(self._part)
                else:
                    self._part.key += str(len(self._pair.subs) + 1)
                    self._pair.subs.append(self._part)
                self._part = element.around
            case "inline" | "code" | "native" | "mark" | "skipped":
                self._end_inline(element, token)
            case "note" if attributes.get("from") == OWN:
                self._pair.notes.append(Span(self._white_before(element.start.start), token.end))
            case "segment" | "trans-unit":
                self._finish()

    def text(self, token: Token) -> None:
        role = self._open[-1].role if self._open else ""
        if role in ("code", "data", "tag-text"):
            self._native += (piece.text for piece in self._pieces(token))
        if self._part is None or role not in (*_TEXTS, "inline", "sub"):
            return
        self._part.pieces += self._pieces(token)
        if token.kind == "cdata" and self._target is not None:
            self._target.cdata.append(Span(token.start, token.end))

    def _role(self, token: Token, parent: str) -> str:
        namespace, _, name = token.name.rpartition(" ")
        if not parent:
            return self._root(namespace, name, token.attributes)
        if parent in _TEXTS or parent in ("inline", "sub"):
            if token.attributes.get("mtype") == _DELETED:
                return "skipped"
            return _INLINE.get(name, "skipped") if namespace == self._namespace else "skipped"
        if parent in ("code", "native") and name == "sub" and namespace == self._namespace:
            return name
        if namespace == _SDL and name in _OF_SDL.get(parent, ()):
            return "tag-text" if parent == "tag" else name
        return name if namespace == self._namespace and name in _CHILDREN.get(parent, ()) else "other"

    def _root(self, namespace: str, name: str, attributes: Mapping[str, str]) -> str:
        version = attributes.get("version", namespace.rpartition(":")[2])
        if name != "xliff" or (namespace and not namespace.startswith(_NAMESPACE)) or version[:2] not in ("1.", "2."):
            raise InputError(self._uri, "neither XLIFF 1 nor XLIFF 2; export it as one of them")
        self._namespace, self._major = namespace, int(version[0])
        self._languages = attributes.get("srcLang"), attributes.get("trgLang")
        return name

    def _file(self, attributes: Mapping[str, str]) -> None:
        source, target = self._languages
        self._codes = {}
        self.files.append(
            XliffFile(
                attributes.get("id") or attributes.get("original") or str(len(self.files) + 1),
                attributes.get("source-language", source),
                attributes.get("target-language", target),
                self._major,
            )
        )

    def _inline(self, element: _Element) -> None:
        token, attributes = element.start, element.start.attributes
        mark = attributes.get("id" if f"{ITS} locQualityIssueType" in attributes else "startRef", "")
        element.own = mark.startswith(f"{OWN}-")
        if self._target is not None:
            if element.own:
                self._target.own.append(Span(token.start, token.end))
            else:
                self._target.tags.append((token.start, 1))
        if self._part is not None and not element.own and (code := _code(token)):
            self._part.codes.append(code)
        if element.role == "code":
            self._native = []
        elif element.role == "inline":
            self._protected += _is_protected(attributes)
            if attributes.get("mtype") == "seg":
                self._part = Part(f"{self._pair.key}/{attributes.get('mid', '')}")
        elif element.role == "mark":
            self._mark(token)

    def _mark(self, token: Token) -> None:
        """An empty element: a character that XML has not, or where something begins or ends that is not to be
        translated."""
        attributes = token.attributes
        if "hex" in attributes:
            if self._part is not None:
                self._part.pieces.append(Piece("\ufffd", None, masked=True, spelled=Span(token.start, token.end)))
        elif attributes.get("translate") == "no":
            self._kept.add(attributes.get("id", ""))
            self._protected += 1
        elif attributes.get("startRef", "") in self._kept:
            self._kept.remove(attributes["startRef"])
            self._protected -= 1

    def _end_inline(self, element: _Element, token: Token) -> None:
        attributes = element.start.attributes
        if self._target is not None:
            if element.own and token.end > token.start:
                self._target.own.append(Span(token.start, token.end))
            elif not element.own and token.end > token.start:
                self._target.tags.append((token.start, -1))
            elif not element.own:
                self._target.tags.pop()
        if element.role in ("code", "native") and self._part is not None:
            refers = attributes.get("dataRef", attributes.get("id", ""))
            native = "".join(self._native) or self._codes.get(refers, "")
            words = _stand_in(attributes, native, pair=element.role == "native")
            spelled = Span(element.start.start, max(token.end, element.start.end))
            is_break = words == "\n"
            self._part.pieces.append(Piece(words, None, masked=not is_break, spelled=None if is_break else spelled))
        elif element.role == "inline":
            self._protected -= _is_protected(attributes)
            if attributes.get("mtype") == "seg" and self._part is not None:
                segment = attributes.get("mid", "")
                if self._target is None:
                    self._pair.sources[segment] = self._part
                else:
                    self._pair.parts.append((segment, self._part))
                self._part = element.around

    def _pieces(self, token: Token) -> Iterator[Piece]:
        return xml_pieces(self._content, token, masked=self._protected > 0)

    def _finish(self) -> None:
        pair, target = self._pair, self._pair.target
        if target is None or not self.files:
            return
        target.own = sorted([*target.own, *pair.notes])
        parts = [(segment, part) for segment, part in pair.parts if not part.text.isspace() and part.text]
        if pair.wanted and not parts and pair.source and pair.source.text.strip() and pair.state not in _UNTRANSLATED:
            self.files[-1].empty.append(Empty(pair.key, pair.source.text, target.outer))
        for segment, part in parts if pair.wanted else ():
            part.source = pair.source if not segment or len(parts) == 1 else pair.sources.get(segment)
            part.limit = pair.limit
            copied = part.source is not None and part.text.split() == part.source.text.split()
            if not (copied and pair.state in _UNTRANSLATED) and not _is_left(pair.segments.get(segment), copied):
                target.parts.append(part)
        same = len(pair.subs) == len(pair.sub_sources)
        for number, part in enumerate(pair.subs if pair.wanted else ()):
            part.source = pair.sub_sources[number] if same else None
            target.parts.append(part)
        self.files[-1].targets.append(target)

    def _white_before(self, at: int) -> int:
        while at and self._content[at - 1] in " \t\r\n":
            at -= 1
        return at


def _is_left(said: Mapping[str, str] | None, copied: bool) -> bool:
    """Whether a segment of SDLXLIFF is locked, or a copy of its source that nobody has confirmed."""
    if said is None:
        return False
    return said.get("locked") in _LOCKED or (copied and said.get("conf", "") in _UNCONFIRMED)


def _code(token: Token) -> str:
    """What a person calls an inline element; empty for a mark, which translators may set as they like."""
    name = token.name.rpartition(" ")[2]
    number = token.attributes.get("id") or token.attributes.get("startRef") or ""
    return "" if name in _MARKS else f'<{name} id="{number}">' if number else f"<{name}>"


def _limit(attributes: Mapping[str, str]) -> int | None:
    """How many characters a unit may have, where it says so in characters."""
    counted = attributes.get("size-unit") == "char"
    number = attributes.get("maxwidth", "") if counted else attributes.get(f"{_SIZES} sizeRestriction", "")
    return int(number) if _NUMBER.fullmatch(number) else None


def _is_protected(attributes: Mapping[str, str]) -> bool:
    return attributes.get("translate") == "no" or attributes.get("mtype") == "protected"


def _stand_in(attributes: Mapping[str, str], native: str, *, pair: bool) -> str:
    """What a code reads as: a line break; nothing for a tag or one of a ``pair``; else what it stands for or its id."""
    if {attributes.get("ctype"), attributes.get("subType")} & _BREAKS:
        return "\n"
    if pair:
        return ""
    for words in (native, *map(attributes.get, ("equiv-text", "equiv", "disp"))):
        if words:
            return "" if _TAG.fullmatch(words) else words
    return f"{{{attributes.get('id', '')}}}"
