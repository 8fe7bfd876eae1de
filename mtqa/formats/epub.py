"""EPUB books: each chapter is a document, read as HTML; edits are spliced into its markup as it stands.

Source: EPUB 3.3, W3C, 2023; EPUB 2 alike.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from mtqa.core.documents import BlockKind, Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.core.spans import Span
from mtqa.formats.archives import Archive
from mtqa.formats.chunks import Chunk, Piece, compose, in_one_language
from mtqa.formats.edits import replacements
from mtqa.formats.html_article import CELLS, kind_of_block
from mtqa.formats.html_blocks import blocks_of
from mtqa.formats.kinds import with_prose
from mtqa.formats.languages import told
from mtqa.formats.packages import Package, Part, opened
from mtqa.formats.placeholders import templates
from mtqa.formats.places import Places
from mtqa.formats.xml_text import decode_xml, escape_xml
from mtqa.formats.xml_tokens import Token, tokens

__all__ = ["EPUB", "Epub"]

_CONTAINER, _ENCRYPTION, _SIGNATURES = "META-INF/container.xml", "META-INF/encryption.xml", "META-INF/signatures.xml"
_ROOT_FILE = "urn:oasis:names:tc:opendocument:xmlns:container rootfile"
_OPF, _DC = "http://www.idpf.org/2007/opf ", "http://purl.org/dc/elements/1.1/ "
_CIPHER = "http://www.w3.org/2001/04/xmlenc# CipherReference"
_CHAPTERS = ("application/xhtml+xml", "text/html")
_PROSE = ("", "aside", "footer")
"""Elements that are outside the article of a page; in a book they hold notes and boxes."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class _Book:
    """What a book says of itself: the folder that its files are named from, its chapters in order of reading, the
    language it names."""

    folder: str
    chapters: tuple[str, ...]
    language: str | None

    def short(self, name: str) -> str:
        """The name of a chapter as the book has it."""
        return posixpath.relpath(name, self.folder) if self.folder else name


class Epub(Format):
    """Each document's ``content`` is that of all chapters, one after the other."""

    name = "epub"
    suffixes = (".epub",)
    text = False

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """A document for each chapter with text, ``uri#NAME``. Raises InputError where ``raw`` is no EPUB, damaged,
        protected or hostile."""
        book, package = _opened(raw, uri)
        said = told(language, book.language)
        own = said.language if said.declared else None
        documents: list[Document] = []
        content = package.content
        for part in package.parts:
            text, blocks, source_map = compose(with_prose(_chunks(part, own)), no_prose=templates, own=own)
            if not blocks and (documents or part is not package.parts[-1]):
                continue  # a cover, a page of pictures
            blocks, whole = in_one_language(blocks)
            here = told(language, whole) if whole else said
            documents.append(
                Document(
                    uri=f"{uri}#{book.short(part.name)}",
                    file=uri,
                    format=self.name,
                    language=here.language,
                    declared=here.declared,
                    misdeclared=here.misdeclared,
                    text=text,
                    blocks=blocks,
                    content=content,
                    raw=raw,
                    source_map=source_map,
                )
            )
        return tuple(documents)

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The book with ``edits`` in the chapter. Raises InputError as `mtqa.formats.write` does, and where the book
        is signed."""
        if not edits:
            return document.raw
        _, package = _opened(document.raw, document.file)
        if _SIGNATURES in package.archive:
            raise InputError(document.uri, "it is digitally signed, and an edit would break the signature; remove that")
        return package.spliced(replacements(document, edits, escape=lambda text, _: escape_xml(text, document.uri)))


def _opened(raw: bytes, uri: str) -> tuple[_Book, Package]:
    archive = Archive.of(raw, uri)
    book = _book(archive)
    if _ENCRYPTION in archive:  # fonts may be; text may not
        locked = {unquote(token.attributes.get("URI", "")) for token in _tokens(archive, _ENCRYPTION, _CIPHER)}
        if locked & {*book.chapters}:
            raise InputError(uri, "it is protected (DRM), so its text cannot be read; get a copy without protection")
    return book, opened(raw, uri, book.chapters)


def _book(archive: Archive) -> _Book:
    if _CONTAINER not in archive:
        raise InputError(archive.uri, "not an EPUB book; save it again")
    opf = next((token.attributes.get("full-path", "") for token in _tokens(archive, _CONTAINER, _ROOT_FILE)), "")
    if opf not in archive:
        raise InputError(archive.uri, "it does not list its contents; save it again")
    folder = posixpath.dirname(opf)
    content, _ = decode_xml(archive.read(opf), f"{archive.uri}, {opf}")
    items: dict[str, str] = {}
    spine: list[str] = []
    contents = ""
    language: str | None = None
    naming = False
    for token in tokens(content, f"{archive.uri}, {opf}"):
        attributes = token.attributes
        if token.kind == "start" and token.name == f"{_OPF}item":
            properties = attributes.get("properties", "").split()
            if attributes.get("media-type") in _CHAPTERS and "nav" not in properties:
                items[attributes.get("id", "")] = _path(folder, attributes.get("href", "").partition("#")[0])
        elif token.kind == "start" and token.name == f"{_OPF}itemref":
            spine.append(attributes.get("idref", ""))
        elif token.kind == "start" and token.name == f"{_OPF}reference" and attributes.get("type") == "toc":
            contents = _path(folder, attributes.get("href", ""))
        elif token.name == f"{_DC}language":
            naming = token.kind == "start"
        elif token.kind == "text" and naming and language is None:
            language = content[token.start : token.end].strip() or None
    chapters = tuple(dict.fromkeys(items[key] for key in spine if items.get(key) in archive))
    chapters = tuple(name for name in chapters if name != contents) or chapters
    if not chapters:
        raise InputError(archive.uri, "it has no chapters; save it again")
    return _Book(folder, chapters, language)


def _path(folder: str, href: str) -> str:
    """The name of the member that an address in a book leads to."""
    return posixpath.normpath(posixpath.join("/", folder, unquote(href))).lstrip("/")


def _tokens(archive: Archive, part: str, name: str) -> Iterator[Token]:
    """The start tags of one kind in a member."""
    where = f"{archive.uri}, {part}"
    content, _ = decode_xml(archive.read(part), where)
    return (token for token in tokens(content, where) if token.kind == "start" and token.name == name)


def _chunks(part: Part, own: str | None) -> Iterator[Chunk]:
    places = Places()
    for block in blocks_of(part.content, own):
        if block.outside not in _PROSE:
            continue
        kind = kind_of_block(block)
        if kind is BlockKind.HEADING and block.element in _HEADINGS:
            place = places.heading(block.text)
        else:
            place = places.paragraph()
        pieces = [_moved(piece, part.begin) for piece in block.pieces]
        yield Chunk(kind, pieces, fragment=block.element in CELLS, place=place)


def _moved(piece: Piece, by: int) -> Piece:
    return piece._replace(
        at=None if piece.at is None else piece.at + by,
        spelled=None if piece.spelled is None else Span.shift(piece.spelled, by),
    )


EPUB = Epub()
