"""Comments of a Word document: their part, which is made where there is none, and what else has to name it.

Source: ECMA-376, part 1, 11.3.2 and 17.13.4; part 2, 9 and 10 (relationships, content types).
"""

from __future__ import annotations

import html
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field

from mtqa.formats.archives import Archive
from mtqa.formats.decoding import spliced
from mtqa.formats.docx_marks import author_attributes
from mtqa.formats.docx_package import CONTENT_TYPES, RELATIONS, WORD, DocxParts, local_name, relations_part
from mtqa.formats.docx_styles import attribute
from mtqa.formats.xml_text import decode_xml
from mtqa.formats.xml_tokens import tokens

__all__ = ["Comments", "namespace_of"]

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_EMPTY = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(slots=True)
class Comments:
    """The comments of a document, to which others are added.

    Attributes:
        namespace: of WordprocessingML, as the document has it.
        own: ids of those that go.
    """

    archive: Archive
    parts: DocxParts
    namespace: str
    own: set[str] = field(default_factory=set)
    _taken: set[str] = field(default_factory=set)
    _gone: list[tuple[int, int, str]] = field(default_factory=list)
    _written: list[str] = field(default_factory=list)
    _next: int = 0

    @classmethod
    def of(cls, archive: Archive, parts: DocxParts, namespace: str, *, without: str = "") -> Comments:
        """Reads which there are; those by the author ``without`` go."""
        comments = cls(archive, parts, namespace)
        if parts.comments is None:
            return comments
        content, _ = decode_xml(archive.read(parts.comments), archive.uri)
        begun: tuple[int, bool] | None = None
        depth = 0
        for token in tokens(content, f"{archive.uri}, {parts.comments}"):
            if token.kind == "start":
                depth += 1
                if depth == 2 and local_name(token) == "comment":
                    is_own = bool(without) and attribute(token, "author") == without
                    (comments.own if is_own else comments._taken).add(attribute(token, "id") or "")
                    begun = (token.start, is_own)
            elif token.kind == "end":
                depth -= 1
                if depth == 1 and begun:
                    start, is_own = begun
                    if is_own:
                        comments._gone.append((start, max(token.end, token.start), ""))
                    begun = None
        return comments

    def add(self, text: str, author: str, date: str) -> str:
        """Writes a comment, and gives its id."""
        while str(self._next) in self._taken:
            self._next += 1
        key = str(self._next)
        self._taken.add(key)
        initials = html.escape("".join(word[0] for word in author.split() if word.isprintable())[:9])
        paragraphs = "".join(
            f'<w:p><w:r><w:t xml:space="preserve">{html.escape(line, quote=False)}</w:t></w:r></w:p>'
            for line in ("".join(filter(str.isprintable, line)) for line in text.splitlines() or [""])
        )
        self._written.append(
            f'<w:comment xmlns:w="{self.namespace}" w:id="{key}"{author_attributes("w:", author, date)} '
            f'w:initials="{initials}">{paragraphs}</w:comment>'
        )
        return key

    def members(self) -> dict[str, bytes]:
        """The members of the archive that change, or that are new."""
        if not self._written and not self._gone:
            return {}
        if self.parts.comments is not None:
            raw = self.archive.read(self.parts.comments)
            return {self.parts.comments: _with(raw, "".join(self._written), self._gone, self.archive.uri)}
        folder = posixpath.dirname(self.parts.main)
        name = next(
            name
            for number in range(len(self.archive.members) + 1)
            if (name := posixpath.join(folder, f"comments{number or ''}.xml")) not in self.archive
        )
        part = f'<w:comments xmlns:w="{self.namespace}">{"".join(self._written)}</w:comments>'
        override = f'<Override xmlns="{_TYPES}" PartName="/{name}" ContentType="{_TYPE}"/>'
        relation = (
            f'<Relationship xmlns="{RELATIONS}" Id="mtqaComments" Type="{self._relation_type()}" Target="/{name}"/>'
        )
        relations = relations_part(self.parts.main)
        others = (
            self.archive.read(relations)
            if relations in self.archive
            else _EMPTY + f'<Relationships xmlns="{RELATIONS}"/>'.encode()
        )
        return {
            name: _EMPTY + part.encode(),
            CONTENT_TYPES: _with(self.archive.read(CONTENT_TYPES), override, [], self.archive.uri),
            relations: _with(others, relation, [], self.archive.uri),
        }

    def _relation_type(self) -> str:
        strict = self.namespace.startswith("http://purl.oclc.org/")
        base = "http://purl.oclc.org/ooxml/" if strict else "http://schemas.openxmlformats.org/"
        year = "" if strict else "2006/"
        return f"{base}officeDocument/{year}relationships/comments"


def _with(raw: bytes, fragment: str, gone: Sequence[tuple[int, int, str]], uri: str) -> bytes:
    """An XML part with ``fragment`` at the begin of its root, and some of it gone."""
    content, encoding = decode_xml(raw, uri)
    root = next(token for token in tokens(content, uri) if token.kind == "start")
    put = (root.end, root.end, fragment)
    if content.endswith("/>", root.start, root.end):
        name = content[root.start + 1 : root.end - 2].split(None, 1)[0]
        put = (root.end - 2, root.end, f">{fragment}</{name}>")
    return spliced(raw, encoding, [put, *gone], uri, errors="xmlcharrefreplace")


def namespace_of(content: str) -> str:
    """The namespace of WordprocessingML that a part uses."""
    return next((one for one in sorted(WORD) if f'"{one}"' in content or f"'{one}'" in content), min(WORD))
