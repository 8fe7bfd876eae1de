"""XLIFF 1.x and 2.x: the targets of a file element are a document, each beside its source."""

from __future__ import annotations

import codecs
import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from mtqa.core.documents import Document, Unit
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, compose
from mtqa.formats.decoding import decode
from mtqa.formats.kinds import kind_of_message
from mtqa.formats.languages import language_tag, told
from mtqa.formats.placeholders import no_prose
from mtqa.formats.text import TEXT
from mtqa.formats.xliff_units import XliffFile, files_of

__all__ = ["XLIFF", "Xliff"]

_ENCODING = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z][\w.:-]{0,40})[\"']")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Xliff(Format):
    """Each document's ``raw`` and ``content`` are the whole file. White space around a line break reads as one."""

    name = "xliff"
    suffixes = (".xlf", ".xliff")

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """One document a file element, ``uri#NAME`` where there are several; one without targets is empty. Raises
        InputError where ``raw`` is no well-formed XLIFF or has a DOCTYPE."""
        declared = _ENCODING.match(raw.removeprefix(codecs.BOM_UTF8))
        content, encoding = decode(raw, uri, declared=declared[1].decode("ascii") if declared else None, guess=False)
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
            if refused := _NO_XML.search(text):
                raise InputError(document.uri, f"{refused[0]!r} cannot be written in XML; leave it out")
            if any(section.start <= at <= section.end for section in sections):
                return text.replace("]]>", "]]]]><![CDATA[>")
            return html.escape(text, quote=False).replace("\r", "&#13;")

        return edits_.apply(document, edits, escape=escape, errors="xmlcharrefreplace")


def _chunks(file: XliffFile) -> Iterator[Chunk]:
    for target in file.targets:
        for part in target.parts:
            kind, source = kind_of_message(part.text.strip()), part.source
            if source is None:
                yield Chunk(kind, part.pieces, part.key)
            else:
                codes = tuple(source.codes), tuple(part.codes)
                unit = Unit(source=source.text, codes=codes, limit=part.limit)
                yield Chunk(kind, part.pieces, part.key, source.text, unit=unit)


XLIFF = Xliff()
