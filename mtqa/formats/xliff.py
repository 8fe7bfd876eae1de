"""XLIFF 1.x and 2.x: the targets of a file element are a document, each beside its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mtqa.core.documents import Document, Unit
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, compose
from mtqa.formats.languages import language_tag, told
from mtqa.formats.messages import branches, message_chunks
from mtqa.formats.placeholders import no_prose
from mtqa.formats.text import TEXT
from mtqa.formats.xliff_parts import XliffFile
from mtqa.formats.xliff_units import files_of
from mtqa.formats.xml_text import decode_xml, escape_xml

__all__ = ["XLIFF", "Xliff"]


class Xliff(Format):
    """Each document's ``raw`` and ``content`` are the whole file. White space around a line break reads as one."""

    name = "xliff"
    suffixes = (".xlf", ".xliff", ".sdlxliff", ".mqxliff", ".mxliff")

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """One document a file element, ``uri#NAME`` where there are several; one without targets is empty. Raises
        InputError where ``raw`` is no well-formed XLIFF or has a DOCTYPE."""
        content, encoding = decode_xml(raw, uri)
        if not content.strip():
            return TEXT.read(raw, uri, language)
        files = files_of(content, uri)
        if not files:
            raise InputError(uri, "it has no file element; export it again")
        documents: list[Document] = []
        names: Counter[str] = Counter()
        for file in files:
            names[file.name] += 1
            name = file.name if names[file.name] == 1 else f"{file.name}-{names[file.name]}"
            text, blocks, source_map = compose(_chunks(file), no_prose=no_prose)
            own = told(language, file.target_language)
            documents.append(
                Document(
                    uri=uri if len(files) == 1 else f"{uri}#{name}",
                    file=uri,
                    format=self.name,
                    catalogue=True,
                    language=own.language,
                    declared=own.declared,
                    misdeclared=own.misdeclared,
                    text=text,
                    blocks=blocks,
                    content=content,
                    raw=raw,
                    encoding=encoding,
                    source_map=source_map,
                    source_language=language_tag(file.source_language),
                    empty=tuple(file.empty),
                )
            )
        return tuple(documents)

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied, their text escaped. Raises InputError for characters that XML has not."""
        sections = [
            section
            for file in files_of(document.content, document.uri)
            for target in file.targets
            for section in target.cdata
        ]

        def escape(text: str, at: int) -> str:
            inside = any(section.start <= at <= section.end for section in sections)
            return escape_xml(text, document.uri, cdata=inside)

        return edits_.apply(document, edits, escape=escape, errors="xmlcharrefreplace")


def _chunks(file: XliffFile) -> Iterator[Chunk]:
    for target in file.targets:
        for part in target.parts:
            source, unit = part.source, None
            if source is not None:
                codes = tuple(source.codes), tuple(part.codes)
                unit = Unit(source=source.text, codes=codes, limit=part.limit)
            yield from message_chunks(part.key, branches(part.pieces), source.text if source else None, unit=unit)


XLIFF = Xliff()
