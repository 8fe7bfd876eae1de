"""Word documents: DOCX, and DOCM to read.

Edits are spliced into the text of the parts as they stand. Libraries that read a document into objects and write these
out again (python-docx, docx-revisions) keep what it says but not its bytes: whatever they do not know may be lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.formats.archives import Archive
from mtqa.formats.chunks import Chunk, compose, has_prose
from mtqa.formats.docx_edits import in_file, spaced
from mtqa.formats.docx_package import DocxParts, parts_of, xml_tokens_of
from mtqa.formats.docx_styles import styles_of
from mtqa.formats.docx_text import StoryReader
from mtqa.formats.kinds import with_prose
from mtqa.formats.languages import told
from mtqa.formats.main_language import with_other_languages
from mtqa.formats.packages import Package, opened
from mtqa.formats.places import Places
from mtqa.formats.text_styles import Styles

__all__ = ["DOCX", "Docx"]


class Docx(Format):
    """A document's ``content`` is that of its parts with text, one after the other."""

    name = "docx"
    suffixes = (".docx", ".docm")
    text = False

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``. Raises InputError where it is none, damaged, encrypted or hostile."""
        archive = Archive.of(raw, uri)
        parts = parts_of(archive)
        package = opened(raw, uri, parts.texts)
        styles = styles_of(xml_tokens_of(archive, parts.styles)) if parts.styles else Styles()
        chunks = _chunks(package, parts, styles, proofed=True)
        if not any(has_prose(chunk.pieces) for chunk in chunks):
            chunks = _chunks(package, parts, styles, proofed=False)
        own = told(language, None)
        text, blocks, source_map = compose(with_prose(with_other_languages(chunks, language)), own=language)
        return (
            Document(
                uri=uri,
                file=uri,
                format=self.name,
                language=own.language,
                declared=own.declared,
                text=text,
                blocks=blocks,
                content=package.content,
                raw=raw,
                source_map=source_map,
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` in the text of its runs. Raises InputError as `mtqa.formats.write` does, and where
        the document is signed or holds macros."""
        if not edits:
            return document.raw
        return writable(document).spliced(spaced(document.content, in_file(document, edits)))


def writable(document: Document) -> Package:
    """What edits are written into. Raises InputError where the document is signed or holds macros."""
    parts = parts_of(Archive.of(document.raw, document.file))
    if parts.closed:
        raise InputError(document.uri, parts.closed)
    return opened(document.raw, document.file, parts.texts)


def _chunks(package: Package, parts: DocxParts, styles: Styles, *, proofed: bool) -> list[Chunk]:
    paged = "lastRenderedPageBreak" in package.parts[0].content
    reader = StoryReader(styles, Places(paged=paged), proofed=proofed)
    roles = {parts.main: "", **dict(parts.stories)}
    uri = package.archive.uri
    return [chunk for part in package.parts for chunk in reader.read(part, roles[part.name], f"{uri}, {part.name}")]


DOCX = Docx()
