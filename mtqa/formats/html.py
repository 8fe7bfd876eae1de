"""HTML: the main article as it reads. The page around it and deleted text are left out."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from mtqa.core.documents import Document
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import compose, in_one_language
from mtqa.formats.decoding import decode
from mtqa.formats.html_article import article
from mtqa.formats.html_blocks import blocks_of, declared_language
from mtqa.formats.html_tokens import Elements, comments_in
from mtqa.formats.kinds import with_prose
from mtqa.formats.languages import told
from mtqa.formats.placeholders import templates
from mtqa.formats.xml_text import xml_encoding

__all__ = ["HTML", "Html"]

_CHARSET = re.compile(rb"<meta\b[^>]{0,200}\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD = 4096  # bytes in which a page must declare its encoding


class Html(Format):
    """The file's own characters are kept for everything but entities and runs of white space."""

    name = "html"
    suffixes = (".html", ".htm", ".xhtml")

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``. The page may declare its encoding and its language; an encoding that nobody
        knows counts for nothing, as in browsers."""
        charset = _CHARSET.search(raw[:_HEAD])
        declared = charset[1].decode("ascii") if charset else xml_encoding(raw)
        if declared and declared.lower().startswith("utf-16"):
            declared = "utf-8"  # else the name could not be read (https://html.spec.whatwg.org)
        content, encoding = decode(raw, uri, declared=declared)
        said = told(language, declared_language(content))
        own = said.language if said.declared else None
        chunks = with_prose(article(blocks_of(content, own), content))
        text, blocks, source_map = compose(chunks, no_prose=templates, own=own)
        blocks, whole = in_one_language(blocks)
        said = told(language, whole) if whole else said
        return (
            Document(
                uri=uri,
                file=uri,
                format=self.name,
                language=said.language,
                declared=said.declared,
                misdeclared=said.misdeclared,
                text=text,
                blocks=blocks,
                content=content,
                raw=raw,
                encoding=encoding,
                source_map=source_map,
                comments=tuple(comments_in(content, Elements())),
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied, their text escaped."""
        return edits_.apply(document, edits, escape=_escape, errors="xmlcharrefreplace")


def _escape(text: str, _: int) -> str:
    return html.escape(text, quote=False)


HTML = Html()
