"""OpenDocument texts. Edits are spliced into the markup as it stands; nothing else in the archive changes."""

from __future__ import annotations

from collections.abc import Sequence

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.formats.archives import Archive
from mtqa.formats.chunks import compose
from mtqa.formats.kinds import with_prose
from mtqa.formats.languages import told
from mtqa.formats.main_language import with_other_languages
from mtqa.formats.odt_edits import in_file
from mtqa.formats.odt_styles import with_styles
from mtqa.formats.odt_text import TextReader
from mtqa.formats.packages import opened
from mtqa.formats.places import Places
from mtqa.formats.text_styles import Styles
from mtqa.formats.xml_text import decode_xml
from mtqa.formats.xml_tokens import tokens

__all__ = ["ODT", "Odt"]

_CONTENT, _STYLES, _MANIFEST = "content.xml", "styles.xml", "META-INF/manifest.xml"
_SIGNATURES = "META-INF/documentsignatures.xml"
_MANIFESTS = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0 "
_KIND = b"application/vnd.oasis.opendocument.text"


class Odt(Format):
    """A document's ``content`` is that of its text and its styles, which have headers and footers."""

    name = "odt"
    suffixes = (".odt",)
    text = False

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``. Raises InputError where it is none, damaged, encrypted or hostile."""
        archive = Archive.of(raw, uri)
        if _CONTENT not in archive or ("mimetype" in archive and not archive.read("mimetype").startswith(_KIND)):
            raise InputError(uri, "not an OpenDocument text; save it as .odt again")
        _check_encryption(archive)
        package = opened(raw, uri, _texts(archive))
        styles = Styles()
        for part in reversed(package.parts):
            with_styles(styles, tokens(part.content, f"{uri}, {part.name}"))
        reader = TextReader(styles, Places())
        chunks = [
            chunk
            for part in package.parts
            for chunk in reader.read(part, f"{uri}, {part.name}", furniture=part.name == _STYLES)
        ]
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
        """The file with ``edits`` in its text. Raises InputError as `mtqa.formats.write` does, and where the document
        is signed."""
        if not edits:
            return document.raw
        archive = Archive.of(document.raw, document.file)
        if _SIGNATURES in archive:
            raise InputError(document.uri, "it is digitally signed, and an edit would break the signature; remove that")
        return opened(document.raw, document.file, _texts(archive)).spliced(in_file(document, edits))


def _texts(archive: Archive) -> tuple[str, ...]:
    return (_CONTENT, _STYLES) if _STYLES in archive else (_CONTENT,)


def _check_encryption(archive: Archive) -> None:
    if _MANIFEST not in archive:
        return
    content, _ = decode_xml(archive.read(_MANIFEST), f"{archive.uri}, {_MANIFEST}")
    if f"{_MANIFESTS}encryption-data" in {token.name for token in tokens(content, f"{archive.uri}, {_MANIFEST}")}:
        raise InputError(archive.uri, "it has a password; save it without one")


ODT = Odt()
